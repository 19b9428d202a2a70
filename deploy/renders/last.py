"""A shoe last as a grid of points: the smooth foot form that every upper is cut from.

Lengths are in millimetres: x runs from the back of the heel (0) to the tip of the toe, y to the outer side, z up.
The grid has one row per station i, from the heel seam (first) round both sides to the tip of the toe (last), and
one column per place j across: outer feather line, up the wall, over the ridge of the instep, down to the inner one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Keys = Sequence[Sequence[float]]


def spline(keys: Keys | Array, at: Array) -> Array:
    """The natural cubic spline through `keys` (rows of parameter, values...) at the parameters `at`: (n, values)."""
    table = np.asarray(keys, float)
    t, y = table[:, 0], table[:, 1:]
    h = np.diff(t)
    slope = np.diff(y, axis=0) / h[:, None]
    n = len(t)
    system = np.eye(n)
    right = np.zeros_like(y)
    for row in range(1, n - 1):
        system[row, row - 1 : row + 2] = h[row - 1], 2 * (h[row - 1] + h[row]), h[row]
        right[row] = 6 * (slope[row] - slope[row - 1])
    m = np.linalg.solve(system, right)
    k = np.clip(np.searchsorted(t, at) - 1, 0, n - 2)
    a, b, hk = (t[k + 1] - at)[:, None], (at - t[k])[:, None], h[k][:, None]
    curve: Array = (m[k] * a**3 + m[k + 1] * b**3) / (6 * hk) + (y[k] / hk - m[k] * hk / 6) * a
    curve += (y[k + 1] / hk - m[k + 1] * hk / 6) * b
    return curve


def steps(keys: Keys | Array, at: Array) -> Array:
    """The monotone piecewise blend through `keys` (parameter, value): no overshoot between two keys."""
    table = np.asarray(keys, float)
    k = np.clip(np.searchsorted(table[:, 0], at) - 1, 0, len(table) - 2)
    f = np.clip((at - table[k, 0]) / (table[k + 1, 0] - table[k, 0]), 0, 1)
    f = f * f * (3 - 2 * f)
    blended: Array = table[k, 1] * (1 - f) + table[k + 1, 1] * f
    return blended


def closed_curve(points: Keys, heel: int, toe: int, count: int) -> tuple[Array, Array]:
    """The two halves of the closed plan outline from key `heel` to key `toe`, each `count` points evenly spaced."""
    ring = np.asarray(points, float)
    n = len(ring)
    padded = np.concatenate([ring, ring, ring])
    chord = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(padded, axis=0), axis=1) ** 0.7)])
    table = np.column_stack([chord, padded])

    def half(first: int, last: int) -> Array:
        fine = spline(table, np.linspace(chord[first], chord[last], 4000))
        arc = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))])
        even = np.linspace(0, arc[-1], count)
        return np.column_stack([np.interp(even, arc, fine[:, k]) for k in range(2)])

    return half(n + heel, n + toe), half(n + toe, 2 * n + heel)[::-1]


def plan_normals(curve: Array) -> Array:
    """Unit normals of a plan curve (n, 2), to the right of its direction of travel."""
    d = np.gradient(curve, axis=0)
    normal = np.column_stack([d[:, 1], -d[:, 0]])
    unit: Array = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    return unit


@dataclass(frozen=True)
class Form:
    """What shapes a last, mm. Keys with a leading s are stations: 0 the heel seam, 1 the tip of the toe.

    outline: plan points of the feather line, closed, from the heel back along the outer (+y) side; `toe` its tip.
    seat: (x, z) of the feather line. crest: (s, x, y, z) of the top edge: round the ankle, then down the instep.
    ankle: the station where the crest leaves the ankle and becomes the ridge; pole: where it ends above the toe.
    rise, reach, lean: (s, value) of how far the wall climbs, the top spreads, the wall leans out.
    """

    outline: Keys
    toe: int
    seat: Keys
    crest: Keys
    ankle: float
    pole: float
    rise: Keys
    reach: Keys
    lean: Keys


@dataclass(frozen=True)
class Shell:
    """A grid of points on a last (rows, columns, 3) with unit normals and the coordinates parts are drawn in.

    station: 0 heel to 1 toe. over: mm along the surface from the ridge, negative on the outer side. along: mm along
    the shoe, as a cloth would lie. up: mm along the surface from the feather line.
    """

    points: Array
    normals: Array
    station: Array
    over: Array
    along: Array
    up: Array

    def raised(self, height: Array) -> "Shell":
        """The shell moved out by `height` (rows, columns) mm, with fresh normals."""
        points = self.points + self.normals * height[..., None]
        return Shell(points, grid_normals(points), self.station, self.over, self.along, self.up)


def grid_normals(points: Array) -> Array:
    """Outward unit normals of a last's grid, alike on both sides of the seams at the heel and the toe."""
    along, across = np.gradient(points, axis=0), np.gradient(points, axis=1)
    normal = np.cross(across, along)
    for seam in (0, -1):
        normal[seam] += normal[seam, ::-1]
    length = np.linalg.norm(normal, axis=2, keepdims=True)
    middle = points.shape[1] // 2  # rows meet in a point above the toe, where there is no direction along
    lost = (length[:, middle, 0] < 1e-3 * np.median(length)).nonzero()[0]
    normal /= np.maximum(length, 1e-12)
    for away in (0, -1, 1):
        normal[lost, middle + away] = normal[lost, middle - 3] + normal[lost, middle + 3]
    unit: Array = normal / np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-12)
    return unit


