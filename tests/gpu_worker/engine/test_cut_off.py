import numpy as np
import pytest

from gpu_worker.engine.cut_off import cut_off
from gpu_worker.segmentation.frame import Frame, Similarity

SIDE = 300


def _frame(shift: float) -> Frame:
    """Half the photo's size; its left edge lies `-2 * shift` pixels from the photo's."""
    empty = np.zeros((100, 100), np.float32)
    placing = Similarity(scale=0.5, shift_x=shift, shift_y=shift)
    return Frame(image=np.zeros((100, 100, 3), np.float32), raw=empty, alpha=empty, placing=placing)


def _product(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    alpha = np.zeros((SIDE, SIDE), np.uint8)
    alpha[top:bottom, left:right] = 255
    return alpha


@pytest.mark.parametrize(
    ("after", "sides"),
    [
        (_product(70, 70, 230, 230), []),
        (_product(20, 70, 230, 230), ["left"]),
        (_product(70, 70, 280, 290), ["right", "bottom"]),
        (_product(149, 20, 151, 230), []),  # a thread
    ],
)
def test_a_side_that_a_product_newly_reaches_is_named(after: np.ndarray, sides: list[str]):
    assert cut_off(_product(80, 80, 220, 220), after, _frame(-25.0)) == sides


def test_what_was_cut_off_in_the_photo_already_is_no_news():
    assert cut_off(_product(0, 80, 220, 220), _product(0, 80, 220, 225), _frame(-25.0)) == []


def test_the_photos_own_edge_counts_where_the_frame_reaches_beyond_it():
    small = _frame(10.0)
    assert cut_off(_product(80, 20, 170, 170), _product(0, 20, 170, 170), small) == ["left"]
