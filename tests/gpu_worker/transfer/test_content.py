import cv2
import numpy as np
import pytest

from gpu_worker.segmentation.frame import Similarity
from gpu_worker.transfer.apply import PhotoChange
from gpu_worker.transfer.content import Content, Sight, content_of, find_new, meant, sight_of
from gpu_worker.transfer.lay_in import lay_in
from gpu_worker.transfer.render import Rendered

SIDE = 192
PLACING = Similarity(scale=0.5, shift_x=0.0, shift_y=0.0)  # a photo of 384 px


def body(colour: tuple[float, float, float], sleeve: bool = False) -> np.ndarray:
    """A garment on white, (192, 192, 3): a trunk, and a sleeve beside it."""
    picture = np.ones((SIDE, SIDE, 3), np.float32)
    cv2.rectangle(picture, (60, 40), (130, 160), colour, -1)
    if sleeve:
        cv2.rectangle(picture, (131, 45), (165, 120), colour, -1)
    return picture


def found(before: np.ndarray, after: np.ndarray, photo: np.ndarray | None = None) -> Content:
    seen, shown = sight_of(before if photo is None else photo), sight_of(after)
    return content_of(seen, shown, find_new(sight_of(before), shown), PLACING)


def test_nothing_is_new_where_the_generator_shows_the_same():
    content = found(body((0.2, 0.3, 0.6)), body((0.2, 0.3, 0.6)))
    assert content.new.max() == 0
    assert content.share == 0


def test_another_colour_alone_is_not_new():
    assert found(body((0.2, 0.3, 0.6)), body((0.3, 0.3, 0.5))).new.max() == 0


def test_another_colour_is_new_where_the_edit_has_its_say():
    before, after = body((0.2, 0.3, 0.6)), body((0.2, 0.3, 0.6))
    cv2.rectangle(after, (70, 100), (120, 150), (0.9, 0.8, 0.2), -1)
    reach = np.zeros((SIDE, SIDE), np.float32)
    assert find_new(sight_of(before), sight_of(after), reach).max() == 0
    reach[80:160] = 1
    assert find_new(sight_of(before), sight_of(after), reach)[110:140, 80:110].min() > 0.9


def test_what_is_fresh_counts_only_within_the_reach():
    fresh = np.ones((4, 4), np.float32)
    reach = np.repeat(np.array([0.0, 0.3, 0.5, 1.0], np.float32)[:, None], 4, 1)
    assert meant(fresh, reach)[:, 0].tolist() == [0, 0, 1, 1]
    assert meant(0 * fresh, reach).max() == 0


def test_a_sleeve_that_was_not_there_is_new_and_nothing_else_is():
    content = found(body((0.2, 0.3, 0.6)), body((0.2, 0.3, 0.6), sleeve=True))
    assert content.new[60:110, 140:160].min() > 0.9
    assert content.new[:, :100].max() == 0
    assert 0.1 < content.share < 0.5


def test_new_content_takes_the_photos_colour():
    photo = body((0.7, 0.1, 0.1))
    content = found(body((0.2, 0.3, 0.6)), body((0.2, 0.3, 0.6), sleeve=True), photo)
    assert np.abs(content.picture[60:110, 140:160].mean((0, 1)) - (0.7, 0.1, 0.1)).max() < 0.05


@pytest.fixture
def moved() -> Rendered:
    photo = np.round(cv2.resize(body((0.7, 0.1, 0.1)), (384, 384), interpolation=cv2.INTER_NEAREST) * 255)
    pixels = photo.astype(np.uint8)
    alpha = np.where(pixels.min(2) < 250, 255, 0).astype(np.uint8)
    return Rendered(pixels=pixels, alpha=alpha, still=pixels)


def test_content_is_laid_in_and_the_rest_stays_bit_identical(moved: Rendered):
    content = found(body((0.2, 0.3, 0.6)), body((0.2, 0.3, 0.6), sleeve=True), body((0.7, 0.1, 0.1)))
    behind = np.ones((SIDE, SIDE, 3), np.float32)
    change = PhotoChange(affine=None, flow=None, behind=behind, placing=PLACING)
    result = lay_in(moved, moved.alpha, content, change)
    assert result.alpha[150:200, 290:310].min() > 240
    assert np.abs(result.pixels[150:200, 290:310].mean((0, 1)) - (178, 26, 26)).max() < 14
    untouched = (result.alpha == 0) & (moved.alpha == 0)
    assert (result.pixels[untouched] == moved.pixels[untouched]).all()
    assert (result.pixels[:, :200] == moved.pixels[:, :200]).all()


def test_ground_that_a_moved_product_covered_and_content_uncovers_is_the_photos(moved: Rendered):
    ground = np.random.default_rng(0).integers(240, 256, moved.pixels.shape, dtype=np.uint8)
    photo = np.where(moved.alpha[..., None] > 0, moved.pixels, ground)
    shifted = Rendered(pixels=np.roll(photo, 40, 1), alpha=np.roll(moved.alpha, 40, 1), still=photo)
    empty = Sight(picture=np.ones((SIDE, SIDE, 3), np.float32), alpha=np.zeros((SIDE, SIDE), np.float32))
    content = content_of(empty, empty, np.ones((SIDE, SIDE), np.float32), PLACING)
    change = PhotoChange(affine=None, flow=None, behind=np.ones((SIDE, SIDE, 3), np.float32), placing=PLACING)
    result = lay_in(shifted, moved.alpha, content, change)
    uncovered = (shifted.alpha == 255) & (moved.alpha == 0) & (result.alpha == 0)
    assert uncovered.sum() > 1000
    assert (result.pixels[uncovered] == photo[uncovered]).all()


def test_without_new_content_the_picture_is_the_same_object(moved: Rendered):
    content = found(body((0.2, 0.3, 0.6)), body((0.2, 0.3, 0.6)))
    change = PhotoChange(affine=None, flow=None, behind=np.ones((SIDE, SIDE, 3), np.float32), placing=PLACING)
    assert lay_in(moved, moved.alpha, content, change) is moved


def test_a_sight_fills_white_parts_inside_an_outline():
    picture = body((0.2, 0.3, 0.6))
    picture[80:120, 80:110] = 1.0
    assert sight_of(picture).alpha[100, 95] == 1
    assert sight_of(picture).alpha[10, 10] == 0
