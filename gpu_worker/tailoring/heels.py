"""A heel under a flat shoe: its back is lifted, and the heel that is there, or the edge of its sole, goes down to the ground.

Seen from the side a heel is the same all the way down, so that its colours, light and stacked layers are those of the sole's edge above.
The shoe bends at its ball and nothing else: a smooth lift, none before the ball. Pixels are those of the named parts' frame (R, R).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.grafts.soles import heel_is_left
from gpu_worker.measures.colour import Array, fast_lab
from gpu_worker.painting.borders import room_for
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.tailoring.cloth import Cut
from gpu_worker.tailoring.room import shares_up_to
from gpu_worker.tailoring.tube import smooth

Mask = NDArray[np.bool_]
Line = NDArray[np.float64]

_HIGH = 0.15  # of the shoe's length, at a share of 1
_BALL, _BENDS = 0.66, 0.5  # of its length from the heel's end: from where it is lifted, and along which it bends
_FIRST, _LAST = 0.02, 0.24  # likewise: where its heel is
_STEEP, _BACK = 0.8, 0.2  # slope of the outline's rounding at the heel's back, and how far that may go
_BEHIND, _TAPER_BACK, _TAPER_FRONT = 6.0, 0.045, 0.06  # pixels; of its length: a heel is narrower below
_BREAST, _BREAST_DARK = 0.86, 0.55  # of a heel's width: its front, which lies in the shade
_UNDER_SEAT, _SEAT_DARK = 0.06, 0.3  # of its height
_TIP, _TIP_DARK = 0.94, 0.5
_OVER = 4.0  # pixels of the sole's lower edge that the heel covers: they are mixed with the ground
_THICK = 0.115  # of its length: a sole so thick in the middle is a trainer's
_PALE = 62.0  # L* of a rubber sole
_ALREADY = 0.06  # of its length: an arch so far off the ground stands on a heel
_SIDE_ON = 1.1  # a shoe seen from the side is longer than high
_EDGE = (0.25, 0.55)  # of the sole's thickness above its lower edge: what a heel shows
_LEAST_THICK = 0.02  # of its length


@dataclass(frozen=True, kw_only=True, eq=False)
class Heel:
    """How a shoe is lifted and what stands below it."""

    lift: Array  # (R, R, 2) pixels: by how much what is seen at a place was moved
    block: Cut
    share: float  # of the height, for which there is room


def heel_under(named: NamedParts, share: float, height: int, width: int) -> Heel:
    """A heel as high as asked, or as there is room for in the photo (height, width).

    Raises DoesNotFit for a shoe that has a heel or cannot carry one, is not seen from the side, or has no room above it.
    """
    product, sole = named.labels >= 0, named.mask("sole")
    _check_not_a_trainer(named)
    left = heel_is_left(product)
    if not left:
        product, sole = product[:, ::-1], sole[:, ::-1]
    for less in shares_up_to(share):
        heel = _heel(product, sole, less)
        heel = heel if left else _mirrored(heel)
        if room_for(heel.lift, named.labels >= 0, named.frame.placing, height, width):
            return heel
    raise DoesNotFit("There is no room above the shoe in this photo: leave some ground there.")


def _heel(product: Mask, sole: Mask, share: float) -> Heel:
    side = len(product)
    columns, x = np.flatnonzero(product.any(0)), np.arange(side)
    first, length = int(columns[0]), int(np.ptp(columns))
    low = smooth(np.interp(x, columns, [np.flatnonzero(product[:, c])[-1] + 1 for c in columns]), 3.0)
    _check(product, sole, low, first, length)
    along = (x - first) / length
    lift = share * _HIGH * length * _eased((_BALL - along) / _BENDS)
    y, column = np.mgrid[:side, :side].astype(np.float32)
    back = _back_of(low, first, length)
    front = first + _LAST * length
    ground, seat = _ground(low, back, first, length), low - lift
    down = np.clip((y - seat) / np.maximum(ground - seat, 1), -1, 2)
    clipped = np.clip(down, 0, 1)
    begin = back - _BEHIND + _TAPER_BACK * length * clipped
    end = front - _TAPER_FRONT * length * (1 - np.square(1 - clipped))
    across = np.clip((column - begin) / np.maximum(end - begin, 1), 0, 1)
    light = 1 - _BREAST_DARK * _eased((across - _BREAST) / 0.05)
    light *= 1 - _SEAT_DARK * np.exp(-np.clip(down, 0, 9) / _UNDER_SEAT)
    light *= 1 - _TIP_DARK * _eased((down - _TIP) / 0.02)
    depth = np.minimum.reduce([column - begin, end - column, y - seat + _OVER, ground - y])
    block = Cut(
        source=_edge_of_sole(sole, low, back, front, across, down, length),
        light=light.astype(np.float32),
        depth=np.where((column > first - 2) & (column < front + 4), depth, -9).astype(np.float32),
        shown=np.ones((side, side), np.float32),
    )
    up = np.broadcast_to(-lift, (side, side))
    return Heel(lift=np.dstack([np.zeros_like(up), up]).astype(np.float32), block=block, share=share)


def _check(product: Mask, sole: Mask, low: Line, first: int, length: int) -> None:
    """Raises DoesNotFit."""
    if length < _SIDE_ON * np.ptp(np.flatnonzero(product.any(1))):
        raise DoesNotFit(
            "This shoe is not seen from the side, or is too high for a heel: no heel can be put under it here."
        )
    middle = slice(first + int(0.3 * length), first + int(0.7 * length))
    if float(np.median(sole[:, middle].sum(0))) > _THICK * length:
        raise DoesNotFit("This shoe's sole is too thick to stand on a heel: a heel goes under flat and formal shoes.")
    ends = [slice(first + round(a * length), first + round(b * length)) for a, b in ((0.02, 0.25), (0.65, 0.8))]
    heel, ball = (part.start + int(low[part].argmax()) for part in ends)
    arch = np.arange(heel, ball)
    rises = np.interp(arch, [heel, ball], [low[heel], low[ball]]) - low[arch]
    if rises.size and rises.max() > _ALREADY * length:
        raise DoesNotFit("This shoe stands on a heel already.")


def _check_not_a_trainer(named: NamedParts) -> None:
    """Raises DoesNotFit for laces above a pale sole."""
    sole = named.mask("sole")
    if named.mask("laces").any() and sole.any():
        colours = fast_lab(np.ascontiguousarray(named.frame.raw[sole][None], np.float32))
        if float(np.median(colours[0, :, 0])) > _PALE:
            raise DoesNotFit("This looks like a trainer: a heel goes under flat and formal shoes.")


def _back_of(low: Line, first: int, length: int) -> int:
    """The column in which the heel's back comes down to the ground."""
    slope = np.gradient(low)
    start = first + int(_FIRST * length)
    flat = np.flatnonzero(slope[start : first + int(_BACK * length)] <= _STEEP)
    return start + int(flat[0]) if len(flat) else start


