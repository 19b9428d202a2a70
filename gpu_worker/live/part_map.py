"""The map of a photo's named parts as the studio's page reads it."""

import numpy as np

from gpu_worker.contract.studio import PART_STEP, PartMap
from gpu_worker.live.pictures import data_url
from gpu_worker.segmentation.named_parts import NamedParts

SIDE = 128  # pixels: a click is no finer


def part_map(parts: NamedParts) -> PartMap:
    """The parts that were found, in a square as small as a click needs it."""
    names = list(parts.confidence)
    step = len(parts.labels) // SIDE
    grey = np.zeros((SIDE, SIDE), np.uint8)
    for place, name in enumerate(names, start=1):
        grey[parts.mask(name)[step // 2 :: step, step // 2 :: step]] = PART_STEP * place
    return PartMap(names=names, image=data_url(grey))
