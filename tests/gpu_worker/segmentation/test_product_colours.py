"""What colours a product has, on drawn ones."""

import numpy as np
import pytest

from gpu_worker.measures.colour import ciede2000, rgb_to_lab
from gpu_worker.segmentation.frame import Frame, Similarity
from gpu_worker.segmentation.parts import RESOLUTION, find_parts
from gpu_worker.segmentation.product_colours import product_colours

NAVY, WHITE, SKIN = (0.11, 0.16, 0.3), (0.93, 0.93, 0.92), (0.8, 0.62, 0.5)


def frame(first: tuple, second: tuple, share: float) -> Frame:
    """A square of the first colour whose upper `share` is of the second."""
    image = np.ones((RESOLUTION, RESOLUTION, 3), np.float32)
    alpha = np.zeros((RESOLUTION, RESOLUTION), np.float32)
    alpha[40:216, 40:216] = 1
    image[40:216, 40:216] = first
    image[40 : 40 + round(176 * share), 40:216] = second
    return Frame(raw=image, image=image, alpha=alpha, placing=Similarity(scale=1.0, shift_x=0.0, shift_y=0.0))


@pytest.mark.parametrize(
    ("second", "share", "found"), [(WHITE, 0.4, [NAVY, WHITE]), (WHITE, 0.15, [NAVY]), (SKIN, 0.4, [NAVY])]
)
def test_a_second_colour_is_one_if_a_quarter_has_it_and_it_is_no_skin(second: tuple, share: float, found: list) -> None:
    colours = product_colours(find_parts(frame(NAVY, second, share), "shirt"), "shirt")
    assert len(colours) == len(found)
    for colour, expected in zip(colours, found, strict=True):
        assert ciede2000(colour, rgb_to_lab(np.array(expected))) < 1
