"""A soft studio light on what is seen from straight above: heights in, picture out, every shadow cast for true.

The camera's lens is long enough to be parallel, so a draped shirt is a field of heights. Light comes from `LAMPS`
directions over a hemisphere, brighter about the key; each is followed across the heights until something stands in
its way, which gives contact shadows, the shade in folds and the soft shadow on the ground alike.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LAMPS = 28
REACH = 90.0  # how far, in mm, a shadow is looked for


@dataclass(frozen=True, kw_only=True)
class Raster:
    """What a pixel shows, (H, W): height in mm, canvas coordinates, inside or out, covered or ground."""

    height: Array
    u: Array
    v: Array
    inner: NDArray[np.bool_]
    covered: NDArray[np.bool_]


def raster(points: Array, faces: NDArray[np.int32], uv: Array, size: tuple[int, int], mm: float) -> Raster:
    """The topmost surface at each of `size` (height, width) pixels of `mm`; the points' middle in the picture's."""
    height, width = size
    middle = (points[:, :2].min(axis=0) + points[:, :2].max(axis=0)) / 2
    n = int(np.ceil(12 / mm))
    a, b = np.meshgrid(np.arange(n + 1), np.arange(n + 1))
    keep = a + b <= n
    weights = np.stack([a[keep], b[keep], n - a[keep] - b[keep]], axis=1) / n
    corner = points[faces]
    places = np.einsum("sk,fkc->fsc", weights, corner).reshape(-1, 3)
    canvas = np.einsum("sk,fkc->fsc", weights, uv).reshape(-1, 2)
    up = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])[:, 2] < 0
    x = np.rint((places[:, 0] - middle[0]) / mm + width / 2).astype(int).clip(0, width - 1)
    y = np.rint(height / 2 - (places[:, 1] - middle[1]) / mm).astype(int).clip(0, height - 1)
    cell = y * width + x
    order = np.argsort(places[:, 2], kind="stable")
    top = np.full(height * width, -1)
    top[cell[order]] = order
    seen = top >= 0
    fields = [np.where(seen, values[top], 0.0).reshape(size) for values in (places[:, 2], *canvas.T)]
    inner = (seen & np.repeat(up, len(weights))[top]).reshape(size)
    return Raster(height=fields[0], u=fields[1], v=fields[2], inner=inner, covered=seen.reshape(size))


def lamps(key: tuple[float, float] = (-0.62, 0.62), seed: int = 5) -> tuple[Array, Array]:
    """Directions (N, 3) towards the lights and their shares: a dome, a wide key from the upper left, a low fill."""
    k = np.arange(LAMPS) + 0.5
    z = np.sqrt(1 - k / LAMPS * 0.93)
    turn = k * 2.39996
    flat = np.sqrt(1 - z**2)
    ways = np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1)
    towards = np.array([*key, 0.62]) / np.linalg.norm([*key, 0.62])
    share = 0.32 + 2.6 * np.exp(((ways @ towards) - 1) / 0.09)
    return ways, share / share.sum()


def lit(height: Array, surface: Array, covered: NDArray[np.bool_], mm: float) -> Array:
    """How much light falls on each pixel, about 1 where flat and open: the cosine law on `surface`, which is flat
    where nothing is `covered`, under shadows cast by `height`."""
    ways, share = lamps()
    dy, dx = (np.where(covered, g, 0) for g in np.gradient(surface, mm))
    length = np.sqrt(1 + dx**2 + dy**2)
    total = np.zeros(height.shape)
    for (lx, ly, lz), part in zip(ways, share, strict=True):
        facing = np.maximum((-lx * dx + ly * dy + lz) / length, 0)
        total += part * facing * _open(height, (lx, ly, lz), mm)
    return total / float((share * ways[:, 2]).sum())


def _open(height: Array, way: tuple[float, float, float], mm: float) -> Array:
    """1 where a lamp is seen, 0 in its shadow, soft at the edge."""
    lx, ly, lz = way
    flat = np.hypot(lx, ly)
    left = np.ones(height.shape)
    for far in REACH * np.geomspace(0.025, 1, 14):
        dx, dy = round(far * lx / flat / mm), -round(far * ly / flat / mm)
        other = _shifted(height, dx, dy)
        over = other - height - far * lz / flat
        left = np.minimum(left, 1 - np.clip(over / (0.06 * far + 0.8), 0, 1))
    return left


def _shifted(field: Array, dx: int, dy: int) -> Array:
    """The field as seen `dx`, `dy` pixels further on; ground beyond its border."""
    h, w = field.shape
    out = np.zeros_like(field)
    out[max(-dy, 0) : h - max(dy, 0), max(-dx, 0) : w - max(dx, 0)] = field[
        max(dy, 0) : h - max(-dy, 0), max(dx, 0) : w - max(-dx, 0)
    ]
    return out
