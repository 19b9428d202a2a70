"""Units painted on or off: z_e = (1 - alpha) z + alpha (z + s (p - z)) on the generator's middle layers (Bau et al. 2019, "Semantic Photo
Manipulation with a Generative Image Prior").

The paper's p is one value per unit, where its part is: on this small trunk that paints a grey blur. Products lie alike in the frame, so p
is a map here: what the units do, at the very place, in the nearest products that have the part there (or, to take it off, lack it). It is
brought to the photo's own colours: the difference around the stroke is carried into it by a membrane (cf. Perez et al. 2003, in pixels).

Fields over the frame are (N, 1, side, side); features (N, C, side, side).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from gpu_worker.contract.units import Action
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.networks import Paint
from gpu_worker.manifold.units import LAYERS, Units, at_side

NEIGHBOURS = 4
# Of the products that qualify: the nearest, whose features are then compared with the photo's around the stroke.
_LOOKED_AT = 32
_COVERED = 0.2  # share of the stroke that must be the part in a product, for it to be an example of it there
_OF_BEST = 0.7  # of the largest such share
_ABSENT = 0.002  # share of the frame up to which a product lacks a part
_STEP: dict[Action, float] = {"add": 1.5, "remove": 1.0}  # of the way to the examples, at strength 1
_NEAR, _FAR, _LITTLE = 0.1, 0.25, 0.03  # of the frame: how far the membrane carries; the weight of what carries far


@dataclass(frozen=True, kw_only=True, eq=False)
class Stroke:
    """What is painted, and on what."""

    part: str
    action: Action
    strength: float
    alpha: Tensor  # (1, 1, 32, 32) in [0, 1] where the brush was
    product: Tensor  # (1, 1, 32, 32) opacity of the photo's product
    own: Tensor  # (1, 1, 32, 32) where the photo has the part already

    @property
    def wants(self) -> bool:
        """Whether the examples have the part; else they lack it."""
        return self.action == "add"


@torch.no_grad()
def painting(manifold: Manifold, w_plus_1ld: Tensor, stroke: Stroke) -> Paint | None:
    """What the generator does under the stroke; None where no product is known that could say it."""
    units = manifold.units
    assert units is not None
    chosen = _qualified(units, w_plus_1ld, stroke)
    if len(chosen) == 0:
        return None
    own, theirs = features(manifold, w_plus_1ld), features(manifold, units.w_plus[chosen])
    around = [_around(units, chosen, stroke, side) for side in LAYERS]
    nearest = _distances(own[LAYERS[0]], theirs[LAYERS[0]], around[0]).argsort()[:NEIGHBOURS]
    goals = {
        side: _agreeing(own[side], theirs[side][nearest], weight[nearest]).mean(0, keepdim=True)
        for side, weight in zip(LAYERS, around, strict=True)
    }
    step = _STEP[stroke.action] * stroke.strength

    def paint(side: int, there_nchw: Tensor) -> Tensor:
        if side not in goals:
            return there_nchw
        return there_nchw + step * at_side(stroke.alpha, side) * (goals[side] - there_nchw)

    return paint


@torch.no_grad()
def features(manifold: Manifold, w_plus_nld: Tensor) -> dict[int, Tensor]:
    """The outputs of the painted layers, (N, C, side, side) by side."""
    seen: dict[int, Tensor] = {}

    def look(side: int, there_nchw: Tensor) -> Tensor:
        if side in LAYERS:
            seen[side] = there_nchw
        return there_nchw

    manifold.generator(w_plus_nld, look)
    return seen


def _qualified(units: Units, w_plus_1ld: Tensor, stroke: Stroke) -> Tensor:
    """The products that have the part under the stroke (or none of it anywhere), nearest first: their indices."""
    where = units.where(stroke.part, stroke.alpha.shape[-1])
    covered = (where * stroke.alpha).sum((1, 2, 3)) / stroke.alpha.sum()
    fit = (
        covered >= max(_COVERED, _OF_BEST * float(covered.max())) if stroke.wants else where.mean((1, 2, 3)) <= _ABSENT
    )
    spread = units.w_plus.mean(1).std(0).clamp_min(1e-6)
    apart = ((units.w_plus.mean(1) - w_plus_1ld.mean(1)) / spread).norm(dim=1)
    order = apart.argsort()
    return order[fit[order]][:_LOOKED_AT]


def _around(units: Units, chosen: Tensor, stroke: Stroke, side: int) -> Tensor:
    """Places (K, 1, side, side) outside the stroke at which both products show something that is not the part."""
    theirs = (units.product(side) * (1 - units.where(stroke.part, side)))[chosen]
    ours = at_side(stroke.product * (1 - stroke.own), side)
    outside = 1 - at_side(stroke.alpha, side)
    return theirs * ours * ((2 * outside - 1).clamp_min(0) + 1e-4 * outside)


def _distances(own_1chw: Tensor, theirs_kchw: Tensor, around_k1hw: Tensor) -> Tensor:
    """How unlike the photo each product is around the stroke, (K,)."""
    spread = theirs_kchw.std((0, 2, 3), keepdim=True).clamp_min(1e-6)
    near = around_k1hw * blurred(
        1 - (around_k1hw > 0).float(), _NEAR
    )  # beside the stroke, not the far side of the product
    apart = ((theirs_kchw - own_1chw) / spread).square().mean(1, keepdim=True)
    return (apart * near).sum((1, 2, 3)) / near.sum((1, 2, 3)).clamp_min(1e-6)


def _agreeing(own_1chw: Tensor, theirs_kchw: Tensor, around_k1hw: Tensor) -> Tensor:
    """Their features with the difference around the stroke carried into it."""
    apart = (own_1chw - theirs_kchw) * around_k1hw
    total, mass = torch.zeros_like(apart), torch.full_like(around_k1hw, 1e-9)
    for reach, share in ((_NEAR, 1.0), (_FAR, _LITTLE)):
        total, mass = total + share * blurred(apart, reach), mass + share * blurred(around_k1hw, reach)
    return theirs_kchw + total / mass


def blurred(field_nchw: Tensor, reach: float) -> Tensor:
    """Gaussian of `reach` of the frame."""
    side = field_nchw.shape[-1]
    place = torch.arange(side, dtype=field_nchw.dtype, device=field_nchw.device)
    weights = torch.exp(-0.5 * ((place[:, None] - place[None]) / (reach * side)).square())
    weights = weights / weights.sum(1, keepdim=True)
    return weights @ field_nchw @ weights.T
