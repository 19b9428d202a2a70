"""The manifold's three maps: z -> w (Mapping), w+ -> image (Generator), image -> w+ (Encoder).

Layout: image_nchw is (N, 3, R, R), RGB in [-1, 1]; w_nd is (N, D); w_plus_nld is (N, L, D), one style per modulated
layer. A plain w is a w+ whose L rows are equal.

Modulation is a conditional batch norm in front of every convolution (scale and shift from that layer's style). Per
training step it learns several times faster here than weight demodulation, and in evaluation it folds into one
multiply-add per channel; docs/decisions/ has the figures.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# Side of a feature map -> its channels. Sides 4 to 64 are sized for training on two CPU cores.
_CHANNELS = {4: 256, 8: 256, 16: 160, 32: 80, 64: 48, 128: 32, 256: 16}
Paint = Callable[[int, Tensor], Tensor]  # a block's side and its output (N, C, side, side) to what goes on instead


@dataclass(frozen=True, kw_only=True)
class NetworkSize:
    """What fixes every tensor's shape."""

    resolution: int = 64  # side of the square image in pixels: a power of two from 32 to 256
    w_dim: int = 128  # length of one style vector
    offset_hidden: int = 384  # width of the encoder's head for per-layer offsets

    def __post_init__(self) -> None:
        if self.resolution not in _CHANNELS or self.resolution < 32:
            raise ValueError(f"resolution must be 32, 64, 128 or 256, not {self.resolution}")

    @property
    def sides(self) -> list[int]:
        """The sides of the generator's blocks in pixels, smallest first."""
        return [side for side in _CHANNELS if side <= self.resolution]

    @property
    def layers(self) -> int:
        """Number of styles in a w+: two per residual block."""
        return 2 * len(self.sides)


class Mapping(nn.Module):
    """z ~ N(0, I) -> w, distributed like the encoder's latents of real photos."""

    def __init__(self, size: NetworkSize) -> None:
        super().__init__()
        hidden = 2 * size.w_dim
        self.residual = nn.Sequential(
            nn.Linear(size.w_dim, hidden),
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, hidden),
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, size.w_dim),
        )
        last = self.residual[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)

    def forward(self, z_nd: Tensor) -> Tensor:
        """Normal z (N, D) to styles w (N, D)."""
        w_nd: Tensor = z_nd + self.residual(z_nd)
        return w_nd


class StyleNorm(nn.Module):
    """Batch norm whose scale and shift are affine in the layer's style."""

    def __init__(self, channels: int, w_dim: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.style = nn.Linear(w_dim, 2 * channels)
        nn.init.xavier_uniform_(self.style.weight)
        nn.init.zeros_(self.style.bias)

    def forward(self, features: Tensor, w_nd: Tensor) -> Tensor:
        """Features (N, C, h, w) normed, then scaled and shifted by w (N, D); the shape stays."""
        scale, shift = self.style(w_nd)[:, :, None, None].chunk(2, dim=1)
        return torch.addcmul(shift, self.norm(features), 1 + scale)


class StyleBlock(nn.Module):
    """Residual block that doubles the side (unless it is the first): two modulated convolutions and a skip."""

    def __init__(self, inputs: int, outputs: int, w_dim: int, *, enlarge: bool) -> None:
        super().__init__()
        self.enlarge = enlarge
        self.norm1 = StyleNorm(inputs, w_dim)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm2 = StyleNorm(outputs, w_dim)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, features: Tensor, w1_nd: Tensor, w2_nd: Tensor) -> Tensor:
        """Features (N, C, h, w) and two styles (N, D) to (N, C', h or 2h, w or 2w)."""
        hidden = F.relu(self.norm1(features, w1_nd))
        skip = self.skip(features)
        hidden = self.conv1(hidden)  # before enlarging: a quarter of the work, and conv2 sharpens after it
        if self.enlarge:
            hidden = F.interpolate(hidden, scale_factor=2, mode="nearest")
            skip = F.interpolate(skip, scale_factor=2, mode="nearest")
        hidden = F.relu(self.norm2(hidden, w2_nd))
        result: Tensor = skip + self.conv2(hidden)
        return result


