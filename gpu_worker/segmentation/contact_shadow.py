"""The cast shadow under a product: smooth and neutral, it fades outwards from the line where the product stands.

Each column is read upwards from the mask's lowest pixel: what is passed before the first strong edge (a sole lighter or
darker than its shadow, or coloured) is shadow. Columns are made to agree with their neighbours; a column in which no edge
comes within reach keeps all it has.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.segmentation.background import Array

Mask = NDArray[np.bool_]

_REACH = 0.11  # of the photo's height: the tallest shadow looked for
_RISE = 0.035  # light above the darkest so far that ends a shadow
_OUTSIDE = 2  # pixels read before the mask's lowest: a sole begins with a step, a shadow does not
_STEEP, _STEEPER = 0.075, 0.13  # fall per pixel of a 192 px photo that is an outline: from the background, in a shadow
_GROUNDED = 0.93  # of the background's light: below, one is in a shadow
_DARKEST = 0.2  # of the background's light
_LIGHT = 0.38  # of the background's light: a tail's least
_GROUND = 0.7  # of the background's light: ground seen under a raised toe
_WEDGE = 0.3  # of the product's width: longer, it is a sole
_DEEP = 0.82  # a shadow gets at least this dark where the product stands: white soles do not
_BACK = 0.972  # of the background's light, from which a pixel is background again
_LOW = 0.6  # share of the product's height below which it is looked for beside the product
_TAIL = 0.12  # of the longer side: width of what cannot be a sole
_NEUTRAL, _WARMTH = 0.06, 0.35  # chroma of a light shadow, and how it may grow below 0.9: bounced light tints
_LIKELY = 0.4  # of the network's: what it takes for product
_FADES = 3.6  # times the steps at its lower end has a shadow at its upper one; rubber up to 3.3, shadows 3.7 to 26 (rendered shoes)
_AGREE = 0.06  # of the photo's width: neighbouring columns that must agree


def contact_shadow(product: Mask, ratio: Array) -> Mask:
    """The part of `product` (H, W) that is only its shadow; `ratio` (H, W, 3) is the photo over its background."""
    smooth = cv2.GaussianBlur(ratio, (0, 0), 0.8 * max(product.shape) / 192)
    shadow = _from_below(product, smooth)
    rest = product & ~shadow
    rows = np.flatnonzero(rest.any(1))
    if len(rows) == 0:
        return np.zeros_like(product)
    low = rows[0] + round(_LOW * (rows[-1] - rows[0]))  # beside the toe and the heel, shadow lies near the ground only
    for flip in (1, -1):
        beside = rest[low:, ::flip].T
        found = _from_below(beside, smooth[low:, ::flip].transpose(1, 0, 2)).T[:, ::flip]
        shadow[low:] |= found
    if shadow.any():
        shadow |= _wedges(product & ~shadow, shadow, smooth, low)
        shadow |= _tails(product & ~shadow, smooth)
    return shadow


def shadow_at_the_foot(product: Mask, likely: Array, light: Array) -> Mask:
    """The part of `product` (H, W) below what a network finds `likely` that is shadow as dark as a sole.

    A shadow fades: the photo's steps are at the network's line, not where the product was said to end. Pale rubber that the
    network overlooked ends in a step of its own. `light` (H, W) is the photo's.
    """
    rows = np.arange(len(product))[:, None]
    lowest = np.where(likely > _LIKELY, rows, -1).max(0)
    below = product & (rows > lowest) & (lowest >= 0)
    steps = np.abs(np.diff(light, axis=0, prepend=light[:1]))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(below.astype(np.uint8), connectivity=8)
    flat = [k for k in range(1, count) if stats[k, cv2.CC_STAT_WIDTH] > stats[k, cv2.CC_STAT_HEIGHT]]
    found = [k for k in flat if _fades(labels[:, _columns(stats[k])] == k, steps[:, _columns(stats[k])])]
    return np.isin(labels, found)


def _columns(stats: NDArray[np.int32]) -> slice:
    return slice(stats[cv2.CC_STAT_LEFT], stats[cv2.CC_STAT_LEFT] + stats[cv2.CC_STAT_WIDTH])


def _fades(piece: Mask, steps: Array) -> bool:
    """Whether the photo's steps about the upper ends of a piece's columns outweigh those about their lower ends."""
    top, bottom = piece.argmax(0), len(piece) - 1 - piece[::-1].argmax(0)
    middle = (top + bottom + 1) // 2
    rows = np.arange(len(piece))[:, None]
    upper = (rows >= top - 2) & (rows <= np.maximum(middle, top))
    lower = (rows > np.minimum(middle, bottom)) & (rows <= bottom + 3)
    above, below = (np.where(window, steps, 0).max(0).sum() for window in (upper, lower))
    return bool(above > _FADES * below)


def _wedges(rest: Mask, shadow: Mask, smooth: Array, low: int) -> Mask:
    """Light neutral ground between a shadow and a raised dark toe or heel. A white sole is as light, but longer."""
    level = smooth.mean(2)
    light = rest & (level > _GROUND) & (np.ptp(smooth, axis=2) < _chroma_allowed(level))
    light[:low] = False
    found = np.zeros_like(rest)
    lowest = np.where(rest, np.arange(len(rest))[:, None], -1).max(0)
    longest = _WEDGE * np.ptp(np.flatnonzero(rest.any(0)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(light.astype(np.uint8), connectivity=4)
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_WIDTH] > longest or stats[label, cv2.CC_STAT_HEIGHT] > longest:
            continue
        piece = labels == label
        columns = np.flatnonzero(piece.any(0))
        bottom = len(piece) - 1 - piece[::-1, columns].argmax(0)
        above = np.maximum(piece[:, columns].argmax(0) - 3, 0)
        overhung = np.mean(level[above, columns] < 0.6) > 0.6
        if overhung and np.mean(bottom >= lowest[columns] - 1) > 0.6 and shadow[:, columns].any(0).mean() > 0.3:
            found |= piece
    return found


def _tails(rest: Mask, smooth: Array) -> Mask:
    """Light neutral pieces that hang below the product's lower outline, narrower than a sole is."""
    height, width = rest.shape
    lowest = np.where(rest, np.arange(height)[:, None], -1).max(0)
    window = max(3, round(_TAIL * max(height, width)) | 1)
    line = np.maximum(lowest, 0).astype(np.float32)[None]
    even = cv2.morphologyEx(line, cv2.MORPH_OPEN, np.ones((1, window), np.uint8))[0]
    light = (smooth.mean(2) > _LIGHT) & (smooth.max(2) - smooth.min(2) < _NEUTRAL)
    hanging = rest & (np.arange(height)[:, None] > even[None] + 1) & (lowest < height - 1)[None]
    return np.asarray(hanging & light)


