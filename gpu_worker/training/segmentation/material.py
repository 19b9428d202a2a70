"""What the finder is trained on: cut-outs with known masks, and photos to lay them on.

A cut-out is a photo with its product's soft mask, and where nobody knows, a weight of 0. Sources: catalogue photos on white, whose
outline today's rules find; a retoucher's pairs, whose difference is the exact garment; phone photos whose mask was looked at.
"""

import csv
import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gpu_worker.photos.decode import decode_photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS
from gpu_worker.segmentation.product_mask import find_product
from gpu_worker.training.manifold.data import is_held_out

Pixels = NDArray[np.uint8]

_RETOUCHED_SIDE = 448
_CHANGED = 20  # levels by which a retouched pixel differs
_WHITE = 246
POOR = ("mh07", "ms03")  # half of the garment kept its colour; the photos are not aligned


@dataclass(frozen=True, kw_only=True)
class CutOut:
    """One product, (H, W, 3) and three planes (H, W) uint8."""

    kind: str
    name: str
    pixels: Pixels
    opaque: Pixels  # what is laid on another ground: the product, or the person who wears it
    product: Pixels  # the truth
    known: Pixels  # 255 where the truth is known, 0 where not


def held_out(name: str, share: int = 5) -> bool:
    """Whether a product or photo is kept for measuring: one in `share`, by the hash of its name."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % share == 0


def catalogue(folder: Path, kind: str) -> list[CutOut]:
    """Photos on white with the rules' mask; of worn shirts, arms and trousers are told apart by colour where that is sure."""
    found = []
    for path in sorted(folder.glob("*.webp")):
        if is_held_out(path.name):
            continue
        try:
            photo = decode_photo(path.read_bytes())
            alpha = find_product(photo, replace(KIND_SETTINGS[kind], finder="")).alpha
        except PhotoError:
            continue
        if not 0.12 < (alpha > 127).mean() < 0.93 or (alpha[:, [0, -1]] > 127).mean() > 0.5:
            continue
        product, known = alpha, np.full_like(alpha, 255)
        if kind == "shirt":
            product, known = _without_wearer(photo.pixels, alpha)
        found.append(CutOut(kind=kind, name=path.stem, pixels=photo.pixels, opaque=alpha, product=product, known=known))
    return found