def _walls(form: Form, plan: Array, side: float, rows: int, columns: int) -> Array:
    """One side's wall: (rows, columns, 3) points from the feather line up to the crest, each row a cubic Bezier."""
    s = np.linspace(0, 1, rows)
    foot = np.column_stack([plan, spline(form.seat, plan[:, 0])[:, 0]])
    ankle = spline([k for k in form.crest if k[0] <= form.ankle], np.minimum(s, form.ankle))
    ridge_at = np.clip(s, form.ankle, form.pole)
    ridge_keys = [k for k in form.crest if k[0] >= form.ankle]
    ridge = spline(ridge_keys, ridge_at)
    top = np.where((s < form.ankle)[:, None], ankle * np.array([1, side, 1]), ridge)
    slope = spline(ridge_keys, ridge_at + 1e-3) - spline(ridge_keys, ridge_at - 1e-3)
    slope /= np.linalg.norm(slope, axis=1, keepdims=True)
    turn = np.clip((s - form.pole) / (1 - form.pole), 0, 1) * np.pi / 2
    across = np.column_stack([np.zeros(rows), np.full(rows, side), np.zeros(rows)])
    level = across * np.cos(turn)[:, None] + slope * np.sin(turn)[:, None]
    out = plan_normals(plan) * -side
    out = np.column_stack([out, np.zeros(rows)])
    blend = steps(((form.ankle - 0.1, 0), (form.ankle + 0.02, 1)), s)[:, None]
    down = out * 0.12 - np.array([0, 0, 1.0])
    height = (top - foot)[:, 2:3]
    width = np.linalg.norm((top - foot)[:, :2], axis=1, keepdims=True)
    rise, reach, lean = (steps(k, s)[:, None] for k in (form.rise, form.reach, form.lean))
    first = foot + (np.array([0, 0, 1.0]) + out * lean) * rise * height
    second = top + (1 - blend) * down * 0.4 * height + blend * level * reach * width
    t = np.linspace(0, 1, columns)[None, :, None]
    p, q, r, e = (v[:, None, :] for v in (foot, first, second, top))
    wall: Array = p * (1 - t) ** 3 + 3 * q * t * (1 - t) ** 2 + 3 * r * t**2 * (1 - t) + e * t**3
    return wall


def _arc(points: Array, axis: int) -> Array:
    length = np.linalg.norm(np.diff(points, axis=axis), axis=2)
    return np.concatenate([np.zeros_like(np.take(length, [0], axis)), np.cumsum(length, axis=axis)], axis=axis)


def build(form: Form, rows: int = 700, columns: int = 300) -> Shell:
    """The shell of `form`: (rows, 2 columns - 1) points."""
    outer, inner = closed_curve(form.outline, 0, form.toe, rows)
    left = _walls(form, outer, 1.0, rows, columns)
    right = _walls(form, inner, -1.0, rows, columns)
    points = np.concatenate([left, right[:, -2::-1]], axis=1)
    up_left, up_right = _arc(left, 1), _arc(right, 1)
    over = np.concatenate([up_left - up_left[:, -1:], (up_right[:, -1:] - up_right)[:, -2::-1]], axis=1)
    up = np.concatenate([up_left, up_right[:, -2::-1]], axis=1)
    along = np.repeat(_arc(points, 0).mean(axis=1)[:, None], points.shape[1], axis=1)
    station = np.repeat(np.linspace(0, 1, rows)[:, None], points.shape[1], axis=1)
    return Shell(points, grid_normals(points), station, over, along, up)
