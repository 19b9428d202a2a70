"""A finished picture from a photo, the change seen on the manifold, and the dyes of its swatches.

Order: colour of brushes and attributes, then dyes (closed form, on the photo's own colours), then motion. A dyed region
takes nothing from the manifold's colours: they are blurred, the dye is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.segmentation.product_mask import ProductMask
from gpu_worker.transfer.apply import PhotoChange, apply_change
from gpu_worker.transfer.dye import Dye
from gpu_worker.transfer.recolour import Region, dye_photo, region_matte

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rendered:
    """A finished picture."""

    pixels: Pixels  # (H, W, 3)
    alpha: Pixels  # (H, W) the product's mask in it
    still: Pixels  # (H, W, 3) the same before anything moved: its pixels lie where the photo's do


def render(
    pixels: Pixels, mask: ProductMask, change: PhotoChange | None, dyed: Sequence[tuple[Region, Dye]]
) -> Rendered:
    """Apply a change and dyes to a photo (H, W, 3) uint8."""
    still = _coloured(pixels, mask, change)
    for region, dye in dyed:
        own = dye_photo(pixels, mask.alpha, region, [dye])[0]
        still = own if still is pixels else _over(still, own, region_matte(pixels, mask.alpha, region))
        pixels = own if len(dyed) > 1 else pixels
    if change is None or change.flow is None:
        return Rendered(pixels=still, alpha=mask.alpha, still=still)
    motion = replace(change, affine=None)
    moved, alpha = apply_change(still, mask, motion)
    return Rendered(pixels=moved, alpha=alpha, still=still)


def _coloured(pixels: Pixels, mask: ProductMask, change: PhotoChange | None) -> Pixels:
    if change is None or change.affine is None:
        return pixels
    colour = replace(change, flow=None)
    return apply_change(pixels, mask, colour)[0]


def _over(below: Pixels, above: Pixels, matte: Pixels) -> Pixels:
    """Exact where the matte is 0 or 255."""
    blended = cv2.blendLinear(above, below, matte.astype(np.float32) / 255, (255 - matte.astype(np.float32)) / 255)
    result = np.where(matte[..., None] == 0, below, np.asarray(blended, np.uint8))
    return np.where(matte[..., None] == 255, above, result)
