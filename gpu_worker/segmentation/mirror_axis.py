"""Where a product's mirror image on a glossy floor begins, seen from the side: what lies below is the floor's, not the product's.

Row by row below the axis the photo shows what it shows above, upside down and fainter. A sole shows none of the upper's shapes, and
ends sooner than the upper would. Arrays are at working size.
"""

import numpy as np
from numpy.typing import NDArray

from gpu_worker.segmentation.background import Array

Mask = NDArray[np.bool_]

_LEAST_DEPTH, _MOST_DEPTH = 0.2, 0.5  # of the product's height above the axis: what is compared
_HIGHEST = 0.4  # of the mask's height: an axis lies lower
_ALIKE, _ALIKE_EVERYWHERE = 0.9, 0.9  # correlation of mirrored rows: their median, and nine in ten of them
_FAINTEST, _STRONGEST = (
    0.03,
    0.6,
)  # of the product's difference from the ground: a shoe's own halves differ as much from it


def mirrored(image: Array, surface: Array, product: Mask) -> Mask:
    """(h, w) the part of a product that is its mirror image, in a photo (h, w, 3) over its ground (h, w, 3), both sRGB."""
    rows, columns = np.flatnonzero(product.any(1)), np.flatnonzero(product.any(0))
    nothing = np.zeros_like(product)
    if len(rows) == 0:
        return nothing
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    difference = (surface - image)[:, columns[0] : columns[-1] + 1].reshape(len(image), -1)
    first = top + round(_HIGHEST * (bottom - top))
    scores = {axis: _likeness(difference, top, axis) for axis in range(first, bottom)}
    axis = max(scores, key=lambda row: scores[row], default=bottom)
    if scores.get(axis, 0.0) < _ALIKE:
        return nothing
    nothing[axis:] = product[axis:]
    return nothing


def _likeness(difference: Array, top: int, axis: int) -> float:
    """How alike rows (h, N) above and below an axis are, 0 to 1; 0 where one side cannot be the other's mirror image."""
    depth = min(len(difference) - axis, round(_MOST_DEPTH * (axis - top)))
    if depth < max(4, _LEAST_DEPTH * (axis - top)):
        return 0.0
    above, below = difference[axis - depth : axis][::-1], difference[axis : axis + depth]
    energy = np.maximum((above**2).sum(1), 1e-6)
    strength = (above * below).sum(1) / energy
    if np.percentile(strength, 90) > _STRONGEST or np.percentile(strength, 10) < _FAINTEST:
        return 0.0
    alike = (above * below).sum(1) / np.sqrt(energy * np.maximum((below**2).sum(1), 1e-6))
    return float(np.median(alike)) if np.percentile(alike, 10) > _ALIKE_EVERYWHERE else 0.0
