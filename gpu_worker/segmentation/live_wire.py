"""The way of least cost along a line: dynamic programming over offsets, as live wire does (Mortensen and Barrett 1995)."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cheapest(cost: Floats, turn: float, most: int = 1) -> NDArray[np.int64]:
    """(N,) of cost (N, K) the offset at each place; each step of an offset costs `turn`, and `most` are made from place to place."""
    total, came = cost.copy(), np.zeros(cost.shape, np.int64)
    offsets = np.arange(cost.shape[1])
    steps = np.abs(offsets[:, None] - offsets[None])
    turns = np.where(steps > most, np.inf, turn * steps)
    for place in range(1, len(cost)):
        ways = total[place - 1][None] + turns
        came[place] = ways.argmin(1)
        total[place] += ways.min(1)
    way = np.empty(len(cost), np.int64)
    way[-1] = total[-1].argmin()
    for place in range(len(cost) - 1, 0, -1):
        way[place - 1] = came[place, way[place]]
    return way
