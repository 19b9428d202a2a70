"""A shirt's hem: where it is, and how what is seen moves when it goes up or down, everywhere alike or along a line (cf. borders.py)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.measures.colour import Array
from gpu_worker.painting.borders import (
    AROUND,
    LINE,
    WIDE,
    body_of,
    check_ground,
    faded,
    share_moved,
    smooth,
    sparing,
    vertical,
)
from gpu_worker.segmentation.named_parts import NamedParts

Line = NDArray[np.float64]

_LONGER = 0.15  # of the body's height, by which the hem moves at strength 1
_ZONE = 0.55  # of the body's height: from there it is stretched
_LEAST_ZONE = 1.6  # times what a hem moves
_RULED = 0.0015  # of the frame's side: no hem hangs as straight as a cut
_LOWEST = 0.8  # of the body's height, below which lies the hem


@dataclass(frozen=True, kw_only=True, eq=False)
class Hem:
    """Where a body ends, in frame pixels."""

    columns: NDArray[np.intp]  # (K,) in which it does
    ends: NDArray[np.intp]  # (K,) the row below its last one, in each
    line: Line  # (R,) the row, in every column; beyond the columns as at the nearest
    top: int  # the body's first row
    height: int  # the body's


def hem_of(named: NamedParts) -> Hem:
    """The hem of a shirt's body."""
    side, where = len(named.labels), body_of(named)
    top, bottom = np.flatnonzero(where.any(1))[[0, -1]]
    height = int(bottom - top)
    columns = np.flatnonzero(where[top + int(_LOWEST * height) :].any(0))
    ends = np.array([np.flatnonzero(where[:, column])[-1] + 1 for column in columns])
    line = smooth(np.interp(np.arange(side), columns, ends), 2 * LINE * side)
    return Hem(columns=columns, ends=ends, line=line, top=int(top), height=height)


def check_seen(hem: Hem) -> None:
    """Raises DoesNotFit where the edge of a picture ends the shirt: the photo's own, or one that white was laid around."""
    beside = len(hem.ends) // 20  # side seams turn up
    if np.std(hem.ends[beside : len(hem.ends) - beside]) < _RULED * len(hem.line):
        raise DoesNotFit("The photo ends above this shirt's hem: it can be made neither longer nor shorter.")


def hem_moved(named: NamedParts, action: str, strength: float) -> Array:
    """A shirt's hem goes down or up. Raises DoesNotFit where it is not seen against the ground."""
    hem = hem_of(named)
    return hem_to(named, hem, np.full(len(named.labels), share_moved(action, strength, _LONGER) * hem.height))


def hem_to(named: NamedParts, hem: Hem, down: Line) -> Array:
    """In each column (R,) the hem goes down by so many frame pixels: a field of at least as many rows as the frame.

    Raises DoesNotFit where the hem is not seen against the ground.
    """
    side, x, rows = len(named.labels), np.arange(len(named.labels)), hem.line[hem.columns]
    start = hem.top + _ZONE * hem.height
    if (printed := np.flatnonzero(named.mask("print").any(1))).size:
        start = max(start, printed[-1] + 0.01 * side)  # a print stays as it is
    if rows.min() - start < _LEAST_ZONE * np.abs(down).max():
        raise DoesNotFit("There is too little plain cloth above the hem to make this shirt longer or shorter.")
    beside = np.zeros(named.labels.shape, bool)
    beside[int(rows.min() - AROUND * side) : int(rows.max() + AROUND * side)] = True
    check_ground(named, beside, "The hem")
    below = max(0, int(np.ceil((hem.line + down).max())) + 1 - side)  # a longer shirt ends below the frame
    y = np.arange(side + below)[:, None]
    moved = np.clip((y - start) / (hem.line + down - start), 0, 1) * down
    sleeves = np.pad(named.mask("sleeves"), ((0, below), (0, 0)))
    return sparing(vertical(moved * faded(x, hem.columns[0], hem.columns[-1], WIDE * side)), sleeves)
