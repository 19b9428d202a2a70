"""The named parts of a product in a photo: sole, laces, sleeves, collar and the like, as a partition of its mask.

The network (`part_network`) says what is where at 160 px; the guided filter moves that to the photo's edges in a frame of 512 px, where
crumbs are removed; `gpu_worker.transfer.matte` reads the soft border off the photo's own pixels, at any size.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.parts import INSTEAD, OFFERED, PARTS, PartName
from gpu_worker.measures.colour import ciede2000, fast_lab
from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.frame import Frame, crop_to_frame
from gpu_worker.segmentation.outline import guided_planes
from gpu_worker.segmentation.part_network import likely_parts, load_head
from gpu_worker.segmentation.product_mask import ProductMask

Mask = NDArray[np.bool_]
Labels = NDArray[np.int8]

RESOLUTION = 512
RADIUS, LEAST_VARIANCE = 5, 2e-4  # of the guided filter, in pixels of a frame of RESOLUTION
_CRUMB = 0.0012  # of the product: a smaller piece of a part is an error
_OF_LARGEST: dict[PartName, float] = {"lining": 0.2}  # of a part's largest piece: a smaller one is an error too
_LEAST = 0.003  # of the product: a part smaller than this is not there
_OF_ITS_COLOUR: dict[PartName, tuple[PartName, ...]] = {
    "body": ("buttons",),
}
_ALIKE = 8.0  # CIEDE2000 up to which a placket is of the body's cloth
_SURE = 0.6  # mean probability from which a part is


@dataclass(frozen=True, kw_only=True, eq=False)
class NamedParts:
    """A partition of the product in its frame."""

    kind: str
    frame: Frame  # of R px
    labels: Labels  # (R, R): -1 no product, else the part's place in PARTS[kind]
    confidence: dict[PartName, float]  # of the parts that are there: mean probability of their pixels

    def mask(self, name: PartName) -> Mask:
        """(R, R) where the part is; empty where the photo does not show it."""
        if name not in self.confidence:
            return np.zeros(self.labels.shape, bool)
        return np.asarray(self.labels == PARTS[self.kind].index(name))

    def region(self, name: PartName) -> Mask:
        """(R, R) the part as somebody means it: a body with its placket, where that is of its colour."""
        where = self.mask(name)
        for part in _OF_ITS_COLOUR.get(name, ()):
            other = self.mask(part)
            if other.any() and float(ciede2000(self._colour(where), self._colour(other))) < _ALIKE:
                where = where | other
        return where

    def _colour(self, where: Mask) -> Array:
        lab = fast_lab(np.ascontiguousarray(self.frame.raw[where][None], np.float32))
        return np.asarray(np.median(lab[0], axis=0))


@dataclass(frozen=True, eq=False)
class PartFinder:
    """Finds a photo's parts once, when somebody asks."""

    photo: Photo
    mask: ProductMask
    kind: str

    @cached_property
    def found(self) -> NamedParts:
        """The photo's parts, looked for once. Raises KeyError for a kind whose parts have no names."""
        return find_named_parts(self.photo, self.mask, self.kind)


def find_named_parts(photo: Photo, mask: ProductMask, kind: str, *, every: bool = False) -> NamedParts:
    """The parts of a photo's product that are offered, or, for measuring, `every` one. Raises KeyError for an unknown kind."""
    return parts_in(crop_to_frame(photo, mask, kind, RESOLUTION), kind, every=every)


def parts_in(frame: Frame, kind: str, *, every: bool = False) -> NamedParts:
    """The same in a frame of any size (R, R)."""
    radius = max(1, round(RADIUS * len(frame.raw) / RESOLUTION))
    likely = guided_planes(frame.raw, likely_parts(frame.raw, load_head(kind)), radius, LEAST_VARIANCE)
    if kind == "shoe":
        likely[0] = 0  # all of it is shoe; of a shirt's mask skin and trousers may be left
    return partition(likely if every else offered(likely, kind), frame.alpha > 0.5, kind, frame)


def offered(likely: Array, kind: str) -> Array:
    """Probabilities in which what is not offered counts as the part that it sits on."""
    result = likely.copy()
    for k, name in enumerate(PARTS[kind], start=1):
        if name not in OFFERED[kind]:
            result[1 + PARTS[kind].index(INSTEAD.get(name, PARTS[kind][0]))] += likely[k]
            result[k] = 0
    return result


def partition(likely: Array, inside: Mask, kind: str, frame: Frame) -> NamedParts:
    """Every pixel `inside` to its likeliest part, without crumbs, and without parts that are in doubt."""
    likely = likely / np.maximum(likely.sum(0), 1e-6)
    chosen = likely.copy()
    chosen[0][_enclosed(chosen.argmax(0) == 0, inside)] = 0
    for k, name in enumerate(PARTS[kind], start=1):
        chosen[k][_crumbs(chosen.argmax(0) == k, inside, _OF_LARGEST.get(name, 0.0))] = 0
    labels = np.where(inside, chosen.argmax(0) - 1, -1).astype(np.int8)
    confidence: dict[PartName, float] = {}
    for k, name in enumerate(PARTS[kind]):
        where = labels == k
        sure = float(likely[1 + k][where].mean()) if where.any() else 0.0
        shown = where.sum() >= _LEAST * inside.sum() and sure >= _SURE
        if shown or k == 0:
            confidence[name] = sure
        elif k > 0:
            labels[where] = 0
    return NamedParts(kind=kind, frame=frame, labels=labels, confidence=confidence)


def _crumbs(where: Mask, inside: Mask, of_largest: float) -> Mask:
    _, pieces, stats, _ = cv2.connectedComponentsWithStats((where & inside).astype(np.uint8), connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA]
    small = np.flatnonzero(areas < max(_CRUMB * inside.sum(), of_largest * areas[1:].max(initial=0)))
    return np.asarray(np.isin(pieces, small[small > 0]))


def _enclosed(where: Mask, inside: Mask) -> Mask:
    """Pieces of no product with product all around: skin lies at the rim."""
    _, pieces = cv2.connectedComponents(where.astype(np.uint8), connectivity=8)
    beyond = np.pad(~inside, 1, constant_values=True)
    rim = cv2.dilate(beyond.astype(np.uint8), np.ones((3, 3), np.uint8))[1:-1, 1:-1].astype(bool)
    return np.asarray(where & ~np.isin(pieces, np.setdiff1d(pieces[where & rim], [0])))
