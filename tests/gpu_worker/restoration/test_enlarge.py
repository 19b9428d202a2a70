import cv2
import numpy as np
import pytest
import torch

from gpu_worker.contract.marks import Enlarge, Swatch
from gpu_worker.edits.errors import Contradiction
from gpu_worker.engine.facade import Engine
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.measures.perceptual import shared_perceptual
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.restoration.enlarge import TooLarge, enlarge, tiles_of
from gpu_worker.tasks.gallery import edited_colour


def drawn_shoe(side: int = 192) -> np.ndarray:
    """A dark, rounded thing with a light sole on white, with hard edges that enlarging must keep hard."""
    picture = np.full((side, side, 3), 255, np.uint8)
    cv2.ellipse(picture, (side // 2, side // 2), (side // 3, side // 5), 0, 180, 360, (40, 50, 90), -1, cv2.LINE_AA)
    cv2.rectangle(picture, (side // 6, side // 2), (5 * side // 6, 6 * side // 10), (200, 190, 180), -1)
    return picture


def lpips(a: np.ndarray, b: np.ndarray) -> float:
    pair = [torch.from_numpy(x).permute(2, 0, 1)[None].float() / 127.5 - 1 for x in (a, b)]
    return float(shared_perceptual().lpips(*pair))


@pytest.mark.parametrize("factor", [2, 4])
def test_a_small_picture_comes_back_larger_and_nearer_than_by_interpolation(factor: int):
    original = drawn_shoe()
    small = cv2.resize(original, (192 // factor, 192 // factor), interpolation=cv2.INTER_AREA)
    made = enlarge(small, factor, shared_high_resolution())
    smooth = cv2.resize(small, (192, 192), interpolation=cv2.INTER_CUBIC)
    assert made.shape == original.shape
    assert lpips(made, original) < 0.7 * lpips(smooth, original)


def test_tiles_cover_every_pixel_once_and_join_without_a_seam():
    covered = np.zeros((200, 150), int)
    for tile in tiles_of(200, 150):
        y, x = tile.rows.start + tile.top, tile.columns.start + tile.left
        covered[y : y + tile.height, x : x + tile.width] += 1
    assert (covered == 1).all()
    even = np.full((160, 140, 3), 120, np.uint8)
    made = enlarge(even, 2, shared_high_resolution()).astype(int)
    steps = np.abs(np.diff(made, axis=1)).max(0).max(1)
    assert steps[254:258].max() <= steps.max()  # where two tiles meet is no worse than anywhere else


def test_a_large_photo_is_refused_with_a_reason():
    with pytest.raises(TooLarge, match="needs no enlarging"):
        enlarge(np.zeros((1200, 1200, 3), np.uint8), 2, shared_high_resolution())


def test_enlarging_can_be_stopped_between_tiles():
    class Stop(Exception):
        pass

    def stop(done: int, tiles: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        enlarge(np.zeros((64, 64, 3), np.uint8), 2, shared_high_resolution(), stop)


def test_an_edit_enlarges_a_photo_alone(engine: Engine, photo: Photo):
    projection = engine.project(photo, settings=ProjectionSettings(method="encoder"))
    variant = engine.edit(projection, [Enlarge(factor=2)]).variants[0]
    assert variant.pixels.shape == (2 * photo.height, 2 * photo.width, 3)
    assert variant.alpha.shape == variant.pixels.shape[:2]
    assert variant.warnings, "a person looks at what a computer made up"
    assert np.isfinite(edited_colour(photo.pixels, variant)).all()
    with pytest.raises(Contradiction, match="by itself"):
        engine.edit(projection, [Enlarge(factor=2), Swatch(colour="#c1121f")])
