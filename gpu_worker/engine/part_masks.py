"""The named parts of a projected photo, at the photo's own size."""

from dataclasses import dataclass

import numpy as np

from gpu_worker.contract.parts import PartName
from gpu_worker.engine.values import Pixels, Projection
from gpu_worker.segmentation.named_parts import NamedParts, find_named_parts
from gpu_worker.transfer.recolour import prepare_region, region_matte


@dataclass(frozen=True, kw_only=True)
class PartMask:
    """A soft mask (H, W) uint8, and the mean probability of its pixels. All parts' masks together are the product's."""

    mask: Pixels
    confidence: float


def part_masks(projection: Projection, kind: str) -> dict[PartName, PartMask]:
    """Every part that the photo shows."""
    parts = find_named_parts(projection.photo, projection.mask, kind)
    return {
        name: PartMask(mask=mask, confidence=parts.confidence[name])
        for name, mask in shared_out(projection, parts).items()
    }


def shared_out(projection: Projection, parts: NamedParts) -> dict[PartName, Pixels]:
    """Each part's matte; where several claim a pixel of the product, or none does, they share it."""
    alpha = projection.mask.alpha
    mattes = {name: _matte(projection, parts, name) for name in parts.confidence}
    total = np.sum([matte.astype(np.uint16) for matte in mattes.values()], axis=0, dtype=np.uint16)
    first = next(iter(mattes))
    mattes[first] = np.where(total == 0, alpha, mattes[first])
    scale = alpha / np.maximum(np.where(total == 0, alpha, total), 1).astype(np.float32)
    return {name: np.round(matte * scale).astype(np.uint8) for name, matte in mattes.items()}


def _matte(projection: Projection, parts: NamedParts, name: PartName) -> Pixels:
    region = prepare_region(projection.photo.pixels, projection.mask.alpha, parts.frame, parts.mask(name))
    return region_matte(projection.photo.pixels, projection.mask.alpha, region)
