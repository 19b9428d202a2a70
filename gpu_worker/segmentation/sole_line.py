"""Where upper and sole meet: a line along the photo's edges, from one end of the sole to the other.

A network says to within some pixels where a sole begins. Of each stretch of columns that bears on the ground the upper border is moved to
the strongest edge nearby by live wire, one row per column: it is never ragged, and where the photo has no edge it
stays where it was. What lies under that line is no upper: the sole's own rim, and the shadow at its foot.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.live_wire import Floats, cheapest

Mask = NDArray[np.bool_]

_REACH = 8  # rows of a frame of 256 px by which the border may be off
_OFF = 0.035  # root of the cost of being off by a row, where a clear edge gains nearly 1
_TURN = 0.5  # cost per row by which the line turns away from the network's
_LEAST_LEFT = 0.4  # of the sole's thickness there: farther down, it is the edge to the ground
_NEVER = 1e3  # cost
_MOST_TURN = 2  # rows from one column to the next
_SMOOTH = 10.0  # columns over which the network's own line is smoothed
_LONG = 1.5  # columns along which an edge is gathered
_NOISE = 1.0  # L* per pixel below which a gradient is no edge
_END = 0.06  # of the product's width: beside a sole's end so much of the product is sole too
_RIM = 2  # rows by which a sole may go on below what the network saw of it
_CRUMB = 0.1  # of the largest piece: a smaller one is an error


def along_edges(image: Array, inside: Mask, sole: Mask) -> Mask:
    """What lies under the line between upper and sole, (R, R), of a product `inside` of an image (R, R, 3) sRGB; nothing without a sole."""
    gradient, result = _gradient(image), np.zeros_like(sole)
    width = np.ptp(np.flatnonzero(inside.any(0))) + 1 if inside.any() else 0
    sole = _without_crumbs(sole)
    for first, last in _stretches(np.asarray(sole.any(0))):
        columns = np.arange(first, last)
        line = _line(gradient, sole[:, columns], columns)
        result |= _under(line, columns, inside, round(_END * width))
    return result


def without_shadow(under: Mask, sole: Mask) -> Mask:
    """The sole alone of what lies under the line: what is lower than the network's `sole` is the shadow at its foot."""
    sole = _without_crumbs(sole)
    columns = np.flatnonzero(sole.any(0))
    if not len(columns):
        return np.zeros_like(under)
    lowest = len(sole) - 1 - sole[::-1, columns].argmax(0)
    foot = np.interp(np.arange(sole.shape[1]), columns, lowest) + _RIM
    return np.asarray(under & (np.arange(len(sole))[:, None] <= foot[None]))


def _without_crumbs(sole: Mask) -> Mask:
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(sole.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    large = np.flatnonzero(areas >= _CRUMB * areas[1:].max(initial=1))
    return np.asarray(np.isin(pieces, large[large > 0]))


def _stretches(there: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last (exclusive) column of each stretch; narrow gaps are bridged."""
    closed = cv2.morphologyEx(there.astype(np.uint8)[None], cv2.MORPH_CLOSE, np.ones((1, 7), np.uint8))[0]
    steps = np.flatnonzero(np.diff(np.pad(closed.astype(np.int8), 1)))
    return [(int(a), int(b)) for a, b in zip(steps[::2], steps[1::2], strict=True) if b - a > 4]


def _gradient(image: Array) -> Array:
    """(R, R, 2, 3) of Lab along x and y, per pixel."""
    lab = cv2.GaussianBlur(cv2.cvtColor(np.asarray(image, np.float32), cv2.COLOR_RGB2Lab), (0, 0), 0.8)
    return np.stack([cv2.Sobel(lab, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(lab, cv2.CV_32F, 0, 1, scale=1 / 8)], 2)


def _line(gradient: Array, sole: Mask, columns: NDArray[np.int64]) -> Floats:
    """The row at which the sole begins, (C,), from what of it is in these columns, (R, C)."""
    known = np.asarray(sole.any(0))
    smooth, thick = _smooth(sole.argmax(0), known), _smooth(sole.sum(0), known)
    offsets = np.arange(-_REACH, _REACH + 1)
    strength = _strength(gradient, smooth[:, None] + offsets, columns, np.gradient(smooth))
    strength = np.asarray(cv2.GaussianBlur(strength, (1, 8 * round(_LONG) + 1), sigmaX=0.01, sigmaY=_LONG), np.float64)
    clear = strength / (strength + 0.5 * np.median(strength.max(1)) + _NOISE)
    cost = np.square(_OFF * offsets) - clear
    cost[offsets[None] > np.maximum(_LEAST_LEFT * thick, 1)[:, None]] = _NEVER
    return smooth + offsets[cheapest(cost, _TURN, _MOST_TURN)]


def _smooth(values: NDArray[np.int64], known: NDArray[np.bool_]) -> Floats:
    """(C,) without outliers, and smooth; gaps are filled."""
    places = np.arange(len(values))
    padded = np.pad(np.interp(places, places[known], values[known]), 4, mode="edge")
    median = np.median(np.lib.stride_tricks.sliding_window_view(padded, 9), axis=1)
    return np.asarray(cv2.GaussianBlur(median[None], (0, 0), _SMOOTH)[0], np.float64)


def _strength(gradient: Array, rows: Floats, columns: NDArray[np.int64], slope: Floats) -> Floats:
    """Change of Lab across a line of that slope at rows (C, K) of columns (C,)."""
    x = np.broadcast_to(columns[:, None], rows.shape).astype(np.float32)
    found = cv2.remap(gradient.reshape(*gradient.shape[:2], 6), x, rows.astype(np.float32), cv2.INTER_LINEAR)
    found = found.reshape(*rows.shape, 2, 3)
    across = np.stack([-slope, np.ones_like(slope)]) / np.hypot(slope, 1)
    return np.asarray(np.linalg.norm(np.einsum("ckdl,dc->ckl", found, across), axis=2), np.float64)


def _under(line: Floats, columns: NDArray[np.int64], inside: Mask, end: int) -> Mask:
    """What of the product lies under the line, and beside its ends as far as `end` columns when that is all there is."""
    there = np.flatnonzero(inside.any(0))
    left, right = int(columns[0]), int(columns[-1])
    left = int(there[0]) if left - there[0] <= end else left
    right = int(there[-1]) if there[-1] - right <= end else right
    full = np.interp(np.arange(inside.shape[1]), columns, line)
    across = np.arange(inside.shape[1])
    under = np.arange(len(inside))[:, None] >= np.round(full)[None]
    return np.asarray(inside & under & ((across >= left) & (across <= right))[None])
