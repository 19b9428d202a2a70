import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.frame import LONGEST_SIDE, Similarity, crop_to_frame
from gpu_worker.segmentation.product_mask import find_product
from tests.gpu_worker.conftest import draw_product

number = st.floats(-5000, 5000)


@given(st.floats(0.01, 10), number, number, st.lists(st.tuples(number, number), min_size=1))
def test_the_way_back_is_exact(scale: float, x: float, y: float, points: list[tuple[float, float]]) -> None:
    placing = Similarity(scale=scale, shift_x=x, shift_y=y)
    there = np.array(points, np.float64)
    assert np.allclose(placing.to_photo(placing.to_frame(there)), there, atol=1e-6 / scale)


@pytest.mark.parametrize("kind", ["shoe", "shirt"])
@pytest.mark.parametrize("side", [200, 1100])
def test_the_product_takes_its_share_of_the_frame(kind: str, side: int) -> None:
    photo = Photo(pixels=draw_product(side, background=255))
    frame = crop_to_frame(photo, find_product(photo), kind, 64)
    columns = np.flatnonzero((frame.alpha > 0.5).any(0))
    assert abs((columns[-1] + 1 - columns[0]) / 64 - LONGEST_SIDE[kind]) < 0.03
    assert abs((columns[0] + columns[-1] + 1) / 2 - 32) < 1


def test_the_background_becomes_white_and_the_raw_crop_keeps_it() -> None:
    photo = Photo(pixels=draw_product(400, background=220))
    frame = crop_to_frame(photo, find_product(photo), "shoe", 64)
    outside = frame.alpha == 0
    assert frame.image[outside].min() > 0.97
    assert frame.raw[outside].max() < 0.93


def test_a_frame_shows_the_photo_where_it_says() -> None:
    photo = Photo(pixels=draw_product(640, background=255, logo=(10, 10, 200)))
    frame = crop_to_frame(photo, find_product(photo), "shoe", 64)
    x, y = frame.placing.to_frame(np.array([[0.6 * 640, 0.42 * 640]]))[0]  # the middle of the logo
    red, _, blue = frame.image[int(y), int(x)]
    assert blue > red + 0.4