def _from_below(product: Mask, smooth: Array) -> Mask:
    height, width = product.shape
    size = max(height, width)
    reach = min(max(4, round(_REACH * size)), height)
    lowest = np.where(product, np.arange(height)[:, None], -1).max(0)
    lowest = np.where(lowest >= height - 1, -1, lowest)  # cut off by the photo's edge: no ground in sight
    rows = np.clip(lowest[None] + _OUTSIDE - np.arange(reach)[:, None], 0, height - 1)
    columns = np.broadcast_to(np.arange(width), rows.shape)
    heights = np.maximum(_shadow_heights(smooth[rows, columns], _STEEP * 192 / size) - _OUTSIDE, 0)
    heights[lowest < 0] = 0
    top = np.where(lowest >= 0, lowest - _agree(heights, max(3, round(_AGREE * size) | 1)), height)
    return np.asarray(product & (np.arange(height)[:, None] > top[None]))


def _shadow_heights(profile: Array, steep: float) -> NDArray[np.int64]:
    """(K, W, 3) light going up from the lowest pixel -> (W,) how many pixels are shadow."""
    level = profile.mean(2)
    rises = level - np.minimum.accumulate(level, 0) > _RISE
    recent = np.maximum(level[:-1], np.vstack([level[:1], level[:-2]]))  # an outline may take two pixels
    most = np.where(recent > _GROUNDED, steep, steep * (_STEEPER / _STEEP))
    falls = np.vstack([np.zeros((1, level.shape[1]), bool), (level[:-1] - level[1:]) > most])
    coloured = (profile.max(2) - profile.min(2)) > _chroma_allowed(level)
    ends = rises | falls | coloured | (level < _DARKEST)
    first = ends.argmax(0)
    valley = np.where(np.arange(len(level))[:, None] <= first[None], level, np.inf).argmin(0)
    rising = np.take_along_axis(rises, first[None], 0)[0]
    height = np.where(rising, valley, np.maximum(first - 1, 0))
    deepest = np.take_along_axis(level, height[None], 0)[0]
    standing = np.where(ends.any(0) & (deepest < _DEEP), height, 0)
    return np.maximum(standing, _hovering(level, coloured, steep))


def _chroma_allowed(level: Array) -> Array:
    return np.asarray(_NEUTRAL + _WARMTH * np.maximum(0.9 - level, 0), np.float32)


def _hovering(level: Array, coloured: Mask, steep: float) -> NDArray[np.int64]:
    """Columns in which a smooth shadow gives way to background again, under a raised toe: all of it is shadow."""
    step = np.abs(np.diff(level, axis=0, prepend=level[:1]))
    hard = coloured | (step > steep)
    rank = np.arange(len(level))[:, None]
    entered = np.maximum.accumulate(level < _BACK - 0.02, 0)
    back = entered & (level > _BACK)
    end = np.where(back.any(0), back.argmax(0), 0)
    return np.where((hard & (rank <= end[None])).any(0), 0, end)


def _agree(heights: NDArray[np.int64], window: int) -> Array:
    """Running median over columns: a shadow is no single column's opinion."""
    padded = np.pad(heights, window // 2, mode="edge")
    views = np.lib.stride_tricks.sliding_window_view(padded, window)
    return np.asarray(cv2.blur(np.median(views, axis=1).astype(np.float32)[None], (5, 1))[0], np.float32)
