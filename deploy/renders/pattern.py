"""The pattern pieces of a shirt, front and back, in millimetres: x to the right, y up, the neck's side at y = 0."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Points = Sequence[tuple[float, float]]
WIDE, HIGH = 1040.0, 860.0  # of a panel's canvas, in mm


def curve(points: Points, step: float) -> Array:
    """A Catmull-Rom curve through `points`, sampled about every `step` mm, ends included."""
    p = np.array([points[0], *points, points[-1]], float)
    t = np.linspace(0, 1, 40, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    fine = np.concatenate([*pieces, p[-1:]])
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))])
    places = np.linspace(0, along[-1], max(round(along[-1] / step), 1) + 1)
    return np.stack([np.interp(places, along, fine[:, k]) for k in (0, 1)], axis=1)


def inside(outline: Array, points: Array) -> NDArray[np.bool_]:
    """Which of the points (N, 2) lie within the closed line."""
    x, y = points.T
    found = np.zeros(len(points), bool)
    for (ax, ay), (bx, by) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        if ay != by:
            found ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return found


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """The right half of a shirt, mirrored for the left. `top` and `under` are seams; neck, cuff and hem are open."""

    neck_front: Points = field(default_factory=lambda: [(0, -98), (45, -84), (74, -48), (88, 0)])
    neck_back: Points = field(default_factory=lambda: [(0, -24), (50, -18), (88, 0)])
    top: Points = field(default_factory=lambda: [(88, 0), (160, -20), (232, -46), (300, -108), (372, -190)])
    cuff: Points = field(default_factory=lambda: [(372, -190), (288, -272)])
    under: Points = field(default_factory=lambda: [(288, -272), (262, -246), (254, -300), (250, -460), (256, -700)])
    hem: Points = field(default_factory=lambda: [(256, -700), (130, -708), (0, -710)])
    armhole: Points = field(default_factory=lambda: [(232, -46), (212, -110), (212, -170), (262, -246)])

    def half(self, back: bool, step: float) -> Array:
        """The right half's outline from the neck's middle to the hem's."""
        pieces = [self.neck_back if back else self.neck_front, self.top, self.cuff, self.under, self.hem]
        drawn = [curve(piece, step) for piece in pieces]
        return np.concatenate([drawn[0], *(piece[1:] for piece in drawn[1:])])

    def outline(self, back: bool, step: float) -> Array:
        """The closed outline, clockwise, its first point not repeated."""
        half = self.half(back, step)
        return np.concatenate([half, (half * (-1, 1))[-2:0:-1]])

    def seams(self, step: float) -> Array:
        """The points where front and back are sewn together."""
        drawn = np.concatenate([curve(self.top, step), curve(self.under, step)])
        return np.concatenate([drawn, drawn * (-1, 1)])

    def both(self, points: Points, step: float = 2.0) -> list[Array]:
        """A line of the right half, with its mirror image."""
        drawn = curve(points, step)
        return [drawn, drawn * (-1, 1)]


LONG: dict[str, Points] = {
    "top": [(88, 0), (160, -20), (236, -48), (318, -190), (395, -370), (462, -560)],
    "cuff": [(462, -560), (372, -590)],
    "under": [(372, -590), (318, -430), (264, -262), (258, -330), (254, -480), (258, -705)],
    "hem": [(258, -705), (130, -714), (0, -716)],
    "armhole": [(236, -48), (214, -112), (214, -176), (264, -262)],
}
