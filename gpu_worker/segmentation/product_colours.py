"""What colours a product has, for search and shop: its dominant one, and a second where there is nearly as much to see of another.

Neither is the ground's or a sole's. Of a garment, what skin may look like is no second colour.
"""

import numpy as np

from gpu_worker.measures.colour import ciede2000
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.dominant import dominant_region, material_at, material_of, may_be_skin
from gpu_worker.segmentation.parts import Parts

_SECOND = 0.25  # of the product without its sole: from which another colour is one of the product's
_APART = 20.0  # CIEDE2000 from the first


def product_colours(parts: Parts, kind: str) -> list[Array]:
    """One or two Lab colours, (3,) each, the dominant one first."""
    first, upper = material_of(parts), (parts.labels >= 0) & ~parts.foot
    left = upper & ~dominant_region(parts)
    if left.sum() < _SECOND * upper.sum():
        return [first]
    rank = int(np.bincount(parts.labels[left]).argmax())
    other = material_at(parts, left & parts.mask(rank)) & left
    if other.sum() < _SECOND * upper.sum():
        return [first]
    counts = np.bincount(parts.labels[other], minlength=len(parts.colours))
    second = np.asarray(counts @ parts.colours / counts.sum(), np.float32)
    if ciede2000(second, first) < _APART or (kind == "shirt" and may_be_skin(second)):
        return [first]
    return [first, second]
