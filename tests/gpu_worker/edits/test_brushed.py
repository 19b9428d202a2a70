"""A colour brush on a photo dyes the material under it."""

import numpy as np
import pytest

from gpu_worker.contract.marks import ColourBrush, Keep, Stroke
from gpu_worker.edits.brushed import brushed_materials
from gpu_worker.edits.start import Start
from gpu_worker.segmentation.frame import Frame, Similarity
from gpu_worker.segmentation.parts import find_parts

SIDE = 256
UPPER, SOLE = (slice(60, 170), slice(20, 236)), (slice(172, 200), slice(20, 236))
ON_UPPER, ON_SOLE = [(0.3, 0.4), (0.7, 0.5)], [(0.2, 0.73), (0.8, 0.73)]


@pytest.fixture(scope="module")
def start() -> Start:
    """A blue upper, darker towards the heel, on a white sole."""
    image = np.ones((SIDE, SIDE, 3), np.float32)
    alpha = np.zeros((SIDE, SIDE), np.float32)
    alpha[UPPER] = alpha[SOLE] = 1
    light = np.linspace(0.7, 1, 216, dtype=np.float32)[None, :, None]
    image[UPPER] = np.array((0.15, 0.3, 0.85), np.float32) * light
    image[SOLE] = (0.93, 0.93, 0.9)
    sole = np.zeros((SIDE, SIDE), np.bool_)
    sole[SOLE] = True
    frame = Frame(image=image, raw=image, alpha=alpha, placing=Similarity(scale=1.0, shift_x=0.0, shift_y=0.0))
    return Start(proposal=None, frame=frame, parts=find_parts(frame, "shoe", sole=sole))  # type: ignore[arg-type]


def _brush(colour: str, points: list[tuple[float, float]]) -> ColourBrush:
    return ColourBrush(colour=colour, strokes=[Stroke(points=points, radius=0.02)])


def test_the_whole_material_is_dyed_and_no_other(start: Start):
    region = brushed_materials([_brush("#C02020", ON_UPPER)], start, [])["#c02020"]
    assert region[UPPER].mean() > 0.97
    assert not region[SOLE].any()


def test_a_sole_is_painted_where_the_strokes_are_on_it(start: Start):
    region = brushed_materials([_brush("#c02020", ON_SOLE)], start, [])["#c02020"]
    assert region[SOLE].mean() > 0.9
    assert not region[UPPER].any()


def test_each_material_takes_its_own_brush(start: Start):
    both = brushed_materials([_brush("#c02020", ON_UPPER), _brush("#20c020", ON_SOLE)], start, [])
    assert set(both) == {"#c02020", "#20c020"}


def test_what_is_to_be_kept_is_not_dyed(start: Start):
    keep = Keep(strokes=[Stroke(points=[(0.2, 0.3), (0.2, 0.6)], radius=0.05)])
    region = brushed_materials([_brush("#c02020", ON_UPPER), keep], start, [])["#c02020"]
    assert not region[90:140, 45:58].any()
    assert region[UPPER].mean() > 0.7


def test_two_colours_on_one_material_are_left_to_the_manifold(start: Start):
    assert not brushed_materials([_brush("#c02020", ON_UPPER), _brush("#20c020", [(0.5, 0.3)])], start, [])


def test_a_brush_over_a_swatchs_region_is_left_to_the_manifold(start: Start):
    assert not brushed_materials([_brush("#c02020", ON_UPPER)], start, [start.frame.alpha > 0.5])  # type: ignore[union-attr]


def test_a_brush_beside_the_product_is_left_to_the_manifold(start: Start):
    assert not brushed_materials([_brush("#c02020", [(0.5, 0.05)])], start, [])
