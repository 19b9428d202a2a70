"""z0 = argmin L(G(z), x), by the three methods of Zhu et al. 2016: encoder, optimisation, hybrid.

Layout: image_1chw (1, 3, R, R) in [-1, 1]; latents w_plus_nld (N, L, D).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from gpu_worker.manifold.bundle import Manifold
from gpu_worker.measures.perceptual import Perceptual
from gpu_worker.projection.losses import Loss, LossName, make_loss

Method = Literal["encoder", "optimisation", "hybrid"]
Space = Literal["w", "w+"]
StepCallback = Callable[[int, int, float, Tensor], None]  # step, steps, loss, image (1, 3, R, R)


@dataclass(frozen=True, kw_only=True)
class ProjectionSettings:
    """How a photo is projected."""

    method: Method = "hybrid"
    space: Space = "w+"
    loss: LossName = "lpips"
    steps: int = 60
    rate: float = 0.1  # Adam, in units of the latents' standard deviation
    starts: int = 4  # optimisation only: random starts, of which the best after a third of the steps goes on
    near_mean: float = 0.002  # pull towards plausible latents, per squared standard deviation
    seed: int = 0

    def __post_init__(self) -> None:
        if self.steps < 1 or self.starts < 1:
            raise ValueError("steps and starts must be at least 1")


@dataclass(frozen=True, kw_only=True, eq=False)
class ProjectionResult:
    """A latent, what it gives, and how well."""

    w_plus: Tensor  # (1, L, D)
    image: Tensor  # (1, 3, R, R)
    losses: list[float]  # per step, the best start's
    pixels: float  # mean square over the trusted pixels, [-1, 1]
    lpips: float
    seconds: float


def project(
    manifold: Manifold,
    perceptual: Perceptual,
    image_1chw: Tensor,
    trust_11hw: Tensor,
    settings: ProjectionSettings | None = None,
    callback: StepCallback | None = None,
) -> ProjectionResult:
    """Project one image; only pixels where trust is 1 count, and the product more than what surrounds it.

    Raises ValueError for an image that is not the manifold's size.
    """
    settings = settings or ProjectionSettings()
    side = manifold.resolution
    if image_1chw.shape != (1, 3, side, side):
        raise ValueError(f"the image must be (1, 3, {side}, {side}), not {tuple(image_1chw.shape)}")
    started = time.perf_counter()
    loss = make_loss(settings.loss, perceptual, image_1chw, trust_11hw)
    start = _starts(manifold, image_1chw, settings)
    if settings.method == "encoder":
        w_plus = start
        history: list[float] = []
    else:
        w_plus, history = _optimise(manifold, loss, start, settings, callback)
    return _measured(manifold, perceptual, image_1chw, trust_11hw, w_plus, history, time.perf_counter() - started)


@torch.no_grad()
def _starts(manifold: Manifold, image_1chw: Tensor, settings: ProjectionSettings) -> Tensor:
    if settings.method == "optimisation":
        start = manifold.sample(settings.starts, seed=settings.seed, spread=0.7)
    else:
        start = manifold.encoder(image_1chw)
    if settings.space == "w":
        start = start.mean(1, keepdim=True).expand_as(start)
    return start.contiguous()


def _optimise(
    manifold: Manifold, loss: Loss, start: Tensor, settings: ProjectionSettings, callback: StepCallback | None
) -> tuple[Tensor, list[float]]:
    scale = latent_scale(manifold)
    parameter = start.mean(1) if settings.space == "w" else start.clone()
    best, best_loss, history = start[:1], float("inf"), []
    optimiser: torch.optim.Adam | None = None
    for step in range(settings.steps):
        if step == settings.steps // 3 and len(parameter) > 1:
            parameter, optimiser = parameter.detach()[_lowest(manifold, loss, parameter)][None], None
        if optimiser is None:
            parameter = parameter.detach().requires_grad_(True)
            optimiser = torch.optim.Adam([parameter], lr=settings.rate * scale, betas=(0.9, 0.99))
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * scale * _ramp(step, settings.steps)
        w_plus = manifold.generator.spread(parameter) if settings.space == "w" else parameter
        image = manifold.generator(w_plus)
        values = loss(image)
        pull = (w_plus - manifold.mean_w).square().mean((1, 2)) / scale**2
        optimiser.zero_grad(set_to_none=True)
        (values + settings.near_mean * pull).sum().backward()
        index = int(values.detach().argmin())
        value = float(values[index].detach())
        history.append(value)
        if value < best_loss:
            best, best_loss = w_plus.detach()[index : index + 1].clone(), value
        optimiser.step()
        if callback is not None:
            callback(step + 1, settings.steps, value, image.detach()[index : index + 1])
    return best, history


@torch.no_grad()
def _lowest(manifold: Manifold, loss: Loss, parameter: Tensor) -> int:
    w_plus = manifold.generator.spread(parameter) if parameter.ndim == 2 else parameter
    return int(loss(manifold.generator(w_plus)).argmin())


def _ramp(step: int, steps: int) -> float:
    """Up over the first tenth, then down to a tenth along half a cosine."""
    up = min(1.0, (step + 1) / max(1, steps // 10))
    down = 0.1 + 0.45 * (1 + float(torch.cos(torch.tensor(torch.pi * step / steps))))
    return up * down


def latent_scale(manifold: Manifold) -> float:
    """Standard deviation of one coordinate of w over the training photos."""
    return max(float((manifold.pca_std.square().sum() / manifold.w_dim).sqrt()), 1e-3)


@torch.no_grad()
def _measured(
    manifold: Manifold,
    perceptual: Perceptual,
    target: Tensor,
    trust: Tensor,
    w_plus: Tensor,
    history: list[float],
    seconds: float,
) -> ProjectionResult:
    image = manifold.generator(w_plus)
    squared = (image - target).square().mean(1, keepdim=True) * (trust > 0)
    return ProjectionResult(
        w_plus=w_plus.detach(),
        image=image,
        losses=history,
        pixels=float(squared.sum() / (trust > 0).sum().clamp_min(1)),
        lpips=float(perceptual.lpips(image, target, (trust > 0).float())),
        seconds=seconds,
    )
