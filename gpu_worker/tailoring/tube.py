"""A sleeve and its arm as a tube: a line down the middle and a half width, in pixels of the named parts' frame (R, R)."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.grafts.lines import smoothed
from gpu_worker.measures.colour import Array
from gpu_worker.tailoring.arms import Arm

Line = NDArray[np.float64]

_START, _HEM = 0.35, 0.17  # of a sleeve's length: from where its cloth is taken, and what of its end is its hem
_WRIST, _MOST_LOOSE = 0.011, 0.05  # of the frame: how far cloth stands off an arm at its end, and where it begins
_TAPERS = 0.24  # of the frame: along which a sleeve becomes narrow
_ON_BODY = 3.0  # pixels that a sleeve lies over a body it touches
_SMOOTH, _BENDS = 6.0, 10.0  # rows by which outline and line are smoothed
_BEFORE = 14  # rows before the end of the sleeve's own outline from which it gives way
_STEP = 8  # pixels in four rows: the inner edge ends


@dataclass(frozen=True, kw_only=True, eq=False)
class Tube:
    """From the shoulder to where the new sleeve ends; the first rows are the sleeve's own."""

    line: Line  # (N, 2) x, y, a row each
    half: Line  # (N,) half width across
    length: float  # of the sleeve that is there, along the line

    @property
    def start(self) -> float:
        """From where along the line the sleeve's cloth is good to be taken."""
        return _START * self.length

    @property
    def hem(self) -> float:
        """Where along the line its hem begins."""
        return (1 - _HEM) * self.length

    @cached_property
    def arc(self) -> Line:
        """(N,) how far along the line each of its points is."""
        return np.r_[0, np.cumsum(np.linalg.norm(np.diff(self.line, axis=0), axis=1))]

    @cached_property
    def slope(self) -> Line:
        """(N, 2) the line's unit direction."""
        slope = np.gradient(self.line, axis=0)
        return np.asarray(slope / np.linalg.norm(slope, axis=1)[:, None])

    def at(self, along: NDArray[np.floating], values: Line) -> Line:
        """Values (N,) of the line's points at places along it."""
        return np.interp(along, self.arc, values)

    def places(self, along: NDArray[np.floating], across: NDArray[np.floating]) -> Array:
        """(..., 2) x, y of places along the line and across it."""
        x, y, tx, ty = (self.at(along, v) for v in (*self.line.T, *self.slope.T))
        return np.stack([x - ty * across, y + tx * across], -1).astype(np.float32)

    def coordinates(self, side: int) -> tuple[Array, Array]:
        """(side, side) how far along the line each pixel is, and how far across; far away along is negative, across large."""
        reach = float(self.half.max()) + 6
        along, across = np.full((side, side), -1e3, np.float32), np.full((side, side), 1e3, np.float32)
        (x0, y0), (x1, y1) = np.clip([self.line.min(0) - reach, self.line.max(0) + reach], 0, side - 1).astype(int)
        y, x = np.mgrid[y0 : y1 + 1, x0 : x1 + 1]
        best, nearest = np.full(y.shape, np.inf), np.zeros(y.shape, int)
        for k, (px, py) in enumerate(self.line):
            near = slice(max(0, int(py - y0 - reach)), max(0, int(py - y0 + reach)) + 1)
            apart = np.square(x[near] - px) + np.square(y[near] - py)
            closer = apart < best[near]
            best[near][closer], nearest[near][closer] = apart[closer], k
        off_x, off_y = x - self.line[nearest, 0], y - self.line[nearest, 1]
        tx, ty = np.moveaxis(self.slope[nearest], -1, 0)
        window = slice(y0, y1 + 1), slice(x0, x1 + 1)
        along[window] = self.arc[nearest] + off_x * tx + off_y * ty
        across[window] = off_y * tx - off_x * ty
        return along, across


