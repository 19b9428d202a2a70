"""Free-form holes, as somebody brushes over a hand or a tag: what completion is measured on. Source: Yu et al. 2019."""

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

LEAST, MOST = 0.05, 0.25  # of the product
_TRIES = 60


def free_form_hole(product: Mask, random: np.random.Generator) -> Mask:
    """A hole over a twentieth to a quarter of the product, and over the ground that its strokes cross; (H, W) bool."""
    share, area = random.uniform(LEAST, MOST), max(1, int(product.sum()))
    places = np.argwhere(product)
    hole = np.zeros(product.shape, np.uint8)
    for _ in range(_TRIES if len(places) else 0):
        longer = _with_stroke(hole, places[random.integers(len(places))], random)
        covered = (longer.astype(bool) & product).sum() / area
        if covered <= MOST:
            hole = longer
        if covered >= share:
            break
    return hole.astype(bool)


def _with_stroke(hole: NDArray[np.uint8], start: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.uint8]:
    """One more stroke of a round brush, that wanders from a point on the product."""
    side, result = max(hole.shape), hole.copy()
    angle, width = random.uniform(0, 2 * np.pi), max(2, round(side * random.uniform(0.04, 0.12)))
    y, x = start.astype(np.float64)
    for _ in range(random.integers(1, 6)):
        angle += random.normal(0, 0.6)
        length = side * random.uniform(0.03, 0.14)
        end = (x + length * np.cos(angle), y + length * np.sin(angle))
        cv2.line(result, (round(x), round(y)), (round(end[0]), round(end[1])), 1, width)
        x, y = end
    return result
