"""Where a shirt's cloth ends at the neck: seen against skin on somebody, told by its edge where the back's inside is seen.

Places are pixels of the named parts' frame (R, R), x to the right, y down.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.grafts.lines import Line, evenly, smoothed
from gpu_worker.measures.colour import Array
from gpu_worker.segmentation.named_parts import NamedParts

Mask = NDArray[np.bool_]

_TORSO = (0.3, 0.8)  # of the garment's height: rows that tell its middle and width
_NEAR = 0.22  # of the torso's width, from its middle: where the neckline's lowest point may lie
_BESIDE = 0.42  # of it, from there: where its ends may
_WIDTH = (0.18, 0.85)  # of the torso's width
_WORN, _NECK = 0.12, 0.27  # of its own width, and of the torso's: a neckline this deep and wide shows a neck
_ABOVE, _NO_GROUND = (4, 9), 12.0  # pixels above the outline; Lab from the ground
_DEEPEST = 0.95
_LEVEL = (1.0, 2.0)  # pixels
_TALL = 8  # pixels: nothing smaller is a garment
_POINTS, _SMOOTH = 60, 3.0
_ROUND = 1.9  # of a superellipse: the front of a neckband
_DEPTHS = (0.14, 0.5)  # of its width: where a front edge is looked for
_EDGE, _OF_STRONGEST = 2.5, 0.6  # of L* a pixel: an edge; of the strongest: an edge above it is the upper one of a band
_DEFAULT = 0.24  # of its width: how deep it is where no edge tells
_BAND = 0.22  # of its width: how far below that the front's edge may be after all


@dataclass(frozen=True, kw_only=True, eq=False)
class Neckline:
    """From its lowest point to where it meets the shoulders."""

    sides: tuple[Line, Line]  # (N, 2) each, the photo's left side first
    width: float
    band: float | None  # on nobody: how far below it what is at the neck now may go on; None on somebody
    hem: int  # the garment's last row
    torso: float  # its width
    ends: NDArray[np.float64]  # (hem + 1 - y, 2) the torso's first and last column in each row from the lowest point

    @property
    def lowest(self) -> Line:
        """(2,) x, y."""
        return np.asarray(self.sides[0][0])


def find_neckline(named: NamedParts, lab: Array) -> Neckline:
    """`lab` (R, R, 3) is the frame in Lab. Raises DoesNotFit where none is seen, and for one that is too wide or too deep."""
    product = named.labels >= 0
    front = product & ~named.mask("sleeves")
    rows, columns = np.flatnonzero(front.any(1)), np.flatnonzero(product.any(0))
    if len(rows) < _TALL:
        raise DoesNotFit("No neckline is to be seen in this photo.")
    first, hem = int(rows[0]), int(rows[-1])
    ends = _ends(front, *(round(first + share * (hem - first)) for share in _TORSO))
    ends = ends[np.isfinite(ends[:, 0])]
    if len(ends) == 0:
        raise DoesNotFit("No neckline is to be seen in this photo.")
    middle, torso = float(np.median(ends.mean(1))), float(np.median(ends[:, 1] - ends[:, 0]))
    top = np.where(product.any(0), product.argmax(0), len(product)).astype(np.float64)
    low, high = max(columns[0] + 2, round(middle - _NEAR * torso)), min(columns[-1] - 2, round(middle + _NEAR * torso))
    if high - low < _TALL:
        raise DoesNotFit("No neckline is to be seen in this photo.")
    lowest = low + int(np.median(np.flatnonzero(top[low:high] >= top[low:high].max() - _LEVEL[0])))
    left, right = _corners(top, lowest, round(_BESIDE * torso), columns, _LEVEL[0], inner=True)
    deep = top[lowest] - max(top[left], top[right]) >= _WORN * (right - left)
    if deep and right - left > _NECK * torso and _shows_somebody(named, lab, top, slice(left, right)):
        sides, band = (_along(top, lowest, left), _along(top, lowest, right)), None
    else:
        left, right = _corners(top, round(middle), round(_BESIDE * torso), columns, _LEVEL[1], inner=False)
        _check_width(right - left, torso)
        sides, band = _front_edge(np.array([left, top[left]]), np.array([right, top[right]]), lab[..., 0])
    _check_width(right - left, torso)
    if sides[0][0, 1] - max(side[-1, 1] for side in sides) > _DEEPEST * (right - left):
        raise DoesNotFit("This neckline is too deep for a collar.")
    below = _ends(front, int(sides[0][0, 1]), hem + 1)
    return Neckline(sides=sides, width=float(right - left), band=band, hem=hem, torso=torso, ends=below)


def _shows_somebody(named: NamedParts, lab: Array, top: Line, columns: slice) -> bool:
    """Whether a neck is above the outline there, and not the ground."""
    ground = lab[named.frame.alpha < 0.01]
    if len(ground) == 0:
        return True
    x = np.arange(columns.start, columns.stop)
    y = np.maximum(top[columns].astype(int)[None] - np.arange(*_ABOVE)[:, None], 0)
    apart = np.linalg.norm(lab[y, x[None]] - np.median(ground, axis=0), axis=2)
    return float((apart > _NO_GROUND).mean()) > 0.5


def _check_width(width: int, torso: float) -> None:
    if not _WIDTH[0] * torso < width < _WIDTH[1] * torso:
        raise DoesNotFit("No neckline that a collar would lie along is to be seen in this photo.")


def _ends(front: Mask, first: int, last: int) -> NDArray[np.float64]:
    """(rows, 2) the first and the last column in each row; NaN where there is none."""
    found = front[first:last]
    some, size = np.asarray(found.any(1)), found.shape[1]
    ends = np.stack([found.argmax(1), size - 1 - found[:, ::-1].argmax(1)], 1).astype(np.float64)
    return np.where(some[:, None], ends, np.nan)


def _corners(
    top: Line, middle: int, reach: int, columns: NDArray[np.intp], level: float, *, inner: bool
) -> tuple[int, int]:
    """Where the outline is highest on either side of the middle; of a level stretch the inner or the outer end."""
    first, last = max(int(columns[0]), middle - reach), min(int(columns[-1]), middle + reach)
    left, right = top[first : middle + 1], top[middle : last + 1]
    highest = [np.flatnonzero(side <= side.min() + level) for side in (left, right)]
    k, j = (-1, 0) if inner else (0, -1)
    return first + int(highest[0][k]), middle + int(highest[1][j])


def _along(top: Line, lowest: int, end: int) -> Line:
    """(N, 2) evenly along the outline from its lowest point, smooth."""
    columns = np.arange(lowest, end + np.sign(end - lowest), np.sign(end - lowest))
    return smoothed(evenly(np.stack([columns, top[columns]], 1).astype(np.float64), _POINTS), _SMOOTH)


def _front_edge(left: Line, right: Line, lightness: Array) -> tuple[tuple[Line, Line], float]:
    """Of a garment on nobody: the front's edge between two corners, and how far below it another one may lie."""
    soft = cv2.GaussianBlur(lightness, (0, 0), 1.0)
    slope = np.dstack([cv2.Sobel(soft, cv2.CV_32F, *order, ksize=3) / 8 for order in ((1, 0), (0, 1))])
    width = float(right[0] - left[0])
    depths = np.arange(_DEPTHS[0] * width, _DEPTHS[1] * width)
    seen = np.array([_crossed(_arc(left, right, depth), slope) for depth in depths])
    strong = np.flatnonzero(seen > max(_EDGE, _OF_STRONGEST * seen.max()))
    depth, lower = (float(depths[strong[k]]) if len(strong) else _DEFAULT * width for k in (0, -1))
    line = _arc(left, right, depth)
    half = len(line) // 2
    return (evenly(line[half::-1], _POINTS), evenly(line[half:], _POINTS)), max(lower - depth, _BAND * width)


def _arc(left: Line, right: Line, depth: float) -> Line:
    """(N, 2) from corner to corner, `depth` below them in the middle."""
    t = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 2 * _POINTS + 1))
    down = depth * (1 - np.abs(t) ** _ROUND) ** (1 / _ROUND)
    return left + (t[:, None] + 1) / 2 * (right - left) + np.stack([np.zeros_like(down), down], 1)


def _crossed(line: Line, slope: Array) -> float:
    """How much lightness changes a pixel across a line, on the whole of it but its steep ends."""
    inner = line[len(line) // 6 : -(len(line) // 6)]
    along = np.gradient(inner, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], 1) / np.linalg.norm(along, axis=1)[:, None]
    x, y = (inner[:, k].astype(np.float32)[None] for k in (0, 1))
    there = cv2.remap(slope, x, y, cv2.INTER_LINEAR)[0]
    return float(np.median(np.abs((there * across).sum(1))))
