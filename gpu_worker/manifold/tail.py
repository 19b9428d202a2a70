"""The high-resolution tail: a compact autoencoder, the last stage of every manifold.

The encoder makes a photo 8 times smaller with 32 channels; what comes before it (generator, lift) works in that latent, so that
192 px cost about what 24 px cost. One tail serves every kind and every size divisible by 8.

Layout: image_nchw is (N, 3, H, W), RGB in [-1, 1]; tail_nchw is (N, 32, H/8, W/8), in [-3, 3].
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SHRINK = 8  # pixels of the picture along one side of a place in the latent
CHANNELS = 32
_WIDTH = 64
_BOUND = 3.0


class Residual(nn.Module):
    """x + conv(silu(conv(silu(x)))), without norms: what a patch decodes to does not depend on the patches beside it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, C, h, w) to the same shape."""
        result: Tensor = features + self.conv2(F.silu(self.conv1(F.silu(features))))
        return result


class TailEncoder(nn.Module):
    """image (N, 3, H, W) -> latent (N, 32, H/8, W/8)."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(2),
            nn.Conv2d(12, _WIDTH, 3, padding=1),
            Residual(_WIDTH),
            nn.Conv2d(_WIDTH, _WIDTH, 4, stride=2, padding=1),
            Residual(_WIDTH),
            Residual(_WIDTH),
            nn.Conv2d(_WIDTH, _WIDTH, 4, stride=2, padding=1),
            Residual(_WIDTH),
            Residual(_WIDTH),
            nn.Conv2d(_WIDTH, CHANNELS, 3, padding=1),
        )

    def forward(self, image_nchw: Tensor) -> Tensor:
        """Image (N, 3, H, W) in -1..1 to a bounded latent (N, 32, H/8, W/8), float32."""
        return bounded(self.layers(image_nchw).float())


class TailDecoder(nn.Module):
    """latent (N, 32, h, w) -> image (N, 3, 8h, 8w), not clamped."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(CHANNELS, _WIDTH, 3, padding=1),
            Residual(_WIDTH),
            Residual(_WIDTH),
            Residual(_WIDTH),
            *_enlarge(_WIDTH, _WIDTH),
            Residual(_WIDTH),
            Residual(_WIDTH),
            *_enlarge(_WIDTH, _WIDTH),
            Residual(_WIDTH),
            Residual(_WIDTH),
            *_enlarge(_WIDTH, 3),
        )

    def forward(self, tail_nchw: Tensor) -> Tensor:
        """Latent (N, 32, h, w) to image (N, 3, 8h, 8w), float32, not clamped."""
        image: Tensor = self.layers(tail_nchw)
        return image.float()


class Tail(nn.Module):
    """Encoder and decoder."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = TailEncoder()
        self.decoder = TailDecoder()

    def forward(self, image_nchw: Tensor) -> Tensor:
        """The picture as it comes back."""
        image: Tensor = self.decoder(self.encoder(image_nchw))
        return image


def bounded(raw: Tensor) -> Tensor:
    """Any number into [-3, 3], the identity near 0: a latent that nothing can push out of what the decoder knows."""
    return torch.tanh(raw / _BOUND) * _BOUND


def _enlarge(inputs: int, outputs: int) -> tuple[nn.Module, nn.Module]:
    return nn.Conv2d(inputs, 4 * outputs, 3, padding=1), nn.PixelShuffle(2)
