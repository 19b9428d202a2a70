"""Constraints on the latent itself: an attribute's direction, and the way to another product."""

from dataclasses import dataclass

from torch import Tensor

from gpu_worker.edits.proposal import Proposal

_SHORT = 0.9  # of what was asked: below, a person is told


@dataclass(frozen=True, kw_only=True, eq=False)
class Attribute:
    """Signed distance from the start along a direction, in steps, should be `amount`."""

    start: Tensor  # (1, L, D)
    direction: Tensor  # (D,) of unit length
    scale: float  # length of a step
    amount: float  # steps to be gone: those asked for, as far as the manifold reaches
    reading: Tensor  # (D,) reads off a latent how much of the attribute there is, in standard deviations
    asked: float  # what the reading should grow by
    reach: Tensor | None = None  # (R, R) in [0, 1] where in the frame it shows; None: not known
    moves_outline: bool = True
    repaints: bool = False  # true of attributes that are about colour
    creates: bool = True
    follows_progress: bool = False

    @property
    def falls_short(self) -> bool:
        """Whether less is gone than was asked for, clearly."""
        return abs(float(self.way @ self.reading)) < _SHORT * abs(self.asked)

    @property
    def way(self) -> Tensor:
        """From the start to where it is met, (D,)."""
        return self.amount * self.scale * self.direction

    def __call__(self, proposal: Proposal) -> Tensor:
        moved = (proposal.w_plus - self.start).mean(1) @ self.direction / self.scale
        return (moved - self.amount).square()


@dataclass(frozen=True, kw_only=True, eq=False)
class Morph:
    """The latent should be a point on the way to another product's."""

    goal: Tensor  # (1, L, D)
    unit: float  # standard deviation of one coordinate of w
    moves_outline: bool = True
    repaints: bool = True
    creates: bool = True
    follows_progress: bool = False

    def __call__(self, proposal: Proposal) -> Tensor:
        return (proposal.w_plus - self.goal).square().mean((1, 2)) / self.unit**2
