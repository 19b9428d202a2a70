"""A shoe's opening deeper or shallower: the border inside moves, and the product's outline stays."""

import numpy as np
import pytest

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.painting.borders import part_moved
from gpu_worker.painting.inner_borders import lining_moved
from gpu_worker.segmentation.frame import Frame, Similarity
from gpu_worker.segmentation.named_parts import NamedParts

SIDE = 256


def _shoe(height: int) -> NamedParts:
    """A product from y 40 to 220 and x 60 to 200; its lining at the top, in the middle."""
    labels = np.full((SIDE, SIDE), -1, np.int8)
    labels[40:220, 60:200] = 0
    labels[40 : 40 + height, 100:160] = 3
    raw = np.ones((SIDE, SIDE, 3), np.float32)
    alpha, placing = (labels >= 0).astype(np.float32), Similarity(scale=0.5, shift_x=0, shift_y=0)
    frame = Frame(image=raw, raw=raw, alpha=alpha, placing=placing)
    return NamedParts(kind="shoe", frame=frame, labels=labels, confidence={"upper": 1.0, "lining": 1.0})


@pytest.mark.parametrize(("action", "expected"), [("more", 1.4), ("less", 1 / 1.4)])
def test_the_lining_is_deeper_or_shallower_and_the_outline_stays(action: str, expected: float):
    named = _shoe(30)
    field = lining_moved(named, action, 1.0)
    there = part_moved(named.mask("lining"), field)
    assert there[:, 110:150].sum(0).mean() / 30 == pytest.approx(expected, abs=0.08)
    product = named.labels >= 0
    assert (part_moved(product, field) == product).mean() > 0.999
    assert np.abs(field[..., 0]).max() == 0
    down = np.abs(field[..., 1])
    assert down[150:].max() == 0 and down[:, :70].max() == 0 and down[:, 190:].max() == 0


def test_no_place_is_passed_by_another():
    """Below the border what gives way is pressed together, never folded."""
    field = lining_moved(_shoe(40), "more", 2.0)
    seen_at = np.arange(SIDE)[:, None] - field[..., 1]
    assert np.diff(seen_at, axis=0).min() > 0


def test_a_lining_that_is_hardly_seen_is_refused_in_a_sentence():
    with pytest.raises(DoesNotFit, match="The lining is hardly to be seen in this photo"):
        lining_moved(_shoe(5), "less", 1.0)
