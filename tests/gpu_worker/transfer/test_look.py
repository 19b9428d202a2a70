"""Materials of other products: quilted from the example, lit as the photo was, and nothing else touched."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from gpu_worker.contract.marks import Look, Swatch
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.looks import NoMaterial, cloth_for
from gpu_worker.engine.values import Example
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.transfer.cloth import BLACK, evenly_lit
from gpu_worker.transfer.quilting import quilt

LOOK = Look(example_key="stripes")


def _checks(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width] // 8
    return np.where(((y + x) % 2)[..., None] == 1, np.float32([30, 5, 40]), np.float32([80, -20, 10])).astype(
        np.float32
    )


def test_a_quilt_goes_on_like_its_source():
    made = quilt(_checks(64, 64), 32, 150, 170)
    assert made.shape == (150, 170, 3)
    shares = [(np.abs(part[..., 0] - 30) < 12).mean() for part in (made[:75], made[75:], made[:, :85], made[:, 85:])]
    assert np.abs(np.array(shares) - 0.5).max() < 0.12, "half of it is of each colour, everywhere"
    assert (np.minimum(np.abs(made[..., 0] - 30), np.abs(made[..., 0] - 80)) < 1).mean() > 0.9, "and of no other"
    assert (made == quilt(_checks(64, 64), 32, 150, 170)).all(), "the same every time"
    with pytest.raises(ValueError, match="larger"):
        quilt(_checks(64, 64), 65, 150, 170)


def test_light_is_taken_out_of_a_cloth_and_its_pattern_is_not():
    even = _checks(96, 96)
    light = np.linspace(0.7, 1.3, 96, dtype=np.float32)[None, :, None]
    lit = even * light
    lit[..., 0] = (even[..., 0] + BLACK) * light[..., 0] - BLACK
    flat = evenly_lit(lit, 16)
    left, right = flat[:, 16:40, 0].mean(), flat[:, 56:80, 0].mean()
    assert abs(left - right) < 3 < abs(lit[:, 16:40, 0].mean() - lit[:, 56:80, 0].mean()), "lit alike on both sides"
    assert flat[:, 16:80, 0].std() > 0.85 * even[..., 0].std()


@pytest.fixture
def striped(photo: Photo) -> Example:
    """The same shoe, striped across."""
    stripes = (np.arange(photo.pixels.shape[1]) // 6 % 2 == 1)[None, :, None]
    product = (photo.pixels.min(2) < 200)[..., None]
    pixels = np.where(product & stripes, np.uint8([250, 200, 40]), photo.pixels)
    return Example(photo=replace(photo, pixels=np.ascontiguousarray(pixels, np.uint8)), kind="shoe")


def test_a_part_takes_the_look_and_nothing_else_changes(engine: Engine, photo: Photo, striped: Example):
    projection = engine.project(photo, settings=ProjectionSettings(method="encoder"))
    made = engine.edit(projection, [LOOK], examples={"stripes": striped}).variants[0]
    changed = (made.pixels != photo.pixels).any(2)
    assert changed.any()
    assert made.measures["outside_changed"] == 0
    assert made.warnings, "a person looks at what a computer made up"
    rim = cv2.dilate((projection.mask.alpha > 0).astype(np.uint8), np.ones((25, 25), np.uint8)) == 0
    assert not changed[rim].any()
    dyed = engine.edit(projection, [LOOK, Swatch(colour="#2040a0")], examples={"stripes": striped}).variants[0]
    assert {"swatch_de2000", "light_kept"} <= set(dyed.measures), "other marks are meant for the photo in its material"


def test_what_shows_no_material_is_refused(engine: Engine, photo: Photo, striped: Example):
    projection = engine.project(photo, settings=ProjectionSettings(method="encoder"))
    with pytest.raises(NoMaterial, match="not there"):
        engine.edit(projection, [LOOK], examples={})
    for wrong in (
        LOOK.model_copy(update={"scale": 4.0}),
        LOOK.model_copy(update={"example_region": "part", "example_part": 10}),
    ):
        with pytest.raises(NoMaterial):
            cloth_for(wrong, {"stripes": striped}, 2000)
