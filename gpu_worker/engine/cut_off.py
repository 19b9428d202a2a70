"""Where a product meets the photo's edge: does a changed one still fit, and is there anything to pull at?

A sleeve that was pulled beyond the frame, or the photo, ends there in a straight line. What the photo cuts off has no outline there: a
hem that it does not show cannot be pulled up, for what would come into sight is in no picture.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.marks import Constraint, Drag, Warp
from gpu_worker.edits.errors import CutOff
from gpu_worker.engine.values import Pixels
from gpu_worker.segmentation.frame import Frame

_SHARE = 0.03  # of the window's side: less is a thread
_AT_EDGE = (
    0.05  # of the frame's side: a pull that begins no farther from the photo's edge is one at what is cut off there
)
_AWAY = 0.02  # of the frame's side: a pull that leads no farther away from it uncovers nothing to speak of
_TOUCHES = 0.5  # share of the edge beside a pull that is product
_RIM = 3  # pixels of a mask's border, where it may be soft
_INSIDE = 1.0  # frame pixels from its edge, where an outline has not yet softened


def cut_off(before: Pixels, after: Pixels, frame: Frame) -> list[str]:
    """The sides, of left, right, top and bottom, where a product (H, W) uint8 ends in a cut that it had not before.

    Looked at are the edges of the frame, or of the photo where that is nearer.
    """
    left, top, right, bottom = _window(frame, before.shape)
    pairs = {
        "left": (before[top:bottom, left], after[top:bottom, left]),
        "right": (before[top:bottom, right - 1], after[top:bottom, right - 1]),
        "top": (before[top, left:right], after[top, left:right]),
        "bottom": (before[bottom - 1, left:right], after[bottom - 1, left:right]),
    }
    return [side for side, lines in pairs.items() if _is_new(*lines)]


def check_drags(marks: Sequence[Constraint], alpha: Pixels, frame: Frame) -> None:
    """Raises CutOff for a pull away from an edge of the photo at which the product, its mask (H, W), is cut off."""
    for drag in (drag for mark in marks if isinstance(mark, Warp) for drag in mark.drags):
        for side, cut in _edges(drag, alpha, frame):
            if cut.size and (cut > 127).mean() > _TOUCHES:
                raise CutOff(
                    f"The photo's {side} edge cuts the product off where this pull begins, and what it would uncover is not in the photo."
                    " Pull at an outline that is seen.",
                    side=side,
                )


def _edges(drag: Drag, alpha: Pixels, frame: Frame) -> list[tuple[str, NDArray[np.uint8]]]:
    """The edges of the photo from which a drag leads away, by name, and the mask (N,) along each beside its source."""
    side, (height, width) = frame.image.shape[0], alpha.shape
    source, target = frame.placing.to_photo(np.array([drag.source, drag.target]) * side)
    near, away = (share * side / frame.placing.scale for share in (_AT_EDGE, _AWAY))
    (x, y), (right, down) = source, target - source
    rows, columns = (slice(max(0, int(at - near)), max(0, int(at + near) + 1)) for at in (y, x))
    every = [
        ("left", x, right, alpha[rows, :_RIM].max(1)),
        ("right", width - x, -right, alpha[rows, -_RIM:].max(1)),
        ("top", y, down, alpha[:_RIM, columns].max(0)),
        ("bottom", height - y, -down, alpha[-_RIM:, columns].max(0)),
    ]
    return [(name, line) for name, apart, leads, line in every if apart <= near and leads > away]


def _is_new(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> bool:
    return bool(((after > 127) & (before <= 127)).mean() > _SHARE)


def _window(frame: Frame, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in the photo's pixels; the last two exclusive."""
    side = frame.image.shape[0]
    corners = frame.placing.to_photo(np.array([[_INSIDE, _INSIDE], [side - _INSIDE, side - _INSIDE]]))
    (left, top), (right, bottom) = np.round(corners).astype(int).tolist()
    return max(0, left), max(0, top), min(shape[1], right), min(shape[0], bottom)
