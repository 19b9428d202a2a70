"""Soles made thicker, hems moved: the photo's own pixels go elsewhere, and what lies beside them stays."""

from dataclasses import replace

import numpy as np
import pytest

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.grafts.soles import Strip
from gpu_worker.painting.borders import (
    check_room,
    moved,
    part_moved,
    sleeves_moved,
    sole_moved,
    upper_moved,
)
from gpu_worker.painting.hems import hem_moved
from tests.gpu_worker.painting.drawn import PLACING, SIDE, shirt


def _sole(thickness: float = 20) -> Strip:
    """A level sole from x 40 to 215, its upper border at y 180."""
    x = np.linspace(40, 215, 160)
    mask = np.zeros((SIDE, SIDE), bool)
    mask[180 : 180 + round(thickness), 40:216] = True
    lines = (np.stack([x, np.full(160, y)], 1) for y in (180.0, 180 + thickness))
    return Strip(upper=next(lines), lower=next(lines), mask=mask)


@pytest.mark.parametrize(("action", "expected"), [("more", 1.4), ("less", 1 / 1.4)])
def test_a_sole_is_thicker_or_thinner_and_all_above_it_stays(action: str, expected: float):
    sole = _sole()
    down = sole_moved(sole, sole.mask, action, 1.0)
    there = part_moved(sole.mask, down)
    assert there[:, 80:180].sum(0).mean() / 20 == pytest.approx(expected, abs=0.08)
    assert np.abs(down[:180]).max() == 0
    pixels = np.random.default_rng(0).integers(0, 255, (512, 512, 3), np.uint8)
    after, where = moved(pixels, down, PLACING)
    assert (after[~where] == pixels[~where]).all() and (after[where] != pixels[where]).mean() > 0.9
    assert not where[:359].any() and where[370:, 80:430].all()


def test_sleeves_grow_away_from_the_body_which_stays():
    drawn = shirt()
    field = sleeves_moved(drawn, "more", 1.0)
    there = part_moved(drawn.mask("sleeves"), field)
    row = np.flatnonzero(there[70])
    assert (row[0], row[-1]) == pytest.approx((50 - 0.25 * 30, 205 + 0.25 * 30), abs=3)
    assert np.abs(field[:, 82:174]).max() < 0.01 and np.abs(field[150:]).max() == 0


def test_a_shoes_top_moves_and_its_sole_stays():
    labels = np.full((SIDE, SIDE), -1, np.int8)
    labels[100:180, 60:200], labels[180:200, 50:210] = 0, 1
    shoe = replace(shirt(), kind="shoe", labels=labels, confidence={"upper": 1.0, "sole": 1.0})
    there = part_moved(shoe.mask("upper"), upper_moved(shoe, "more", 1.0))
    assert np.flatnonzero(there[:, 130])[[0, -1]] == pytest.approx([100 - 0.15 * 80, 179], abs=1)
    assert np.abs(upper_moved(shoe, "less", 1.0)[141:]).max() == 0


def test_what_has_no_room_or_is_a_heel_is_refused():
    with pytest.raises(DoesNotFit, match="high heel"):
        sole_moved(_sole(70), _sole(70).mask, "more", 1.0)
    down = sole_moved(_sole(), _sole().mask, "more", 1.0)
    check_room(down, _sole().mask, PLACING, 420, 512)
    with pytest.raises(DoesNotFit, match="no room around"):
        check_room(down, _sole().mask, PLACING, 410, 512)


def test_a_shirt_that_gets_shorter_needs_no_room_above_it():
    """Its hem goes up by more than there is above the collar, which stays where it is."""
    drawn, flush = shirt(), replace(PLACING, shift_y=38)  # two frame pixels below the photo's edge
    product, up, down = drawn.labels >= 0, hem_moved(shirt(), "less", 1.0), hem_moved(shirt(), "more", 1.0)
    assert up.min() < -10
    check_room(up, product, flush, 420, 512)
    check_room(down, product, flush, 420, 512)
    with pytest.raises(DoesNotFit, match="no room around"):
        check_room(down, product, flush, 330, 512)
