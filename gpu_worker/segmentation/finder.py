"""Find the one product in any photo with the trained network: look at the whole, then again, closer, at what was found.

The second look is taken twice, once mirrored. How well the looks agree, and how clearly each pixel is decided, says how sure the
outline is (`calibrated`). Arrays: images (H, W, 3) sRGB in [0, 1], planes (H, W).
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from gpu_worker.contract.outline import Outline
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.network import HINTS, KINDS, Finder, load_finder
from gpu_worker.segmentation.outline import guided
from gpu_worker.segmentation.told import Told, as_told, box_shares, painted, told, with_alike

_FIRST, _CLOSER = 256, 320  # pixels of the longer side
_MARGIN = 0.14  # of the product's longer side, around it at the second look
_WORKING = 640  # pixels of the longer side at which the outline follows the photo
_DOT, _APART = 4, 24  # radius of a hint and distance of two, in the network's pixels
_MOST_SPOTS = 8  # on either side: it was trained with a few


@dataclass(frozen=True, kw_only=True)
class Finding:
    """How likely every pixel of a working copy is product, and how sure that is."""

    likely: Array  # (h, w) in [0, 1]
    agreement: float  # intersection over union that the looks expect of one another

    @property
    def confidence(self) -> float:
        """The intersection over union with the truth that is to be expected, 0 to 1."""
        return calibrated(self.agreement)


def calibrated(agreement: float) -> float:
    """The intersection over union with the truth to expect at an agreement of looks (`benchmarks.engine.finder`)."""
    return float(np.interp(agreement, _AGREEMENTS, _EXPECTED))


_AGREEMENTS = (0.0, 0.7, 0.83, 0.9, 1.0)
_EXPECTED = (0.0, 0.58, 0.85, 0.93, 1.0)


def find(
    pixels: NDArray[np.uint8], kind: str, outline: Outline | None = None, network: Finder | None = None
) -> Finding:
    """The product of `kind` in `pixels` (H, W, 3), at a working size of at most 640 px, by the marks of an `outline`."""
    network, outline = network or load_finder(), outline or Outline()
    plane = KINDS.index(kind)
    working = _shrunk(pixels, _WORKING)
    marks = painted(outline, *working.shape[:2])
    first = _look(network, working, plane, marks, _FIRST, (0, 0, 1, 1))
    box = _around((first > 0.5) | (marks > 0), box_shares(outline, *working.shape[:2]))
    closer = [_look(network, working, plane, marks, _CLOSER, box, mirrored=m) for m in (False, True)]
    likely = np.asarray((closer[0] + closer[1]) / 2, np.float32)
    agreement = _agreement(first, *closer)
    likely = guided(working, likely)
    if not outline.says_nothing:
        likely = as_told(with_alike(working, likely, outline), told(outline, *working.shape[:2]))
    return Finding(likely=likely, agreement=agreement)


def _shrunk(pixels: NDArray[np.uint8], longest: int) -> Array:
    scale = min(1.0, longest / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = pixels if scale == 1 else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) / np.float32(255)


@torch.no_grad()
def _look(
    network: Finder,
    image: Array,
    plane: int,
    marks: Told,
    longest: int,
    box: tuple[float, float, float, float],
    *,
    mirrored: bool = False,
) -> Array:
    """Probabilities (H, W) from one look at a box of the image, in fractions; 0 outside of it."""
    height, width = image.shape[:2]
    left, top, right, bottom = (round(f * s) for f, s in zip(box, (width, height, width, height), strict=True))
    piece = image[top:bottom, left:right]
    scale = longest / max(piece.shape[:2])
    size = tuple(max(32, 32 * round(s * scale / 32)) for s in piece.shape[1::-1])
    seen = cv2.resize(piece, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    hints = _hints(marks[top:bottom, left:right], size)
    if mirrored:
        seen, hints = seen[:, ::-1], hints[:, ::-1]
    image_nchw = torch.from_numpy(np.ascontiguousarray(seen))[None].permute(0, 3, 1, 2)
    hints_nchw = torch.from_numpy(np.ascontiguousarray(hints))[None].permute(0, 3, 1, 2)
    logits = network(image_nchw, hints_nchw)[0, plane].numpy()
    logits = np.ascontiguousarray(logits[:, ::-1] if mirrored else logits)
    result = np.zeros((height, width), np.float32)
    large = cv2.resize(logits, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    result[top:bottom, left:right] = 1 / (1 + np.exp(-large))
    return result


def _hints(marks: Told, size: tuple[int, ...]) -> Array:
    """(h, w, HINTS) for the network: dots all over what was painted."""
    planes = [np.zeros((size[1], size[0]), np.float32) for _ in range(HINTS)]
    scale_x, scale_y = size[0] / marks.shape[1], size[1] / marks.shape[0]
    for plane, side in zip(planes, (1, -1), strict=True):
        for x, y in _spots(marks == side, round(_APART / scale_x)):
            cv2.circle(plane, (int(x * scale_x), int(y * scale_y)), _DOT, 1.0, -1)
    return np.asarray(np.dstack(planes), np.float32)


def _spots(where: NDArray[np.bool_], apart: int) -> list[tuple[int, int]]:
    """A few points x, y deep inside every piece of a plane, at least so far from one another."""
    depth = cv2.distanceTransform(np.pad(where, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1].copy()
    found: list[tuple[int, int]] = []
    while len(found) < _MOST_SPOTS and depth.max() > 0:
        y, x = np.unravel_index(int(depth.argmax()), depth.shape)
        found.append((int(x), int(y)))
        cv2.circle(depth, (int(x), int(y)), apart, 0.0, -1)
    return found


def _around(
    product: NDArray[np.bool_], drawn: tuple[float, float, float, float] | None
) -> tuple[float, float, float, float]:
    """The box of the second look, in fractions: around the product, or as it was drawn."""
    if drawn is not None:
        left, top, right, bottom = drawn
    else:
        solid = cv2.morphologyEx(product.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
        rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
        if not len(rows):
            return 0, 0, 1, 1
        height, width = product.shape
        left, right = columns[0] / width, (columns[-1] + 1) / width
        top, bottom = rows[0] / height, (rows[-1] + 1) / height
    margin = _MARGIN * max(right - left, bottom - top)
    return max(0, left - margin), max(0, top - margin), min(1, right + margin), min(1, bottom + margin)


def _agreement(*looks: Array) -> float:
    """Expected intersection over expected union of all looks."""
    return float(np.min(looks, axis=0).sum() / max(np.max(looks, axis=0).sum(), 1.0))
