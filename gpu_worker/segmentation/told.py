"""What a person marked on a photo, as planes: certain wherever they painted, and nothing is product outside of their box."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.outline import Outline, OutlineBrush
from gpu_worker.segmentation.background import Array

Mask = NDArray[np.bool_]
Told = NDArray[np.int8]  # 1 = product, -1 = none, 0 = not said

_SEAM = 5  # pixels of the working size
_ALIKE = 8.0  # CIELAB distance from what lies under a stroke that counts as the same
_MOST_ALIKE = 0.15  # of the product: larger areas do not follow one stroke


def told(outline: Outline, height: int, width: int) -> Told:
    """(H, W): what the marks say of every pixel. Later marks lie over earlier ones; nothing outside the box is product."""
    plane = painted(outline, height, width)
    if outline.box is not None:
        left, top, right, bottom = _box(outline.box, height, width)
        outside = np.ones(plane.shape, bool)
        outside[top:bottom, left:right] = False
        plane[outside] = -1
    return plane


def painted(outline: Outline, height: int, width: int) -> Told:
    """(H, W): the strokes alone."""
    longest, plane = max(height, width), np.zeros((height, width), np.uint8)
    for mark in outline.marks:
        level = 2 if mark.type == "product" else 1
        for stroke in mark.strokes:
            points = np.round(np.array(stroke.points) * longest - 0.5).astype(np.int32)
            thickness = max(1, round(2 * stroke.radius * longest))
            cv2.polylines(plane, [points.reshape(-1, 1, 2)], False, level, thickness)
            for x, y in points[[0, -1]].tolist():
                cv2.circle(plane, (x, y), thickness // 2, level, -1)
    return np.asarray(np.array([0, -1, 1], np.int8)[plane])


def box_shares(outline: Outline, height: int, width: int) -> tuple[float, float, float, float] | None:
    """The box in fractions of the width and of the height."""
    if outline.box is None:
        return None
    left, top, right, bottom = _box(outline.box, height, width)
    return left / width, top / height, right / width, bottom / height


def as_told(likely: Array, plane: Told) -> Array:
    """Probabilities (H, W) with what was said of them."""
    return np.asarray(np.where(plane == 0, likely, plane > 0), np.float32)


def with_alike(image: Array, likely: Array, outline: Outline) -> Array:
    """What was taken for the other side, touches a stroke and looks like what lies under it goes with the stroke.

    `image` (H, W, 3) sRGB in [0, 1]; `likely` (H, W). Large areas do not follow: there the stroke alone counts.
    """
    lab = cv2.cvtColor(cv2.bilateralFilter(image, 7, 0.08, 5), cv2.COLOR_RGB2LAB)
    most = _MOST_ALIKE * max(1.0, float((likely > 0.5).sum()))
    for side, stroke in _strokes(outline, *likely.shape):
        wrong = (likely > 0.5) != (side > 0)
        seeds = stroke & wrong
        if not seeds.any():
            continue
        alike = wrong & ((np.linalg.norm(lab - np.median(lab[seeds], axis=0), axis=2) < _ALIKE) | seeds)
        _, labels = cv2.connectedComponents(alike.astype(np.uint8), connectivity=4)
        touched = np.isin(labels, np.setdiff1d(labels[seeds], [0]))
        if touched.sum() < most:
            likely = np.where(touched, np.float32(side > 0), likely)
    return likely


def _strokes(outline: Outline, height: int, width: int) -> Iterator[tuple[int, Mask]]:
    """Each stroke by itself: its side and where it lies."""
    for mark in outline.marks:
        for stroke in mark.strokes:
            alone = Outline(marks=[OutlineBrush(type=mark.type, strokes=[stroke])])
            yield (1 if mark.type == "product" else -1), painted(alone, height, width) != 0


def corrected(product: Mask, outline: Outline, height: int, width: int) -> Mask:
    """A hard mask at another size, with what was said of it."""
    large = resized(product, height, width).astype(np.float32)
    return np.asarray(as_told(large, told(outline, height, width)) > 0.5)


def changed_by_marks(with_marks: Array, without: Array) -> Mask:
    """Where probabilities (h, w) fell on the other side by the marks; a thin seam is only another opinion on the same edge."""
    changed = ((with_marks > 0.5) != (without > 0.5)).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(changed, cv2.MORPH_OPEN, np.ones((_SEAM, _SEAM), np.uint8)).astype(bool))


def resized(mask: Mask, height: int, width: int) -> Mask:
    """A hard mask (h, w) at (H, W), interpolated and cut at one half."""
    large = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large > 0.5)


def _box(box: tuple[float, float, float, float], height: int, width: int) -> tuple[int, int, int, int]:
    """In pixels, at least one wide and high."""
    longest = max(height, width)
    left, top, right, bottom = (round(share * longest) for share in box)
    left, top = min(left, width - 1), min(top, height - 1)
    return left, top, min(max(right, left + 1), width), min(max(bottom, top + 1), height)
