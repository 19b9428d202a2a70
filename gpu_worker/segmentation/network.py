"""The product finder's network: a photo and the merchant's hints to a logit of "product" for every kind.

An EfficientNet-Lite1 encoder (Tan and Le 2019, its batch norms folded) to stride 32, and a feature pyramid (Lin et al. 2017) down
to stride 2. Hints are clicks and strokes drawn into two planes, as in interactive segmentation (Sofiiuk et al. 2021); they enter the
pyramid, so that a photo without hints costs nothing more. Layout: image_nchw sRGB in [0, 1].
"""

from functools import cache
from itertools import pairwise
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from gpu_worker.manifold.features import InvertedResidual, SameConv

KINDS = ("shoe", "shirt")
WEIGHTS = Path(__file__).parent / "weights" / "finder.safetensors"
HINTS = 2  # planes: what is the product, what is not

# (kernel, expansion, inputs, outputs, stride) of each inverted residual block
_BLOCKS = (
    (3, 1, 32, 16, 1),
    (3, 6, 16, 24, 2),
    *2 * ((3, 6, 24, 24, 1),),
    (5, 6, 24, 40, 2),
    *2 * ((5, 6, 40, 40, 1),),
    (3, 6, 40, 80, 2),
    *3 * ((3, 6, 80, 80, 1),),
    (5, 6, 80, 112, 1),
    *3 * ((5, 6, 112, 112, 1),),
    (5, 6, 112, 192, 2),
    *3 * ((5, 6, 192, 192, 1),),
)
_TAPS = {0: 16, 3: 24, 6: 40, 14: 112, 18: 192}  # index of block -> channels, at strides 2, 4, 8, 16 and 32
_WIDTHS = (24, 32, 48, 72, 96)  # of the pyramid, at the same strides


class Encoder(nn.Module):
    """image -> features at strides 2, 4, 8, 16 and 32."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = SameConv(3, 32, 3, stride=2)
        self.blocks = nn.ModuleList(InvertedResidual(*block) for block in _BLOCKS)

    def forward(self, image_nchw: Tensor) -> list[Tensor]:
        """Image (N, 3, H, W) in 0..1 to one map of features per tapped stride, finest first."""
        features = F.relu6(self.stem(2 * image_nchw - 1))
        taps = []
        for index, block in enumerate(self.blocks):
            features = block(features)
            if index in _TAPS:
                taps.append(features)
        return taps


class Finder(nn.Module):
    """image (N, 3, H, W) and hints (N, 2, H, W), sides multiples of 32 -> logits (N, len(KINDS), H, W)."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        inputs = [channels + HINTS for channels in _TAPS.values()]
        self.lateral = nn.ModuleList(nn.Conv2d(i, w, 1) for i, w in zip(inputs, _WIDTHS, strict=True))
        self.scene = nn.Linear(_WIDTHS[-1], _WIDTHS[-1])
        self.merge = nn.ModuleList(_Merge(a + b, a) for a, b in pairwise(_WIDTHS))
        self.deepest = _Merge(_WIDTHS[-1], _WIDTHS[-1])
        self.out = nn.Conv2d(_WIDTHS[0], 4 * len(KINDS), 3, padding=1)

    def forward(self, image_nchw: Tensor, hints_nchw: Tensor) -> Tensor:
        """Image (N, 3, H, W) in 0..1 and hints (N, 2, H, W) to logits (N, len(KINDS), H, W); sides are multiples of 32."""
        levels = []
        for tap, lateral in zip(self.encoder(image_nchw), self.lateral, strict=True):
            hints = F.adaptive_max_pool2d(hints_nchw, tap.shape[-2:])
            levels.append(lateral(torch.cat([tap, hints.to(tap.dtype)], dim=1)))
        features = self.deepest(levels.pop())
        features = features + self.scene(features.mean((2, 3)))[:, :, None, None]
        for merge, level in zip(reversed(self.merge), reversed(levels), strict=True):
            larger = F.interpolate(features, size=level.shape[-2:], mode="bilinear")
            features = merge(torch.cat([larger, level], dim=1))
        return F.pixel_shuffle(self.out(features), 2).float()


class _Merge(nn.Sequential):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        )


@cache
def load_finder(path: Path = WEIGHTS) -> Finder:
    """The trained network, once per process."""
    network = Finder()
    network.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)
