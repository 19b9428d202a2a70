"""An attribute's direction for one photo: from its nearest examples without it to its nearest examples with it.

One direction for all photos walks off the manifold long before it arrives: a trainer does not become formal the way a sandal does. The
difference of neighbours (Upchurch et al. 2017, there in deep features) stays among products that look like the photo's.

Latents are plain: w_d is (D,), the mean over the layers of a w+.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.manifold.networks import Generator

NEIGHBOURS = 24
FULL = 2.0  # steps of an attribute that lead from the neighbours without it to those with it
_SHOWN = 48  # examples whose change shows where an attribute is
_GROUND, _FEW = 0.9, 0.2  # darkest channel of white ground; share of examples that makes a place count
_EDGE = 0.98  # share of examples that lies within what a manifold knows
_UNRELATED = 0.15  # cosine up to which another attribute is to stay as it is


@dataclass(frozen=True, kw_only=True, eq=False)
class Examples:
    """An attribute's examples: what has it for sure, and what lacks it."""

    direction: Tensor  # (D,) of unit length: what all of them have in common
    having: Tensor  # (P, D)
    lacking: Tensor  # (Q, D)
    kept: Tensor  # (K, D) readings that are to stay: colours, patterns, other attributes

    def step(self, w_d: Tensor) -> Tensor:
        """The whole way for a product at this latent, (D,)."""
        having, lacking = self.neighbours(w_d)
        return having.mean(0) - lacking.mean(0)

    def neighbours(self, w_d: Tensor) -> tuple[Tensor, Tensor]:
        """The nearest with it and without it, (K, D) each, alike on average in all that is to stay."""
        having, lacking = _nearest(w_d, self.having, self), _nearest(w_d, self.lacking, self)
        apart = having.mean(0) - lacking.mean(0)
        return having + without(apart, self.kept) - apart, lacking

    def farthest(self, w_d: Tensor, step_d: Tensor) -> float:
        """How many steps a product can go before it is farther out than almost all examples, at least 0."""
        pool = torch.cat([self.having, self.lacking])
        centre, spread = pool.mean(0), pool.std(0).clamp_min(1e-6)
        edge = ((pool - centre) / spread).norm(dim=1).quantile(_EDGE)
        here, along = (w_d - centre) / spread, step_d / spread
        a, b, c = along @ along, here @ along, here @ here - edge.square()
        return float((-b + (b.square() - a * c).clamp_min(0).sqrt()) / a.clamp_min(1e-12)) if c < 0 else 0.0


@cache
@torch.no_grad()
def reach(examples: Examples, generator: Generator) -> Tensor:
    """Where an attribute shows within the product, (R, R) in [0, 1]: sleeves at the arms, a collar at the neck.

    The mean change of examples, where they show product before and after.
    """
    w = examples.lacking[:_SHOWN]
    steps = torch.stack([examples.step(latent) for latent in w])
    before, after = (generator(generator.spread(latents).contiguous()) for latents in (w, w + steps))
    both = ((before.amin(1) < _GROUND) & (after.amin(1) < _GROUND)).float()
    change = ((after - before).abs().mean(1) * both).sum(0) / (both.sum(0) + _FEW * len(w))
    smooth = F.avg_pool2d(change[None, None], 5, stride=1, padding=2)[0, 0]
    return smooth / smooth.max().clamp_min(1e-6)


def unrelated(direction_d: Tensor, others_kd: Tensor) -> Tensor:
    """Those of the other unit directions that do not mean nearly the same, (K', D)."""
    return others_kd[(others_kd @ direction_d).abs() < _UNRELATED]


def kept_still(direction_d: Tensor, known: Sequence[Examples]) -> Tensor:
    """What a new attribute is to leave alone, (K, D): what all known ones do (colours), and those of them that it does not mean."""
    if not known:
        return direction_d.new_empty(0, len(direction_d))
    first, *rest = known
    by_all = [row for row in first.kept if all((other.kept == row).all(1).any() for other in rest)]
    others = unrelated(direction_d, torch.stack([k.direction for k in known]))
    return torch.cat([torch.stack(by_all), others]) if by_all else others


def without(step_d: Tensor, kept_kd: Tensor) -> Tensor:
    """What is left of a step when the kept readings do not move (conditional manipulation, Shen et al. 2020, section 3.3)."""
    if len(kept_kd) == 0:
        return step_d
    basis = torch.linalg.qr(kept_kd.T).Q
    return step_d - basis @ (basis.T @ step_d)


def _nearest(w_d: Tensor, pool_nd: Tensor, examples: Examples) -> Tensor:
    """The examples that are most like a product in all but the attribute and what is kept anyway, in standard deviations."""
    spread = torch.cat([examples.having, examples.lacking]).std(0).clamp_min(1e-6)
    axes = torch.linalg.qr((torch.cat([examples.direction[None], examples.kept]) * spread).T).Q
    apart = (pool_nd - w_d) / spread
    apart = apart - (apart @ axes) @ axes.T
    return pool_nd[apart.norm(dim=1).topk(min(NEIGHBOURS, len(pool_nd)), largest=False).indices]
