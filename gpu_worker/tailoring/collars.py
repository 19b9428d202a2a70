"""A collar, a placket and buttons: two leaves of the shirt's own cloth are laid along its neckline, and its front is stitched and buttoned.

Lengths are shares of the neckline's width; arrays (h, w) are on the board.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from gpu_worker.grafts.lines import Line
from gpu_worker.segmentation.frame import Similarity
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.tailoring.board import Board
from gpu_worker.tailoring.cloth import Cut
from gpu_worker.tailoring.leaves import Leaf
from gpu_worker.tailoring.plackets import below_buttons, board_of, buttoned, placket_of, sewn, stitches
from gpu_worker.tailoring.shirt_cloth import Shirt, shirt_of

_FINE = 300  # pixels of a board across a neckline
_BAND, _BESIDE = 0.26, 0.42  # of an old neckband below the leaves' front: how far down, and to either side
_SHADE, _FALLS, _ENDS = 0.34, 0.022, 0.12  # a leaf's shadow
_STITCHED = 0.03  # from a leaf's edge


@dataclass(frozen=True, kw_only=True, eq=False)
class Piece:
    """What is laid over a photo."""

    cut: Cut
    placing: Similarity  # from the photo to the cut's grid
    is_cloth: bool  # taken from the photo as it was; else light and shade on what lies there by now


def with_collar(named: NamedParts, share: float) -> Iterator[Piece]:
    """What is to be laid over the photo, in order.

    A `share` of the front is buttoned, three buttons at least.
    Raises DoesNotFit where there is a collar already, where no neckline is seen, and where something covers the front.
    """
    shirt = shirt_of(named)
    placket = placket_of(shirt, share)
    fine = _FINE / shirt.unit
    collar, front = _board(shirt, fine), board_of(shirt, placket, fine)
    on_collar, on_front = (partial(Piece, placing=board.placing(named.frame.placing)) for board in (collar, front))
    yield on_collar(cut=_band(shirt, collar), is_cloth=True)
    yield on_front(cut=sewn(shirt, front, placket), is_cloth=False)
    for leaf in shirt.leaves:
        yield on_collar(cut=_shadow(shirt, collar, leaf), is_cloth=False)
        yield on_collar(cut=_cloth(shirt, collar, leaf), is_cloth=True)
    yield on_front(cut=below_buttons(shirt, front, placket), is_cloth=False)
    yield on_front(cut=buttoned(shirt, front, placket), is_cloth=True)


def _board(shirt: Shirt, fine: float) -> Board:
    corners = np.concatenate([leaf.outline for leaf in shirt.leaves])
    beside = 0.15 * shirt.unit
    return Board.around(corners.min(0) - beside, corners.max(0) + beside, shirt.product.shape, fine)


def _band(shirt: Shirt, board: Board) -> Cut:
    """Cloth where a neckband would show below the leaves' front."""
    unit, reach = shirt.unit, _BAND * shirt.unit + (shirt.neck.band or 0)
    away = board.distance(*shirt.neck.sides)
    beside = np.abs(board.x - shirt.neck.lowest[0])
    shown = np.clip((reach - away) / (0.03 * unit), 0, 1) * np.clip((_BESIDE * unit - beside) / (0.05 * unit), 0, 1)
    below = board.inside(np.concatenate([shirt.neck.sides[0][::-1], shirt.neck.sides[1], _far_below(shirt)]))
    return board.cut(shirt.source(board), shirt.lit(board), below, shown)


def _far_below(shirt: Shirt) -> Line:
    """(2, 2) so that what lies below the neckline is inside."""
    left, right = (line[-1] for line in shirt.neck.sides)
    return np.array([[right[0], shirt.neck.hem], [left[0], shirt.neck.hem]], np.float64)


def _shadow(shirt: Shirt, board: Board, leaf: Leaf) -> Cut:
    """Of a leaf on what lies below it."""
    unit = shirt.unit
    away = np.maximum(-board.inside(leaf.outline + np.array([0.008, 0.022]) * unit), 0)
    dark = _SHADE * np.exp(-away / (_FALLS * unit)) * np.clip(1.2 - away / (0.1 * unit), 0, 1)
    return board.cut((board.x, board.y), 1 - dark, np.minimum(shirt.on_it(board), _ENDS * unit - away))


def _cloth(shirt: Shirt, board: Board, leaf: Leaf) -> Cut:
    """It rolls at its fold, lies on the shirt, and is stitched along its edges."""
    unit = shirt.unit
    fold, front, outer = (board.distance(line) for line in (leaf.fold, leaf.front, leaf.outer))
    edge = np.minimum(front, outer)
    rolled = 0.05 * np.exp(-np.square((fold - 0.07 * unit) / (0.05 * unit))) - 0.16 * np.exp(-fold / (0.018 * unit))
    lies = 0.05 * np.clip((fold - 0.15 * unit) / (0.25 * unit), 0, 1)
    ridge = 0.04 * np.exp(-np.square((edge - 0.008 * unit) / (0.007 * unit)))
    along = np.where(front < outer, board.y, board.x)
    relief = (1 + rolled - lies) * (1 + ridge) * (1 - stitches(edge - _STITCHED * unit, along, unit))
    return board.cut(shirt.source(board), shirt.lit(board) * relief, board.inside(leaf.outline))
