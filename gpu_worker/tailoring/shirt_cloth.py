"""A shirt that a collar is sewn to: its neckline, its light, and what cloth the collar is cut from.

Places are pixels of the named parts' frame (R, R).
"""

from dataclasses import dataclass

import cv2
import numpy as np

from gpu_worker.grafts.garment import placket_in
from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.measures.colour import Array, fast_lab
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.tailoring.board import Board
from gpu_worker.tailoring.cloth import own_light
from gpu_worker.tailoring.leaves import Leaf, leaves_along
from gpu_worker.tailoring.neckline import Mask, Neckline, find_neckline
from gpu_worker.transfer.cloth import BLACK

_WIDEST = 0.47  # of the torso: a wider neckline gets a collar as for this one
_HAS_COLLAR = 0.2  # of the neckline's width squared: what is found of a collar that is there
_BESIDE = 0.6  # of the neckline's width: what lies beside it
_FOLDS = 0.03  # of the frame: what varies more slowly is light
_SIZES = (0.4, 0.3, 0.2)  # of the neckline's width: squares of plain cloth
_UNEVEN, _APART = 5.0, 10.0  # Lab: in a square of plain cloth, and from the cloth beside the neck
_FURTHEST, _STEP, _WHOLE = 1.6, 0.08, 0.985  # of its width; of the leaves that are cut from a pattern
_LIGHTS = (0.85, 1.1)


@dataclass(frozen=True, kw_only=True)
class _Square:
    """Of plain cloth, which goes on forth and back."""

    x: float
    y: float
    side: float
    level: float  # how much lighter the cloth beside the neck is

    def source(self, board: Board, middle: float) -> tuple[Array, Array]:
        return self.x + self._folded(board.x - middle), self.y + self._folded(board.y)

    def _folded(self, places: Array) -> Array:
        return np.asarray(self.side - np.abs(self.side - np.mod(places, 2 * self.side)), np.float32)


@dataclass(frozen=True, kw_only=True)
class _Elsewhere:
    """Patterned cloth some way off, as it lies there."""

    x: float
    y: float
    level: float = 1.0

    def source(self, board: Board, _middle: float) -> tuple[Array, Array]:
        return board.x + np.float32(self.x), board.y + np.float32(self.y)


