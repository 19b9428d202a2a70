"""Image quilting: more of a texture than there is, from overlapping patches joined along the seams where they differ least.

Source: Efros and Freeman 2001. Patches are compared on a smaller copy and cut at full size. Pictures are (H, W, 3) float32 of any colour
space whose distances mean something, here Lab.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array

Mask = NDArray[np.bool_]

_OVERLAP = 3  # a patch overlaps the last one by one in so many of its side
_SEARCHED = 320  # pixels of the source's longer side when patches are compared
_ALIKE = 1.15  # a patch may be this much worse than the best: chance avoids rows of the same patch
_PLAIN = 0.5  # added to errors, Lab units squared, so that of plain cloth every patch is alike


def quilt(texture: Array, side: int, height: int, width: int, *, seed: int = 0) -> Array:
    """(height, width, 3) of a texture (h, w, 3), in patches of `side` pixels. Raises ValueError for a side beyond the texture's."""
    if side > min(texture.shape[:2]):
        raise ValueError("the patch is larger than the texture")
    step = side - side // _OVERLAP
    rows, columns = -(-height // step), -(-width // step)
    canvas = np.zeros((rows * step + side, columns * step + side, 3), np.float32)
    search, random = _Search(texture, side), np.random.default_rng(seed)
    for row in range(rows):
        for column in range(columns):
            place = (slice(row * step, row * step + side), slice(column * step, column * step + side))
            y, x = search.best(canvas[place], row > 0, column > 0, random)
            canvas[place] = _joined(canvas[place], texture[y : y + side, x : x + side], row > 0, column > 0)
    return canvas[:height, :width]


class _Search:
    """Where in the texture the patch lies that goes on best from what is there."""

    def __init__(self, texture: Array, side: int) -> None:
        self._factor = max(1, min(side // 12, round(max(texture.shape) / _SEARCHED)))
        self._small = _shrunk(texture, self._factor)
        self._most = np.array(texture.shape[:2]) - side

    def best(self, there: Array, above: bool, beside: bool, random: np.random.Generator) -> tuple[int, int]:
        if not above and not beside:
            y, x = random.integers(self._most + 1)
            return int(y), int(x)
        wanted = _shrunk(there, self._factor)
        side, lap = len(wanted), max(1, len(wanted) // _OVERLAP)
        known = np.zeros((side, side, 3), np.float32)
        known[:lap] += above
        known[:, :lap] += beside
        error = cv2.matchTemplate(self._small, wanted, cv2.TM_SQDIFF, mask=np.minimum(known, 1))
        error = np.maximum(error, 0) + _PLAIN * float((known > 0).sum())
        good = np.argwhere(error <= _ALIKE * error.min())
        y, x = np.minimum(good[random.integers(len(good))] * self._factor, self._most)
        return int(y), int(x)


def _shrunk(picture: Array, factor: int) -> Array:
    if factor == 1:
        return np.ascontiguousarray(picture)
    size = (max(1, picture.shape[1] // factor), max(1, picture.shape[0] // factor))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def _joined(there: Array, patch: Array, above: bool, beside: bool) -> Array:
    """The patch over what is there, cut along the seams of least difference and feathered by a pixel."""
    side = len(patch)
    lap = max(1, side // _OVERLAP)
    fresh = np.ones((side, side), np.float32)
    difference = np.square(there - patch).sum(2)
    if beside:
        fresh[:, :lap] *= _right_of_seam(difference[:, :lap])
    if above:
        fresh[:lap] *= _right_of_seam(difference[:lap].T).T
    fresh = cv2.GaussianBlur(fresh, (0, 0), 0.8) if above or beside else fresh
    fresh = np.where(_known(side, lap, above, beside), fresh, 1)[..., None]
    return np.asarray(fresh * patch + (1 - fresh) * there, np.float32)


def _known(side: int, lap: int, above: bool, beside: bool) -> Mask:
    known = np.zeros((side, side), bool)
    known[:lap] |= above
    known[:, :lap] |= beside
    return known


def _right_of_seam(difference: Array) -> Array:
    """1 at and right of the path from top to bottom along which differences, (N, lap), are least; by dynamic programming."""
    total = difference.copy()
    for row in range(1, len(total)):
        last = np.pad(total[row - 1], 1, constant_values=np.inf)
        total[row] += np.minimum(np.minimum(last[:-2], last[1:-1]), last[2:])
    path = np.empty(len(total), np.int64)
    path[-1] = total[-1].argmin()
    for row in range(len(total) - 2, -1, -1):
        left = max(0, path[row + 1] - 1)
        path[row] = left + total[row, left : path[row + 1] + 2].argmin()
    return (np.arange(total.shape[1])[None] >= path[:, None]).astype(np.float32)