class Generator(nn.Module):
    """w+ -> image. RGB is read off every side from 16 up and summed (skip RGB)."""

    def __init__(self, size: NetworkSize) -> None:
        super().__init__()
        self.size = size
        widths = [_CHANNELS[side] for side in size.sides]
        self.constant = nn.Parameter(torch.randn(1, widths[0], 4, 4))
        self.blocks = nn.ModuleList(
            StyleBlock(inputs, outputs, size.w_dim, enlarge=index > 0)
            for index, (inputs, outputs) in enumerate(zip([widths[0], *widths[:-1]], widths, strict=True))
        )
        self.to_rgb = nn.ModuleDict(
            {str(side): RgbHead(width) for side, width in zip(size.sides, widths, strict=True) if side >= 16}
        )

    def forward(self, w_plus_nld: Tensor, paint: Paint | None = None) -> Tensor:
        """(N, L, D) -> (N, 3, R, R) in [-1, 1]; `paint` changes what the blocks put out (Bau et al. 2019)."""
        if w_plus_nld.shape[1:] != (self.size.layers, self.size.w_dim):
            raise ValueError(f"w+ must be (N, {self.size.layers}, {self.size.w_dim}), not {tuple(w_plus_nld.shape)}")
        features = self.constant.expand(len(w_plus_nld), -1, -1, -1)
        rgb: Tensor | None = None
        for index, (side, block) in enumerate(zip(self.size.sides, self.blocks, strict=True)):
            features = block(features, w_plus_nld[:, 2 * index], w_plus_nld[:, 2 * index + 1])
            if paint is not None:
                features = paint(side, features)
            if str(side) in self.to_rgb:
                added = self.to_rgb[str(side)](features)
                rgb = added if rgb is None else added + F.interpolate(rgb, scale_factor=2, mode="bilinear")
        assert rgb is not None
        return torch.tanh(rgb.float())

    def spread(self, w_nd: Tensor) -> Tensor:
        """(N, D) -> (N, L, D): the same w for every layer."""
        return w_nd[:, None].expand(-1, self.size.layers, -1)


class RgbHead(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.conv = nn.Conv2d(channels, 3, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, C, h, w) to colours (N, 3, h, w), not bounded."""
        rgb: Tensor = self.conv(F.relu(self.norm(features)))
        return rgb


class DownBlock(nn.Module):
    """Residual block that halves the side."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, inputs, 3, padding=1)
        self.norm2 = nn.BatchNorm2d(inputs)
        self.conv2 = nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, C, h, w) to (N, C', h/2, w/2)."""
        hidden = F.relu(self.norm1(features))
        skip = F.avg_pool2d(self.skip(features), 2)
        hidden = F.relu(self.norm2(self.conv1(hidden)))
        result: Tensor = skip + self.conv2(hidden)
        return result


class Encoder(nn.Module):
    """image -> w+ = one w per image plus small per-layer offsets.

    w leaves through a batch norm without affine: every coordinate has mean 0 and variance 1 over the photos, so the
    latents of photos already fill the ball that the mapping samples from.
    """

    def __init__(self, size: NetworkSize) -> None:
        super().__init__()
        self.size = size
        widths = [_CHANNELS[side] for side in reversed(size.sides[:-1])]
        self.stem = nn.Conv2d(12, widths[0], 3, padding=1)  # on 2x2 pixels folded into channels
        self.blocks = nn.Sequential(*(DownBlock(a, b) for a, b in pairwise(widths)))
        flat = 16 * widths[-1]
        self.to_w = nn.Linear(flat, size.w_dim)
        self.w_norm = nn.BatchNorm1d(size.w_dim, affine=False)
        self.to_offsets = nn.Sequential(
            nn.Linear(flat, size.offset_hidden),
            nn.LeakyReLU(0.2),
            nn.Linear(size.offset_hidden, size.layers * size.w_dim),
        )
        last = self.to_offsets[-1]
        assert isinstance(last, nn.Linear)
        nn.init.normal_(last.weight, std=0.01)
        nn.init.zeros_(last.bias)

    def parts(self, image_nchw: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 3, R, R) -> w (N, D) and per-layer offsets (N, L, D)."""
        features = F.relu(self.blocks(self.stem(F.pixel_unshuffle(image_nchw, 2))).flatten(1))
        offsets = self.to_offsets(features).float().view(-1, self.size.layers, self.size.w_dim)
        return self.w_norm(self.to_w(features).float()), offsets

    def forward(self, image_nchw: Tensor) -> Tensor:
        """(N, 3, R, R) in [-1, 1] -> w+ (N, L, D)."""
        w_nd, offsets_nld = self.parts(image_nchw)
        return w_nd[:, None] + offsets_nld
