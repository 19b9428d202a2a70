"""Baselines that put the generated picture G(z1) itself into the photo: raw, Poisson, Laplacian pyramid."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.segmentation.frame import Similarity

Pixels = NDArray[np.uint8]

_LEVELS = 5


def raw_paste(pixels: Pixels, alpha: Pixels, generated: Pixels, placing: Similarity) -> Pixels:
    """G(z1), enlarged bicubically to its place, blended by the mask. `placing` is that of the generated frame."""
    return _blend(pixels, enlarged(pixels, generated, placing), alpha.astype(np.float32) / np.float32(255))


def poisson_paste(pixels: Pixels, alpha: Pixels, generated: Pixels, placing: Similarity) -> Pixels:
    """Gradients of G(z1) inside the mask, the photo's colours at its border (Perez et al. 2003), by OpenCV."""
    source = enlarged(pixels, generated, placing)
    inner = (alpha > 127).astype(np.uint8) * 255
    inner[:2], inner[-2:], inner[:, :2], inner[:, -2:] = 0, 0, 0, 0
    rows, columns = np.flatnonzero(inner.any(1)), np.flatnonzero(inner.any(0))
    centre = (int(columns[0] + columns[-1] + 1) // 2, int(rows[0] + rows[-1] + 1) // 2)
    cloned = np.asarray(cv2.seamlessClone(source, pixels, inner, centre, cv2.NORMAL_CLONE), np.uint8)
    return _blend(pixels, cloned, alpha.astype(np.float32) / np.float32(255))


def laplacian_paste(pixels: Pixels, alpha: Pixels, generated: Pixels, placing: Similarity) -> Pixels:
    """Coarse bands from G(z1), the finest from the photo, blended per band (Burt and Adelson 1983)."""
    first, second = pixels.astype(np.float32), enlarged(pixels, generated, placing).astype(np.float32)
    weight = alpha.astype(np.float32) / np.float32(255)
    bands, weights = [], [weight]
    for level in range(_LEVELS):
        size = (first.shape[1], first.shape[0])
        lower_first, lower_second = cv2.pyrDown(first), cv2.pyrDown(second)
        detail_first = first - cv2.pyrUp(lower_first, dstsize=size)
        detail_second = second - cv2.pyrUp(lower_second, dstsize=size)
        share = weights[-1][..., None] if level >= 2 else np.zeros((), np.float32)  # G has no finer detail
        bands.append(detail_first + share * (detail_second - detail_first))
        first, second = lower_first, lower_second
        weights.append(cv2.pyrDown(weights[-1]))
    result = first + weights[-1][..., None] * (second - first)
    for band in reversed(bands):
        result = cv2.pyrUp(result, dstsize=(band.shape[1], band.shape[0])) + band
    return _blend(pixels, np.clip(np.round(result), 0, 255).astype(np.uint8), weight)


def enlarged(pixels: Pixels, generated: Pixels, placing: Similarity) -> Pixels:
    """A generated frame (R, R, 3) at the photo's size and place, white around it."""
    s = placing.scale
    matrix = np.array([[s, 0, placing.shift_x + 0.5 * s - 0.5], [0, s, placing.shift_y + 0.5 * s - 0.5]])
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    size = (pixels.shape[1], pixels.shape[0])
    return np.asarray(cv2.warpAffine(generated, matrix, size, flags=flags, borderValue=(255, 255, 255)), np.uint8)


def _blend(below: Pixels, above: Pixels, weight: NDArray[np.float32]) -> Pixels:
    mixed = below + weight[..., None] * (above.astype(np.float32) - below)
    return np.asarray(np.where(weight[..., None] > 0, np.round(mixed), below), np.uint8)
