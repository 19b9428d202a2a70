"""A heel under a flat shoe, and a higher top: the front of the shoe stays, and what cannot carry one is refused."""

import numpy as np
import pytest

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.segmentation.frame import Frame, Similarity
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.tailoring.heels import heel_under
from gpu_worker.tailoring.lifted import lifted
from gpu_worker.tailoring.tops import higher

SIDE = 512
PLACING = Similarity(scale=1.0, shift_x=0, shift_y=0)
UPPER, SOLE = np.float32([0.5, 0.2, 0.2]), np.float32([0.3, 0.2, 0.1])


def _flat(*, thick: int = 16, top: int = 250, turned: bool = False, pale: bool = False) -> NamedParts:
    """A shoe from x 60 to 460, its heel to the left, its sole's lower edge at y 400."""
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    roof = top + np.clip(x - 200, 0, None) * (360 - top) / 260
    labels = np.where((x >= 60) & (x < 460) & (y >= roof) & (y < 400), 0, -1).astype(np.int8)
    labels[400 - thick : 400, 60:460] = 1
    if pale:
        labels[320:340, 300:340] = 2
    raw = np.where((labels == 0)[..., None], UPPER, np.float32(1))
    raw[labels >= 1] = 0.95 if pale else SOLE
    if turned:
        labels, raw = np.ascontiguousarray(labels[:, ::-1]), np.ascontiguousarray(raw[:, ::-1])
    frame = Frame(image=raw, raw=raw, alpha=(labels >= 0).astype(np.float32), placing=PLACING)
    sure = {"upper": 1.0, "sole": 1.0, **({"laces": 1.0} if pale else {})}
    return NamedParts(kind="shoe", frame=frame, labels=labels, confidence=sure)  # type: ignore[arg-type]


@pytest.mark.parametrize("turned", [False, True])
def test_the_back_is_lifted_onto_a_heel_and_the_toe_stays(turned: bool):
    named = _flat(turned=turned)
    before = np.round(named.frame.raw * 255).astype(np.uint8)
    alpha = np.round(named.frame.alpha * 255).astype(np.uint8)
    after, mask = lifted(before, alpha, heel_under(named, 1.0, SIDE, SIDE), PLACING, SIDE)
    if turned:
        before, after, mask = (np.ascontiguousarray(picture[:, ::-1]) for picture in (before, after, mask))
    assert (after[:, 350:] == before[:, 350:]).all()
    height = 0.15 * 399
    assert np.flatnonzero(mask[:, 100] > 127)[0] == pytest.approx(250 - height, abs=3)
    heel = after[400 - 40 : 400 - 10, 90:130].reshape(-1, 3)
    assert np.abs(heel.mean(0) - SOLE * 255).max() < 25 and (mask[370:395, 90:130] > 250).all()
    assert (after[385:398, 215:235] > 245).all()  # ground below the arch
    assert (after[420:] == before[420:]).all()


def test_next_to_no_heel_is_next_to_no_change():
    named = _flat()
    before = np.round(named.frame.raw * 255).astype(np.uint8)
    alpha = np.round(named.frame.alpha * 255).astype(np.uint8)
    after, mask = lifted(before, alpha, heel_under(named, 0.005, SIDE, SIDE), PLACING, SIDE)
    assert (np.abs(mask.astype(int) - alpha) > 127).mean() < 0.001 and (after[:, 350:] == before[:, 350:]).all()


def test_a_heel_is_as_high_as_there_is_room_for():
    heel = heel_under(_flat(), 0.5, SIDE, SIDE)
    assert heel.share == 0.5 and -heel.lift[..., 1].min() == pytest.approx(0.5 * 0.15 * 399, abs=1)
    near = Similarity(scale=1.0, shift_x=0, shift_y=225)  # the photo begins 25 pixels above the shoe
    named = _flat()
    frame = Frame(image=named.frame.image, raw=named.frame.raw, alpha=named.frame.alpha, placing=near)
    low = NamedParts(kind="shoe", frame=frame, labels=named.labels, confidence=named.confidence)
    assert heel_under(low, 1.0, SIDE, SIDE).share < 0.45


@pytest.mark.parametrize(
    ("shoe", "why"),
    [({"thick": 60}, "too thick"), ({"pale": True}, "trainer"), ({"top": 20}, "not seen from the side")],
)
def test_what_cannot_carry_a_heel_is_refused(shoe: dict[str, int], why: str):
    with pytest.raises(DoesNotFit, match=why):
        heel_under(_flat(**shoe), 1.0, SIDE, SIDE)  # type: ignore[arg-type]


def test_a_heel_gets_no_second_one():
    named = _flat()
    named.labels[365:400, 150:300] = -1
    with pytest.raises(DoesNotFit, match="heel already"):
        heel_under(named, 1.0, SIDE, SIDE)


def test_a_top_grows_as_far_as_there_is_room():
    field, share = higher(_flat(), 1.0, SIDE, SIDE)
    assert share == 1.0 and -field[..., 1].min() == pytest.approx(0.45 * (384 - 250), rel=0.05)
    with pytest.raises(DoesNotFit, match="high-top already"):
        higher(_flat(top=60), 1.0, SIDE, SIDE)
