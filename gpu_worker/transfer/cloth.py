"""A piece of an example photo as cloth: its colours and texture without the light that fell on it.

The piece is the largest square of the product that looks the same all over: no seam, cord or print on one side of it alone. What light does
to a surface is a factor on its linear light, and so one on (L + 16, a, b) of Lab: divided by its smooth part, cloth is evenly lit.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array, fast_lab
from gpu_worker.segmentation.frame import Frame
from gpu_worker.segmentation.parts import Parts

Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint8]

BLACK = 16.0  # of L* that makes lightness proportional to the cube root of light
_SIDES = (64, 54, 45, 38, 32, 27, 22, 18, 14)  # of squares looked at, in frame pixels of 256
_CELLS = 3  # a square is compared with so many by so many of its parts
_OWN = 0.3  # least share of the chosen region in the piece; the rest is its pattern
_SIZE_COUNTS = 0.06  # of unevenness that is worth twice the side
_MOST_UNEVEN = 0.6
_EDGE = 6.0  # L* per pixel that counts as much as another part
_OFF = 1.6  # frame pixels by which an outline that was found may be off
_STRANGE = 16.0  # sRGB levels off the mixtures of material and ground, by which a rim is something else
_RIM = 14  # frame pixels
_RIM_CHROMA, _RIM_LIGHT = 10.0, 10.0  # differences of the parts' features up to which a rim is the same material
_SMOOTH = 0.07  # of the frame's side: what varies more slowly is light, not cloth


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A square of the frame, in frame pixels."""

    top: int
    left: int
    side: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Cloth:
    """Evenly lit cloth at the size at which it is to be seen."""

    lab: Array  # (s, s, 3)
    middle: Array  # (3,) median Lab
    enlarged: float  # over 1: the example's photo had fewer pixels than are asked for


def find_piece(frame: Frame, parts: Parts, region: Mask) -> Piece | None:
    """The best square of the product for the cloth of a region, (R, R); None where it shows too little of it."""
    fields = _fields(frame, parts)
    sums = [cv2.integral(field.astype(np.float64)) for field in (*fields, region, parts.labels < 0)]
    found = [piece for side in _SIDES if (piece := _best_of(sums, side)) is not None]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def with_rim(region: Mask, parts: Parts) -> Mask:
    """The region, (R, R), with what beside it is the same material in other light: rims and sides that the finder leaves."""
    own = np.median(parts.features[region], axis=0)
    apart = parts.features - own
    alike = (np.hypot(apart[..., 1], apart[..., 2]) < _RIM_CHROMA) & (np.abs(apart[..., 0]) < _RIM_LIGHT)
    free = ((alike & (parts.labels >= 0)) | region).astype(np.uint8)
    grown = region.astype(np.uint8)
    for _ in range(_RIM):
        grown = cv2.dilate(grown, np.ones((3, 3), np.uint8)) & free
    return grown.astype(bool)


