"""Projected discriminator: small spectrally normed heads on frozen features at three scales.

In training it is the adversary; in edits its logit is the realism term D(G(z)) of Zhu et al. 2016, equation 6.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from gpu_worker.manifold.features import EfficientFeatures

FEATURE_SIDE = 128  # smaller images are enlarged to this side before the features


class Discriminator(nn.Module):
    """image_nchw in [-1, 1] -> one logit per image, higher = more like a photo."""

    def __init__(self, features: EfficientFeatures | None = None, width: int = 64) -> None:
        super().__init__()
        self.features = features or EfficientFeatures()
        self.heads = nn.ModuleList(_head(channels, width) for channels in self.features.channels)

    def patch_logits(self, image_nchw: Tensor) -> list[Tensor]:
        """One map of logits (N, 1, h, w) per scale."""
        if image_nchw.shape[-1] < FEATURE_SIDE:
            image_nchw = F.interpolate(image_nchw, size=(FEATURE_SIDE, FEATURE_SIDE), mode="bilinear")
        return [head(f) for head, f in zip(self.heads, self.features(image_nchw), strict=True)]

    def forward(self, image_nchw: Tensor) -> Tensor:
        """Image (N, 3, H, W) in -1..1 to (N,) logits: higher is more like a photo."""
        logits = torch.stack([m.float().mean((1, 2, 3)) for m in self.patch_logits(image_nchw)])
        return logits.mean(0)


def _head(channels: int, width: int) -> nn.Sequential:
    return nn.Sequential(
        spectral_norm(nn.Conv2d(channels, width, 1)),
        nn.LeakyReLU(0.2),
        spectral_norm(nn.Conv2d(width, width, 4, stride=2, padding=1)),
        nn.LeakyReLU(0.2),
        spectral_norm(nn.Conv2d(width, 1, 3, padding=1)),
    )


def discriminator_loss(real: list[Tensor], fake: list[Tensor]) -> Tensor:
    """Hinge loss summed over scales."""
    terms = [F.relu(1 - r).mean() + F.relu(1 + f).mean() for r, f in zip(real, fake, strict=True)]
    return torch.stack(terms).sum()


def generator_loss(fake: list[Tensor]) -> Tensor:
    """Hinge loss of the generator over the heads' patch logits of its own images, a scalar (Lim and Ye 2017)."""
    return torch.stack([-f.mean() for f in fake]).sum()
