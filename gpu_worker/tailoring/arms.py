"""Bare arms below a shirt's short sleeves, as they are seen in the named parts' frame.

An arm is told by its skin: the colours right below the sleeve's end, followed downwards row by row until the arm ends, leaves the
photo, or is joined by something else of its colour (a hand on a hip, the other arm).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array, fast_lab
from gpu_worker.segmentation.frame import Frame
from gpu_worker.segmentation.named_parts import NamedParts

Mask = NDArray[np.bool_]
Rows = NDArray[np.float64]

_LARGE = 0.2  # of both sleeves
_BELOW = (4, 26)  # frame pixels under a sleeve where its arm's skin is looked for
_LEAST_SKIN = 50  # frame pixels
_HUE, _LIGHT = 20.0, 46.0  # Lab by which skin may differ from the skin that was found
_BARE = 9.0  # Lab between cloth and skin up to which they are the same, twice of it in lightness
_SKIN_CHROMA = 9.0
_GROUND = 7.0  # Lab from the ground, its lightness counting in full: the figure
_SHORTEST = 0.1  # of the frame: a shorter arm is none
_JOINED = 1.45  # times as wide as it was: a hand, or another arm
_AT_EDGE = 4  # frame pixels
_STRAIGHT = 0.8  # of its width: what ends so wide was cut off


@dataclass(frozen=True, kw_only=True, eq=False)
class Arm:
    """One sleeve and the arm below it; rows are those of the frame."""

    sleeve: Mask  # (R, R)
    skin: Mask  # (R, R) the arm
    outward: int  # -1 where outwards is to the left, 1 to the right
    first: int  # first and last row in which the arm is seen without its sleeve
    last: int
    outer: Rows  # (last - first + 1,) x of its edge away from the body
    inner: Rows  # likewise, towards it
    free: NDArray[np.bool_]  # likewise: ground between arm and body
    leaves: bool  # it goes on beyond the photo


def sleeves_of(named: NamedParts) -> list[Mask]:
    """(R, R) each of a shirt's sleeves; crumbs are none."""
    sleeves = named.mask("sleeves")
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(sleeves.astype(np.uint8))
    return [pieces == k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] > _LARGE * sleeves.sum()]


def find_arms(named: NamedParts, sleeves: list[Mask], seen: Mask) -> list[Arm]:
    """The bare arms below a worn shirt's sleeves, left to right. `seen` (R, R) is where the frame shows the photo."""
    lab = fast_lab(np.ascontiguousarray(named.frame.raw, np.float32))
    figure = _figure(named.frame, lab, seen)
    found = [_arm(named, sleeve, figure, lab, seen) for sleeve in sleeves]
    return sorted((arm for arm in found if arm is not None), key=lambda arm: float(arm.outer.mean()))


def _figure(frame: Frame, lab: Array, seen: Mask) -> Mask:
    """(R, R) what is not ground."""
    rim = seen & ~(cv2.erode(seen.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0) & (frame.alpha < 0.02)
    ground = np.percentile(lab[rim], 90, axis=0) if rim.any() else np.array([100.0, 0, 0])
    apart = cv2.GaussianBlur(np.linalg.norm(lab - ground, axis=2), (0, 0), 1.0) > _GROUND
    return np.asarray(cv2.morphologyEx((apart & seen).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)) > 0)


