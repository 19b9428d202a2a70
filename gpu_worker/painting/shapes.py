"""Shapes in pixels: discs, what stands out from an outline, and a picture turned so that a way lies along its rows."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

# Of the frame's side:
_END = 0.045  # no bump is higher: a steeper step is where the outline ends, at a tongue's tip
_BALL, _ROUND = 0.09, 0.3  # half a ball's width, and its radius: what it does not reach stands out


def evened(where: Mask, angle: float, side: float) -> Mask:
    """Without what stands out from its upper outline along a way, in degrees: the bumps of laces on a tongue.

    A parabola is rolled along below the outline, as the rolling ball of Sternberg 1983 is.
    """
    lying = turned(where.astype(np.float32), angle) > 0.5
    there, rows = lying.any(0), np.arange(len(where))[:, None]
    height = np.where(there, -lying.argmax(0), -len(where)).astype(np.float64)
    reach = max(2, round(_BALL * side))
    highest = cv2.dilate(height[None], np.ones((1, 2 * reach + 1), np.uint8))[0]
    height = np.where(height < highest - _END * side, np.inf, height)
    ball = -np.square(np.arange(-reach, reach + 1)) / (2 * _ROUND * side)
    padded = np.lib.stride_tricks.sliding_window_view(np.pad(height, reach, mode="edge"), 2 * reach + 1)
    lowest = (padded - ball).min(1)
    lowest = np.minimum(lowest, 1e6)
    rolled = (
        np.lib.stride_tricks.sliding_window_view(np.pad(lowest, reach, constant_values=-1e9), 2 * reach + 1) + ball
    ).max(1)
    below = np.asarray(rows >= -rolled[None] - 0.5, np.float32)
    return where & (turned(below, angle, back=True) > 0.5)


def turned(field: Array, angle: float, *, back: bool = False) -> Array:
    """A field (S, S[, C]) turned so that a way, in degrees, lies along its rows, or turned back; its border is repeated."""
    middle = (len(field) - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), angle, 1.0)
    flags = cv2.INTER_LINEAR | (cv2.WARP_INVERSE_MAP if back else 0)
    return np.asarray(
        cv2.warpAffine(field, turn, field.shape[:2], flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def eroded(where: Mask, radius: float) -> Mask:
    """By a disc, its radius in pixels."""
    return np.asarray(cv2.erode(where.astype(np.uint8), disc(radius)) > 0)


def closed(where: Mask, radius: float) -> Mask:
    """By a disc, its radius in pixels."""
    return np.asarray(cv2.morphologyEx(where.astype(np.uint8), cv2.MORPH_CLOSE, disc(radius)) > 0)


def without_holes(where: Mask) -> Mask:
    """A place with what it encloses."""
    outlines, _ = cv2.findContours(where.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(where.shape, np.uint8)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    return filled > 0


def dilated(where: Mask, radius: float) -> Mask:
    """By a disc, its radius in pixels."""
    return np.asarray(cv2.dilate(where.astype(np.uint8), disc(radius)) > 0)


def dilated_along(where: Mask, angle: float, reach: float) -> Mask:
    """A place with what lies beyond its ends along a way, in degrees."""
    way, middle = np.radians(angle), round(reach) + 1
    line = np.zeros((2 * middle + 1,) * 2, np.uint8)
    step = reach * np.array([np.cos(way), np.sin(way)])
    first, last = ((round(middle + sign * step[0]), round(middle + sign * step[1])) for sign in (-1, 1))
    cv2.line(line, first, last, 1)
    return np.asarray(cv2.dilate(where.astype(np.uint8), line) > 0)


def disc(radius: float) -> Pixels:
    """A structuring element of a radius in pixels, one at least."""
    reach = max(1, round(radius))
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2), np.uint8)
