"""Does a changed product still fit? A sleeve that was pulled beyond the frame, or the photo, ends there in a straight line."""

import numpy as np
from numpy.typing import NDArray

from gpu_worker.engine.values import Pixels
from gpu_worker.segmentation.frame import Frame

_SHARE = 0.03  # of the window's side: less is a thread
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


def _is_new(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> bool:
    return bool(((after > 127) & (before <= 127)).mean() > _SHARE)


def _window(frame: Frame, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in the photo's pixels; the last two exclusive."""
    side = frame.image.shape[0]
    corners = frame.placing.to_photo(np.array([[_INSIDE, _INSIDE], [side - _INSIDE, side - _INSIDE]]))
    (left, top), (right, bottom) = np.round(corners).astype(int).tolist()
    return max(0, left), max(0, top), min(shape[1], right), min(shape[0], bottom)
