"""From a hard mask at working size to a soft edge at the photo's size: matting against a known background.

Along an outline a pixel is alpha F + (1 - alpha) S, where S is the background B or a shadow on it. B is modelled, F and S are
taken from just inside and just outside the outline, so alpha = (|I - B| - |S - B|) / (|F - B| - |S - B|): exact on a
plain background, and fine enough to leave no rim of background in the product. Both distances are found at a smaller
size, the quotient is taken at the photo's own. Where product and surroundings look alike, the hard outline decides.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.photos.decode import Pixels
from gpu_worker.segmentation.background import Array, Background

_FIT_SIDE = 768
_INSIDE = 2.5  # pixels at fit size: deeper than this, a pixel shows the product alone
_OUTSIDE = 4.0  # farther out, it shows the background alone
_STRIP = 512  # rows at a time: bounds memory for any photo
_CLEAR, _FULL = 0.06, 0.88  # quotients taken for 0 and 1: noise below, texture above
_ALIKE, _UNLIKE = 0.5, 1.5  # contrast of product and surroundings at which the quotient says nothing, and all
_FAINT, _PLAIN = 0.03, 0.1  # the same in sRGB: compression noise alone makes an outline of 8 levels ragged
_NOISE = 0.02  # sRGB: what compression leaves of a difference


def soften(pixels: Pixels, product: NDArray[np.bool_], background: Background) -> Pixels:
    """Soft mask (H, W) uint8 of (H, W, 3) pixels from a hard mask of any smaller size; 0 and 255 away from the outline."""
    height, width = pixels.shape[:2]
    scale = min(1.0, _FIT_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = pixels if scale == 1 else np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    depth = _depth(product, size)
    deviation = _deviation(small, background.at(size[1], size[0]))
    inner = _inner_deviation(deviation, depth)
    return _apply(pixels, background, np.dstack([inner, _outer_deviation(deviation, depth), depth]))


def _deviation(pixels: Pixels, surface: Array) -> Array:
    return _length(pixels * np.float32(1 / 255) - surface)


def _depth(product: NDArray[np.bool_], size: tuple[int, int]) -> Array:
    """Signed distance in pixels from the outline, positive inside; the photo's border is no outline."""
    large = cv2.resize(product.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    large = cv2.GaussianBlur(large, (0, 0), max(0.6, 0.5 * size[0] / product.shape[1]))
    hard = (large > 0.5).astype(np.uint8)
    inside = cv2.distanceTransform(hard, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(1 - hard, cv2.DIST_L2, 5)
    return (inside - outside).astype(np.float32)


def _inner_deviation(deviation: Array, depth: Array) -> Array:
    """|F - B| near the outline: the mean just inside it, or the local maximum where the product is thinner than that."""
    sure = ((depth > _INSIDE) & (depth < 4 * _INSIDE)).astype(np.float32)
    weight = cv2.GaussianBlur(sure, (0, 0), _INSIDE)
    mean = cv2.GaussianBlur(deviation * sure, (0, 0), _INSIDE) / np.maximum(weight, 1e-6)
    highest = cv2.GaussianBlur(cv2.dilate(deviation * (depth > 0), np.ones((7, 7), np.uint8)), (0, 0), 1.5)
    share = np.clip(weight / 0.1, 0, 1)
    return np.asarray(np.maximum(share * mean + (1 - share) * highest, 0.01), np.float32)


def _outer_deviation(deviation: Array, depth: Array) -> Array:
    """|S - B| near the outline: the mean just outside of it."""
    sure = ((depth < -_INSIDE) & (depth > -4 * _INSIDE)).astype(np.float32)
    weight = cv2.GaussianBlur(sure, (0, 0), _INSIDE)
    mean = cv2.GaussianBlur(deviation * sure, (0, 0), _INSIDE) / np.maximum(weight, 1e-6)
    return np.asarray(np.where(weight > 1e-3, mean, 0), np.float32)


def _apply(pixels: Pixels, background: Background, fields: Array) -> Pixels:
    """`fields` (h, w, 3): |F - B|, |S - B| and the depth."""
    height, width = pixels.shape[:2]
    alpha = np.empty((height, width), np.uint8)
    for top in range(0, height, _STRIP):
        rows = slice(top, min(top + _STRIP, height))
        deep = enlarge_rows(np.ascontiguousarray(fields[..., 2]), height, width, rows)
        strip = np.where(deep > 0, np.uint8(255), np.uint8(0))
        band = np.flatnonzero((deep > -_OUTSIDE) & (deep < _INSIDE + 0.5))
        if len(band) > 0:
            beside = enlarge_rows(np.ascontiguousarray(fields[..., :2]), height, width, rows).reshape(-1, 2)[band]
            surface = background.at_points(height, width, top + band // width, band % width)
            own = pixels[rows].reshape(-1, 3)[band] * np.float32(1 / 255)
            strip.ravel()[band] = _opacity(_length(own - surface), beside[:, 0], beside[:, 1], deep.ravel()[band])
        alpha[rows] = strip
    return alpha


def _opacity(deviation: Array, inner: Array, outer: Array, deep: Array) -> Pixels:
    contrast = inner - outer
    quotient = (deviation - outer) / np.maximum(contrast, 0.01)
    read = np.clip((quotient - _CLEAR) / (_FULL - _CLEAR), 0, 1)
    read = np.maximum(read, np.clip(deep - _INSIDE + 0.5, 0, 1)) * np.clip(deep + _OUTSIDE, 0, 1)
    trust = np.clip((contrast / (outer + _NOISE) - _ALIKE) / (_UNLIKE - _ALIKE), 0, 1)
    trust *= np.clip((contrast - _FAINT) / (_PLAIN - _FAINT), 0, 1)
    value = trust * read + (1 - trust) * np.clip(deep + 0.5, 0, 1)
    return np.asarray(np.round(value * 255), np.uint8)


def _length(vectors: Array) -> Array:
    return np.sqrt(np.einsum("...c,...c->...", vectors, vectors))


def enlarge_rows(field: Array, height: int, width: int, rows: slice) -> Array:
    """Rows of `field` enlarged bilinearly to (height, width), without enlarging the rest."""
    scale_y, scale_x = field.shape[0] / height, field.shape[1] / width
    matrix = np.array([[scale_x, 0, 0.5 * scale_x - 0.5], [0, scale_y, (rows.start + 0.5) * scale_y - 0.5]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    rows_of_field = cv2.warpAffine(
        field, matrix, (width, rows.stop - rows.start), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(rows_of_field, np.float32)
