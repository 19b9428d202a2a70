"""Strokes and masks to pixels of a frame. Strokes are polylines in fractions of the frame, drawn with a round pen."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.marks import Stroke
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.frame import Similarity

_FINE = 8  # drawn this much larger, then averaged
_SHIFT = 3  # OpenCV's fixed-point bits for subpixel lines


def draw_strokes(strokes: Sequence[Stroke], side: int, least_radius: float = 0.0) -> Array:
    """(side, side) coverage in [0, 1]. `least_radius` in pixels keeps thin pens visible at low resolution."""
    canvas = np.zeros((side * _FINE, side * _FINE), np.uint8)
    for stroke in strokes:
        points = np.array(stroke.points, np.float64) * side * _FINE - 0.5
        radius = max(stroke.radius * side, least_radius) * _FINE
        fixed = np.round(points * (1 << _SHIFT)).astype(np.int32)
        if len(fixed) > 1:
            cv2.polylines(canvas, [fixed[:, None]], False, 1, max(1, round(2 * radius)), cv2.LINE_8, _SHIFT)
        for x, y in fixed:
            cv2.circle(canvas, (int(x), int(y)), round(radius * (1 << _SHIFT)), 1, -1, cv2.LINE_8, _SHIFT)
    small = cv2.resize(canvas.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def mask_in_frame(mask: NDArray[np.uint8], placing: Similarity, side: int) -> Array:
    """A photo-sized mask (H, W) uint8 in a frame of `side` px whose placing is given, (side, side) in [0, 1]."""
    factor = max(1, int(0.5 / placing.scale))
    small = cv2.resize(
        mask, (max(1, mask.shape[1] // factor), max(1, mask.shape[0] // factor)), interpolation=cv2.INTER_AREA
    )
    sx, sy = placing.scale * mask.shape[1] / small.shape[1], placing.scale * mask.shape[0] / small.shape[0]
    matrix = np.array([[sx, 0, placing.shift_x + 0.5 * sx - 0.5], [0, sy, placing.shift_y + 0.5 * sy - 0.5]])
    return np.asarray(cv2.warpAffine(small, matrix, (side, side), flags=cv2.INTER_LINEAR), np.float32) / np.float32(255)
