"""A region of a photo in another cloth: the cloth's texture, the photo's own light, folds and seams; at the photo's own size.

The photo's light is read from its lightness, as the dye does (dye.py): squeezed towards black and white about the new colour. Its own weave
would lie over the new one, so small ripples of lightness are cored away; larger ones are folds, seams and stitches, and stay. Along folds
the cloth is drawn a little with the slope of the light (Fang and Hart 2004). Outside the region every value is the photo's.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array, fast_lab, fast_rgb
from gpu_worker.transfer.cloth import BLACK, Cloth, smoothed
from gpu_worker.transfer.dye import tone_of
from gpu_worker.transfer.matte import matte_window
from gpu_worker.transfer.quilting import quilt
from gpu_worker.transfer.recolour import Region
from gpu_worker.transfer.strips import dither

Pixels = NDArray[np.uint8]

_PATCH = 0.5  # of the cloth's side
_LARGEST = 0.14  # of the frame's side: a patch of cloth
_FINE = 0.006  # of the frame's side: ripples finer than this are weave
_CORED = 2.0  # times the weave's median size, below which a ripple goes
_DRAWN = 0.25  # of a hundredth of the frame, for each L* of slope over such a hundredth


def dressed(pixels: Pixels, alpha: Pixels, region: Region, cloth: Cloth, side: float, seed: int = 0) -> Pixels:
    """The photo (H, W, 3) with its region in the cloth. `side` is the frame's, in photo pixels."""
    rows, columns = region.rows, region.columns
    before = np.multiply(pixels[rows, columns], np.float32(1 / 255), dtype=np.float32)
    matte, pure = matte_window(region.fields, before, np.ascontiguousarray(alpha[rows, columns]), rows, columns)
    matte[np.round(matte * 255) == 0] = 0
    patch = max(8, int(min(_LARGEST * side, _PATCH * min(cloth.lab.shape[:2]))))
    texture = quilt(cloth.lab, patch, matte.shape[0], matte.shape[1], seed=seed)
    light, base = _light(fast_lab(pure)[..., 0], matte > 0.5, side)
    after = fast_rgb(_lit(_drawn(texture, base, side), light, matte, cloth))
    mixed = before + matte[..., None] * (after - pure)
    level = np.clip(mixed * 255 + dither(rows, columns)[..., None], 0, 255).astype(np.uint8)
    result = pixels.copy()
    result[rows, columns] = np.where(matte[..., None] > 0, level, pixels[rows, columns])
    return result


def _light(lightness: Array, inside: NDArray[np.bool_], side: float) -> tuple[Array, Array]:
    """The region's lightness without its weave, and its smooth part."""
    base = smoothed(lightness, inside, max(1.0, _FINE * side))
    ripple = lightness - base
    weave = float(np.median(np.abs(ripple[inside]))) if inside.any() else 0.0
    kept = np.sign(ripple) * np.maximum(np.abs(ripple) - _CORED * weave, 0)
    return np.asarray(base + kept, np.float32), base


def _drawn(texture: Array, base: Array, side: float) -> Array:
    """The cloth moved along the slope of the light."""
    reach = 0.01 * side
    soft = cv2.GaussianBlur(base, (0, 0), reach)
    slopes = [cv2.Sobel(soft, cv2.CV_32F, dx, dy, scale=1 / 8) * reach for dx, dy in ((1, 0), (0, 1))]
    y, x = np.mgrid[: base.shape[0], : base.shape[1]].astype(np.float32)
    map_x, map_y = (
        at + np.clip(_DRAWN * reach * slope, -reach, reach) for at, slope in zip((x, y), slopes, strict=True)
    )
    return np.asarray(cv2.remap(texture, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT), np.float32)


def _lit(texture: Array, light: Array, matte: Array, cloth: Cloth) -> Array:
    """The cloth in the photo's light, Lab."""
    sure = matte > 0.95
    middle = float(np.median(light[sure] if sure.any() else light))
    target = float(cloth.middle[0])
    factor = (tone_of(light, middle, target) + BLACK) / (target + BLACK)
    after = texture * factor[..., None]
    after[..., 0] = (texture[..., 0] + BLACK) * factor - BLACK
    return np.asarray(after, np.float32)
