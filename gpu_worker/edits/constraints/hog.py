"""Differentiable histogram of oriented gradients, as iGAN uses it for strokes and patches (Zhu et al. 2016, section 4).

Orientation bins are filled softly without an arctangent: with g the gradient's length and h its component along a bin's
direction, a pixel votes relu(h / (1 - c) - g c / (1 - c)), c the cosine of half a bin, so only the nearest bins get votes.
"""

from math import cos, pi

import torch
from torch import Tensor
from torch.nn import functional as F

BINS = 8


def hog(grey_n1hw: Tensor, cell: int = 4) -> Tensor:
    """(N, 1, R, R) grey in [0, 1] to (N, 8, R / cell, R / cell), votes per cell under a triangular window."""
    x, y = _sobel(grey_n1hw)
    length = (x.square() + y.square() + 1e-6).sqrt()
    angles = [pi * k / BINS for k in range(BINS)]
    along = torch.cat([(cos(t) * x + cos(t - pi / 2) * y).abs() for t in angles], 1)
    c = cos(pi / BINS)
    votes = F.relu(along / (1 - c) - length * (c / (1 - c)))
    return pool(votes, cell)


def pool(votes_nchw: Tensor, cell: int) -> Tensor:
    """Sum under a separable triangular window two cells wide, one value per cell."""
    ramp = torch.arange(1, 2 * cell, dtype=votes_nchw.dtype, device=votes_nchw.device)
    window = torch.minimum(ramp, 2 * cell - ramp) / cell
    channels = votes_nchw.shape[1]
    kernel = (window[:, None] * window[None]).expand(channels, 1, -1, -1) / cell**2
    return F.conv2d(
        F.pad(votes_nchw, (cell // 2,) * 4, mode="replicate"),
        kernel,
        stride=cell,
        padding=cell // 2 - 1,
        groups=channels,
    )


def _sobel(grey_n1hw: Tensor) -> tuple[Tensor, Tensor]:
    kernel = grey_n1hw.new_tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
    padded = F.pad(grey_n1hw, (1, 1, 1, 1), mode="replicate")
    return F.conv2d(padded, kernel[None, None]), F.conv2d(padded, kernel.T[None, None])
