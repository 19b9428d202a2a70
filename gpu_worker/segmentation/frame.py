"""The manifold's square frame: where the product sits in it, and the exact way back to the photo's pixels.

Pixel centres are at half-integers: pixel i covers [i, i + 1). A similarity maps photo to frame: frame = scale * photo + shift.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.product_mask import ProductMask

LONGEST_SIDE = {"shoe": 0.91, "shirt": 0.94}  # share of the frame, as the training data was cropped


@dataclass(frozen=True, kw_only=True)
class Similarity:
    """Photo coordinates (x, y) to frame coordinates: an even scale and a shift, nothing else."""

    scale: float
    shift_x: float
    shift_y: float

    def to_frame(self, points_n2: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 2) x, y in the photo to the frame."""
        return np.asarray(points_n2 * self.scale + np.array([self.shift_x, self.shift_y]))

    def to_photo(self, points_n2: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 2) x, y in the frame to the photo; the exact inverse of `to_frame`."""
        return np.asarray((points_n2 - np.array([self.shift_x, self.shift_y])) / self.scale)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the manifold sees of a photo."""

    image: Array  # (R, R, 3) sRGB in [0, 1], product on white
    raw: Array  # (R, R, 3) the same with the photo's own background
    alpha: Array  # (R, R) in [0, 1]
    placing: Similarity


def frame_placing(mask: ProductMask, kind: str, resolution: int) -> Similarity:
    """The similarity that centres the product's box and gives its longest side the kind's share of the frame."""
    left, top, right, bottom = mask.box
    scale = LONGEST_SIDE[kind] * resolution / max(right - left, bottom - top)
    half = resolution / 2
    return Similarity(scale=scale, shift_x=half - scale * (left + right) / 2, shift_y=half - scale * (top + bottom) / 2)


def crop_to_frame(photo: Photo, mask: ProductMask, kind: str, resolution: int = 64) -> Frame:
    """The frame of a photo: area-averaged, the background behind the soft edge replaced by white.

    Raises KeyError for a kind that has no frame.
    """
    return frame_at(photo, mask, frame_placing(mask, kind, resolution), resolution)


def frame_at(photo: Photo, mask: ProductMask, placing: Similarity, resolution: int) -> Frame:
    """The frame at a place that is known: what became of a photo is compared with it there."""
    image, alpha = _area_warp(photo.pixels, placing, resolution, 255), _area_warp(mask.alpha, placing, resolution, 0)
    opacity = alpha[..., None]
    surface = _surface_in_frame(photo, mask, placing, resolution)
    behind = surface if mask.background.plain else image  # floors and beds are nothing that the manifold knows
    on_white = np.clip(image + (1 - opacity) * (1 - behind), 0, 1)
    return Frame(image=on_white, raw=image, alpha=alpha, placing=placing)


def _area_warp(pixels: NDArray[np.uint8], placing: Similarity, resolution: int, outside: int) -> Array:
    """Similarity warp with area averaging: first shrink by a whole power, then place to the subpixel."""
    scale, shift_x, shift_y = placing.scale, placing.shift_x, placing.shift_y
    factor = max(1, int(0.5 / scale))  # leaves a final reduction of 2 to 4, averaged by supersampling
    if factor > 1:
        pad_y, pad_x = -pixels.shape[0] % factor, -pixels.shape[1] % factor
        padded = cv2.copyMakeBorder(pixels, 0, pad_y, 0, pad_x, cv2.BORDER_REPLICATE)
        size = (padded.shape[1] // factor, padded.shape[0] // factor)
        pixels = np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), np.uint8)
        scale *= factor
    over = 4
    s = scale * over
    matrix = np.array([[s, 0, shift_x * over + 0.5 * s - 0.5], [0, s, shift_y * over + 0.5 * s - 0.5]])
    fill = (outside,) * (pixels.shape[2] if pixels.ndim == 3 else 1)
    large = cv2.warpAffine(
        pixels,
        matrix,
        (resolution * over, resolution * over),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=fill,
    )
    small = cv2.resize(large.astype(np.float32) / 255, (resolution, resolution), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _surface_in_frame(photo: Photo, mask: ProductMask, placing: Similarity, resolution: int) -> Array:
    """The background model at the frame's pixels; white where the frame reaches beyond the photo."""
    centres = np.arange(resolution) + 0.5
    x, y = (centres - placing.shift_x) / placing.scale, (centres - placing.shift_y) / placing.scale
    u, v = np.meshgrid(2 * x / photo.width - 1, 2 * y / photo.height - 1)
    basis = np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], -1).astype(np.float32)
    surface = np.clip(basis @ mask.background.coefficients, 0, 1)
    inside = (np.abs(u) <= 1) & (np.abs(v) <= 1)
    return np.where(inside[..., None], surface, 1).astype(np.float32)
