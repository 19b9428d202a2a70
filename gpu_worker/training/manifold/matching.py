"""Feature matching: the made pictures, as a set, should have the photos' statistics of frozen features.

A discriminator judges patch by patch and forgets; this compares with the whole catalogue at every step, cannot be
cheated by a few pictures that fool well, and needs no second player. It is the squared MMD of the kernel distance
(KID), on features that no figure is measured on. Sources: Li et al. 2015, "Generative Moment Matching Networks"; dos
Santos et al. 2019, "Learning Implicit Generative Models by Matching Perceptual Features".
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gpu_worker.manifold.discriminator import FEATURE_SIDE
from gpu_worker.manifold.features import EfficientFeatures
from gpu_worker.measures.distribution import polynomial_kernel
from gpu_worker.training.manifold.data import to_float

_BANK = 2048  # photos to compare with
_REMEMBERED = 1024  # latest made pictures
_CHUNK = 64


class FeatureMatching(nn.Module):
    """Holds the photos' statistics and those of the latest made pictures.

    photos is (N, 3, R, R) uint8 on the device of the features.
    """

    features: EfficientFeatures
    remembered: Tensor

    def __init__(self, features: EfficientFeatures, photos: Tensor) -> None:
        super().__init__()
        object.__setattr__(self, "features", features)  # the discriminator's own, so no part of this module's state
        draw = torch.Generator().manual_seed(0)
        chosen = torch.randperm(len(photos), generator=draw)[:_BANK].to(photos.device)
        with torch.no_grad():
            raw = torch.cat([self._pooled(to_float(photos[part])) for part in chosen.split(_CHUNK)])
        self.mean, self.spread = raw.mean(0), raw.std(0).clamp_min(1e-4)
        self.bank = (raw - self.mean) / self.spread
        again = torch.randint(len(chosen), (_REMEMBERED,), generator=draw).to(photos.device)
        self.register_buffer("remembered", self.bank[again])  # at first nothing differs

    def forward(self, made_nchw: Tensor) -> Tensor:
        """The part of the squared MMD that these pictures, (N, 3, R, R) in [-1, 1], can change; remembers them."""
        seen = (self._pooled(made_nchw) - self.mean) / self.spread
        with torch.autocast(seen.device.type, enabled=False):  # a small difference of large means
            loss = 2 * (polynomial_kernel(seen, self.remembered).mean() - polynomial_kernel(seen, self.bank).mean())
        self.remembered = torch.cat([self.remembered[len(seen) :], seen.detach()])
        return loss

    def _pooled(self, image_nchw: Tensor) -> Tensor:
        """Mean and spread of every channel over the picture, (N, 352)."""
        if image_nchw.shape[-1] < FEATURE_SIDE:
            image_nchw = F.interpolate(image_nchw, size=(FEATURE_SIDE, FEATURE_SIDE), mode="bilinear")
        with torch.autocast(image_nchw.device.type, torch.bfloat16):
            taps = self.features(image_nchw.contiguous(memory_format=torch.channels_last))
        taps = [tap.float() for tap in taps]
        return torch.cat([*(tap.mean((2, 3)) for tap in taps), *(tap.std((2, 3)) for tap in taps)], dim=1)
