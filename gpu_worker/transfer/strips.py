"""Full-size work in strips of rows: memory stays bounded for any photo, and both cores are used."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.frame import Similarity

_STRIP_PIXELS = 600_000  # a strip's float32 RGB stays near the size of the last-level cache
_TILE = 256
_THREADS = max(1, min(4, os.cpu_count() or 1))


def strips(rows: slice, width: int) -> Iterator[slice]:
    """Consecutive row slices of about _STRIP_PIXELS pixels covering `rows`."""
    step = max(8, _STRIP_PIXELS // max(1, width))
    for top in range(rows.start, rows.stop, step):
        yield slice(top, min(top + step, rows.stop))


def for_each_strip(work: Callable[[slice], None], rows: slice, width: int) -> None:
    """Run `work` on every strip; exceptions come out. OpenCV and numpy release the interpreter, so threads help."""
    parts = list(strips(rows, width))
    if len(parts) < 2 or _THREADS < 2:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(work, parts))


def sample_window(field: Array, placing: Similarity, rows: slice, columns: slice, *, repeat: bool = False) -> Array:
    """A frame field (R, R[, up to 4]) at the photo's pixels in a window, bilinear; outside the frame 0, or repeated."""
    s = placing.scale
    shift_x = placing.shift_x + (columns.start + 0.5) * s - 0.5
    shift_y = placing.shift_y + (rows.start + 0.5) * s - 0.5
    matrix = np.array([[s, 0, shift_x], [0, s, shift_y]], np.float64)
    size = (columns.stop - columns.start, rows.stop - rows.start)
    border = cv2.BORDER_REPLICATE if repeat else cv2.BORDER_CONSTANT
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(field, matrix, size, flags=flags, borderMode=border), np.float32)


def sample_points(field: Array, placing: Similarity, x: NDArray[np.int64], y: NDArray[np.int64]) -> Array:
    """A frame field (R, R, C) at single photo pixels, bilinear, its border repeated: (N, C)."""
    map_x = ((x + 0.5) * placing.scale + placing.shift_x - 0.5).astype(np.float32)
    map_y = ((y + 0.5) * placing.scale + placing.shift_y - 0.5).astype(np.float32)
    step = 32_000  # OpenCV's limit on a map's side
    chunks = []
    for i in range(0, len(map_x), step):
        part = slice(i, i + step)
        values = cv2.remap(
            field, map_x[part, None], map_y[part, None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        chunks.append(values[:, 0])
    return np.concatenate(chunks)


def window_of(
    mask: NDArray[np.bool_], placing: Similarity, height: int, width: int, margin: float
) -> tuple[slice, slice]:
    """Rows and columns of the photo that a frame mask (R, R) reaches, `margin` frame pixels around it included."""
    y, x = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    corners = np.array([[x[0] - margin, y[0] - margin], [x[-1] + 1 + margin, y[-1] + 1 + margin]], np.float64)
    (left, top), (right, bottom) = placing.to_photo(corners)
    rows = slice(int(np.clip(np.floor(top), 0, height)), int(np.clip(np.ceil(bottom), 0, height)))
    columns = slice(int(np.clip(np.floor(left), 0, width)), int(np.clip(np.ceil(right), 0, width)))
    return rows, columns


def dither(rows: slice, columns: slice) -> Array:
    """Noise in [0, 1) fixed to the photo's pixels: rounding without bands, and the same however strips are cut."""
    tile = _dither_tile()
    y, x = np.arange(rows.start, rows.stop) % _TILE, np.arange(columns.start, columns.stop) % _TILE
    return tile.take(y, 0).take(x, 1)


@cache
def _dither_tile() -> Array:
    """Interleaved gradient noise (Jimenez 2014)."""
    y, x = np.mgrid[:_TILE, :_TILE].astype(np.float64)
    return np.asarray((52.9829189 * ((0.06711056 * x + 0.00583715 * y) % 1)) % 1, np.float32)
