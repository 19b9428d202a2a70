"""A collar, a placket and buttons on a T-shirt: from its own cloth, at its neck and down its front, and nowhere else."""

import numpy as np
import pytest
from numpy.typing import NDArray

from gpu_worker.contract.parts import PARTS
from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.measures.colour import fast_lab
from gpu_worker.segmentation.frame import Frame, Similarity
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.tailoring.cloth import laid
from gpu_worker.tailoring.collars import with_collar
from gpu_worker.tailoring.neckline import find_neckline

SIDE, MIDDLE, NECK, HEM = 512, 256, 45, 480
PLACING = Similarity(scale=1.0, shift_x=0, shift_y=0)
CLOTH, SKIN, BAND = np.float32([0.15, 0.3, 0.6]), np.float32([0.85, 0.62, 0.5]), np.float32([0.9, 0.85, 0.2])


def _worn(*, striped: bool = False, print_at: slice | None = None) -> NamedParts:
    """A body 220 px wide from y 60, shoulders that fall, and a round neckline 90 px wide and 40 deep with a yellow band."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    away = np.hypot(x - MIDDLE, (y - 60) * NECK / 40)
    cloth = (np.abs(x - MIDDLE) < 110) & (y < HEM) & (y > 60 + 0.25 * np.abs(x - MIDDLE) - 0.25 * NECK) & (away > NECK)
    labels = np.where(cloth, 0, -1).astype(np.int8)
    raw = np.ones((SIDE, SIDE, 3), np.float32)
    raw[(away <= NECK) & (y > 20)] = SKIN
    raw[20:70, MIDDLE - NECK + 8 : MIDDLE + NECK - 8] = SKIN
    raw[cloth] = CLOTH
    if striped:
        raw[cloth & (y % 24 < 12)] = 0.95
    raw[cloth & (away < NECK + 7)] = BAND
    if print_at is not None:
        labels[print_at, 200:312] = np.where(cloth[print_at, 200:312], PARTS["shirt"].index("print"), -1)
        raw[print_at, 200:312] = np.float32([0.9, 0.2, 0.2])
    return _named(raw, labels)


def _named(raw: NDArray[np.float32], labels: NDArray[np.int8]) -> NamedParts:
    frame = Frame(image=raw, raw=raw, alpha=(labels >= 0).astype(np.float32), placing=PLACING)
    return NamedParts(kind="shirt", frame=frame, labels=labels, confidence={"body": 1.0, "print": 1.0, "collar": 1.0})


def _after(named: NamedParts, share: float = 1.0) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    before = np.round(named.frame.raw * 255).astype(np.uint8)
    pixels, alpha = before, np.round(named.frame.alpha * 255).astype(np.uint8)
    for piece in with_collar(named, share):
        pixels, alpha = laid(pixels, alpha, piece.cut, piece.placing, before if piece.is_cloth else None)
    return before, pixels, alpha


def test_a_neckline_is_found_on_somebody_and_on_nobody():
    neck = find_neckline(_worn(), fast_lab(_worn().frame.raw))
    assert neck.lowest == pytest.approx([MIDDLE, 100], abs=2) and neck.width == pytest.approx(90, abs=6)
    assert neck.band is None and neck.hem == HEM - 1
    named = _worn()
    labels = named.labels.copy()
    labels[60:110, MIDDLE - NECK : MIDDLE + NECK] = 0
    raw = named.frame.raw.copy()
    back = (labels >= 0) & (named.labels < 0)
    raw[back] = CLOTH * 0.5
    raw[(labels < 0) & (np.abs(raw - SKIN).max(2) < 0.01)] = 1
    seen = find_neckline(_named(raw, labels), fast_lab(raw))
    assert seen.band is not None and seen.lowest == pytest.approx([MIDDLE, 100], abs=6)


def test_leaves_of_the_shirts_cloth_lie_over_its_neckband():
    before, after, alpha = _after(_worn())
    for x in (MIDDLE - 22, MIDDLE + 22):
        leaf = after[105:118, x - 5 : x + 5].astype(float)
        assert np.abs(leaf - CLOTH * 255).mean() < 14 and (alpha[105:118, x - 5 : x + 5] == 255).all()
    yellow = np.abs(after[96:].astype(int) - BAND * 255).max(2) < 40
    assert (np.abs(before[96:].astype(int) - BAND * 255).max(2) < 40).sum() > 300 and yellow.sum() < 10


def test_the_front_is_buttoned_to_the_hem_and_nothing_else_changes():
    before, after, _ = _after(_worn())
    beside = np.abs(np.arange(SIDE) - MIDDLE) > 25
    assert (after[160:, beside] == before[160:, beside]).all() and (after[:25] == before[:25]).all()
    column = after[110:HEM, MIDDLE].astype(int).sum(1)
    assert _runs(np.abs(column - np.median(column)) > 30) >= 6
    assert (after[HEM - 12 : HEM - 2, 246:266] != before[HEM - 12 : HEM - 2, 246:266]).any()
    _, half, _ = _after(_worn(), 0.4)
    assert (half[300:] == before[300:]).all()


def _runs(where: NDArray[np.bool_]) -> int:
    return int((np.diff(where.astype(int)) == 1).sum())


def test_what_is_printed_on_the_front_stays_below_the_seams():
    named = _worn(print_at=slice(250, 350))
    _, after, _ = _after(named)
    inside = after[260:340, 262:266].astype(int)
    assert np.median(np.abs(inside - np.float32([0.9, 0.2, 0.2]) * 255).max(2)) < 12


def test_a_pattern_goes_on_over_the_leaves():
    named = _worn(striped=True)
    _, after, _ = _after(named)
    column = after[100:124, MIDDLE + 26].astype(int).sum(1)
    assert np.ptp(column) > 200


def test_sleeves_below_the_hem_are_no_hem():
    named = _worn()
    named.labels[300:505, 100:120] = PARTS["shirt"].index("sleeves")
    named.confidence["sleeves"] = 1.0
    assert find_neckline(named, fast_lab(named.frame.raw)).hem == HEM - 1


def test_a_garment_that_ends_in_a_point_has_no_neckline():
    labels = np.full((SIDE, SIDE), -1, np.int8)
    y, x = np.mgrid[:SIDE, :SIDE]
    labels[(np.abs(x - MIDDLE) < (y - 60) / 3) & (np.abs(x - MIDDLE) < 110) & (y < HEM)] = 0
    with pytest.raises(DoesNotFit, match="No neckline"):
        find_neckline(_named(np.ones((SIDE, SIDE, 3), np.float32), labels), np.zeros((SIDE, SIDE, 3), np.float32))


def test_what_cannot_carry_it_is_refused():
    collar = _worn()
    collar.labels[62:100, 190:322] = np.where(collar.labels[62:100, 190:322] == 0, PARTS["shirt"].index("collar"), -1)
    with pytest.raises(DoesNotFit, match="has a collar already"):
        _after(collar)
    buttons = _worn()
    buttons.labels[110:200, 250:262] = PARTS["shirt"].index("buttons")
    buttons.confidence["buttons"] = 1.0
    with pytest.raises(DoesNotFit, match="buttons or a zip already"):
        _after(buttons)
    with pytest.raises(DoesNotFit, match="clear of prints"):
        _after(_worn(print_at=slice(105, 470), striped=True))
    covered = _worn()
    covered.labels[115:150, 240:280] = -1
    with pytest.raises(DoesNotFit, match="lies over the shirt's front"):
        _after(covered)
    with pytest.raises(DoesNotFit, match="No neckline"):
        _after(_named(np.ones((SIDE, SIDE, 3), np.float32), np.full((SIDE, SIDE), -1, np.int8)))
