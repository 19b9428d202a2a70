"""Long sleeves from a short-sleeved shirt's own cloth: down the arms, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.segmentation.frame import Frame, Similarity
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.tailoring.arms import find_arms, sleeves_of
from gpu_worker.tailoring.cloth import laid
from gpu_worker.tailoring.sleeves import with_long_sleeves

SIDE = 512
PLACING = Similarity(scale=1.0, shift_x=0, shift_y=0)
SEEN = np.ones((SIDE, SIDE), bool)
CLOTH, SKIN = np.float32([0.15, 0.3, 0.6]), np.float32([0.85, 0.62, 0.5])


def _worn(*, arms: bool = True, striped: bool = False, long: bool = False) -> NamedParts:
    """A body from x 160 to 352, sleeves beside it down to y 200 (or 400), and arms below them to y 460."""
    labels = np.full((SIDE, SIDE), -1, np.int8)
    end = 400 if long else 200
    labels[60:480, 160:352] = 0
    labels[80:end, 100:160], labels[80:end, 352:412] = 1, 1
    raw = np.ones((SIDE, SIDE, 3), np.float32)
    if arms:
        raw[end:460, 108:150], raw[end:460, 362:404] = SKIN, SKIN
    cloth = np.broadcast_to(CLOTH, raw.shape).copy()
    if striped:
        cloth[np.arange(SIDE) % 24 < 12] = 0.95
    raw = np.where((labels >= 0)[..., None], cloth, raw)
    alpha = (labels >= 0).astype(np.float32)
    frame = Frame(image=raw, raw=raw, alpha=alpha, placing=PLACING)
    return NamedParts(kind="shirt", frame=frame, labels=labels, confidence={"body": 1.0, "sleeves": 1.0})


def _in_pieces() -> NamedParts:
    """Checks on sleeve and body, of which every other one is as white as the ground and not found."""
    named = _worn(striped=True)
    y, x = np.mgrid[:SIDE, :SIDE]
    lost = (x % 40 < 10) & (y % 24 < 12)
    return replace(named, labels=np.where(lost, -1, named.labels).astype(np.int8))


def _after(named: NamedParts, share: float) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    before = np.round(named.frame.raw * 255).astype(np.uint8)
    pixels, alpha = before, np.round(named.frame.alpha * 255).astype(np.uint8)
    for cut in with_long_sleeves(named, SEEN, share):
        pixels, alpha = laid(pixels, alpha, cut, PLACING)
    return before, pixels, alpha


def test_arms_are_found_where_they_are():
    named = _worn()
    left, right = find_arms(named, sleeves_of(named), SEEN)
    assert (left.outward, right.outward) == (-1, 1)
    assert left.first == pytest.approx(202, abs=2) and left.last == pytest.approx(459, abs=3)
    assert left.outer.mean() == pytest.approx(108, abs=2) and right.inner.mean() == pytest.approx(362, abs=2)
    assert left.free.all() and left.leaves


def test_cloth_covers_the_arms_and_the_body_stays():
    before, after, alpha = _after(_worn(), 1.0)
    skin = (np.abs(before.astype(int) - SKIN * 255).max(2) < 3) & (np.arange(SIDE)[:, None] < 455)
    assert np.abs(after[skin].astype(int) - CLOTH * 255).mean() < 20
    assert (alpha[skin] == 255).all()
    assert (after[60:480, 170:342] == before[60:480, 170:342]).all() and (after[:70] == before[:70]).all()
    far = np.ones((SIDE, SIDE), bool)
    far[60:480, 70:442] = False
    assert (after[far] == before[far]).all()


def test_half_of_the_way_leaves_half_of_the_arm():
    before, after, _ = _after(_worn(), 0.5)
    column = np.abs(after[210:455, 128].astype(int) - SKIN * 255).max(1) < 6
    assert column[-100:].all() and not column[:100].any()
    assert (after[345:] == before[345:]).all()


def test_stripes_go_on_with_the_bodys_stripes():
    named = _worn(striped=True)
    _, after, _ = _after(named, 1.0)
    arm = after[230:440, 118:140].mean((1, 2))
    light = arm > (arm.max() + arm.min()) / 2
    assert np.diff(light.astype(int)).__abs__().sum() == pytest.approx(210 / 12, abs=3)


def test_what_has_no_bare_arm_is_refused():
    with pytest.raises(DoesNotFit, match="No bare arms"):
        with_long_sleeves(_worn(arms=False), SEEN, 1.0)
    one = _worn()
    one.frame.raw[200:460, 362:404] = 1
    with pytest.raises(DoesNotFit, match="would be unlike"):
        with_long_sleeves(one, SEEN, 1.0)
    short = _worn()
    short.frame.raw[260:460, 362:404] = 1
    with pytest.raises(DoesNotFit, match="hardly to be seen"):
        with_long_sleeves(short, SEEN, 1.0)
    with pytest.raises(DoesNotFit, match="pattern is to be seen"):
        with_long_sleeves(_in_pieces(), SEEN, 1.0)
    with pytest.raises(DoesNotFit, match="long sleeves already"):
        with_long_sleeves(_worn(long=True), SEEN, 1.0)
