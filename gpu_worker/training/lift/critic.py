"""A small patch critic: is this a photo's texture? Isola et al. 2017 (PatchGAN), with spectral norms and the hinge loss."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_WIDTHS = (48, 96, 128)


class PatchCritic(nn.Module):
    """image (N, 3, H, W) in [-1, 1] -> logits (N, 1, H/8, W/8)."""

    def __init__(self) -> None:
        super().__init__()
        norm = nn.utils.parametrizations.spectral_norm
        layers: list[nn.Module] = []
        for inputs, outputs in zip((3, *_WIDTHS[:-1]), _WIDTHS, strict=True):
            layers += [norm(nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, norm(nn.Conv2d(_WIDTHS[-1], 1, 3, padding=1)))

    def forward(self, image_nchw: Tensor) -> Tensor:
        logits: Tensor = self.layers(image_nchw)
        return logits.float()

    def loss(self, photo_nchw: Tensor, made_nchw: Tensor) -> Tensor:
        """Hinge loss of the critic itself."""
        return F.relu(1 - self(photo_nchw)).mean() + F.relu(1 + self(made_nchw)).mean()


def fools(critic: PatchCritic, made_nchw: Tensor) -> Tensor:
    """What the other side adds to its loss."""
    return -torch.mean(critic(made_nchw))
