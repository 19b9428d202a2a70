"""How much of a photo's structure an edit kept, whatever it did to the colours; and what it did to the background.

Pictures are (H, W, 3) uint8 sRGB; masks (H, W) uint8, 255 = product.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array, fast_lab

Pixels = NDArray[np.uint8]

_SIDE = 512  # measured at this size: what a shopper sees, not sensor noise
_LIGHT_SIGMA = 6.0  # at _SIDE: what varies more slowly is light and folds, not pattern
_SIGMA = 1.5  # SSIM's window
_BORDER = 4  # pixels at _SIDE on either side of a border that its edge reaches through the windows below
_NORM_SIGMA = 3.0  # window in which gradients are made comparable: wider, and untouched pixels near a changed edge count as changed


def structure_kept(before: Pixels, after: Pixels, mask: Pixels, border: NDArray[np.bool_] | None = None) -> float:
    """SSIM of normalised lightness gradients over the product, in [-1, 1]; 1 is perfect. What lies in `border` does not count.

    Gradients of L* are divided by their local strength, so an even change of contrast costs nothing, lost or invented
    texture does. Source of SSIM: Wang et al. 2004, equation 13, without the mean term (gradients have none).
    """
    weight = _small(mask).astype(np.float32) / np.float32(255)
    weight = cv2.erode(weight, np.ones((3, 3), np.uint8))
    if border is not None:
        weight = weight * ~border
    return float((structure_map(before, after) * weight).sum() / max(float(weight.sum()), 1e-6))


def structure_map(before: Pixels, after: Pixels) -> Array:
    """The same of each pixel, at the size at which it is measured."""
    fields = [_gradients(_small(picture)) for picture in (before, after)]
    return np.asarray(np.mean([_ssim(a, b) for a, b in zip(*fields, strict=True)], axis=0), np.float32)


def border_of(matte: Pixels, mask: Pixels) -> NDArray[np.bool_]:
    """Where a dyed part, matte (H, W), borders on another part of the product, at the size at which structure is measured.

    A pale part beside a dark one has an edge there that the photo need not have: between upper and sole of one colour.
    """
    dyed, product = _small(matte) > 127, cv2.erode(_small(mask), np.ones((5, 5), np.uint8)) > 127
    near = np.ones((2 * _BORDER + 1, 2 * _BORDER + 1), np.uint8)
    beside = [cv2.dilate(part.astype(np.uint8), near) for part in (dyed & product, ~dyed & product)]
    return np.asarray((beside[0] & beside[1]).astype(bool))


def background_changed(before: Pixels, after: Pixels, mask: Pixels) -> int:
    """Number of pixels outside the soft product mask that differ at all."""
    outside = (mask == 0).astype(np.uint8)
    difference = np.asarray(cv2.copyTo(cv2.absdiff(before, after), outside), np.uint8)
    if cv2.countNonZero(difference.reshape(len(difference), -1)) == 0:  # as it should be, and 5 times as fast to find
        return 0
    return int(difference.any(2).sum())


def _small(picture: Pixels) -> Pixels:
    scale = _SIDE / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _gradients(picture: Pixels) -> tuple[Array, Array]:
    lightness = fast_lab(picture.astype(np.float32) / np.float32(255))[..., 0]
    smooth = cv2.GaussianBlur(lightness, (0, 0), 1.0)  # below a pixel lies noise and compression
    x, y = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    strength = np.sqrt(cv2.GaussianBlur(x * x + y * y, (0, 0), _NORM_SIGMA) + 0.5**2)
    return np.asarray(x / strength, np.float32), np.asarray(y / strength, np.float32)


def _ssim(a: Array, b: Array) -> Array:
    def mean(field: Array) -> Array:
        return np.asarray(cv2.GaussianBlur(field, (0, 0), _SIGMA), np.float32)

    mean_a, mean_b = mean(a), mean(b)
    covariance = mean(a * b) - mean_a * mean_b
    variance = mean(a * a) - mean_a**2 + mean(b * b) - mean_b**2
    steady = 0.03
    return np.asarray((2 * covariance + steady) / (variance + steady), np.float32)


def light_kept(before: Pixels, after: Pixels, matte: Pixels) -> float:
    """Correlation of the smooth lightness of a part, matte (H, W), before and after, in [-1, 1]: are light and folds still there?"""
    inside = _small(matte) > 242
    if inside.sum() < 64:
        return 1.0
    kernel = (0, 0)
    weight = cv2.GaussianBlur(inside.astype(np.float32), kernel, _LIGHT_SIGMA)
    smooth = []
    for picture in (before, after):
        lightness = fast_lab(_small(picture).astype(np.float32) / np.float32(255))[..., 0]
        smooth.append((cv2.GaussianBlur(lightness * inside, kernel, _LIGHT_SIGMA) / np.maximum(weight, 1e-3))[inside])
    deviations = [float(field.std()) for field in smooth]
    return float(np.corrcoef(*smooth)[0, 1]) if min(deviations) > 1e-3 else 1.0
