"""Losses of the autoencoder and of the mapping. Layouts as in networks.py."""

import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.measures.perceptual import Perceptual


def reconstruction_loss(perceptual: Perceptual, made_nchw: Tensor, photo_nchw: Tensor) -> tuple[Tensor, Tensor]:
    """4 L1 + 2 L2 + LPIPS and, for the log, LPIPS alone."""
    made = made_nchw.float()
    lpips = perceptual.lpips(made, photo_nchw).mean()
    return 4 * F.l1_loss(made, photo_nchw) + 2 * F.mse_loss(made, photo_nchw) + lpips, lpips.detach()


def sliced_wasserstein(a_nd: Tensor, b_nd: Tensor, generator: torch.Generator, directions: int = 128) -> Tensor:
    """Squared 2-Wasserstein distance of two equally large sets, averaged over random directions."""
    lines = F.normalize(torch.randn(a_nd.shape[1], directions, generator=generator), dim=0).to(a_nd.device)
    return F.mse_loss((a_nd @ lines).sort(dim=0).values, (b_nd @ lines).sort(dim=0).values)
