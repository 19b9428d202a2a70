import dataclasses

import cv2
import numpy as np
import pytest

from gpu_worker.photos.decode import Photo
from gpu_worker.photos.errors import NotOneProduct, WrongMask
from gpu_worker.segmentation.plain_ground import MaskSettings, by_rules
from gpu_worker.segmentation.product_mask import find_product, with_given_mask
from tests.gpu_worker.conftest import draw_product


def drawn_shape(side: int) -> np.ndarray:
    y, x = (np.mgrid[:side, :side].astype(np.float32) + 0.5) / side
    body = ((x - 0.5) / 0.4) ** 4 + ((y - 0.45) / 0.22) ** 4 < 1
    return body | ((abs(x - 0.5) < 0.4) & (y > 0.64) & (y < 0.72))


@pytest.mark.parametrize("side", [160, 320, 1000])
@pytest.mark.parametrize("background", [255, 240, 215])
def test_a_product_on_a_softly_shaded_background_is_found(side: int, background: int) -> None:
    found = find_product(Photo(pixels=draw_product(side, background=background))).alpha > 127
    wanted = drawn_shape(side)
    assert (found & wanted).sum() / (found | wanted).sum() > 0.96


def test_the_edge_is_soft_and_the_rest_is_certain(photo: Photo) -> None:
    alpha = find_product(photo).alpha
    inside = cv2.erode(drawn_shape(320).astype(np.uint8), np.ones((13, 13))).astype(bool)
    outside = ~cv2.dilate(drawn_shape(320).astype(np.uint8), np.ones((13, 13))).astype(bool)
    assert (alpha[inside] == 255).all()
    assert (alpha[outside] == 0).all()
    assert ((alpha > 0) & (alpha < 255)).sum() > 50


def test_the_rules_move_no_edge() -> None:
    wanted = np.zeros((200, 160), bool)
    wanted[40:150, 30:120] = True
    pixels = np.where(wanted[..., None], np.uint8(20), np.uint8(255)).repeat(3, 2)
    assert (by_rules(Photo(pixels=pixels), MaskSettings()).product == wanted).all()


def test_a_cast_shadow_is_not_product(photo: Photo) -> None:
    y, x = np.mgrid[:320, :320].astype(np.float32) / 320
    # darkest where the product stands, fading out below it
    shadow = 1 - 0.45 * np.exp(-(((y - 0.72) / 0.03) ** 2)) * (y > 0.72) * (abs(x - 0.5) < 0.36)
    shaded = np.where(drawn_shape(320)[..., None], photo.pixels, photo.pixels * shadow[..., None]).astype(np.uint8)
    alpha = find_product(Photo(pixels=shaded)).alpha
    below = (y > 0.745) & (abs(x - 0.5) < 0.34)
    assert (alpha[below] > 127).mean() < 0.05


def test_a_patterned_background_is_refused() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    with pytest.raises(NotOneProduct, match="not plain"):
        find_product(Photo(pixels=noise))


def test_an_empty_photo_is_refused() -> None:
    with pytest.raises(NotOneProduct, match="Nothing stands out"):
        find_product(Photo(pixels=np.full((200, 200, 3), 250, np.uint8)))


def test_two_products_are_refused() -> None:
    one = draw_product(200, background=255)
    with pytest.raises(NotOneProduct, match="2 things"):
        find_product(Photo(pixels=np.concatenate([one, one], axis=1)))


def test_a_product_cut_off_by_the_edge_is_refused_where_that_matters() -> None:
    photo = Photo(pixels=draw_product(320, background=255)[:, 100:])
    find_product(photo)
    with pytest.raises(NotOneProduct, match="edge of the photo"):
        find_product(photo, MaskSettings(may_be_cut_off=False))


def test_transparency_is_the_mask(photo: Photo) -> None:
    alpha = (drawn_shape(320) * 255).astype(np.uint8)
    assert (find_product(dataclasses.replace(photo, alpha=alpha)).alpha == alpha).all()


def test_a_mask_of_another_size_is_refused(photo: Photo) -> None:
    with pytest.raises(WrongMask, match="100 x 100"):
        with_given_mask(photo, np.full((100, 100), 255, np.uint8))


def test_an_empty_mask_is_refused(photo: Photo) -> None:
    with pytest.raises(WrongMask, match="empty"):
        with_given_mask(photo, np.zeros((320, 320), np.uint8))
