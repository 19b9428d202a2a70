"""Parts drawn by hand on catalogue crops, snapped to the photo's edges.

`drawn/KIND.json` holds, by file name, a list of [part, points] in percent of the picture, later ones over earlier ones. A shoe's sole is
its upper edge, and reaches down from there. `laces+` and `laces-` are the lighter and the darker pixels inside what was drawn. A print is
what differs in colour from the cloth around what was drawn. `none` is skin, hair and trousers inside the outline, `?` is left open.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.parts import PARTS
from gpu_worker.photos.decode import decode_photo
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.finder import find
from gpu_worker.segmentation.outline import guided
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS
from gpu_worker.segmentation.product_mask import find_product
from gpu_worker.training.segmentation.material import held_out

Labels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Drawing = list[tuple[str, list[tuple[int, int]]]]

DRAWN = Path(__file__).parent / "drawn"
SIDE = 384  # pixels at which labels are kept: twice a catalogue crop
OPEN = 255  # where nobody knows
_SNAP, _SMOOTH = 5, 4e-4  # radius and least variance of the guided filter that moves drawn lines to the photo's
_PRINTED = 14.0  # CIELAB distance from the cloth around a print


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A crop whose parts are known."""

    name: str
    image: Array  # (SIDE, SIDE, 3) sRGB in [0, 1]
    labels: Labels  # (SIDE, SIDE): 0 no product, else 1 + the part's place in PARTS[kind]; OPEN


def drawn(folder: Path, kind: str, *, measuring: bool) -> list[Drawn]:
    """The labelled crops for training, or, `measuring`, the one in five that is kept for that."""
    drawings: dict[str, Drawing] = json.loads((DRAWN / f"{kind}.json").read_text())
    return [
        labelled(folder / name, kind, drawing)
        for name, drawing in sorted(drawings.items())
        if held_out(name) == measuring
    ]


def labelled(path: Path, kind: str, drawing: Drawing) -> Drawn:
    """One crop with its labels."""
    photo = decode_photo(path.read_bytes())
    alpha = find_product(photo, KIND_SETTINGS[kind]).alpha
    image = cv2.resize(photo.pixels, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    inside = cv2.resize(alpha, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR) > 127
    if kind == "shirt":  # white checks are no holes
        inside |= cv2.resize(find(photo.pixels, kind).likely, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR) > 0.5
    return Drawn(name=path.name, image=image, labels=_snapped(image, _painted(image, kind, drawing), inside))


def _painted(image: Array, kind: str, drawing: Drawing) -> Labels:
    names = ("none", *PARTS[kind])
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2Lab)
    labels = np.ones((SIDE, SIDE), np.uint8)
    for name, points in drawing:
        where = _filled(name, points)
        if name[-1] in "+-":
            where &= _lighter(lab, where) == name.endswith("+")
        elif name == "print":
            where = _printed(lab, where)
        labels[where] = OPEN if name == "?" else names.index(name.rstrip("+-"))
    return labels


def _filled(name: str, points: list[tuple[int, int]]) -> Mask:
    if name == "sole":
        points = [(-5, points[0][1]), *points, (105, points[-1][1]), (105, 105), (-5, 105)]
    plane = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(plane, [np.round(np.array(points) * (SIDE / 100)).astype(np.int32)], 1)
    return plane.astype(bool)


def _lighter(lab: Array, where: Mask) -> Mask:
    """The lighter of two tones (Otsu 1979)."""
    tones = np.clip(lab[..., 0] * 2.55, 0, 255).astype(np.uint8)
    level, _ = cv2.threshold(tones[where][None], 0, 255, cv2.THRESH_OTSU)
    return np.asarray(tones > level)


def _printed(lab: Array, where: Mask) -> Mask:
    """What inside differs from the cloth around."""
    grown = cv2.dilate(where.astype(np.uint8), np.ones((21, 21), np.uint8)).astype(bool)
    cloth = np.median(lab[grown & ~where], axis=0)
    ink = where & (np.linalg.norm(lab - cloth, axis=2) > _PRINTED)
    return cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)).astype(bool) & where


def _snapped(image: Array, labels: Labels, inside: Mask) -> Labels:
    known = np.unique(labels[labels != OPEN])
    planes = [guided(image, (labels == k).astype(np.float32), _SNAP, _SMOOTH) for k in known]
    snapped = known[np.argmax(planes, axis=0)]
    snapped[labels == OPEN] = OPEN
    return np.where(inside, snapped, 0).astype(np.uint8)
