"""Put the mark into the pixels that an edit changed; `gpu_worker.origin.detect` finds it again."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.origin.pattern import LEAST_UNIT, TILE, tile, unit_of

STRENGTH = 0.28  # of the picture's own detail around a pixel
LEAST, MOST = 0.8, 2.4  # levels of 255, root mean square
_AROUND = 9  # units: over which detail is measured
_PLENTY, _WEAKEST, _STRONGEST = 150_000, 0.65, 1.5  # square units: the larger the surface, the weaker a mark is as sure
_STRONGEST_IN_SMALL = 2.2  # a thumbnail has few pixels to be sure by, and nobody looks at it closely
_ABOVE_MEDIAN = 2.0  # at most: an outline is detail, but nothing there would hide the mark
_FEW = 400  # pixels; fewer carry no mark, and none is tried


def watermarked(pixels: NDArray[np.uint8], changed: NDArray[np.bool_], number: int) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 with the mark where `changed` (H, W); every other pixel is what it was.

    The mark has no mean, is the same in R, G and B, and follows the detail: a smooth upper takes half a level, a knit two.
    """
    if changed.sum() < _FEW:
        return pixels
    box = _box(changed)
    part, here = pixels[box], changed[box]
    unit = unit_of(pixels.shape[1], pixels.shape[0])
    mark = _mark(part, unit, changed.sum() / unit**2, number)
    mark[~here] = 0
    marked = pixels.copy()
    marked[box] = cv2.add(part, cv2.merge([mark] * 3), dtype=cv2.CV_8U)  # rounds, and stops at 0 and 255
    return marked


def _box(changed: NDArray[np.bool_]) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _mark(part: NDArray[np.uint8], unit: float, surface: float, number: int) -> NDArray[np.float32]:
    """(h, w) levels: made at one pixel per unit, which is enough for its band, and enlarged.

    `surface` is how much of the picture is to carry it, in square units.
    """
    height, width = part.shape[:2]
    size = (max(1, round(width / unit)), max(1, round(height / unit)))
    grey = cv2.cvtColor(cv2.resize(part, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY).astype(np.float32)
    detail = grey - cv2.blur(grey, (_AROUND, _AROUND))
    strength = np.clip(STRENGTH * np.sqrt(cv2.blur(detail * detail, (_AROUND, _AROUND))), LEAST, MOST)
    strength = np.minimum(strength, _ABOVE_MEDIAN * np.median(strength))
    strongest = _STRONGEST if unit > LEAST_UNIT else _STRONGEST_IN_SMALL
    strength *= np.clip(np.sqrt(_PLENTY / surface), _WEAKEST, strongest)
    times = (-(-size[1] // TILE), -(-size[0] // TILE))
    noise = np.tile(tile(number), times)[: size[1], : size[0]]
    return np.asarray(cv2.resize(strength * noise, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
