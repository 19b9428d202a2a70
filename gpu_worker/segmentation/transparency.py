"""Transparent files: their alpha is the product's mask, but for a soft shadow that was left in it."""

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_SOLID = 230  # alpha of the product itself
_RIM = 0.004  # of the longer side: how far a product's soft edge reaches
_SEE_THROUGH = 0.3  # share of what is not clear that must be solid; less, and the product itself is see-through


def product_alpha(alpha: Pixels) -> Pixels:
    """`alpha` (H, W) without what is soft and reaches farther from the product than an edge does.

    A file in which little is solid at all, such as mesh or glass, is taken as it is.
    """
    solid = (alpha >= _SOLID).astype(np.uint8)
    if solid.sum() < _SEE_THROUGH * max(1, int((alpha > 25).sum())):
        return alpha
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    reach = max(2, round(_RIM * max(alpha.shape)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)).astype(np.uint8)
    near = cv2.dilate(_filled(solid), kernel)
    return np.where(near > 0, alpha, 0).astype(np.uint8)


def _filled(solid: Pixels) -> Pixels:
    """With the holes: see-through cloth within a solid outline is product."""
    padded = np.pad(1 - solid, 1, constant_values=1)
    _, labels = cv2.connectedComponents(padded, connectivity=4)
    return (labels[1:-1, 1:-1] != labels[0, 0]).astype(np.uint8)
