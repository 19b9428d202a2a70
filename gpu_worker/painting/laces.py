"""Where a shoe's laces are: by a colour of their own, what lies between them left out, or the whole patch that the part finder sees.

Masks are bool, (R, R) in the frame of the named parts; colours sRGB in [0, 1].
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.parts import PARTS
from gpu_worker.measures.colour import Array, fast_lab
from gpu_worker.painting.shapes import closed, dilated, dilated_along, evened
from gpu_worker.segmentation.frame import Frame
from gpu_worker.segmentation.named_parts import LEAST_VARIANCE, NamedParts
from gpu_worker.segmentation.named_parts import RADIUS as GUIDE_RADIUS
from gpu_worker.segmentation.outline import guided_planes
from gpu_worker.segmentation.part_network import likely_parts, load_head

Mask = NDArray[np.bool_]

_BIN, _KEPT = 6.0, 0.9  # Lab; share of the surroundings whose colours count: what is rarer is a stitch
_MORE = 2.0  # times as much of a colour among the laces as around them: it is theirs, though an eyelet or a label has it, too
_ANOTHER, _LIGHT = 7.5, 0.6  # Lab, light counting less, from which a pixel is of none of these colours
_ROW = 0.62  # of its length: a row is no wider
_TOLD = 0.3  # of the laces: a larger share of another colour, and they are told by it
_MAYBE = 0.2  # probability from which laces may be
# Of the frame's side:
_RING = 0.03  # how far around the laces their surroundings' colours are looked up
_NEAR = 0.06  # no laces are farther from those that were found
_BEYOND = 0.02  # nor farther from where they may be
RIM, _GAP = 0.008, 0.012  # soft edges and shadows around laces; gaps between them that are all shadow


@dataclass(frozen=True, kw_only=True, eq=False)
class Laces:
    """Where laces are in the frame of the named parts."""

    where: Mask  # (R, R) with their soft edges
    told: bool  # whether by a colour of their own
    angle: float  # degrees: the way the row of laces goes
    frame: Frame


def laces_in(named: NamedParts) -> Laces:
    """The laces that the part finder sees."""
    frame, found, side = named.frame, named.mask("laces"), len(named.labels)
    likely, inside, angle = _likely(frame), named.labels >= 0, _way(found)
    near = dilated(found, _NEAR * side) & inside
    maybe = near & dilated(likely > _MAYBE, _BEYOND * side)
    another = _of_another_colour(frame, maybe, found, named.mask("upper"))
    told = bool((another & found).sum() > _TOLD * found.sum())
    row = dilated_along(found, angle, _NEAR * side)
    where = _connected(another, another & found) if told else found | (row & maybe & (likely > _MAYBE))
    where = closed(where, _GAP * side) if told else where
    where |= near & ~evened(inside, angle, side) & dilated(where, 2 * RIM * side)
    ground = dilated(where, 4 * RIM * side) & ~dilated(inside, 1)
    return Laces(where=dilated(where, RIM * side) | ground, told=told, angle=angle, frame=frame)


def _way(found: Mask) -> float:
    """Degrees in (-90, 90]: the way along which a place is longest."""
    y, x = np.nonzero(found)
    (along_x, along_y), *_ = np.linalg.svd(np.cov(np.stack([x, y])))[0].T
    return float(np.degrees(np.arctan(along_y / along_x))) if abs(along_x) > 1e-6 else 90.0


def is_row(found: Mask) -> bool:
    """Whether laces lie in a row, longer than wide; a bow with its loops does not."""
    across, along = np.linalg.eigvalsh(np.cov(np.stack(np.nonzero(found))))
    return bool(across < _ROW**2 * along)


def _likely(frame: Frame) -> Array:
    """(R, R) the probability of laces."""
    likely = guided_planes(frame.raw, likely_parts(frame.raw, load_head("shoe")), GUIDE_RADIUS, LEAST_VARIANCE)
    return np.asarray(likely[1 + PARTS["shoe"].index("laces")] / np.maximum(likely[1:].sum(0), 1e-6), np.float32)


def _of_another_colour(frame: Frame, maybe: Mask, found: Mask, upper: Mask) -> Mask:
    """(R, R) what in a place is of none of the colours that the upper has around it, or of one that laces have far more of."""
    lab = fast_lab(frame.raw) * np.array([_LIGHT, 1, 1], np.float32)
    solid = cv2.erode((frame.alpha > 0.95).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    ring = dilated(maybe, _RING * len(maybe)) & ~maybe & solid & upper
    if not ring.any():
        return np.zeros_like(maybe)
    bins, counts = np.unique(np.round(lab[ring] / _BIN), axis=0, return_counts=True)
    order = counts.argsort()[::-1]
    kept = (bins[order[: 1 + int((counts[order].cumsum() < _KEPT * counts.sum()).sum())]] * _BIN).astype(np.float32)
    kept = kept[_share(lab[found & solid], kept) < _MORE * _share(lab[ring], kept)]
    if not len(kept):
        return np.zeros_like(maybe)
    place = maybe & solid
    another = np.zeros_like(maybe)
    another[place] = np.linalg.norm(lab[place][:, None] - kept[None], axis=2).min(1) > _ANOTHER
    return cv2.morphologyEx(another.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0


def _share(colours: Array, kept: Array) -> Array:
    """Of the colours (N, 3), the share that is near each that is kept (K, 3)."""
    near = np.linalg.norm(colours[:, None] - kept[None], axis=2) < _ANOTHER
    return np.asarray(near.mean(0) if len(near) else np.zeros(len(kept)), np.float32)


def _connected(where: Mask, seeds: Mask) -> Mask:
    _, pieces = cv2.connectedComponents(where.astype(np.uint8), connectivity=8)
    return np.asarray(where & np.isin(pieces, np.setdiff1d(pieces[seeds], [0])))
