"""The lift: from the trunk's 64 px pictures, or small photos, into the tail's latent at three times the size.

It knows what a shoe's stitching and a shirt's weave look like where 64 px cannot show them. Latents, attributes and directions of the
trunk stay what they are. The same network enlarges small photos (restoration/).

Layout: small_nchw is (N, 3, H, W), RGB in [-1, 1], H and W divisible by 8; tail_nchw is (N, 32, 3H/8, 3W/8) as in tail.py.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gpu_worker.manifold.tail import CHANNELS, SHRINK, Residual, bounded

ENLARGES = 3  # the side of what the tail decodes, in sides of what comes in
_FOLD = SHRINK // 2  # pixels of the picture, enlarged 3/2 times, that lie in one place of the latent
_WIDTH, _BLOCKS = 128, 8


class Lift(nn.Module):
    """small picture (N, 3, H, W) -> latent (N, 32, 3H/8, 3W/8)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3 * _FOLD**2, _WIDTH, 3, padding=1)
        self.blocks = nn.Sequential(*(Residual(_WIDTH) for _ in range(_BLOCKS)))
        self.head = nn.Conv2d(_WIDTH, CHANNELS, 3, padding=1)

    def forward(self, small_nchw: Tensor) -> Tensor:
        """Image (N, 3, H, W) in -1..1 to the bounded latent (N, 32, 3H/8, 3W/8) of the picture that it becomes."""
        size = [side * ENLARGES * _FOLD // SHRINK for side in small_nchw.shape[-2:]]
        folded = F.pixel_unshuffle(F.interpolate(small_nchw, size=size, mode="bicubic"), _FOLD)
        features = self.stem(folded.contiguous(memory_format=torch.channels_last))
        return bounded(self.head(self.blocks(features)).float())
