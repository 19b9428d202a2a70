"""Open lines (N, 2) of x, y in pixels: even, smooth, and moved to where a picture's colours change most."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array
from gpu_worker.segmentation.live_wire import cheapest

Line = NDArray[np.float64]

_AROUND = 4  # pixels on each side of a place whose colours are compared
_STRONGEST = 40.0  # Lab: a stronger edge is no better
_BEND = 0.06  # cost of a pixel's move from one place to the next, in strongest edges
_FAR = 0.1  # cost at the end of the reach
_GAP = 30  # points: a shorter gap does not end a run


def evenly(line: Line, count: int) -> Line:
    """`count` points at equal distances along the line."""
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, line[:, k]) for k in (0, 1)], 1)


def smoothed(line: Line, sigma: float) -> Line:
    """By a Gaussian of `sigma` points; the ends stay."""
    reach = min(len(line) - 1, int(3 * sigma))
    kernel = cv2.getGaussianKernel(2 * reach + 1, sigma)[:, 0]
    before, after = 2 * line[0] - line[reach:0:-1], 2 * line[-1] - line[-2 : -reach - 2 : -1]
    whole = np.concatenate([before, line, after])
    result = np.stack([np.convolve(whole[:, k], kernel, "valid") for k in (0, 1)], 1)
    result[0], result[-1] = line[0], line[-1]
    return result


def longest_run(where: NDArray[np.bool_]) -> tuple[int, int] | None:
    """Start and length of the longest run of a ring's points, short gaps included; None where there is none, or no end to it."""
    if where.all() or not where.any():
        return None
    start = int(np.flatnonzero(~where)[0])
    edges = np.flatnonzero(np.diff(np.pad(np.roll(where, -start).astype(np.int8), 1)))
    runs = [(int(edges[0]), int(edges[1]))]
    for first, last in zip(edges[2::2], edges[3::2], strict=True):
        if first - runs[-1][1] < _GAP:
            runs[-1] = (runs[-1][0], int(last))
        else:
            runs.append((int(first), int(last)))
    first, last = max(runs, key=lambda run: run[1] - run[0])
    return ((first + start) % len(where), last - first) if last - first >= _GAP else None


def snapped(line: Line, lab: Array, reach: int) -> Line:
    """The line moved along its normals, by up to `reach` pixels, to the strongest edge of a picture (H, W, 3) that goes on all along it."""
    slope = np.gradient(line, axis=0)
    normal = np.stack([-slope[:, 1], slope[:, 0]], 1) / np.maximum(np.linalg.norm(slope, axis=1), 1e-6)[:, None]
    offsets = np.arange(-reach, reach + 1)
    cost = _FAR * np.abs(offsets)[None] / reach - _edges(line, normal, lab, reach)
    return np.asarray(line + normal * offsets[cheapest(cost, _BEND)][:, None])


def _edges(line: Line, normal: Line, lab: Array, reach: int) -> NDArray[np.float64]:
    """(N, 2 * reach + 1) how strong an edge is at each offset, 1 the strongest."""
    far = np.arange(-reach - _AROUND, reach + _AROUND + 1)
    at = (line[:, None] + normal[:, None] * far[None, :, None]).astype(np.float32)
    seen = cv2.remap(lab, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    sums = np.cumsum(np.pad(seen, ((0, 0), (1, 0), (0, 0))), axis=1)
    means = (sums[:, _AROUND:] - sums[:, :-_AROUND]) / _AROUND
    strength = np.linalg.norm(means[:, _AROUND + 1 :] - means[:, : -_AROUND - 1], axis=2)
    return np.asarray(np.minimum(strength, _STRONGEST) / _STRONGEST, np.float64)
