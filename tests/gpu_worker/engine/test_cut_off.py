import numpy as np
import pytest

from gpu_worker.contract.marks import Drag, Warp
from gpu_worker.edits.errors import CutOff
from gpu_worker.engine.cut_off import check_drags, cut_off
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


HEM, HALFWAY = (0.5, 1.0), (0.5, 0.85)  # of the frame, which shows the photo's left upper quarter twice as small


@pytest.mark.parametrize(
    ("product", "source", "target", "is_cut"),
    [
        (_product(80, 80, 150, 200), HEM, HALFWAY, True),
        (_product(80, 80, 150, 180), HEM, HALFWAY, False),  # a hem that is seen
        (_product(80, 80, 150, 200), HEM, (0.5, 1.1), False),  # outwards
        (_product(80, 80, 150, 200), HEM, (0.6, 1.0), False),  # along it
        (_product(80, 80, 150, 200), (0.5, 0.9), HALFWAY, False),  # a button above it
        (_product(80, 80, 150, 200), (0.2, 1.0), (0.2, 0.85), False),  # beside the product
        (_product(0, 80, 150, 180), (0.0, 0.6), (0.1, 0.6), True),
    ],
)
def test_a_pull_away_from_where_the_photo_cuts_a_product_off_is_refused(
    product: np.ndarray, source: tuple[float, float], target: tuple[float, float], is_cut: bool
):
    photo = product[:200, :200]
    marks = [Warp(drags=[Drag(source=source, target=target)])]
    if not is_cut:
        check_drags(marks, photo, _frame(0.0))
        return
    with pytest.raises(CutOff, match="edge cuts the product off"):
        check_drags(marks, photo, _frame(0.0))
