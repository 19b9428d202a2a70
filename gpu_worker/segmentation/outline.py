"""From the network's coarse probabilities to an outline that follows the photo, and to a soft edge at the photo's own size.

`guided` is the guided filter (He et al. 2013) with a colour guide. `matted` unmixes each pixel near the outline into what lies inside
and what lies outside nearby, I = alpha F + (1 - alpha) O, as closed-form and sampling mattes do, on any ground.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.segmentation.background import Array

_RADIUS, _LEAST_VARIANCE = 8, 1e-4
_FIT_SIDE = 768
_INSIDE, _REACH = 2.0, 4.0  # pixels at fit size: deeper is pure; within reach of the outline pixels are unmixed
_STRIP = 512
_NEAR = 2.0  # pixels over which the neighbours' colours are gathered
_CLEAR, _FULL = 0.06, 0.9
_SIMILAR = 0.08  # sRGB distance of inside and outside below which colours cannot tell them apart


def guided(image: Array, plane: Array, radius: int = _RADIUS, least_variance: float = _LEAST_VARIANCE) -> Array:
    """`plane` (H, W) locally as a linear function of `image` (H, W, 3): its borders move to the picture's."""
    return guided_planes(image, plane[None], radius, least_variance)[0]


def guided_planes(image: Array, planes: Array, radius: int, least_variance: float) -> Array:
    """The same of several planes (K, H, W) at once."""
    size = (2 * radius + 1, 2 * radius + 1)

    def mean(x: Array) -> Array:
        return np.asarray(cv2.blur(x, size, borderType=cv2.BORDER_REFLECT), np.float32)

    average = mean(image)
    matrix = np.empty((*image.shape[:2], 3, 3), np.float32)
    for i in range(3):
        for j in range(i, 3):
            matrix[..., i, j] = matrix[..., j, i] = (
                mean(image[..., i] * image[..., j]) - average[..., i] * average[..., j]
            )
    matrix += np.float32(least_variance) * np.eye(3, dtype=np.float32)
    levels = [mean(plane) for plane in planes]
    pairs = zip(planes, levels, strict=True)
    covariances = [mean(image * plane[..., None]) - average * level[..., None] for plane, level in pairs]
    slopes = np.linalg.solve(matrix, np.stack(covariances, -1)).astype(np.float32)
    result = np.empty_like(planes, np.float32)
    for k, level in enumerate(levels):
        slope = np.ascontiguousarray(slopes[..., k])
        offset = level - (slope * average).sum(-1)
        result[k] = np.clip((mean(slope) * image).sum(-1) + mean(offset), 0, 1)
    return result


def matted(pixels: NDArray[np.uint8], product: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Soft mask (H, W) uint8 of (H, W, 3) pixels from a hard mask of any smaller size; 0 and 255 away from the outline."""
    height, width = pixels.shape[:2]
    scale = min(1.0, _FIT_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = pixels if scale == 1 else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    image = np.asarray(small, np.float32) * np.float32(1 / 255)
    depth = _depth(product, size)
    inner = spread(image, (depth > _INSIDE).astype(np.float32))
    outer = spread(image, (depth < -_INSIDE).astype(np.float32))
    axis = inner - outer
    contrast = np.square(axis).sum(2)
    slope = axis / np.maximum(contrast, 1e-6)[..., None]
    fields = np.dstack([slope, (outer * slope).sum(2), contrast / (contrast + _SIMILAR**2), depth]).astype(np.float32)
    return _unmixed(pixels, fields, scale)


def _depth(product: NDArray[np.bool_], size: tuple[int, int]) -> Array:
    """Signed distance from the outline in pixels, positive inside."""
    large = cv2.resize(product.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    large = cv2.GaussianBlur(large, (0, 0), max(0.6, 0.5 * size[0] / product.shape[1]))
    hard = (large > 0.5).astype(np.uint8)
    inside = cv2.distanceTransform(hard, cv2.DIST_L2, 5)
    return np.asarray(inside - cv2.distanceTransform(1 - hard, cv2.DIST_L2, 5), np.float32)


def _unmixed(pixels: NDArray[np.uint8], fields: Array, scale: float) -> NDArray[np.uint8]:
    """`fields` (h, w, 6): g (3) and c with alpha = g . I - c, how far that can be trusted, and the depth."""
    height, width = pixels.shape[:2]
    alpha = np.empty((height, width), np.uint8)
    for top in range(0, height, _STRIP):
        bottom = min(top + _STRIP, height)
        rows = np.arange(top, bottom, dtype=np.float32)
        y: Array = np.broadcast_to(((rows + 0.5) * scale - 0.5)[:, None], (bottom - top, width))
        x: Array = np.broadcast_to(((np.arange(width, dtype=np.float32) + 0.5) * scale - 0.5)[None], y.shape)
        deep = cv2.remap(np.ascontiguousarray(fields[..., 5]), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        strip = np.where(deep > 0, np.uint8(255), np.uint8(0))
        band = np.flatnonzero(np.abs(deep) < _REACH)
        if len(band):
            at = tuple(np.ascontiguousarray(plane, np.float32).ravel()[band] for plane in (x, y))
            strip.ravel()[band] = _alpha_at(pixels[top:bottom].reshape(-1, 3)[band], fields, at, deep.ravel()[band])
        alpha[top:bottom] = strip
    return alpha


def _alpha_at(colours: NDArray[np.uint8], fields: Array, at: tuple[Array, ...], deep: Array) -> NDArray[np.uint8]:
    local = np.stack([_sampled(fields[..., k], *at) for k in range(5)], -1)
    read = (colours * np.float32(1 / 255) * local[:, :3]).sum(1) - local[:, 3]
    read = np.clip((read - _CLEAR) / (_FULL - _CLEAR), 0, 1)
    placed = np.clip(deep + 0.5, 0, 1)
    trust = local[:, 4] * np.clip((_REACH - np.abs(deep)) / 2, 0, 1)
    return np.round(255 * (trust * read + (1 - trust) * placed)).astype(np.uint8)


def _sampled(plane: Array, x: Array, y: Array) -> Array:
    """Bilinear, at N points; cv2 cannot address more than 32767 in one row."""
    rows = -(-len(x) // 32000)
    padded = np.zeros((2, rows * 32000), np.float32)
    padded[0, : len(x)], padded[1, : len(x)] = x, y
    grid = padded.reshape(2, rows, 32000)
    found = cv2.remap(np.ascontiguousarray(plane), grid[0], grid[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found.ravel()[: len(x)], np.float32)


def spread(image: Array, weight: Array) -> Array:
    """Local weighted mean, near where there is weight near, farther where there is not."""
    result = np.zeros_like(image)
    missing = np.ones(weight.shape, np.float32)
    for sigma in (_NEAR, 3 * _NEAR, 9 * _NEAR, 30 * _NEAR):
        total = cv2.GaussianBlur(weight, (0, 0), sigma)
        mean = cv2.GaussianBlur(image * weight[..., None], (0, 0), sigma) / np.maximum(total, 1e-9)[..., None]
        scale = float(weight.max()) or 1.0
        share = missing * np.clip(total / (0.02 * scale), 0, 1)
        result += share[..., None] * mean
        missing = missing - share
    return np.asarray(result + missing[..., None] * image, np.float32)
