"""Inversion by segments (ChunkyGAN, Subrtova et al. 2022): O = sum_i s_i G(z_i), one latent for each part of the product.

    z = argmin LPIPS(O, x) + lambda_reg sum_i |z_i - z_mu|^2

z_mu is the mean of the segments' latents: what keeps them one product. The segments s_i are soft, given, and sum to one at every pixel.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from gpu_worker.manifold.bundle import Manifold
from gpu_worker.measures.perceptual import Perceptual
from gpu_worker.projection.losses import make_loss
from gpu_worker.projection.project import latent_scale


@dataclass(frozen=True, kw_only=True)
class SegmentSettings:
    """How the segments' latents are sought."""

    steps: int = 60
    rate: float = 0.1  # Adam, in units of the latents' standard deviation
    together: float = 0.002  # lambda_reg, per squared standard deviation


def project_segments(
    manifold: Manifold,
    perceptual: Perceptual,
    image_1chw: Tensor,
    trust_11hw: Tensor,
    segments_k1hw: Tensor,
    settings: SegmentSettings | None = None,
) -> Tensor:
    """A latent for each segment, (K, L, D), all begun from the encoder's. Raises ValueError for segments that do not sum to one."""
    settings = settings or SegmentSettings()
    if not torch.allclose(segments_k1hw.sum(0), torch.ones_like(segments_k1hw[0]), atol=1e-3):
        raise ValueError("the segments must sum to one at every pixel")
    loss, scale = make_loss("lpips", perceptual, image_1chw, trust_11hw), latent_scale(manifold)
    with torch.no_grad():
        start = manifold.encoder(image_1chw).repeat(len(segments_k1hw), 1, 1)
    latents = start.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([latents], lr=settings.rate * scale, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, settings.steps, settings.rate * scale / 10)
    best, least = start, float("inf")
    for _ in range(settings.steps):
        apart = (latents - latents.mean(0, keepdim=True)).square().mean((1, 2)).sum() / scale**2
        cost = loss(composed(manifold, latents, segments_k1hw))[0] + settings.together * apart
        if float(cost.detach()) < least:
            best, least = latents.detach().clone(), float(cost.detach())
        optimiser.zero_grad(set_to_none=True)
        cost.backward()
        optimiser.step()
        schedule.step()
    return best


def composed(manifold: Manifold, latents_kld: Tensor, segments_k1hw: Tensor) -> Tensor:
    """O, (1, 3, R, R) in [-1, 1]."""
    return (manifold.generator(latents_kld) * segments_k1hw).sum(0, keepdim=True)
