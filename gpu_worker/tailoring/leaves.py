"""The two halves of a collar as outlines along a neckline, in pixels of the named parts' frame.

Lengths are shares of the neckline's width, some 18 cm.
"""

from dataclasses import dataclass

import numpy as np

from gpu_worker.grafts.lines import Line
from gpu_worker.tailoring.neckline import Mask, Neckline

_FRONT, _OPENS = 0.47, 36.0  # a leaf's front edge, and its degrees from upright
_WIDE = 0.42  # beside the neck
_SHOULDER, _STANDS, _HIGHER = 0.2, 0.025, 0.035  # how far it goes down the shoulder, and stands off it and the neck
_CLOSER, _RISES = 0.045, 0.35  # to a neck than the neckline was, from this share of it on
_WIDEST_AT = 0.62  # of the neckline


@dataclass(frozen=True, kw_only=True, eq=False)
class Leaf:
    """Half of a collar, (N, 2) x, y each."""

    outline: Line
    front: Line  # from the top button to the point
    outer: Line  # from the point to the shoulder
    fold: Line  # around the neck


def leaves_along(neck: Neckline, unit: float, product: Mask) -> tuple[Leaf, Leaf]:
    """As large as for a neckline `unit` pixels wide; `product` (R, R) says where the shoulders are."""
    close = 0.0 if neck.band is not None else _CLOSER * unit
    left, right = (
        _leaf(line, outward, unit, close, product) for line, outward in zip(neck.sides, (-1, 1), strict=True)
    )
    return left, right


def _leaf(neckline: Line, outward: int, unit: float, close: float, product: Mask) -> Leaf:
    lowest, end = neckline[0], neckline[-1]
    slope = np.gradient(neckline, axis=0)
    inward = np.stack([slope[:, 1], -slope[:, 0]], 1) * outward / np.linalg.norm(slope, axis=1)[:, None]
    rising = np.clip(np.linspace(0, 1, len(neckline)) / _RISES, 0, 1)
    fold = neckline + inward * (close * rising * rising * (3 - 2 * rising))[:, None]
    shoulder = _on_shoulder(end[0] + outward * _SHOULDER * unit, end[1], product) - [0, _STANDS * unit]
    neck = fold[-1] - [0, _HIGHER * unit if close else 0]
    lean = np.radians(_OPENS)
    point = lowest + _FRONT * unit * np.array([outward * np.sin(lean), np.cos(lean)])
    beside = round(_WIDEST_AT * len(neckline))
    front = _curve(lowest, (lowest + point) / 2 + np.array([outward * 0.015, -0.01]) * unit, point)
    outer = _curve(point, neckline[beside] - inward[beside] * _WIDE * unit, shoulder)
    over = _curve(shoulder, (shoulder + neck) / 2 - [0, 0.02 * unit], neck)
    return Leaf(outline=np.concatenate([front, outer, over, fold[::-1]]), front=front, outer=outer, fold=fold)


def _on_shoulder(x: float, otherwise: float, product: Mask) -> Line:
    """(2,) the outline's place in a column."""
    column = product[:, int(np.clip(x, 0, product.shape[1] - 1))]
    return np.array([x, float(column.argmax()) if column.any() else otherwise])


def _curve(first: Line, bent: Line, last: Line) -> Line:
    """(N, 2) a quadratic Bezier curve."""
    t = np.linspace(0, 1, 40)[:, None]
    return np.asarray((1 - t) ** 2 * first + 2 * t * (1 - t) * bent + t * t * last)
