"""Reconstruction losses L(G(z), x) for projection. Images are (N, 3, R, R) in [-1, 1], masks (1, 1, R, R) in [0, 1]."""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.measures.perceptual import Perceptual

LossName = Literal["pixels+conv4", "lpips"]
Loss = Callable[[Tensor], Tensor]  # (N, 3, R, R) -> (N,)

_CONV4_WEIGHT = 0.002  # against pixels in [-1, 1]; the paper's, whose images were in [-1, 1] too
_LPIPS_PIXELS = 2.0  # pixels beside LPIPS keep colours from floating


def weighted_pixels(image_nchw: Tensor, target_1chw: Tensor, mask_11hw: Tensor) -> Tensor:
    """Mean square over the trusted pixels, (N,)."""
    squared = (image_nchw - target_1chw).square().mean(1, keepdim=True) * mask_11hw
    return squared.sum((1, 2, 3)) / mask_11hw.sum().clamp_min(1e-6)


def pixels_and_conv4(perceptual: Perceptual, target_1chw: Tensor, mask_11hw: Tensor, enlarge: int = 2) -> Loss:
    """The paper's loss: weighted raw pixels + 0.002 x AlexNet conv4, its maps weighted by the mask too.

    The paper enlarges four times before AlexNet; twice costs half and ranks reconstructions alike.
    """
    with torch.no_grad():
        wanted = perceptual.conv4(target_1chw, enlarge)
        weight = F.interpolate(mask_11hw, size=wanted.shape[2:], mode="area")

    def loss(image_nchw: Tensor) -> Tensor:
        squared = (perceptual.conv4(image_nchw, enlarge) - wanted).square().sum(1, keepdim=True)
        features = (squared * weight).sum((1, 2, 3)) / weight.sum().clamp_min(1e-6)
        return weighted_pixels(image_nchw, target_1chw, mask_11hw) + _CONV4_WEIGHT * features / 10

    return loss


def lpips_and_pixels(perceptual: Perceptual, target_1chw: Tensor, mask_11hw: Tensor) -> Loss:
    """LPIPS over the trusted pixels, with a share of raw pixels."""
    with torch.no_grad():
        wanted = perceptual.features(target_1chw)

    def loss(image_nchw: Tensor) -> Tensor:
        count = len(image_nchw)
        expanded = [f.expand(count, -1, -1, -1) for f in wanted]
        distance = perceptual.lpips_of_features(
            perceptual.features(image_nchw), expanded, mask_11hw.expand(count, -1, -1, -1)
        )
        return distance + _LPIPS_PIXELS * weighted_pixels(image_nchw, target_1chw, mask_11hw)

    return loss


def make_loss(name: LossName, perceptual: Perceptual, target_1chw: Tensor, mask_11hw: Tensor) -> Loss:
    """The loss by its name. Raises ValueError for another."""
    if name == "pixels+conv4":
        return pixels_and_conv4(perceptual, target_1chw, mask_11hw)
    if name == "lpips":
        return lpips_and_pixels(perceptual, target_1chw, mask_11hw)
    raise ValueError(f"no loss called {name!r}")
