"""The mark "remove": what is brushed over goes first; every other mark is then meant for the photo without it.

The product's frame moves when a hand at its outline is gone, so marks are brought from the old frame to the new one.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.contract.marks import Constraint, Remove, Stroke
from gpu_worker.core.progress import Callback
from gpu_worker.engine.reporting import report
from gpu_worker.engine.values import EditResult, Pixels, Projection, Variant
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.restoration.completion import Completed, complete
from gpu_worker.segmentation.frame import Frame

MADE_UP = "A computer made up what was behind the place that was brushed over: look at it."
_SHIFT = 4  # OpenCV's fixed-point bits


def apart(constraints: Sequence[Constraint]) -> tuple[list[Remove], list[Constraint]]:
    """What is to be removed, and the other marks."""
    removals = [mark for mark in constraints if isinstance(mark, Remove)]
    return removals, [mark for mark in constraints if not isinstance(mark, Remove)]


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


def encoded(manifold: Manifold, frame: Frame) -> Tensor:
    """The encoder's latent of a frame, (1, L, D): the same wherever and whenever it is asked for."""
    image = torch.from_numpy(frame.image.transpose(2, 0, 1) * 2 - 1)[None].to(manifold.device)
    with torch.no_grad():
        latent: Tensor = manifold.encoder(F.interpolate(image, size=(manifold.resolution,) * 2, mode="area"))
    return latent


def brought_over(constraints: Sequence[Constraint], old: Frame, new: Frame) -> list[Constraint]:
    """The same marks at the same places of the photo, in another frame of it."""
    ratio = (new.placing.scale / new.image.shape[0]) / (old.placing.scale / old.image.shape[0])

    def moved(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        there = old.placing.to_photo(np.array(points, np.float64) * old.image.shape[0])
        here = np.clip(new.placing.to_frame(there) / new.image.shape[0], -0.5, 1.5)
        return [(float(x), float(y)) for x, y in here]

    def changed(mark: Constraint) -> Constraint:
        fields: dict[str, Any] = {}
        if strokes := getattr(mark, "strokes", None):
            fields["strokes"] = [Stroke(points=moved(s.points), radius=min(0.5, s.radius * ratio)) for s in strokes]
        if drags := getattr(mark, "drags", None):
            ends = [moved([drag.source, drag.target]) for drag in drags]
            fields["drags"] = [
                drag.model_copy(update={"source": a, "target": b}) for drag, (a, b) in zip(drags, ends, strict=True)
            ]
        return mark.model_copy(update=fields)

    return [changed(mark) for mark in constraints]


def result_of(original: Projection, cleared: Projection, made: float, seconds: float) -> EditResult:
    """Of removals alone: one picture, the photo with the place filled."""
    variant = Variant(
        pixels=cleared.photo.pixels,
        alpha=cleared.mask.alpha,
        w_plus=cleared.w_plus,
        cost=0.0,
        measures={"new": made, "mask_confidence": cleared.mask.confidence, "seconds_transfer": seconds},
        warnings=[MADE_UP],
    )
    return EditResult(variants=[variant], sequence=[])