def _without_wearer(pixels: Pixels, alpha: Pixels) -> tuple[Pixels, Pixels]:
    """Skin of clearly another colour than the garment's is no product; what may be skin or trousers is left open."""
    lab = cv2.cvtColor((pixels / np.float32(255)).astype(np.float32), cv2.COLOR_RGB2Lab)
    solid = alpha > 127
    height, width = alpha.shape
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    chest = solid & (abs(x - 0.5) < 0.18) & (y > 0.22) & (y < 0.55)
    skin = skin_like(lab) & solid
    if not chest.any():
        return alpha, np.where(solid, 0, 255).astype(np.uint8)
    garment_is_skin = skin[chest].mean() > 0.15
    grown = cv2.dilate(skin.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    chest_colour = np.median(lab[chest], 0)
    low = solid & (y > 0.6) & (np.linalg.norm((lab - chest_colour) * [0.5, 1, 1], axis=2) > 14)
    bare = (y < 0.9) & ((abs(x - 0.5) > 0.25) | (y < 0.2))  # where arms and necks are
    product = alpha.copy()
    certain_skin = cv2.erode(skin.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & ~garment_is_skin & bare
    product[grown & ~certain_skin] = 0
    return product, np.where(solid & (grown | low) & ~certain_skin, 0, 255).astype(np.uint8)


def skin_like(lab: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(H, W) where a Lab picture may show skin."""
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    return np.asarray((hue > 20) & (hue < 75) & (chroma > 11) & (chroma < 48) & (lab[..., 0] > 25) & (lab[..., 0] < 93))


def retouched(folder: Path, *, measuring: bool = False) -> list[CutOut]:
    """A retoucher's photos: what differs between the colours of one photo is the garment."""
    partners: dict[str, set[str]] = defaultdict(set)
    with (folder / "pairs.csv").open() as rows:
        for row in csv.DictReader(rows):
            partners[row["product"]] |= {row["colour_a"], row["colour_b"]}
    found = []
    for product, colours in sorted(partners.items()):
        if held_out(product) == measuring and product not in POOR:
            photos = {
                c: np.asarray(Image.open(folder / f"{product}-{c}_main.jpg").convert("RGB")) for c in sorted(colours)
            }
            found += _from_colours(product, photos)
    return found


def _from_colours(product: str, photos: dict[str, Pixels]) -> list[CutOut]:
    mask = garment_of(list(photos.values()))
    if mask is None:
        return []
    size = (round(_RETOUCHED_SIDE * mask.shape[1] / mask.shape[0]), _RETOUCHED_SIDE)
    small = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    found = []
    for colour, photo in photos.items():
        pixels = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)
        person = np.maximum(_not_white(pixels), small)
        found.append(
            CutOut(
                kind="shirt",
                name=f"{product}-{colour}",
                pixels=pixels,
                opaque=person,
                product=small,
                known=np.full_like(small, 255),
            )
        )
    return found


def garment_of(photos: list[Pixels]) -> Pixels | None:
    """(H, W) 255 where one photo's colours differ; None where the photos are not aligned, or trousers were dyed too."""
    if any(photo.shape != photos[0].shape for photo in photos):
        return None
    mask = _changed(photos)
    if not 0.03 < (mask > 127).mean() < 0.5 or (mask[-8:] > 127).any():
        return None
    return mask


def _changed(photos: list[Pixels]) -> Pixels:
    stack = np.stack(photos).astype(np.int16)
    differs = (stack.max(0) - stack.min(0)).max(-1)
    solid = cv2.morphologyEx((differs > _CHANGED).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if not len(areas):
        return solid
    solid = np.isin(labels, 1 + np.flatnonzero(areas > 0.02 * areas.max())).astype(np.uint8)
    return _filled(solid, stack.min(0).min(-1) >= _WHITE) * np.uint8(255)


def _filled(solid: Pixels, white: NDArray[np.bool_]) -> Pixels:
    """Zips and prints that kept their colour belong to the garment; what shows white ground through an arm does not."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(1 - solid, connectivity=4)
    result = solid.copy()
    for label in range(1, len(stats)):
        hole = labels == label
        if stats[label, cv2.CC_STAT_AREA] < 0.004 * solid.size and white[hole].mean() < 0.3:
            result[hole] = 1
    return result


def _not_white(pixels: Pixels) -> Pixels:
    dark = (pixels.min(2) < _WHITE).astype(np.uint8)
    dark = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    padded = np.pad(1 - dark, 1, constant_values=1)
    _, labels = cv2.connectedComponents(padded, connectivity=4)
    solid = (labels[1:-1, 1:-1] != labels[0, 0]).astype(np.float32)
    return np.round(cv2.GaussianBlur(solid, (0, 0), 0.7) * 255).astype(np.uint8)


def photos(folder: Path, kind: str, *, measuring: bool = False) -> dict[str, Pixels]:
    """Phone photos by name, without masks."""
    return {
        path.stem: np.asarray(Image.open(path).convert("RGB"))
        for path in sorted(folder.glob(f"{kind}-*.jpg"))
        if held_out(path.stem, 9) == measuring
    }


def looked_at(folder: Path, masks: Path, kind: str) -> list[CutOut]:
    """Phone photos with a mask that somebody looked at: NAME.png in `masks`; 128 is left open."""
    found = []
    for path in sorted(masks.glob(f"{kind}-*.png")):
        mask = np.asarray(Image.open(path).convert("L"))
        pixels = np.asarray(Image.open(folder / f"{path.stem}.jpg").convert("RGB"))
        known = np.where(mask == 128, 0, 255).astype(np.uint8)
        product = np.where(mask > 128, 255, 0).astype(np.uint8)
        everything = np.full_like(product, 255)
        found.append(CutOut(kind=kind, name=path.stem, pixels=pixels, opaque=everything, product=product, known=known))
    return found
