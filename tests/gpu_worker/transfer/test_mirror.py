"""Mirror images on a glossy floor: left out of the product, dyed with it or turned grey."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from gpu_worker.contract.marks import SolverOptions
from gpu_worker.engine.facade import Engine
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.segmentation.mirror_axis import mirrored
from gpu_worker.segmentation.product_mask import find_product
from gpu_worker.transfer.mirror import find_mirror_image, with_mirror_image
from tests.gpu_worker.conftest import draw_product

GREEN = np.array([46.0, -40.0, 30.0])


def on_a_glossy_floor(strength: float, colour: tuple[int, int, int] = (180, 40, 40)) -> tuple[np.ndarray, int]:
    """A drawn shoe with its mirror image, (H, W, 3), and the row where that begins."""
    shoe = draw_product(320, colour=colour, background=255)
    axis = int(np.flatnonzero((shoe < 250).any((1, 2)))[-1]) + 1
    light = (shoe[:axis] / 255.0) ** 2.2
    floor = 1 + strength * (light[::-1][: axis // 2] - 1)
    return np.concatenate([shoe[:axis], ((floor ** (1 / 2.2)) * 255).round().astype(np.uint8)]), axis


@pytest.mark.parametrize(("strength", "found"), [(0.3, True), (0.0, False)])
def test_a_mirror_image_is_no_product(strength: float, *, found: bool) -> None:
    pixels, axis = on_a_glossy_floor(strength)
    product = np.asarray(cv2.morphologyEx(np.uint8((pixels < 250).any(2)), cv2.MORPH_CLOSE, np.ones((9, 9)))) > 0
    below = mirrored(pixels / np.float32(255), np.ones(pixels.shape, np.float32), product)
    assert below.any() == found
    assert not below[: axis - 2].any()
    assert not found or below[axis + 2 :].sum() > 0.99 * product[axis + 2 :].sum()


def test_a_shoe_whose_sole_looks_like_its_upper_is_not_cut() -> None:
    upper = np.ones((200, 200, 3), np.float32)
    upper[40:160, 30:170] = 0.3
    product = upper[..., 0] < 0.5
    assert not mirrored(upper, np.ones_like(upper), product).any()


@pytest.mark.parametrize(("way", "hue"), [("follow", "green"), ("grey", "grey")])
def test_a_mirror_image_follows_or_turns_grey_and_its_ground_stays(way: str, hue: str) -> None:
    pixels, axis = on_a_glossy_floor(0.3)
    mask = find_product(Photo(pixels=pixels))
    mask = replace(mask, alpha=np.where(np.arange(len(pixels))[:, None] < axis, mask.alpha, 0).astype(np.uint8))
    image = find_mirror_image(pixels, mask, np.array([41.0, 55.0, 33.0]))
    assert image is not None
    made = with_mirror_image(pixels, pixels, image, GREEN, way)  # type: ignore[arg-type]
    where = image.where(*mask.alpha.shape) > 0
    assert (made[~where] == pixels[~where]).all()
    red, green, blue = made[axis + 60, 150].astype(int)
    assert (green > red + 4) if hue == "green" else (np.ptp([red, green, blue]) < 8)


def test_a_grey_products_shadow_is_no_mirror_image() -> None:
    pixels, axis = on_a_glossy_floor(0.3, (90, 90, 92))
    mask = find_product(Photo(pixels=pixels[:axis]))
    below = np.zeros((len(pixels) - axis, pixels.shape[1]), np.uint8)
    mask = replace(mask, alpha=np.concatenate([mask.alpha, below]))
    assert find_mirror_image(pixels, mask, np.array([38.0, 0.0, 0.0])) is None


def test_the_engine_takes_the_setting(engine: Engine) -> None:
    pixels, axis = on_a_glossy_floor(0.3)
    alpha = find_product(Photo(pixels=pixels)).alpha
    alpha = np.where(np.arange(len(pixels))[:, None] < axis, alpha, 0).astype(np.uint8)
    projection = engine.project(Photo(pixels=pixels), product_mask=alpha, settings=ProjectionSettings(method="encoder"))
    grey = engine.recolour(projection, ["#228b22"], options=SolverOptions(steps=1, mirror="grey"))[0]
    assert np.ptp(grey.pixels[axis + 60, 150].astype(int)) < 8 < np.ptp(pixels[axis + 60, 150].astype(int))
    assert grey.measures["background_changed"] == 0
    worn = Engine(replace(engine.manifold, kind="shirt"), engine.perceptual)
    same = worn.recolour(projection, ["#228b22"], options=SolverOptions(steps=1, mirror="grey"))[0]
    assert (same.pixels[axis + 4 :] == pixels[axis + 4 :]).all()  # below a shirt are trousers
