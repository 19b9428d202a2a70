"""From a trainer's averaged networks to a bundle: settle the batch norms, fit the mapping, take the statistics of w."""

from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from gpu_worker.manifold.bundle import save_bundle
from gpu_worker.training.manifold.data import HELD_OUT_OF, to_float
from gpu_worker.training.manifold.losses import sliced_wasserstein
from gpu_worker.training.manifold.trainer import Networks, Trainer

_COMPONENTS = 32


@torch.no_grad()
def settle_norms(networks: Networks, photos: Tensor, *, batches: int, batch: int = 32) -> None:
    """Recompute the running statistics of every batch norm for the averaged weights, over photos and samples.

    Averaged weights with averaged statistics disagree a little; BigGAN calls the remedy standing statistics.
    """
    norms = [m for m in networks.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # cumulative average
        norm.train()
    draw = torch.Generator().manual_seed(0)
    for _ in range(batches):
        chosen = torch.randint(len(photos), (batch,), generator=draw).to(photos.device)
        z = torch.randn(batch, networks.size.w_dim, generator=draw).to(photos.device)
        with torch.autocast(photos.device.type, torch.bfloat16):
            w_plus = networks.encoder(to_float(photos[chosen]))
            networks.generator(torch.cat([w_plus, networks.generator.spread(networks.mapping(z))]))
    for norm in norms:
        norm.momentum = 0.1
        norm.eval()


@torch.no_grad()
def settle_spectral_norms(networks: Networks, *, iterations: int = 50) -> None:
    """Find the largest singular values of the averaged weights anew.

    Averages of singular vectors are shorter than one, which made logits hundreds of times too large.
    """
    heads = networks.discriminator.heads.train()  # in training, each look at a weight is one power iteration
    for convolution in (module for module in heads.modules() if isinstance(module, nn.Conv2d)):
        for _ in range(iterations):
            _ = convolution.weight
    heads.eval()


@torch.no_grad()
def principal_directions(networks: Networks, photos: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean w (D,), directions (K, D) and standard deviations (K,) over the photos (GANSpace, Härkönen et al. 2020)."""
    w = torch.cat([networks.encoder.parts(to_float(chunk))[0] for chunk in photos.split(256)]).double()
    mean = w.mean(0)
    _, singular, rows = torch.linalg.svd(w - mean, full_matrices=False)
    std = singular / max(1, len(w) - 1) ** 0.5
    return mean.float(), rows[:_COMPONENTS].float(), std[:_COMPONENTS].float()


def fit_mapping(networks: Networks, photos: Tensor, *, steps: int, rate: float = 1e-3) -> None:
    """Fit the mapping anew to the final encoder's latents of all photos, by the sliced Wasserstein distance."""
    device, draw = photos.device, torch.Generator().manual_seed(0)
    with torch.no_grad():
        w = torch.cat([networks.encoder.parts(to_float(chunk))[0] for chunk in photos.split(256)])
    mapping = networks.mapping.train().requires_grad_(True)
    optimiser = torch.optim.Adam(mapping.parameters(), lr=rate)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = rate * (1 - step / steps)
        chosen = torch.randint(len(w), (2048,), generator=draw).to(device)
        z = torch.randn(2048, networks.size.w_dim, generator=draw).to(device)
        loss = sliced_wasserstein(mapping(z), w[chosen], draw)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
    mapping.eval().requires_grad_(False)


def export(
    trainer: Trainer, directory: Path, description: str, *, settle_batches: int = 20, mapping_steps: int = 1500,
    owner: int | None = None,
) -> str:  # fmt: skip
    """Write the averaged networks as a bundle; returns its version. An `owner` is the merchant whom alone it may serve."""
    networks = trainer.average
    settle_norms(networks, trainer.photos, batches=settle_batches)
    settle_spectral_norms(networks)
    fit_mapping(networks, trainer.photos, steps=mapping_steps)
    mean_w, components, std = principal_directions(networks, trainer.photos)
    card = {
        "kind": trainer.settings.kind,
        "resolution": networks.size.resolution,
        "w_dim": networks.size.w_dim,
        "data": {"description": description, "photos": len(trainer.photos), "held_out": f"1 in {HELD_OUT_OF}"},
        "training": {"steps_done": trainer.steps_done, **asdict(trainer.settings)},
        "licence": "MIT; frozen features of the discriminator: EfficientNet-Lite1, Apache-2.0",
        "figures": {},
    }
    if owner is not None:
        card["owner"] = owner
    return save_bundle(directory, networks, mean_w=mean_w, pca_components=components, pca_std=std, card=card)
