"""Where the network is unsure whether cloth, skin, hair or trousers are seen, their colours in this very photo decide.

GrabCut (Rother et al. 2004, as OpenCV has it) cuts along the photo's edges between what the network is sure of on either side. It
knows colours alone, so that of black trousers under a black top it would take both: what it adds to the network's garment counts
only where it is small, and of a colour that the garment has and the rest has not. Masks are (h, w) bool, images (h, w, 3) uint8.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.photos.decode import Pixels
from gpu_worker.segmentation.background import Array

Mask = NDArray[np.bool_]

_NO, _YES = 0.03, 0.97  # probability from which the network's word stands
_BAND = 0.01  # of the longer side: so near to where it is unsure, it may have missed the edge
_ROUNDS = 2
_LEAST_SEEDS = 50  # pixels on either side
_MOST_ADDED = 0.06  # of the garment, in one piece
_OF_GARMENT = 0.85  # how much more often than on all else a piece's colours are seen on the garment
_BIN, _BINS = 11, 24  # levels of Lab in a bin of a histogram
_SEED = 0  # GrabCut begins with random clusters


def settled(image: Pixels, garment: Mask, likely: Array, within: Mask) -> Mask:
    """The garment whose doubtful places (`likely`, (h, w) in [0, 1]) are settled by colour; nothing outside `within`."""
    cut = _cut(image, garment, likely, within)
    if cut is None:
        return garment
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB) // _BIN
    rest = within & (likely < 1 - _OF_GARMENT) & ~garment & ~cut
    on_garment, on_rest = _histogram(lab, garment & (likely > _OF_GARMENT)), _histogram(lab, rest)
    result = garment & cut
    count, labels, stats, _ = cv2.connectedComponentsWithStats((cut & ~garment).astype(np.uint8), connectivity=4)
    for label in range(1, count):
        piece = labels == label
        colours = tuple(lab[piece].T)
        share = on_garment[colours].mean() / max(on_garment[colours].mean() + on_rest[colours].mean(), 1e-12)
        if stats[label, cv2.CC_STAT_AREA] < _MOST_ADDED * garment.sum() and share > _OF_GARMENT:
            result |= piece
    return np.asarray(result)


def _cut(image: Pixels, garment: Mask, likely: Array, within: Mask) -> Mask | None:
    """GrabCut's garment; None where the network is sure of next to nothing."""
    radius = max(1, round(_BAND * max(image.shape[:2])))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    sure = cv2.erode((garment & (likely > _YES)).astype(np.uint8), kernel) > 0
    maybe = cv2.dilate((garment | (likely > _NO)).astype(np.uint8), kernel) > 0
    if sure.sum() < _LEAST_SEEDS or (within & ~maybe).sum() < _LEAST_SEEDS:
        return None
    trimap = np.where(garment, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[sure] = cv2.GC_FGD
    trimap[~maybe | ~within] = cv2.GC_BGD
    cv2.setRNGSeed(_SEED)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(image), trimap, None, *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.asarray((trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD))


def _histogram(lab: NDArray[np.uint8], where: Mask) -> Array:
    """How often each colour is seen there, (bins, bins, bins), a little blurred, summing to one."""
    counts = np.zeros((_BINS, _BINS, _BINS), np.float32)
    np.add.at(counts, tuple(lab[where].T), 1)
    for axis in range(3):
        flat = np.moveaxis(counts, axis, 0).reshape(_BINS, -1)
        flat = cv2.GaussianBlur(flat, (1, 5), sigmaX=0.01, sigmaY=0.8)
        counts = np.moveaxis(flat.reshape(_BINS, _BINS, _BINS), 0, axis)
    return np.asarray(counts / max(1, where.sum()), np.float32)
