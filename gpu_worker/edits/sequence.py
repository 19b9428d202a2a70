"""The sequence G(z0) ... G(z1): what the change looks like on the way, and what the transfer follows."""

import torch
from torch import Tensor

from gpu_worker.manifold.bundle import Manifold


def latents_between(z0_1ld: Tensor, z1_1ld: Tensor, frames: int) -> Tensor:
    """`frames` latents from z0 to z1, both included, evenly along the line: (frames, L, D)."""
    if frames < 2:
        raise ValueError("a sequence has at least two frames")
    share = torch.linspace(0, 1, frames, device=z0_1ld.device)[:, None, None]
    return z0_1ld + share * (z1_1ld - z0_1ld)


@torch.no_grad()
def sequence(manifold: Manifold, z0_1ld: Tensor, z1_1ld: Tensor, frames: int = 7) -> Tensor:
    """(frames, 3, R, R) in [-1, 1]."""
    images: Tensor = manifold.generator(latents_between(z0_1ld, z1_1ld, frames))
    return images
