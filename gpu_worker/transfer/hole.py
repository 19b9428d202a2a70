"""Fill a hole of the full-size photo from places of the photo itself: nothing but the hole is touched, and texture is the photo's own.

Between the frame's places the copies of the four nearest are blended, as overlapped block motion compensation does, and a membrane carries
what differs at the hole's rim inwards (cf. Perez et al. 2003), by push and pull: coarser and coarser copies fill what finer ones leave open
(Burt 1988).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array
from gpu_worker.restoration.patches import Sources
from gpu_worker.transfer.strips import dither

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_RIM = 0.04  # of the photo's longer side: how far around the hole pixels speak for what is in it
_LEAST_RIM = 8
_FAR = 0.15  # sRGB difference beyond which copy and photo show different things at the rim
_MAP_SIDE = 30_000  # OpenCV's limit


def smoothly_filled(pixels: Pixels, hole: Mask) -> Pixels:
    """The photo with its hole filled from around it, without any detail."""
    rows, columns = window_around(hole)
    inside = hole[rows, columns]
    made = pushed_and_pulled(pixels[rows, columns].astype(np.float32), (~inside).astype(np.float32))
    result = pixels.copy()
    result[rows, columns][inside] = np.round(made[inside]).astype(np.uint8)
    return result


def pushed_and_pulled(field: Array, weight: Array) -> Array:
    """A field (H, W, C) where weight (H, W) is 0 filled from where it is not: near places first."""
    height, width = weight.shape
    total = field * weight[..., None]
    if min(height, width) < 2 or weight.min() > 0:
        mean = total.sum((0, 1)) / max(1e-6, float(weight.sum()))
        return np.asarray(np.where(weight[..., None] > 0, field, mean), np.float32)
    size = ((width + 1) // 2, (height + 1) // 2)
    mass = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    mean = cv2.resize(total, size, interpolation=cv2.INTER_AREA) / np.maximum(mass, 1e-6)[..., None]
    coarse = pushed_and_pulled(np.asarray(mean, np.float32), np.minimum(1, 2 * mass))
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(weight[..., None] * field + (1 - weight[..., None]) * smooth, np.float32)


def fill_hole(filled: Pixels, alpha: Pixels, hole: Mask, sources: Sources) -> tuple[Pixels, Pixels]:
    """A photo (H, W, 3) whose hole is filled smoothly, and its product's mask (H, W): the hole copied from where `sources` say.

    Beyond the sources' frame the smooth filling stays.
    """
    rows, columns = window_around(hole)
    inside = hole[rows, columns]
    seen = np.dstack([filled, alpha])
    copied, weight = _copied(seen, sources, rows, columns)
    below = seen[rows, columns].astype(np.float32)
    copied = below + weight[..., None] * (copied - below)
    difference = below[..., :3] - copied[..., :3]
    trust = np.where(inside, 0, np.clip(1.5 - np.abs(difference).max(2) / (255 * _FAR), 0.02, 1)).astype(np.float32)
    colours = copied[..., :3] + pushed_and_pulled(difference, trust) + dither(rows, columns)[..., None] - 0.5
    result, outline = filled.copy(), alpha.copy()
    result[rows, columns][inside] = np.clip(np.round(colours[inside]), 0, 255).astype(np.uint8)
    outline[rows, columns][inside] = np.clip(np.round(copied[..., 3][inside]), 0, 255).astype(np.uint8)
    return result, outline


def _copied(seen: Pixels, sources: Sources, rows: slice, columns: slice) -> tuple[Array, Array]:
    """What the window's pixels are copied from (h, w, C), and where there is a source, (h, w)."""
    side, placing = len(sources.rows), sources.placing
    y = (np.arange(rows.start, rows.stop) + 0.5) * placing.scale + placing.shift_y - 0.5
    x = (np.arange(columns.start, columns.stop) + 0.5) * placing.scale + placing.shift_x - 0.5
    top, left = np.floor(y).astype(np.int64), np.floor(x).astype(np.int64)
    total = np.zeros((len(y), len(x), seen.shape[2]), np.float32)
    for dy in (0, 1):
        for dx in (0, 1):
            at_y, at_x = np.clip(top + dy, 0, side - 1), np.clip(left + dx, 0, side - 1)
            share = np.outer(1 - np.abs(y - top - dy), 1 - np.abs(x - left - dx)).astype(np.float32)
            off_y = (sources.rows[np.ix_(at_y, at_x)] - at_y[:, None]) / placing.scale
            off_x = (sources.columns[np.ix_(at_y, at_x)] - at_x[None]) / placing.scale
            map_y = (off_y + np.arange(rows.start, rows.stop)[:, None]).astype(np.float32)
            map_x = (off_x + np.arange(columns.start, columns.stop)[None]).astype(np.float32)
            total += share[..., None] * cv2.remap(seen, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    within = np.outer((y >= 0) & (y <= side - 1), (x >= 0) & (x <= side - 1))
    return total, within.astype(np.float32)


def window_around(hole: Mask) -> tuple[slice, slice]:
    """The hole's box with its rim."""
    rim = max(_LEAST_RIM, round(_RIM * max(hole.shape)))
    y, x = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    return (
        slice(max(0, int(y[0]) - rim), min(hole.shape[0], int(y[-1]) + 1 + rim)),
        slice(max(0, int(x[0]) - rim), min(hole.shape[1], int(x[-1]) + 1 + rim)),
    )
