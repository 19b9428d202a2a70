"""Laces taken off our own rendered shoes, against the exact maps that were rendered with them."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from gpu_worker.contract.marks import Stroke, Units
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.painting import everywhere, measured, painted
from gpu_worker.painting.laces import Laces, is_row, laces_in
from gpu_worker.painting.unlaced import without_laces
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.segmentation.named_parts import find_named_parts
from gpu_worker.segmentation.product_mask import ProductMask, mask_of

PICTURES = Path(__file__).parents[3] / "editing/demo/pictures"
UPPER, LACES = 1, 3  # in the maps of shoes
ENCODER = ProjectionSettings(method="encoder")


def _shoe(name: str) -> tuple[Photo, np.ndarray]:
    folder, view = name.split("/")
    return (
        decode_photo((PICTURES / folder / f"{view}.jpg").read_bytes()),
        np.asarray(Image.open(PICTURES / folder / f"{view}.parts.png")),
    )


def _found(photo: Photo) -> tuple[ProductMask, Laces]:
    mask = mask_of(photo, "shoe")
    return mask, laces_in(find_named_parts(photo, mask, "shoe"))


def _wide(where: np.ndarray, reach: int) -> np.ndarray:
    return cv2.dilate(where.astype(np.uint8), np.ones((2 * reach + 1,) * 2, np.uint8)) > 0


@pytest.mark.parametrize("name", ["plimsoll/side", "plimsoll/quarter"])
def test_tongue_and_eyestay_stay_where_no_lace_is(engine: Engine, name: str) -> None:
    photo, parts = _shoe(name)
    projection = engine.project(photo, settings=ENCODER)
    mark = everywhere(Units(part="laces", action="remove"), projection, "shoe")
    after = painted(engine, projection, mark)
    changed = (after.projection.photo.pixels != photo.pixels).any(2)
    assert measured(projection, after, mark, "shoe")["outside_changed"] == 0
    laces = parts == LACES
    upper = (parts == UPPER) & ~_wide(laces, 16)
    near = upper & _wide(laces, 80)
    assert changed[near].mean() < 0.03
    assert changed[laces].mean() > 0.95


@pytest.mark.parametrize("name", ["plimsoll/side", "plimsoll/quarter"])
def test_laces_of_another_colour_leave_the_uppers_cloth(name: str) -> None:
    photo, parts = _shoe(name)
    mask, laces = _found(photo)
    assert laces.told
    bare = without_laces(photo, mask, laces, np.ones(parts.shape, bool))
    shoe = (bare.alpha == 255) & (parts == LACES)
    upper = np.median(photo.pixels[parts == UPPER], axis=0)
    assert shoe.sum() > 0.5 * (parts == LACES).sum()
    assert np.percentile(np.abs(bare.pixels[shoe] - upper).max(1), 98) < 70  # a white lace is 180 away
    gone = (parts == LACES) & (bare.alpha == 0)
    assert bare.pixels[gone].min(initial=255) > 235  # and what was beyond the tongue is ground


def test_an_outline_without_laces_has_no_bumps() -> None:
    photo, parts = _shoe("runner/side")
    mask, laces = _found(photo)
    bare = without_laces(photo, mask, laces, np.ones(parts.shape, bool))
    columns = np.flatnonzero((parts == LACES).any(0))[10:-10]

    def roughness(alpha: np.ndarray) -> float:
        line = (alpha[:, columns] > 127).argmax(0).astype(float)
        return float(np.std(line - np.polyval(np.polyfit(columns, line, 3), columns)))

    assert roughness(mask.alpha) > 2.0 and roughness(bare.alpha) < 0.6 * roughness(mask.alpha)


def test_only_what_the_brush_touched_goes() -> None:
    photo, parts = _shoe("plimsoll/side")
    mask, laces = _found(photo)
    brushed = np.zeros(parts.shape, bool)
    brushed[:, : parts.shape[1] // 2] = True
    bare = without_laces(photo, mask, laces, brushed)
    changed = (bare.pixels != photo.pixels).any(2)
    assert changed[brushed].any() and not changed[~brushed].any()
    assert (bare.alpha == mask.alpha)[~brushed].all()


def test_a_cut_out_loses_the_opacity_of_laces_beyond_the_shoe() -> None:
    photo, parts = _shoe("plimsoll/side")
    mask, laces = _found(photo)
    bare = without_laces(replace(photo, alpha=mask.alpha), mask, laces, np.ones(parts.shape, bool))
    assert bare.own is not None
    assert (bare.own <= mask.alpha).all() and bare.own.astype(int).sum() < mask.alpha.astype(int).sum()


def test_a_bow_is_no_row() -> None:
    row, bow = np.zeros((64, 64), bool), np.zeros((64, 64), bool)
    row[30:38, 10:50] = True
    bow[20:45, 15:48] = True
    assert is_row(row) and not is_row(bow)


def test_where_no_lace_was_found_the_brush_goes_by_units_as_before(engine: Engine) -> None:
    photo, _ = _shoe("plimsoll/side")
    projection = engine.project(photo, settings=ENCODER)
    heel = Units(part="laces", action="remove", strokes=[Stroke(points=[(0.2, 0.6)], radius=0.03)])
    with pytest.raises(Exception, match="were not looked into"):
        painted(engine, projection, heel)


def test_a_label_of_the_laces_colour_beside_them_does_not_hide_them() -> None:
    photo, parts = _shoe("plimsoll/side")
    laces = parts == LACES
    colours = photo.pixels[laces]
    beside = _wide(laces, 60) & ~_wide(laces, 14) & (parts == UPPER)
    y, x = np.indices(laces.shape)
    label = beside & ((x // 24 + y // 24) % 2 == 0)
    pixels = photo.pixels.copy()
    pixels[label] = np.tile(colours, (1 + label.sum() // len(colours), 1))[: label.sum()]
    _, found = _found(replace(photo, pixels=pixels))
    assert found.told
