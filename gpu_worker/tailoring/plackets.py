"""A placket with its buttons down a shirt's front. Its cloth and what is printed on it stay: seams, stitches and shadows are light on them.

Lengths are shares of the neckline's width; arrays (h, w) are on the board.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.grafts.lines import Line
from gpu_worker.measures.colour import Array
from gpu_worker.tailoring.board import Board
from gpu_worker.tailoring.cloth import Cut
from gpu_worker.tailoring.shirt_cloth import Shirt

_HALF, _SHORTEST = 0.078, 0.66
_BOARD = 0.25  # to either side of its line
_TO_HEM = 0.02  # of the front's height: a placket that ends so near to the hem goes down to it
_ON_CLOTH = 0.97  # of a row of it that has to be on the shirt
_CENTRED = 0.8  # of the way from the neck to the hem's middle
_OVER, _UNDER, _FALLS = 0.22, 0.1, 0.016  # the shadow of its free edge and of the other one, and how far it falls
_THREAD, _STITCH, _DARK = 0.0045, 0.04, 0.13
_BUTTON, _FIRST, _SECOND = 0.03, 0.045, 0.34  # a radius; below the neckline's lowest point, and below that
_APART, _APART_SHORT = 0.42, 0.25
_HOLES = [(x, y) for x in (-0.22, 0.22) for y in (-0.22, 0.22)]  # of a radius


@dataclass(frozen=True, kw_only=True, eq=False)
class Placket:
    """Where it goes, in pixels of the frame."""

    line: Line  # (N, 2) its middle, a row each
    end: float  # its last row, beyond the hem where it goes down to it
    buttons: list[tuple[float, float]]


def placket_of(shirt: Shirt, share: float) -> Placket:
    """Over a share of the front, and three buttons at least. Raises DoesNotFit where something covers it."""
    line = _middle(shirt)
    end = _end(shirt, line, share)
    rows = _rows_of_buttons(shirt, end)
    buttons = [(float(np.interp(y, line[:, 1], line[:, 0])), y) for y in rows]
    return Placket(line=line, end=end, buttons=buttons)


def board_of(shirt: Shirt, placket: Placket, fine: float) -> Board:
    """A grid along it."""
    columns, beside = placket.line[:, 0], _BOARD * shirt.unit
    top, bottom = shirt.neck.lowest[1] - 2, placket.end + 0.1 * shirt.unit
    return Board.around((columns.min() - beside, top), (columns.max() + beside, bottom), shirt.product.shape, fine)


def stitches(away: NDArray[np.floating], along: Array, unit: float) -> Array:
    """(h, w) how dark a row of stitches is, `away` from it."""
    thread = np.exp(-np.square(away / (_THREAD * unit)))
    return np.asarray(_DARK * thread * np.where(np.mod(along, _STITCH * unit) < 0.6 * _STITCH * unit, 1.0, 0.65))


def sewn(shirt: Shirt, board: Board, placket: Placket) -> Cut:
    """Its edges and stitches."""
    unit, line = shirt.unit, placket.line
    across = board.x - np.interp(board.y, line[:, 1], line[:, 0]).astype(np.float32)
    inside = np.minimum(_HALF * unit - np.abs(across), board.y - shirt.neck.lowest[1] + 0.05 * unit)
    if placket.end <= shirt.neck.hem:
        inside = np.minimum(inside, placket.end - board.y)
    within, beyond = inside > 0, np.maximum(-inside, 0)
    shadow = np.where(across < 0, _OVER, _UNDER) * np.exp(-beyond / (_FALLS * unit)) * ~within
    edge = 0.07 * np.exp(-np.square((inside - 0.006 * unit) / (0.006 * unit)))
    raised = 0.02 * np.clip(inside / (0.01 * unit), 0, 1)
    along = np.where(np.abs(across) > (_HALF - 0.04) * unit, board.y, board.x)
    light = 1 - shadow + within * (edge + raised - stitches(inside - 0.026 * unit, along, unit))
    return board.cut((board.x, board.y), light, np.minimum(shirt.on_it(board), 0.1 * unit - beyond))


def below_buttons(shirt: Shirt, board: Board, placket: Placket) -> Cut:
    """Their shadows."""
    radius, dark = _BUTTON * shirt.unit, np.zeros(board.shape, np.float32)
    for x, y in placket.buttons:
        away = np.hypot(board.x - x - 0.15 * radius, board.y - y - 0.35 * radius)
        dark = np.maximum(dark, 0.4 * np.clip((1.45 * radius - away) / (0.6 * radius), 0, 1))
    return board.cut((board.x, board.y), 1 - dark, np.where(dark > 0, radius, -radius))


def buttoned(shirt: Shirt, board: Board, placket: Placket) -> Cut:
    """Buttons in the cloth's colour: lighter than dark cloth, darker than pale cloth."""
    radius = _BUTTON * shirt.unit
    depth, light = np.full(board.shape, -9 * radius, np.float32), np.ones(board.shape, np.float32)
    for x, y in placket.buttons:
        right, down = (board.x - x) / radius, (board.y - y) / radius
        away = np.hypot(right, down)
        light = np.where(away < 2, _relief(right, down, away), light)
        depth = np.where(away < 2, radius * (1 - away), depth)
    source_x, source_y = (np.full(board.shape, place, np.float32) for place in shirt.button)
    tone = 1.45 if shirt.lightness < 30 else 1.22 if shirt.lightness < 60 else 0.86
    return board.cut((source_x, source_y), tone * light, depth)


