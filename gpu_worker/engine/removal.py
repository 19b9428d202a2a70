"""The mark "remove": what is brushed over goes first; every other mark is then meant for the photo without it.

The product's frame moves when a hand at its outline is gone, so marks are brought from the old frame to the new one.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from gpu_worker.contract.marks import Remove
from gpu_worker.core.progress import Callback
from gpu_worker.engine.beforehand import Done, Editor, Given
from gpu_worker.engine.reporting import report
from gpu_worker.engine.values import Pixels, Projection
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.restoration.completion import Completed, complete
from gpu_worker.segmentation.frame import Frame

MADE_UP = "A computer made up what was behind the place that was brushed over: look at it."
_SHIFT = 4  # OpenCV's fixed-point bits


def remove(engine: Editor, projection: Projection, wanted: Sequence[Remove], given: Given) -> Done:
    """The photo without what is marked. Raises PhotoError."""
    cleared, made = engine.cleared(projection, wanted, masks=given.masks, callback=given.callback)
    return Done(projection=cleared, measures={"new": made}, warnings=[MADE_UP])


def completed(
    projection: Projection,
    removals: Sequence[Remove],
    manifold: Manifold,
    masks: dict[str, Pixels],
    callback: Callback | None,
) -> Completed:
    """The photo without what is marked. Raises PhotoError."""
    hole = hole_of(removals, projection.frame, projection.photo.pixels, masks)
    return complete(projection.photo, hole, manifold, lambda step, steps: report(callback, "transfer", step, steps))


def hole_of(removals: Sequence[Remove], frame: Frame, pixels: Pixels, masks: dict[str, Pixels]) -> Pixels:
    """(H, W) uint8, 255 where the photo is brushed over; strokes may leave the frame."""
    hole = np.zeros(pixels.shape[:2], np.uint8)
    side, placing = frame.image.shape[0], frame.placing
    for stroke in [stroke for mark in removals for stroke in mark.strokes]:
        points = placing.to_photo(np.array(stroke.points, np.float64) * side) - 0.5
        fixed = np.round(points * (1 << _SHIFT)).astype(np.int32)
        radius = max(0.5, stroke.radius * side / placing.scale)
        cv2.polylines(hole, [fixed[:, None]], False, 255, max(1, round(2 * radius)), cv2.LINE_8, _SHIFT)
        for x, y in fixed:
            cv2.circle(hole, (int(x), int(y)), round(radius * (1 << _SHIFT)), 255, -1, cv2.LINE_8, _SHIFT)
    for mark in removals:
        if mark.mask_key is not None and mark.mask_key in masks:
            hole = np.maximum(hole, masks[mark.mask_key])
    return hole
