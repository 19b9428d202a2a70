"""A shirt's photo, its front found and taken apart into cloth and ink."""

from dataclasses import dataclass

import cv2
import numpy as np

from gpu_worker.grafts.grafted import NoSuchPart
from gpu_worker.grafts.printed import Mask, Pixels, Printed, printed_on
from gpu_worker.measures.colour import Array
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.transfer.strips import sample_window

_LEAST_FRONT = 0.02  # of the frame
_NECK = 0.25  # of the front's height, from its top: where plackets begin


@dataclass(frozen=True, kw_only=True)
class Torso:
    """Where a garment's front is in its photo, in pixels: what a print's place is told by."""

    middle: float
    top: float
    width: float


def torso_of(front: Mask, named: NamedParts) -> Torso:
    """Of a front (R, R) in the named parts' frame. Raises NoSuchPart where none is seen."""
    if front.sum() < _LEAST_FRONT * front.size:
        raise NoSuchPart("The shirt's front is not to be seen in this photo.")
    rows = np.flatnonzero(front.any(1))
    low, high = np.percentile(rows, [20, 80])
    ends = np.array([np.percentile(np.flatnonzero(front[y]), [2, 98]) for y in rows if low <= y <= high])
    top = float(np.flatnonzero(front.sum(1) > 3)[0])
    ((x, y),) = named.frame.placing.to_photo(np.array([[np.median(ends.mean(1)), top]]))
    return Torso(
        middle=float(x), top=float(y), width=float(np.median(ends[:, 1] - ends[:, 0])) / named.frame.placing.scale
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Garment:
    """A shirt's photo with its front taken apart."""

    pixels: Pixels
    named: NamedParts
    torso: Torso
    front: Mask  # (R, R) plain cloth and print
    apart: Printed


def garment_of(pixels: Pixels, named: NamedParts) -> Garment:
    """Raises NoSuchPart where no front is seen."""
    blob = named.mask("print")
    front = _without_holes(named.mask("body") | blob | named.mask("buttons")) & ~(
        named.mask("collar") | placket_in(named)
    )
    return Garment(
        pixels=pixels,
        named=named,
        torso=torso_of(front, named),
        front=front,
        apart=printed_on(pixels, named, front, blob),
    )


def placket_in(named: NamedParts) -> Mask:
    """A placket begins at the neck; what is taken for one further down is a fold."""
    found, front = named.mask("buttons"), named.mask("body")
    rows = np.flatnonzero(front.any(1))
    if not found.any() or len(rows) == 0:
        return found
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(found.astype(np.uint8), connectivity=8)
    near = rows[0] + _NECK * (rows[-1] - rows[0])
    begins = np.array([False, *(stats[1:count, cv2.CC_STAT_TOP] < near)])
    return np.asarray(begins[pieces])


def _without_holes(where: Mask) -> Mask:
    """White ink on a white ground may be taken for the ground."""
    outlines, _ = cv2.findContours(where.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(where.shape, np.uint8)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    return filled > 0


def front_in(garment: Garment) -> Array:
    """(h, w) in [0, 1] where the front is, inside its edge."""
    soft = cv2.GaussianBlur(cv2.erode(garment.front.astype(np.float32), np.ones((3, 3), np.uint8)), (0, 0), 1.2)
    return sample_window(soft, garment.named.frame.placing, garment.apart.rows, garment.apart.columns)