@dataclass(frozen=True, kw_only=True, eq=False)
class Shirt:
    """What is known of it."""

    neck: Neckline
    unit: float  # pixels: the width of the neckline that it gets a collar for
    product: Mask  # (R, R)
    light: Array  # (R, R) that falls on it, smooth
    leaves: tuple[Leaf, Leaf]
    cloth: _Square | _Elsewhere
    lightness: float  # L* beside the neck
    button: tuple[float, float]  # x, y of cloth in the colour that it has there

    def source(self, board: Board) -> tuple[Array, Array]:
        """Where a collar's cloth is taken from, (h, w) columns and rows of the frame."""
        return self.cloth.source(board, float(self.neck.lowest[0]))

    def lit(self, board: Board) -> Array:
        """(h, w) the photo's light on that cloth."""
        x, y = self.source(board)
        there = cv2.remap(self.light, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        ratio = np.clip(board.sampled(self.light) / np.maximum(there, 0.3), *_LIGHTS)
        return np.asarray(self.cloth.level * ratio, np.float32)

    def on_it(self, board: Board) -> Array:
        """(h, w) how far inside the product; negative beyond it."""
        return board.inside_of((board.sampled(self.product.astype(np.float32)) > 0.5).astype(np.uint8))


def shirt_of(named: NamedParts) -> Shirt:
    """Raises DoesNotFit for a shirt that has a collar, buttons or a zip, and where no neckline or no cloth is seen."""
    lab = fast_lab(np.ascontiguousarray(named.frame.raw, np.float32))
    neck = find_neckline(named, lab)
    if named.mask("collar").sum() > _HAS_COLLAR * neck.width**2:
        raise DoesNotFit("This shirt has a collar already.")
    if placket_in(named).any():
        raise DoesNotFit("This shirt has buttons or a zip already.")
    unit = min(neck.width, _WIDEST * neck.torso)
    body, product = named.mask("body") & ~_inside_of_neck(neck, lab.shape), named.labels >= 0
    leaves = leaves_along(neck, unit, product)
    near = body & _near(neck, _BESIDE * unit, body.shape)
    if not near.any():
        raise DoesNotFit("No cloth is seen beside the neckline in this photo.")
    beside = np.median(lab[near], axis=0)
    square = _even_cloth(lab, body, unit, beside)
    plain = own_light(lab, body, _FOLDS * len(lab)) if square else np.ones(body.shape, np.float32)
    away = np.where(body, np.linalg.norm(cv2.GaussianBlur(lab, (0, 0), 1.5) - beside, axis=2), np.inf)
    y, x = np.unravel_index(int(away.argmin()), away.shape)
    return Shirt(
        neck=neck,
        unit=unit,
        product=product,
        light=plain,
        leaves=leaves,
        cloth=square or _patterned_cloth(body, unit, leaves),
        lightness=float(beside[0]),
        button=(float(x), float(y)),
    )


def _inside_of_neck(neck: Neckline, shape: tuple[int, ...]) -> Mask:
    """(R, R) above the neckline: skin, or the inside of the back."""
    left, right = neck.sides
    corners = np.array([[right[-1, 0], 0], [left[-1, 0], 0]])
    filled = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(filled, [np.round(np.concatenate([left[::-1], right, corners])).astype(np.int32)], 1)
    return filled > 0


def _near(neck: Neckline, reach: float, shape: tuple[int, ...]) -> Mask:
    away = np.ones(shape, np.uint8)
    cv2.polylines(away, [np.round(side).astype(np.int32) for side in neck.sides], isClosed=False, color=0)
    return np.asarray(cv2.distanceTransform(away, cv2.DIST_L2, 5) < reach)


def _even_cloth(lab: Array, body: Mask, unit: float, wanted: Array) -> _Square | None:
    """The most even square that is most like what lies beside the neck; None of a pattern."""
    for size in _SIZES:
        side = max(5, round(size * unit)) | 1
        whole = cv2.erode(body.astype(np.uint8), np.ones((side + 4,) * 2, np.uint8), borderValue=0) > 0
        fields = (lab.astype(np.float64), np.square(lab, dtype=np.float64))
        mean, square = (cv2.boxFilter(field, -1, (side, side)) for field in fields)
        uneven = np.sqrt(np.maximum(square - mean * mean, 0).sum(2))
        apart = np.linalg.norm(mean - wanted, axis=2)
        cost = np.where(whole & (uneven < _UNEVEN) & (apart < _APART), uneven + apart, np.inf)
        y, x = (int(place) for place in np.unravel_index(int(cost.argmin()), cost.shape))
        if np.isfinite(cost[y, x]):
            level = float((wanted[0] + BLACK) / (mean[y, x, 0] + BLACK))
            return _Square(x=float(x - side // 2), y=float(y - side // 2), side=float(side - 1), level=level)
    return None


def _patterned_cloth(body: Mask, unit: float, leaves: tuple[Leaf, Leaf]) -> _Elsewhere:
    """As near as both leaves can be cut whole."""
    filled = np.zeros(body.shape, np.uint8)
    cv2.fillPoly(filled, [np.round(leaf.outline).astype(np.int32) for leaf in leaves], 1)
    y, x = np.nonzero(filled)
    steps = np.arange(0, _FURTHEST, _STEP) * unit
    shifts = [(float(dx), float(dy)) for dy in steps for dx in (*steps, *-steps[1:])]
    for dx, dy in sorted(shifts, key=lambda shift: float(np.hypot(*shift))):
        to_x, to_y = np.round(x + dx).astype(int), np.round(y + dy).astype(int)
        seen = (to_x >= 0) & (to_x < body.shape[1]) & (to_y < len(body))
        if body[to_y[seen], to_x[seen]].sum() >= _WHOLE * len(x):
            return _Elsewhere(x=dx, y=dy)
    raise DoesNotFit("No cloth for a collar is clear of prints and seams in this photo.")