def tube_of(arm: Arm, share: float) -> Tube:
    """The tube of a sleeve that covers a share of its arm."""
    side, out = len(arm.sleeve), arm.outward
    rows = np.flatnonzero(arm.sleeve.any(1))
    left, right = arm.sleeve.argmax(1), side - arm.sleeve[:, ::-1].argmax(1)
    outer, inner = (left, right) if out < 0 else (right, left)
    corner, inner_corner = _outer_end(out * outer, rows), _inner_end(inner, rows)
    new_outer, new_inner = _clothed(arm, outer[corner - 3], inner[inner_corner - 3])
    whole = np.arange(rows[0], arm.last + 1)
    edges = [
        _joined(whole, own, until, arm.first, new)
        for own, until, new in ((outer, corner, new_outer), (inner, inner_corner, new_inner))
    ]
    allowed = np.interp(whole, [corner - 20, corner], [-1, 1])  # the old hem is covered
    edges[0] = out * np.maximum(out * edges[0], np.where(whole <= corner, out * outer[whole] + allowed, -np.inf))
    line = smoothed(np.stack([(edges[0] + edges[1]) / 2, whole.astype(np.float64)], 1), _BENDS)
    slope = np.gradient(line, axis=0)
    half = np.abs(edges[0] - edges[1]) / 2 * np.abs(slope[:, 1]) / np.linalg.norm(slope, axis=1)
    length = float(np.linalg.norm(np.diff(line[: corner - rows[0] + 1], axis=0), axis=1).sum())
    count = round(arm.first + share * (arm.last - arm.first) - rows[0]) + 1
    return Tube(line=line[:count], half=half[:count], length=length)


def _outer_end(outward: NDArray[np.signedinteger], rows: NDArray[np.intp]) -> int:
    """The row in which a sleeve's outer edge ends: the last one that is as far out as any."""
    lower = rows[len(rows) * 2 // 5 :]
    return int(lower[np.flatnonzero(outward[lower] > outward[lower].max() - 3)[-1]])


def _inner_end(inner: NDArray[np.signedinteger], rows: NDArray[np.intp]) -> int:
    """The row in which its inner edge jumps along the hem."""
    lower = rows[len(rows) // 2 :]
    far = np.flatnonzero(np.abs(inner[lower[4:]] - inner[lower[:-4]]) > _STEP)
    return int(lower[far[0]]) if len(far) else int(lower[-1])


def _clothed(arm: Arm, outer_end: float, inner_end: float) -> tuple[Line, Line]:
    """The arm's edges with cloth around it: as loose as the sleeve where it begins, narrow at its end."""
    side, out = len(arm.sleeve), arm.outward
    fade = np.exp(-np.arange(arm.last - arm.first + 1) / (_TAPERS * side))
    wrist, most = _WRIST * side, _MOST_LOOSE * side
    off = np.clip(out * (outer_end - arm.outer[:6].mean()), wrist, most)
    off_inner = np.clip(out * (arm.inner[:6].mean() - inner_end), wrist, most)
    free = smooth(arm.free.astype(np.float64), 8)
    inner = free * (wrist + (off_inner - wrist) * fade) + (1 - free) * _ON_BODY
    return arm.outer + out * (wrist + (off - wrist) * fade), arm.inner - out * inner


def _joined(
    whole: NDArray[np.signedinteger], own: NDArray[np.signedinteger], until: int, first: int, new: Line
) -> Line:
    """The sleeve's own edge, then the new one, smooth where they meet."""
    kept, rows = np.arange(whole[0], until - 2), np.arange(first, first + len(new))
    line = np.interp(whole, np.r_[kept, rows[4:]], np.r_[own[kept], new[4:]])
    ease = np.clip((whole - (until - _BEFORE)) / 10, 0, 1)
    return np.asarray((1 - ease) * line + ease * smooth(line, _SMOOTH))


def smooth(line: Line, sigma: float) -> Line:
    """(N,) by a Gaussian of `sigma` points."""
    soft = cv2.GaussianBlur(line[None].astype(np.float32), (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(soft[0], np.float64)