def _arm(named: NamedParts, sleeve: Mask, figure: Mask, lab: Array, seen: Mask) -> Arm | None:
    garment = cv2.dilate((named.labels >= 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    bare = figure & ~garment
    below = np.zeros_like(sleeve)
    for down in range(*_BELOW):
        below[down:] |= sleeve[:-down]
    below &= bare & ~(cv2.dilate((named.labels >= 0).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0)
    if below.sum() < _LEAST_SKIN:
        return None
    middle = np.median(lab[below], axis=0)
    apart = np.median(lab[sleeve], axis=0) - middle
    if not _is_skin(middle) or (np.hypot(apart[1], apart[2]) < _BARE and abs(apart[0]) < 2 * _BARE):
        return None  # a shadow, or an upper arm that was taken for a sleeve
    skin = _skin(lab, below, bare)
    return _traced(sleeve, skin, figure, seen)


def _is_skin(colour: Array) -> bool:
    """Whether a Lab colour has the hue that skin of any lightness has."""
    _, a, b = colour.tolist()
    return a > 0 and b > 0 and bool(np.hypot(a, b) > _SKIN_CHROMA)


def _skin(lab: Array, sample: Mask, bare: Mask) -> Mask:
    """What is bare and of the sample's colours, connected with it."""
    middle = np.median(lab[sample], axis=0)
    apart = lab - middle
    alike = bare & (np.hypot(apart[..., 1], apart[..., 2]) < _HUE) & (np.abs(apart[..., 0]) < _LIGHT)
    alike = bare & (cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)) > 0)
    _, pieces = cv2.connectedComponents(alike.astype(np.uint8), connectivity=4)
    touched = np.setdiff1d(np.unique(pieces[sample]), [0])
    return np.asarray(np.isin(pieces, touched))


def _traced(sleeve: Mask, skin: Mask, figure: Mask, seen: Mask) -> Arm | None:
    """The arm row by row, from below its sleeve."""
    side = len(sleeve)
    first = int(np.flatnonzero(sleeve.any(1))[-1]) + 3
    run = _widest(skin[first] if first < side else np.zeros(side, bool), np.flatnonzero(sleeve.any(0)))
    runs, widths = list[tuple[int, int]](), list[int]()
    for y in range(first, side):
        run = _next(skin[y], run)
        if run is None or (len(widths) > 20 and run[1] - run[0] > _JOINED * float(np.median(widths[-40:]))):
            break
        runs.append(run)
        widths.append(run[1] - run[0])
    if len(runs) < _SHORTEST * side:
        return None
    last = first + len(runs) - 1
    lines = np.array(runs, np.float64)
    outward = 1 if lines.mean() > side / 2 else -1
    outer, inner = (lines[:, 0], lines[:, 1]) if outward < 0 else (lines[:, 1], lines[:, 0])
    beside = np.clip(inner - outward * 8, 0, side - 1).astype(int)
    return Arm(
        sleeve=sleeve,
        skin=skin,
        outward=outward,
        first=first,
        last=last,
        outer=outer,
        inner=inner,
        free=~figure[np.arange(first, last + 1), beside],
        leaves=_cut_off(runs, figure, last, seen),
    )


def _cut_off(runs: list[tuple[int, int]], figure: Mask, last: int, seen: Mask) -> bool:
    """Whether the arm ends in a straight line right across: at the photo's edge, or where somebody cut it."""
    floor, widths = int(np.flatnonzero(seen.any(1))[-1]), [right - left for left, right in runs]
    left, right = runs[-_AT_EDGE]  # the last rows are the soft edge
    bare = not figure[min(last + _AT_EDGE, len(figure) - 1), left:right].any()
    return last >= floor - _AT_EDGE or (bare and right - left > _STRAIGHT * float(np.median(widths[-20:])))


def _widest(row: Mask, columns: NDArray[np.intp]) -> tuple[int, int] | None:
    runs = _runs(row)
    over = [max(0, min(b, columns[-1] + 20) - max(a, columns[0] - 20)) for a, b in runs]
    return runs[int(np.argmax(over))] if runs and max(over) > 0 else None


def _next(row: Mask, run: tuple[int, int] | None) -> tuple[int, int] | None:
    """The run of a row that goes on where the last row's was."""
    if run is None:
        return None
    shared = [(min(b, run[1]) - max(a, run[0]), a, b) for a, b in _runs(row)]
    best = max(shared, default=(0, 0, 0))
    return (best[1], best[2]) if best[0] > 0.4 * (run[1] - run[0]) else None


def _runs(row: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.pad(row.astype(np.int8), 1)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
