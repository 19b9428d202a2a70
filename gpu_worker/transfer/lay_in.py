"""Lay new content into the full-size picture: the generator's colours with the photo's grain, the background behind its soft edge.

What lies outside both the old and the new outline stays bit-identical, and so does what the content does not reach.
"""

from functools import cache

import cv2
import numpy as np

from gpu_worker.measures.colour import Array
from gpu_worker.transfer.apply import PhotoChange
from gpu_worker.transfer.content import Content, Pixels
from gpu_worker.transfer.render import Rendered
from gpu_worker.transfer.strips import dither, for_each_strip, sample_window, window_of

_TOUCHED = 0.004  # weight below which nothing is changed
_TILE = 512
_MOST_GRAIN = 0.03  # sRGB: more is texture, which the content has or has not


def lay_in(moved: Rendered, original_alpha: Pixels, content: Content, change: PhotoChange) -> Rendered:
    """The moved photo with the content laid over it; what it uncovers of the photo's own ground is bit-identical."""
    height, width = moved.alpha.shape
    if not (content.new > _TOUCHED).any():
        return moved
    rows, columns = window_of(content.new > _TOUCHED, content.placing, height, width, margin=2)
    result, outline = moved.pixels.copy(), moved.alpha.copy()
    grain = _grain_of(moved)

    def work(part: slice) -> None:
        window = (part, columns)
        weight, alpha = (sample_window(field, content.placing, part, columns) for field in (content.new, content.alpha))
        below = np.multiply(moved.pixels[window], np.float32(1 / 255), dtype=np.float32)
        plate = _plate(moved.still[window], original_alpha[window], change, part, columns)
        own = sample_window(content.picture, content.placing, part, columns, repeat=True)
        own += grain * _noise(part, columns)[..., None]
        laid = alpha[..., None] * own + (1 - alpha[..., None]) * plate
        after = below + weight[..., None] * (laid - below)
        touched = _touched(weight, alpha, moved.alpha[window])
        cv2.copyTo(_quantise(after, part, columns), touched, result[window])
        opacity = moved.alpha[window] + weight * (255 * alpha - moved.alpha[window])
        cv2.copyTo(np.round(np.clip(opacity, 0, 255)).astype(np.uint8), touched, outline[window])
        bare = touched & (outline[window] == 0) & (original_alpha[window] == 0)
        cv2.copyTo(moved.still[window], bare.astype(np.uint8), result[window])

    for_each_strip(work, rows, columns.stop - columns.start)
    return Rendered(pixels=result, alpha=outline, still=moved.still)


def _touched(weight: Array, alpha: Array, moved_alpha: Pixels) -> Pixels:
    """Where there is product before or after, and something new."""
    product = (weight * alpha >= 0.5 / 255) | (moved_alpha > 0)
    return ((weight > _TOUCHED) & product).astype(np.uint8)


def _plate(photo: Pixels, original_alpha: Pixels, change: PhotoChange, rows: slice, columns: slice) -> Array:
    """What lies behind the product: the photo's own ground where no product was, else the ground around it."""
    ground, covered = np.multiply(photo, np.float32(1 / 255), dtype=np.float32), original_alpha > 0
    if not covered.any():
        return ground
    behind = sample_window(change.behind, change.placing, rows, columns, repeat=True)
    return np.where(covered[..., None], behind, ground).astype(np.float32)


def _grain_of(moved: Rendered) -> float:
    """Robust standard deviation of the product's finest detail, sRGB."""
    inside = np.argwhere(moved.alpha[1:-1:4, 1:-1:4] == 255)
    if len(inside) < 64:
        return 0.0
    y, x = inside[:: max(1, len(inside) // 4096)].T * 4 + 1
    grey = moved.pixels[..., 1]
    centre = grey[y, x].astype(np.float32)
    around = (grey[y - 1, x].astype(np.float32) + grey[y + 1, x] + grey[y, x - 1] + grey[y, x + 1]) / 4
    spread = 1.4826 * float(np.median(np.abs(centre - around))) / 1.118 / 255
    return min(spread, _MOST_GRAIN)


def _noise(rows: slice, columns: slice) -> Array:
    """Gaussian noise fixed to the photo's pixels: the same however strips are cut."""
    y, x = np.arange(rows.start, rows.stop) % _TILE, np.arange(columns.start, columns.stop) % _TILE
    return _noise_tile().take(y, 0).take(x, 1)


@cache
def _noise_tile() -> Array:
    return np.random.default_rng(0).standard_normal((_TILE, _TILE)).astype(np.float32)


def _quantise(image: Array, rows: slice, columns: slice) -> Pixels:
    value = image * np.float32(255) + dither(rows, columns)[..., None]
    return np.clip(value, 0, 255).astype(np.uint8)
