"""What a generator's units know of parts: products by their latents, what is where in each, and how well units agree with it.

`units.json` and `units.safetensors` lie beside a bundle, written by `gpu_worker.training.units.dissect`. Both name the version they
were found on; those of other weights are as good as none.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn import functional as F

UNITS_FILE, TENSORS_FILE = "units.json", "units.safetensors"
MAP_SIDE = 32  # of a map of parts
LAYERS = (16, 32)  # sides of the blocks whose outputs are painted
_VERSION = "manifold_version"


@dataclass(frozen=True, kw_only=True, eq=False)
class Units:
    """Products that show which activations make which part."""

    w_plus: Tensor  # (N, L, D)
    maps: Tensor  # (N, 32, 32) uint8: 0 no product, else one more than the part's place in `parts`
    parts: tuple[str, ...]
    agreement: dict[str, Any]  # by part: intersection over union with single units and with the group, by layer

    def where(self, part: str, side: int) -> Tensor:
        """(N, 1, side, side) share of each place that is the part."""
        return at_side((self.maps == 1 + self.parts.index(part)).float()[:, None], side)

    def product(self, side: int) -> Tensor:
        """(N, 1, side, side) share of each place that is product."""
        return at_side((self.maps > 0).float()[:, None], side)


def at_side(field_n1hw: Tensor, side: int) -> Tensor:
    """A field over the frame, averaged down to a layer's side."""
    return F.interpolate(field_n1hw, size=(side, side), mode="area")


def load_units(directory: Path, version: str, device: str | torch.device) -> Units | None:
    """The units of a bundle; None where they belong to other weights or are not there."""
    described, tensors = directory / UNITS_FILE, directory / TENSORS_FILE
    if not described.is_file() or not tensors.is_file():
        return None
    content = json.loads(described.read_text())
    if content[_VERSION] != version:
        return None
    with safe_open(tensors, framework="pt", device=str(device)) as file:
        if (file.metadata() or {}).get(_VERSION) != version:
            return None
        return Units(
            w_plus=file.get_tensor("w_plus").float(),
            maps=file.get_tensor("maps"),
            parts=tuple(content["parts"]),
            agreement=content["agreement"],
        )
