"""A region's soft matte at the photo's size: how much of each pixel is the region's material.

Near the region's outline a pixel mixes region colour D and what lies beside it, O: I = beta D + (1 - beta) O. Both are
smooth fields estimated in a 256 px frame; beta is read off each full-size pixel, so it is as sharp as the photo.
Text, seams and the product's own outline are handled alike. Colours are sRGB in [0, 1].
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.photos.background import Array
from gpu_worker.photos.frame import Frame, Similarity

_NEAR = 2.0  # frame pixels over which the neighbours' colours are gathered
_SIMILAR = 0.06  # sRGB distance of D and O below which colours cannot tell them apart


@dataclass(frozen=True, kw_only=True)
class MatteFields:
    """Smooth fields in the frame from which the matte of any rows of the photo follows."""

    member: Array  # (R, R) the region, blurred to [0, 1]
    inner: Array  # (R, R, 3) D
    outer: Array  # (R, R, 3) O
    placing: Similarity


def matte_fields(frame: Frame, region: NDArray[np.bool_]) -> MatteFields:
    """Prepare the matte of a region, (R, R) bool in the frame. Raises ValueError for an empty region."""
    if not region.any():
        raise ValueError("the region is empty")
    image, hard = frame.raw, region.astype(np.float32)
    core = cv2.erode(region.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    inner = _spread(image, core if core.sum() > 0.3 * hard.sum() else hard)
    purity = np.square(image - inner).sum(2) + 1e-4  # the farther from D, the purer an outside pixel
    outer = _spread(image, (1 - hard) * purity)
    return MatteFields(member=cv2.GaussianBlur(hard, (0, 0), 1.0), inner=inner, outer=outer, placing=frame.placing)


def _spread(image: Array, weight: Array) -> Array:
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


def matte_rows(fields: MatteFields, pixels: Array, rows: slice) -> tuple[Array, Array]:
    """Matte (h, W) and the pure region colour (h, W, 3) of rows of the photo; `pixels` are those rows, sRGB in [0, 1].

    The pure colour is what the pixel would be were it all region: (I - (1 - beta) O) / beta.
    """
    height, width = pixels.shape[:2]
    member = to_rows(fields.member, fields.placing, width, rows)
    band = (member > 0.02) & (member < 0.98)
    matte = (member >= 0.98).astype(np.float32)
    pure = pixels.copy()
    if not band.any():
        return matte, pure
    y, x = np.nonzero(band)
    inner = _sample(fields.inner, fields.placing, x, y + rows.start)
    outer = _sample(fields.outer, fields.placing, x, y + rows.start)
    beta, colour = _unmix(pixels[band], inner, outer, member[band])
    matte[band], pure[band] = beta, colour
    return matte, pure


def _unmix(pixel: Array, inner: Array, outer: Array, member: Array) -> tuple[Array, Array]:
    axis = inner - outer
    contrast = np.square(axis).sum(-1)
    quotient = ((pixel - outer) * axis).sum(-1) / np.maximum(contrast, 1e-6)
    trust = contrast / (contrast + _SIMILAR**2)
    ramp = np.clip((member - 0.3) / 0.4, 0, 1)
    beta = trust * np.clip((quotient - 0.05) / 0.85, 0, 1) + (1 - trust) * ramp
    beta = beta * np.clip(member / 0.15, 0, 1)
    mixed = np.maximum(1 - np.maximum(beta, 0.15), 0)[..., None]
    colour = np.clip((pixel - mixed * outer) / (1 - mixed), 0, 1)
    return beta.astype(np.float32), colour.astype(np.float32)


def to_rows(field: Array, placing: Similarity, width: int, rows: slice) -> Array:
    """A frame field at the pixels of the photo's rows, bilinear; 0 outside the frame."""
    s = placing.scale
    shift_x, shift_y = placing.shift_x + 0.5 * s - 0.5, placing.shift_y + (rows.start + 0.5) * s - 0.5
    matrix = np.array([[s, 0, shift_x], [0, s, shift_y]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(field, matrix, (width, rows.stop - rows.start), flags=flags), np.float32)


def _sample(field: Array, placing: Similarity, x: NDArray[np.int64], y: NDArray[np.int64]) -> Array:
    map_x = ((x + 0.5) * placing.scale + placing.shift_x - 0.5).astype(np.float32)
    map_y = ((y + 0.5) * placing.scale + placing.shift_y - 0.5).astype(np.float32)
    step = 32766  # OpenCV's limit on a map's side
    chunks = [
        cv2.remap(
            field,
            map_x[i : i + step, None],
            map_y[i : i + step, None],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )[:, 0]
        for i in range(0, len(map_x), step)
    ]
    return np.concatenate(chunks)
