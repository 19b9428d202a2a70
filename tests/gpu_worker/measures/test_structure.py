import numpy as np
import pytest

from gpu_worker.measures.drag import found_at
from gpu_worker.measures.perceptual import shared_perceptual
from gpu_worker.measures.realism import kernel_distance, picture_features
from gpu_worker.measures.structure import background_changed, border_of, structure_kept
from gpu_worker.measures.variant import grey_lpips
from tests.gpu_worker.conftest import draw_product


def textured(seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.clip(draw_product(256).astype(int) + random.normal(0, 12, (256, 256, 1)), 0, 255).astype(np.uint8)


FULL = np.full((256, 256), 255, np.uint8)


def test_structure_survives_a_change_of_contrast_but_not_another_texture() -> None:
    picture = textured()
    flatter = (picture * 0.7 + 40).astype(np.uint8)
    assert structure_kept(picture, picture, FULL) == pytest.approx(1, abs=1e-4)
    assert structure_kept(picture, flatter, FULL) > 0.9
    assert structure_kept(picture, textured(1), FULL) < 0.6


def test_an_edge_between_what_is_dyed_and_what_is_not_may_be_left_out() -> None:
    picture, half = textured(), FULL.copy()
    half[128:] = 0
    after = picture.copy()
    after[:128] = (picture[:128] * 0.5).astype(np.uint8)
    border = border_of(half, FULL)
    assert border[124:132, 8:-8].all() and not border[:120].any() and not border[137:].any()
    assert structure_kept(picture, after, FULL, border) > structure_kept(picture, after, FULL)


def test_one_changed_background_pixel_is_seen() -> None:
    before = draw_product(64)
    after, mask = before.copy(), np.zeros((64, 64), np.uint8)
    mask[20:40, 20:40] = 255
    after[25, 25] ^= 255
    assert background_changed(before, after, mask) == 0
    after[5, 5, 1] ^= 1
    assert background_changed(before, after, mask) == 1


def test_a_recoloured_picture_has_the_same_grey_structure() -> None:
    red, blue = draw_product(128, (190, 60, 60)), draw_product(128, (60, 60, 190))
    perceptual = shared_perceptual()
    assert grey_lpips(red, blue, perceptual) < 0.6 * grey_lpips(red, np.rot90(red).copy(), perceptual)


def test_like_pictures_are_nearer_than_others() -> None:
    def family(base: int, seed: int) -> list[np.ndarray]:
        random = np.random.default_rng(seed)
        return [draw_product(96, tuple(random.integers(base, base + 60, 3))) for _ in range(8)]

    perceptual = shared_perceptual()
    dark, also_dark, bright = (picture_features(family(*a), perceptual) for a in ((20, 0), (20, 1), (180, 2)))
    assert kernel_distance(dark, also_dark) < 0.3 * kernel_distance(dark, bright)
    with pytest.raises(ValueError, match="at least two"):
        kernel_distance(dark[:1], bright)


def test_a_moved_patch_is_found_where_it_went() -> None:
    before = textured()
    after = np.roll(before, (7, -5), (0, 1))
    x, y = found_at(before, after, (100.0, 110.0), (93.0, 118.0), radius=9)
    assert abs(x - 95) < 0.2
    assert abs(y - 117) < 0.2
