"""z1 = argmin sum_g w_g ||f_g(G(z)) - v_g||^2 + lambda_s ||z - z0||^2 - lambda_d D(G(z)) (Zhu et al. 2016, equation 5).

All candidates are one batch of latents w+ (N, L, D), optimised by Adam; the functions know nothing of photos or files.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.core.batches import in_batches
from gpu_worker.edits.constraints import Constraint
from gpu_worker.edits.errors import Diverged, NothingAsked
from gpu_worker.edits.proposal import Proposal
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.projection.project import latent_scale

_PACE_FROM_GUESS = 0.25  # of the rate
_MET = 1e-5  # cost at which nothing is left to be met

StepCallback = Callable[["Step"], None]
Weighted = tuple[Constraint, float]


@dataclass(frozen=True, kw_only=True)
class SolverSettings:
    """How the argmin is looked for."""

    stay: float = 0.05  # lambda_s, per squared standard deviation of a latent's coordinate
    realism: float = 0.02  # lambda_d
    steps: int = 40
    rate: float = 0.12  # Adam, in standard deviations of a latent's coordinate
    candidates: int = 1
    spread: float = 0.35  # noise on all starts but the first, in standard deviations
    patience: int = 12  # steps without a gain of 1 % after which it stops
    same: float = 0.02  # mean absolute difference of two images, [-1, 1], below which they are one candidate
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.steps, self.candidates, self.patience) < 1:
            raise ValueError("steps, candidates and patience must be at least 1")


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """What a callback sees after each step."""

    step: int
    steps: int
    costs: Tensor  # (N,)
    image: Tensor  # (N, 3, R, R)
    w_plus: Tensor  # (N, L, D)


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """The best latent each candidate passed through."""

    w_plus: Tensor  # (N, L, D)
    image: Tensor  # (N, 3, R, R)
    costs: Tensor  # (N,)
    steps: int  # taken


def solve(
    manifold: Manifold,
    constraints: Sequence[Weighted],
    anchor_1ld: Tensor,
    settings: SolverSettings | None = None,
    *,
    guess_1ld: Tensor | None = None,
    callback: StepCallback | None = None,
) -> Solution:
    """Solve from the anchor z0, for all candidates at once.

    Candidates begin from `guess_1ld`, with their noise, where that costs less.

    Raises NothingAsked without constraints, Diverged when no finite solution is found.
    """
    settings = settings or SolverSettings()
    if not constraints:
        raise NothingAsked("Nothing is asked for: paint, draw, drag or choose a colour first.")
    latents = starts(anchor_1ld, latent_scale(manifold), settings)

    def run(part: slice) -> SolverState:
        state = SolverState(manifold, constraints, anchor_1ld, settings, latents[part])
        if guess_1ld is not None:
            state.consider(guess_1ld + latents[part] - anchor_1ld)
        return state.run(callback)

    states = in_batches(run, len(latents), len(latents))
    best, costs = torch.cat([s.best for s in states]), torch.cat([s.best_costs for s in states])
    return ranked(manifold, best, costs, settings.same, steps=max(s.taken for s in states))


def starts(anchor_1ld: Tensor, unit: float, settings: SolverSettings) -> Tensor:
    """(N, L, D): the anchor itself, then the anchor with noise that is equal over the layers."""
    draw = torch.Generator().manual_seed(settings.seed)
    noise = torch.randn(settings.candidates, 1, anchor_1ld.shape[2], generator=draw).to(anchor_1ld)
    noise[0] = 0
    return anchor_1ld + settings.spread * unit * noise


class SolverState:
    """The running optimisation, advanced a step at a time; a live session keeps one and changes its constraints."""

    def __init__(
        self,
        manifold: Manifold,
        constraints: Sequence[Weighted],
        anchor_1ld: Tensor,
        settings: SolverSettings,
        latents_nld: Tensor,
    ) -> None:
        self.manifold, self.constraints, self.settings = manifold, list(constraints), settings
        self.anchor, self.unit = anchor_1ld, latent_scale(manifold)
        self.latents = latents_nld.detach().clone().contiguous().requires_grad_(True)
        self.optimiser = torch.optim.Adam([self.latents], lr=settings.rate * self.unit, betas=(0.85, 0.98))
        self.best_costs = torch.full((len(latents_nld),), torch.inf, device=latents_nld.device)
        self.best = self.latents.detach().clone()
        self.taken, self._since_gain = 0, 0
        self._pace = torch.ones(len(latents_nld), 1, 1, device=latents_nld.device)

    @torch.no_grad()
    def consider(self, others_nld: Tensor) -> "SolverState":
        """Begin from these latents, candidate by candidate, where they cost less; with shorter steps, being near the end."""
        now, others = (
            self._costs(Proposal(w_plus=latents, image=self.manifold.generator(latents)))
            for latents in (self.latents, others_nld)
        )
        better = (others < now)[:, None, None]
        self.latents.copy_(torch.where(better, others_nld, self.latents))
        self._pace = torch.where(better, _PACE_FROM_GUESS, self._pace)
        return self

    @property
    def settled(self) -> bool:
        """Whether the cost has not fallen for as many steps as the settings' patience, or all that was asked is met."""
        return self._since_gain >= self.settings.patience or bool((self.best_costs < _MET).all())

    def run(self, callback: StepCallback | None = None) -> "SolverState":
        """Advance until it settles or the steps are used up."""
        while self.taken < self.settings.steps and not self.settled:
            step = self.advance()
            if callback is not None:
                callback(step)
        return self

    def advance(self) -> Step:
        """One step of Adam for every candidate."""
        settings = self.settings
        progress = min(1.0, self.taken / max(1, 0.9 * settings.steps))
        for group in self.optimiser.param_groups:
            group["lr"] = settings.rate * self.unit * (1 - 0.85 * progress**2)
        proposal = Proposal(w_plus=self.latents, image=self.manifold.generator(self.latents), progress=progress)
        costs = self._costs(proposal)
        self.optimiser.zero_grad(set_to_none=True)
        torch.where(costs.isfinite(), costs, 0.0).sum().backward()
        self._remember(costs.detach(), progress)
        step = Step(
            step=self.taken + 1,
            steps=settings.steps,
            costs=costs.detach(),
            image=proposal.image.detach(),
            w_plus=self.latents.detach().clone(),
        )
        if self.latents.grad is not None:
            self.latents.grad.nan_to_num_(0.0, 0.0, 0.0)
        self._step()
        self.taken += 1
        return step

    @torch.no_grad()
    def _step(self) -> None:
        """Adam's step, for each candidate at its own pace."""
        before = self.latents.clone()
        self.optimiser.step()
        self.latents.copy_(torch.lerp(before, self.latents, self._pace))

    @torch.no_grad()
    def costs(self) -> Tensor:
        """(N,) at the latents where it stands."""
        return self._costs(Proposal(w_plus=self.latents, image=self.manifold.generator(self.latents)))

    def _costs(self, proposal: Proposal) -> Tensor:
        total = torch.zeros(len(proposal.image), device=proposal.image.device)
        for constraint, weight in self.constraints:
            total = total + weight * constraint(proposal)
        total = total + self.settings.stay * (proposal.w_plus - self.anchor).square().mean((1, 2)) / self.unit**2
        if self.settings.realism > 0:
            total = total + self.settings.realism * F.softplus(-self.manifold.discriminator(proposal.image))
        return total

    def _remember(self, costs: Tensor, progress: float) -> None:
        moving = progress < 1.0 and any(constraint.follows_progress for constraint, _ in self.constraints)
        better = costs < self.best_costs * 0.99 if not moving else torch.ones_like(costs, dtype=torch.bool)
        better &= costs.isfinite()
        self.best_costs = torch.where(better, costs, self.best_costs)
        self.best = torch.where(better[:, None, None], self.latents.detach(), self.best)
        self._since_gain = 0 if bool(better.any()) else self._since_gain + 1


@torch.no_grad()
def ranked(manifold: Manifold, best_nld: Tensor, costs_n: Tensor, same: float, *, steps: int) -> Solution:
    """The finite ones, cheapest first, near-duplicates removed. Raises Diverged when there is none."""
    finite = costs_n.isfinite()
    if not bool(finite.any()):
        raise Diverged("No solution was found: the wishes may exclude each other, try fewer or weaker ones.")
    order = costs_n.argsort(stable=True)[: int(finite.sum())]
    images = manifold.generator(best_nld[order])
    kept = _distinct(images, same)
    chosen = order[kept]
    return Solution(w_plus=best_nld[chosen], image=images[kept], costs=costs_n[chosen], steps=steps)


def _distinct(images_nchw: Tensor, same: float) -> list[int]:
    """Indices of images that differ from every one kept before them."""
    kept: list[int] = []
    for index, image in enumerate(images_nchw):
        if all(float((image - images_nchw[other]).abs().mean()) >= same for other in kept):
            kept.append(index)
    return kept