def _relief(right: Array, down: Array, away: Array) -> Array:
    """(h, w) light on a button's rim and in its four holes; places in radii from its middle."""
    rim = 0.1 * np.clip(-0.5 * right - 0.85 * down, -1, 1) * (away > 0.68)
    groove = 0.1 * np.exp(-np.square((away - 0.68) / 0.1))
    holes = [np.exp(-(np.square(right - x) + np.square(down - y)) / 0.017) for x, y in _HOLES]
    return np.asarray(1 + rim - groove - 0.45 * np.maximum.reduce(holes))


def _middle(shirt: Shirt) -> Line:
    """(N, 2) from the neckline's lowest point down, towards the middle of the hem."""
    middles = shirt.neck.ends.mean(1)
    last = float(np.nanmedian(middles[-max(8, len(middles) // 5) :]))
    x, y = shirt.neck.lowest
    towards = _CENTRED * (last - x) * np.linspace(0, 1, len(middles))
    return np.stack([x + towards, y + np.arange(len(middles))], 1)


def _end(shirt: Shirt, line: Line, share: float) -> float:
    first, last, shortest = shirt.neck.lowest[1], float(shirt.neck.hem), _SHORTEST * shirt.unit
    free = _free(shirt, line)
    if free < first + shortest:
        raise DoesNotFit("Something lies over the shirt's front in this photo, where its buttons would be.")
    end = float(max(first + share * (last - first), first + shortest))
    return min(last + 2 if end > last - _TO_HEM * (last - first) else end, free)


def _free(shirt: Shirt, line: Line) -> float:
    """The row down to which nothing covers the line: beyond the hem where nothing does."""
    product, unit = shirt.product, shirt.unit
    x = line[:, :1] + np.linspace(-_HALF, _HALF, 15) * unit
    y = np.clip(np.round(line[:, 1]), 0, len(product) - 1).astype(int)
    seen = product[y[:, None], np.clip(np.round(x), 0, product.shape[1] - 1).astype(int)].mean(1)
    rows = line[:, 1]
    inner = (rows > rows[0] + 0.1 * unit) & (rows < shirt.neck.hem - 0.1 * unit)
    covered = np.flatnonzero(inner & (seen < _ON_CLOTH))
    return float(rows[covered[0]]) - 0.05 * unit if len(covered) else float(shirt.neck.hem) + 2


def _rows_of_buttons(shirt: Shirt, end: float) -> list[float]:
    unit, top = shirt.unit, shirt.neck.lowest[1] + _FIRST * shirt.unit
    long = end - top > 2 * _SHORTEST * unit
    second, apart = (_SECOND, _APART) if long else (_APART_SHORT, _APART_SHORT)
    return [float(top), *map(float, np.arange(top + second * unit, end - 0.1 * unit, apart * unit))]
