"""The network of named parts: the finder's frozen encoder, and a small feature pyramid per kind on top of it.

The encoder's features (`gpu_worker.segmentation.network`) are reduced, joined from coarse to fine (Lin et al. 2017) and told where in
the crop they lie, because a sole is below. Layout: image_nchw sRGB in [0, 1], the product's crop; logits of "no product" and of every
part of the kind, in the order of `gpu_worker.contract.parts.PARTS`, at stride 2.
"""

from functools import cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from gpu_worker.contract.parts import PARTS
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.network import Encoder, load_finder

WEIGHTS = Path(__file__).parent / "weights"
SIDE = 320  # pixels of the square crop
_CHANNELS = (16, 24, 40, 112, 192)  # of the encoder, at strides 2, 4, 8, 16 and 32
_WIDTHS = (16, 24, 32, 48, 64)


class PartHead(nn.Module):
    """The encoder's five maps of features -> logits (N, 1 + parts, H / 2, W / 2)."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(i + 2, w, 1) for i, w in zip(_CHANNELS, _WIDTHS, strict=True))
        self.scene = nn.Linear(_WIDTHS[-1], _WIDTHS[-1])
        self.merge = nn.ModuleList(_merge(a + b, a) for a, b in pairwise(_WIDTHS))
        self.out = nn.Conv2d(_WIDTHS[0], 1 + len(PARTS[kind]), 3, padding=1)

    def forward(self, taps: list[Tensor]) -> Tensor:
        """Maps (N, C, h, w) at strides 2, 4, 8, 16 and 32 to logits (N, 1 + parts, H / 2, W / 2)."""
        levels = [
            lateral(torch.cat([tap, _where(tap)], dim=1)) for tap, lateral in zip(taps, self.lateral, strict=True)
        ]
        features = levels.pop()
        features = F.relu(features + self.scene(features.mean((2, 3)))[:, :, None, None])
        for merge, level in zip(reversed(self.merge), reversed(levels), strict=True):
            larger = F.interpolate(features, size=level.shape[-2:], mode="bilinear")
            features = merge(torch.cat([larger, level], dim=1))
        logits: Tensor = self.out(features)
        return logits.float()


def _where(tap: Tensor) -> Tensor:
    """(N, 2, h, w): from -1 to 1 across and down the crop."""
    y = torch.linspace(-1, 1, tap.shape[2], dtype=tap.dtype, device=tap.device)[:, None].expand(tap.shape[2:])
    x = torch.linspace(-1, 1, tap.shape[3], dtype=tap.dtype, device=tap.device)[None].expand(tap.shape[2:])
    return torch.stack([x, y]).expand(len(tap), -1, -1, -1)


def _merge(inputs: int, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for i in (inputs, outputs):
        layers += [nn.Conv2d(i, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers)


def encoder() -> Encoder:
    """The finder's, shared with it."""
    return load_finder().encoder


@cache
def load_head(kind: str) -> PartHead:
    """The trained head of a kind, once per process."""
    head = PartHead(kind)
    head.load_state_dict(
        {name: value.float() for name, value in load_file(WEIGHTS / f"{kind}-parts.safetensors").items()}
    )
    return head.eval().requires_grad_(False)


@torch.no_grad()
def likely_parts(image: Array, head: PartHead) -> Array:
    """Probabilities (1 + parts, R, R) of two looks, one mirrored, at an image (R, R, 3) sRGB in [0, 1]."""
    seen = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    looks = torch.from_numpy(np.stack([seen, seen[:, ::-1]])).permute(0, 3, 1, 2)
    there, mirrored = head(encoder()(looks.contiguous(memory_format=torch.channels_last))).softmax(1)
    likely = ((there + mirrored.flip(-1)) / 2).numpy()
    return np.stack([cv2.resize(plane, image.shape[1::-1], interpolation=cv2.INTER_LINEAR) for plane in likely])
