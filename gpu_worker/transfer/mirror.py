"""The product's mirror image on a glossy floor: it changes with the product, or turns grey; the shadow in it stays a shadow.

In linear light what one sees of a floor is a B + k D: the ground B as the shadow leaves it, and a share k of the product's
colour D. Of a coloured D both shares are read off the pixel; with D' in its place it is a B + k D'. Beside a grey or a dark D no
share can be told from a shadow, and nothing changes.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.marks import MirrorImages
from gpu_worker.measures.colour import Array, Float, from_linear, lab_to_rgb, to_linear
from gpu_worker.segmentation.product_mask import ProductMask
from gpu_worker.transfer.strips import dither

Pixels = NDArray[np.uint8]

_SIDE = 768  # pixels of the longer side at which the shares are read
_BLUR = 1.5  # of these: a mirror image on a floor is never sharper
_COLOURED = 0.06  # linear light of D across B's own colour, below which shares are noise
_FAINT, _CLEAR = 0.03, 0.08  # shares taken for none; from which they count in full
_ODD = 0.025  # linear light that ground and product do not explain: something else lies there
_LEAST = 0.015  # of the product's area, that a mirror image has at least
_REACH = 0.7  # of the product's height, below it
_BESIDE = 0.03  # of its width, on either side


@dataclass(frozen=True, kw_only=True, eq=False)
class MirrorImage:
    """Where a photo shows some of the product's colour under the product."""

    share: Array  # (h, w) of the product's colour in a pixel of the window
    rows: slice  # of the photo
    columns: slice
    colour: Float  # (3,) the product's, in linear light

    def where(self, height: int, width: int) -> Pixels:
        """(H, W) 255 where anything changes."""
        result = np.zeros((height, width), np.uint8)
        result[self.rows, self.columns][self.share > 0] = 255
        return result


def find_mirror_image(pixels: Pixels, mask: ProductMask, base_lab: Float) -> MirrorImage | None:
    """The mirror image of what has this colour, (3,) Lab, in a photo (H, W, 3); None where none is seen."""
    height, width = mask.alpha.shape
    if not mask.background.plain:
        return None
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small, alpha = (cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in (pixels, mask.alpha))
    below = _below(alpha > 127) & (alpha == 0)
    colour = to_linear(np.clip(lab_to_rgb(base_lab), 0, 1))
    ground = to_linear(mask.background.at(size[1], size[0]).astype(np.float64)).astype(np.float32)
    light = to_linear(small.astype(np.float64) / 255).astype(np.float32)
    share = _share(light, ground, colour)
    share = np.where(below, cv2.GaussianBlur(share, (0, 0), _BLUR), 0)
    share *= np.clip((share - _FAINT) / (_CLEAR - _FAINT), 0, 1)
    if (share > _CLEAR).sum() < _LEAST * (alpha > 127).sum():
        return None
    return _in_photo(share, mask.alpha, colour)


def _below(product: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(h, w) what lies under the product's lower outline, as far as a mirror image may."""
    rows = np.arange(len(product))[:, None]
    there = np.flatnonzero(product.any(0))
    if len(there) == 0:
        return product
    lowest = np.where(product, rows, -1).max(0)
    lowest = np.interp(np.arange(product.shape[1]), there, lowest[there])
    beside, height = _BESIDE * np.ptp(there), np.ptp(np.flatnonzero(product.any(1)))
    columns = np.arange(product.shape[1])
    near = (columns >= there[0] - beside) & (columns <= there[-1] + beside)
    return np.asarray((rows > lowest) & (rows < lowest.max() + _REACH * height) & near)


def _share(light: Array, ground: Array, colour: Float) -> Array:
    """(h, w) k of the least squares a B + k D, of light (h, w, 3) over the ground B (h, w, 3); 0 where they do not explain it."""
    d = colour.astype(np.float32)
    bb, bd, dd = (ground**2).sum(2), ground @ d, float(d @ d)
    across = dd - bd**2 / bb  # what of D is across B, squared
    bi, di = (ground * light).sum(2), light @ d
    k = (di - bd * bi / bb) / np.maximum(across, 1e-9)
    a = (bi - k * bd) / bb
    odd = np.linalg.norm(light - a[..., None] * ground - k[..., None] * d, axis=2)
    seen = (across > _COLOURED**2) & (odd < _ODD) & (a > 0)
    return np.where(seen, np.clip(k, 0, 1), 0).astype(np.float32)


def _in_photo(share: Array, alpha: Pixels, colour: Float) -> MirrorImage:
    """At the photo's size, in the window where there is any; none of it on the product's soft edge."""
    height, width = alpha.shape
    full = cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR) * (alpha == 0)
    y, x = np.flatnonzero(full.any(1)), np.flatnonzero(full.any(0))
    rows, columns = slice(int(y[0]), int(y[-1]) + 1), slice(int(x[0]), int(x[-1]) + 1)
    return MirrorImage(share=full[rows, columns].copy(), rows=rows, columns=columns, colour=colour)


def with_mirror_image(before: Pixels, after: Pixels, image: MirrorImage, new_lab: Float, way: MirrorImages) -> Pixels:
    """A dyed photo (H, W, 3) whose mirror image goes with the product's new colour, (3,) Lab, or turns grey."""
    window = image.rows, image.columns
    light = to_linear(before[window].astype(np.float64) / 255)
    colour = to_linear(np.clip(lab_to_rgb(new_lab), 0, 1)) if way == "follow" else _grey(image.colour)
    level = from_linear(np.clip(light + image.share[..., None] * (colour - image.colour), 0, 1)) * 255
    level = np.clip(level + dither(*window)[..., None], 0, 255).astype(np.uint8)
    result = after.copy()
    cv2.copyTo(level, (image.share > 0).astype(np.uint8), result[window])
    return result


def _grey(light: Float) -> Float:
    """(3,) of the same luminance."""
    return np.full(3, light @ np.array([0.2126, 0.7152, 0.0722]))
