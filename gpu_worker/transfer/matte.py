"""A region's soft matte at the photo's size: how much of each pixel is the region's material.

Near the region's outline a pixel mixes region colour D and what lies beside it, O: I = beta D + (1 - beta) O. Both are
smooth fields estimated in a 256 px frame; beta is read off each full-size pixel, so it is as sharp as the photo.
Text, seams and the product's own outline are handled alike. Colours are sRGB in [0, 1].
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.frame import Frame, Similarity
from gpu_worker.segmentation.outline import spread
from gpu_worker.transfer.strips import sample_points, sample_window

_SOFT = 0.8  # blur of the region's membership in frame pixels: how far its outline may be off
_SMOOTH = 2.0  # the same where colours do not say where it ends
_CLEAR, _FULL = 0.04, 0.92  # quotients taken for 0 and 1: noise below, texture above
_SOLID = 0.95  # opacity below which a pixel of the frame lies on the product's soft edge
_CERTAIN = 0.97  # blurred membership beyond which a pixel is all region, or none of it
_LINE, _NEAR_ENOUGH = 5, 0.1  # pixels of the frame that a line between two parts may take; blurred share that is near
_SIMILAR = 0.06  # sRGB distance of D and O below which colours cannot tell them apart


@dataclass(frozen=True, kw_only=True)
class MatteFields:
    """Smooth fields in the frame from which the matte of any part of the photo follows."""

    member: Array  # (R, R) the region, blurred to [0, 1]
    reading: Array  # (R, R, 4) g and c such that beta = g . I - c
    outer: Array  # (R, R, 4) O, and how far beta can be trusted: not where D and O are alike
    placing: Similarity


def matte_fields(frame: Frame, region: NDArray[np.bool_]) -> MatteFields:
    """Prepare the matte of a region, (R, R) bool in the frame. Raises ValueError for an empty region."""
    if not region.any():
        raise ValueError("the region is empty")
    image, hard = frame.raw, _to_outline(region, frame.alpha).astype(np.float32)
    core = cv2.erode(region.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    inner = spread(image, core if core.sum() > 0.3 * hard.sum() else hard)
    purity = np.square(image - inner).sum(2) + 1e-4  # the farther from D, the purer an outside pixel
    outer = spread(image, (1 - hard) * purity)
    axis = inner - outer
    contrast = np.square(axis).sum(2)
    slope = axis / (np.maximum(contrast, 1e-6) * (_FULL - _CLEAR))[..., None]
    offset = (outer * slope).sum(2) + _CLEAR / (_FULL - _CLEAR)
    beyond, near = _beyond(image, hard)
    apart = near * np.square(inner - beyond).sum(2) + (1 - near) * contrast
    trust = np.minimum(contrast, apart) / (np.minimum(contrast, apart) + _SIMILAR**2)
    alike = near * (1 - trust)
    outer = alike[..., None] * beyond + (1 - alike[..., None]) * outer
    member = cv2.GaussianBlur(hard, (0, 0), _SOFT)
    member += alike * (frame.alpha > _SOLID) * (_line(hard, frame.alpha) - member)
    return MatteFields(
        member=member,
        reading=np.dstack([slope, offset]),
        outer=np.dstack([outer, trust]),
        placing=frame.placing,
    )


def _beyond(image: Array, hard: Array) -> tuple[Array, Array]:
    """(R, R, 3) what lies outside past the very border, and (R, R) how near that is.

    Between an upper and a sole of one colour runs a dark line: by that line alone they would seem to be of two colours.
    """
    core = cv2.erode(1 - hard, np.ones((_LINE, _LINE), np.uint8))
    total = cv2.GaussianBlur(core, (0, 0), _LINE)
    mean = cv2.GaussianBlur(image * core[..., None], (0, 0), _LINE) / np.maximum(total, 1e-6)[..., None]
    return np.asarray(mean, np.float32), np.clip(total / _NEAR_ENOUGH, 0, 1).astype(np.float32)


def _line(hard: Array, alpha: Array) -> Array:
    """(R, R) the region, its border to other parts a smooth line: where no colour places it, the frame's pixels must not show."""
    solid = (alpha > _SOLID).astype(np.float32)
    share = cv2.GaussianBlur(hard * solid, (0, 0), _SMOOTH) / np.maximum(cv2.GaussianBlur(solid, (0, 0), _SMOOTH), 1e-3)
    return np.asarray(np.clip(0.5 + _SMOOTH / _SOFT * (share - 0.5), 0, 1), np.float32)


def _to_outline(region: NDArray[np.bool_], alpha: Array) -> NDArray[np.bool_]:
    """The region let out over the product's soft edge, where it would otherwise leave a rim of its old colour.

    The soft edge of another part, a sole's at heel and toe, stays that part's.
    """
    let_out = cv2.dilate(region.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool)
    others = cv2.morphologyEx((~region & (alpha > _SOLID)).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    nearest, other = (_distance(where) for where in (region, others.astype(bool)))
    return np.asarray(region | (let_out & (alpha <= _SOLID) & (nearest <= other)))


def _distance(where: NDArray[np.bool_]) -> Array:
    """(R, R) pixels to the nearest one there."""
    return np.asarray(cv2.distanceTransform((~where).astype(np.uint8), cv2.DIST_L2, 5), np.float32)


def matte_window(
    fields: MatteFields, pixels: Array, alpha: NDArray[np.uint8], rows: slice, columns: slice
) -> tuple[Array, Array]:
    """Matte (h, w) and the pure region colour (h, w, 3) in a window of the photo.

    `pixels` are the window's sRGB in [0, 1], `alpha` its product mask; the matte is nowhere above the mask. The pure
    colour is what the pixel would be were it all region: (I - (1 - beta) O) / beta.
    """
    member = sample_window(fields.member, fields.placing, rows, columns)
    matte = (member >= _CERTAIN).astype(np.float32)
    unsure = (member > 1 - _CERTAIN) & ((member < _CERTAIN) | (alpha < 255)) & (alpha > 0)
    matte *= alpha > 0
    band = np.flatnonzero(unsure)
    if len(band) == 0:
        return matte, pixels
    y, x = np.divmod(band, member.shape[1])
    pure = pixels.copy()
    beta, colour = _unmix(fields, pixels.reshape(-1, 3)[band], member.ravel()[band], y + rows.start, x + columns.start)
    matte.ravel()[band] = np.minimum(beta, alpha.ravel()[band] * np.float32(1 / 255))
    pure.reshape(-1, 3)[band] = colour
    return matte, pure


def _unmix(
    fields: MatteFields, pixel: Array, member: Array, y: NDArray[np.int64], x: NDArray[np.int64]
) -> tuple[Array, Array]:
    reading = sample_points(fields.reading, fields.placing, x, y)
    outer = sample_points(fields.outer, fields.placing, x, y)
    trust = outer[:, 3]
    read = np.einsum("nc,nc->n", pixel, reading[:, :3])
    read -= reading[:, 3]
    np.clip(read, 0, 1, out=read)
    beta = trust * read + (1 - trust) * np.clip((member - 0.3) / 0.4, 0, 1)
    beta *= np.minimum(member / 0.15, 1)
    excess = 1 / np.maximum(beta, 0.15) - 1
    colour = pixel - outer[:, :3]
    colour *= excess[:, None]
    colour += pixel
    return beta, np.clip(colour, 0, 1, out=colour)