def let_out(pixels: Pixels, alpha: Pixels, frame: Frame, region: Mask) -> Pixels:
    """The outline (H, W), wider by what it may be off where there is a rim of the region's colour, mixed with the ground's.

    An outline that is found lies a little inside, and a rim of the old material beside a new one would be seen. `region` is in the frame.
    """
    reach = max(1, round(_OFF / frame.placing.scale))
    wide = cv2.dilate(alpha, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    rim = (wide > alpha) & (alpha < 255)
    ground = np.median(pixels[wide == 0], axis=0) if (wide == 0).any() else np.full(3, 255.0)
    axis = np.median(frame.raw[region], axis=0) * 255 - ground
    seen = pixels[rim].astype(np.float32) - ground
    share = seen @ axis / max(1.0, float(axis @ axis))
    apart = np.linalg.norm(seen - share[:, None] * axis, axis=1)
    likely = np.clip((share - 0.25) / 0.6, 0, 1) * np.exp(-np.square(apart / _STRANGE))
    result = alpha.copy()
    result[rim] = np.maximum(alpha[rim], np.round(255 * likely * (likely > 0.05)))
    return result


def _fields(frame: Frame, parts: Parts) -> list[Array]:
    """What must be alike all over a piece: the shares of the parts, and how many edges there are."""
    lightness = cv2.cvtColor(np.asarray(frame.image, np.float32), cv2.COLOR_RGB2Lab)[..., 0]
    edges = np.hypot(cv2.Scharr(lightness, cv2.CV_32F, 1, 0), cv2.Scharr(lightness, cv2.CV_32F, 0, 1)) / 32
    return [np.asarray(np.minimum(edges / _EDGE, 2.5), np.float32)] + [
        parts.mask(rank).astype(np.float32) for rank in range(len(parts.colours))
    ]


def _best_of(sums: list[NDArray[np.float64]], side: int) -> tuple[float, Piece] | None:
    """The most even square of one side, and how good it is, lower is better."""
    whole = [_means(field, side) for field in sums]
    fits = (whole[-1] == 0) & (whole[-2] > _OWN)
    if not fits.any():
        return None
    cell, uneven = side // _CELLS, np.zeros_like(whole[0])
    for row in range(_CELLS):
        for column in range(_CELLS):
            rows, columns = (slice(k * cell, k * cell + len(uneven)) for k in (row, column))
            apart = sum(np.square(_means(f, cell)[rows, columns] - w) for f, w in zip(sums[:-2], whole, strict=False))
            uneven = np.maximum(uneven, np.sqrt(apart))
    score = np.where(fits & (uneven < _MOST_UNEVEN), uneven, np.inf)
    top, left = np.unravel_index(int(score.argmin()), score.shape)
    if not np.isfinite(score[top, left]):
        return None
    better = float(score[top, left]) - _SIZE_COUNTS * float(np.log2(side / _SIDES[-1]))
    return better, Piece(top=int(top), left=int(left), side=side)


def _means(total: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """The mean of a field in every square of a side, from its integral."""
    inside = total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]
    return np.asarray(np.round(inside, 6) / side**2)


def cloth_of(pixels: Pixels, frame: Frame, piece: Piece, ratio: float) -> Cloth:
    """The piece at the photo's full size (H, W, 3), made `ratio` times as large, evenly lit."""
    corners = np.array([[piece.left, piece.top], [piece.left + piece.side, piece.top + piece.side]], np.float64)
    (left, top), (right, bottom) = np.round(frame.placing.to_photo(corners)).astype(int)
    crop = pixels[max(0, top) : bottom, max(0, left) : right]
    lab = fast_lab(np.multiply(crop, np.float32(1 / 255), dtype=np.float32))
    size = (max(8, round(lab.shape[1] * ratio)), max(8, round(lab.shape[0] * ratio)))
    lab = np.asarray(cv2.resize(lab, size, interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC), np.float32)
    flat = evenly_lit(lab, _SMOOTH * len(frame.image) / frame.placing.scale * ratio)
    return Cloth(lab=flat, middle=np.median(flat.reshape(-1, 3), axis=0), enlarged=ratio)


def evenly_lit(lab: Array, sigma: float) -> Array:
    """(h, w, 3) without its smooth light."""
    low = smoothed(lab[..., 0], np.ones(lab.shape[:2], bool), sigma)
    factor = (float(np.median(low)) + BLACK) / np.maximum(low + BLACK, 1)
    flat = lab * factor[..., None]
    flat[..., 0] = (lab[..., 0] + BLACK) * factor - BLACK
    return np.asarray(flat, np.float32)


def smoothed(field: Array, valid: Mask, sigma: float) -> Array:
    """(h, w) the mean of what is valid around each pixel, by a Gaussian, on a smaller copy where that is enough."""
    factor = max(1, int(sigma / 6))
    size = (-(-field.shape[1] // factor), -(-field.shape[0] // factor))
    weight = valid.astype(np.float32)
    small = [cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in (field * weight, weight)]
    total, mass = (cv2.GaussianBlur(part, (0, 0), sigma / factor) for part in small)
    whole = (field.shape[1], field.shape[0])
    return np.asarray(cv2.resize(total / np.maximum(mass, 1e-4), whole, interpolation=cv2.INTER_LINEAR), np.float32)
