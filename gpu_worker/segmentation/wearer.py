"""Arms, neck and trousers of a torso without a head, which the finder takes for part of the shirt.

The network of named parts tells them from the shirt, but not on whole persons and not on photos taken at home. So it is asked only where
the ground is plain and the finder took nothing away (`product_mask`); and what it takes away goes only where the photo agrees: a piece
at the product's rim, of colours that are seldom seen on the garment that is left. Masks are (h, w) bool at any working size.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.photos.decode import Pixels
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.outline import guided_planes
from gpu_worker.segmentation.part_network import likely_parts, load_head

Mask = NDArray[np.bool_]

_SIDE = 384  # of the square that is looked at
_LONGEST = 0.94  # of it: the product's longest side, as the network knows shirts
_RADIUS, _LEAST_VARIANCE = 4, 2e-4  # of the guided filter
_LEAST_PIECE = 0.004  # of the product
_SURE = 0.8  # mean probability of a piece
_LEAST_GARMENT = 0.4  # of the product must be left
_ON_GARMENT = 0.25  # how often a piece's colours may be seen on the garment, against on the piece itself
_BIN, _BINS = 16, 17  # levels of Lab in a bin of a histogram


def worn_with(pixels: Pixels, product: Mask) -> Mask:
    """(h, w) what of a product on a plain ground is who wears it; nothing where that is in doubt. `pixels` are the photo's."""
    height, width = product.shape
    image = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    placing = _placing(product)
    seen = cv2.warpAffine(
        image, placing, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,) * 3
    )
    inside = cv2.warpAffine(product.astype(np.float32), placing, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR) > 0.5
    frame = np.asarray(seen, np.float32) / np.float32(255)
    likely = guided_planes(frame, likely_parts(frame, load_head("shirt")), _RADIUS, _LEAST_VARIANCE)
    wearer = _agreed(cv2.cvtColor(seen, cv2.COLOR_RGB2LAB), inside, likely / np.maximum(likely.sum(0), 1e-6))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    back = cv2.warpAffine(wearer.astype(np.float32), placing, (width, height), flags=flags) > 0.5
    return np.asarray(back & product)


def _placing(product: Mask) -> NDArray[np.float64]:
    """From the working copy to the square."""
    rows, columns = np.flatnonzero(product.any(1)), np.flatnonzero(product.any(0))
    scale = _LONGEST * _SIDE / (max(np.ptp(rows), np.ptp(columns)) + 1)
    middle = np.array([columns[0] + columns[-1], rows[0] + rows[-1]]) / 2
    return np.hstack([scale * np.eye(2), (_SIDE / 2 - scale * middle)[:, None]])


def _agreed(lab: Pixels, inside: Mask, likely: Array) -> Mask:
    """The pieces of no product that the photo's colours tell from the garment, too."""
    nobody = inside & (likely.argmax(0) == 0)
    garment = inside & ~nobody
    if garment.sum() < _LEAST_GARMENT * inside.sum():
        return np.zeros_like(inside)
    bins = lab // _BIN
    on_garment = _histogram(bins, garment)
    result = np.zeros_like(inside)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(nobody.astype(np.uint8), connectivity=4)
    rim = cv2.dilate((~np.pad(inside, 1)).astype(np.uint8), np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0
    for label in range(1, count):
        piece = labels == label
        if stats[label, cv2.CC_STAT_AREA] < _LEAST_PIECE * inside.sum() or not (piece & rim).any():
            continue
        colours = tuple(bins[piece].T)
        seldom = on_garment[colours].mean() < _ON_GARMENT * _histogram(bins, piece)[colours].mean()
        if likely[0][piece].mean() > _SURE and seldom:
            result |= piece
    return result


def _histogram(bins: Pixels, where: Mask) -> Array:
    """How often each colour is seen there, summing to one."""
    counts = np.zeros((_BINS, _BINS, _BINS), np.float32)
    np.add.at(counts, tuple(bins[where].T), 1)
    return np.asarray(counts / max(1, where.sum()), np.float32)