def _ground(low: Line, back: int, first: int, length: int) -> Line:
    """(R,) the line on which heel and ball stand."""
    ball = slice(first + round(0.6 * length), first + round(0.85 * length))
    at = ball.start + int(low[ball].argmax())
    slope = (low[at] - low[back + 2]) / (at - back - 2)
    return np.asarray(low[back + 2] + slope * (np.arange(len(low)) - back - 2))


def _edge_of_sole(sole: Mask, low: Line, back: float, front: float, across: Array, down: Array, length: int) -> Array:
    """(R, R, 2) x, y above the sole's lower edge that each place of the heel shows: up and down within a narrow band."""
    seen = sole[:, int(back) : int(front)].sum(0)
    thick = max(_LEAST_THICK * length, float(np.median(seen[seen > 0])) if (seen > 0).any() else 0.0)
    there = smooth(np.where(sole.any(0), sole.sum(0), thick).astype(np.float64), 3.0)
    column = back - 2 + across * (front - back + 2)
    swing = np.abs((down * 2.5) % 2 - 1)
    share = _EDGE[0] + (_EDGE[1] - _EDGE[0]) * swing
    above = share * np.minimum(thick, np.interp(column, np.arange(len(low)), there))
    return np.dstack([column, np.interp(column, np.arange(len(low)), low) - above]).astype(np.float32)


def _eased(t: NDArray[np.floating]) -> NDArray[np.floating]:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


def _mirrored(heel: Heel) -> Heel:
    """The same for a shoe that faces the other way."""
    lift, block, side = heel.lift, heel.block, len(heel.lift)
    source = block.source[:, ::-1] * np.array([-1, 1], np.float32) + np.array([side - 1, 0], np.float32)
    light, depth, shown = (np.ascontiguousarray(f[:, ::-1]) for f in (block.light, block.depth, block.shown))
    turned = Cut(source=np.ascontiguousarray(source), light=light, depth=depth, shown=shown)
    return Heel(lift=np.ascontiguousarray(lift[:, ::-1]), block=turned, share=heel.share)
