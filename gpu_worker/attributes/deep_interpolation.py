"""Deep Feature Interpolation (Upchurch et al. 2017): an attribute as a step in the features of a network that knows pictures.

    w = mean phi(neighbours with it) - mean phi(neighbours without it)
    z = argmin 1/2 |phi(x) + alpha w - phi(show(z))|^2 + lambda_V R(show(z))

`show` makes a picture (1, 3, Q, Q) in [-1, 1] of whatever z is: pixels, the tail's latent, or a w+ of the trunk. Features are what `phi`
gives of a picture: one tensor (N, C, h, w) per layer. R is total variation with beta = 2, per pixel.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

Show = Callable[[Tensor], Tensor]
Phi = Callable[[Tensor], Sequence[Tensor]]
Listener = Callable[[int, int, float, Tensor], None]  # step, steps, cost, picture; what it raises stops the work
Features = list[Tensor]

_AT_ONCE = 4  # pictures whose features are taken together


@dataclass(frozen=True, kw_only=True)
class Interpolation:
    """How z is sought."""

    steps: int = 30
    rate: float = 0.15  # Adam's, in units of z
    smooth: float = 0.001  # lambda_V

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError("steps must be at least 1")


@torch.no_grad()
def mean_features(phi: Phi, show: Show, latents_nd: Tensor) -> Features:
    """The mean features of some neighbours, (1, C, h, w) per layer."""
    total: Features = []
    for part in latents_nd.split(_AT_ONCE):
        sums = [layer.sum(0, keepdim=True) for layer in phi(show(part))]
        total = [a + b for a, b in zip(total, sums, strict=True)] if total else sums
    return [layer / len(latents_nd) for layer in total]


def feature_step(having: Sequence[Tensor], lacking: Sequence[Tensor]) -> Features:
    """w: from the mean features without the attribute to those with it."""
    return [a - b for a, b in zip(having, lacking, strict=True)]


def interpolate(
    show: Show,
    phi: Phi,
    start: Tensor,
    step: Sequence[Tensor],
    settings: Interpolation,
    listener: Listener | None = None,
) -> Tensor:
    """The best z on the way from `start`, whose picture is x, to the features of x moved by `step` (alpha w).

    Every layer has the same say: its squared error counts in units of the step's own mean square, so that standing still costs 1/2.
    """
    with torch.no_grad():
        target = [layer + moved for layer, moved in zip(phi(show(start)), step, strict=True)]
        unit = [moved.square().mean().clamp_min(1e-12) for moved in step]
    latent = start.detach().clone().requires_grad_(True)
    optimiser = torch.optim.Adam([latent], lr=settings.rate, betas=(0.9, 0.99))
    best, least = start, float("inf")
    for number in range(1, settings.steps + 1):
        picture = show(latent)
        apart = [(a - b).square().mean() / u for a, b, u in zip(phi(picture), target, unit, strict=True)]
        cost = torch.stack(apart).mean() / 2 + settings.smooth * total_variation(picture)
        if float(cost.detach()) < least:
            best, least = latent.detach().clone(), float(cost.detach())
        optimiser.zero_grad(set_to_none=True)
        cost.backward()
        optimiser.step()
        if listener is not None:
            listener(number, settings.steps, least, picture.detach())
    return best


def total_variation(picture_nchw: Tensor) -> Tensor:
    """R of equation 5 with beta = 2: mean square of the differences between neighbouring pixels, a scalar."""
    across = (picture_nchw[..., :, 1:] - picture_nchw[..., :, :-1]).square().mean()
    down = (picture_nchw[..., 1:, :] - picture_nchw[..., :-1, :]).square().mean()
    return across + down
