"""Enlarge a small generated picture to a presentable size with clean edges."""

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Pixels = NDArray[np.uint8]

_SHOCKS_PER_DOUBLING = 3
_STEP = 0.35
_STEEPNESS = 8.0  # of the sign of the second derivative: smooth shading is left alone


def enlarge(picture: Pixels, side: int) -> Pixels:
    """A square (n, n, 3) uint8 picture at (side, side, 3): cubic steps of at most 2, sharpened by a shock filter.

    The shock filter moves every pixel towards the darkest or lightest neighbour on its side of the nearest edge
    (Osher and Rudin 1990), which turns the soft ramps of the interpolation back into outlines and adds no ringing.
    """
    enlarged: Array = picture.astype(np.float32) / np.float32(255)
    while enlarged.shape[0] < side:
        now = min(side, 2 * enlarged.shape[0])
        enlarged = np.clip(cv2.resize(enlarged, (now, now), interpolation=cv2.INTER_CUBIC), 0, 1)
        for _ in range(_SHOCKS_PER_DOUBLING):
            enlarged = _shock(enlarged)
    return np.round(np.clip(enlarged, 0, 1) * 255).astype(np.uint8)


def _shock(image: Array) -> Array:
    curvature = np.tanh(_STEEPNESS * _second_derivative_across_edges(image))[..., None]
    neighbourhood = np.ones((3, 3), np.uint8)
    target = np.where(curvature > 0, cv2.erode(image, neighbourhood), cv2.dilate(image, neighbourhood))
    return (image + _STEP * np.abs(curvature) * (target - image)).astype(np.float32)


def _second_derivative_across_edges(image: Array) -> Array:
    grey = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (0, 0), 1.2)
    x, y = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    xx, yy = cv2.Sobel(grey, cv2.CV_32F, 2, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 2)
    xy = cv2.Sobel(grey, cv2.CV_32F, 1, 1)
    return np.asarray((x * x * xx + 2 * x * y * xy + y * y * yy) / (x * x + y * y + 1e-8), np.float32)
