"""A merchant's own part, found from a few strokes: a group of the generator's units that is on where they painted.

Units of both painted layers are read together at 32 px: a weight for each unit (a signed linear group, Net2Vec of Fong and Vedaldi 2018)
and a field over the frame, since products lie alike in it: the logarithm of where the strokes were. The group is on where the sum is above
zero. Its agreement is the intersection over union with strokes that it was not fitted on: photo by photo left out; of a single photo, cell
by cell of a chequerboard.

Features are (N, C, 32, 32), masks (N, 1, 32, 32) in {0, 1}.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.units import LAYERS, MAP_SIDE, Units
from gpu_worker.painting.units import blurred, features

OWN = "own group"  # how a group's part is called among those of `Units`
BAR = 0.25  # agreement below which a group is none
_QUANTILES = (0.99, 0.96, 0.9)  # thresholds of a single unit, as in the dissection
_KNOWN, _LOOKED_AT = 64, 96  # products by which units are brought to one scale; the nearest, which may lack the part
_STEPS, _DECAY, _BIAS = 60, 1e-3, -2.0  # of the logistic fit
_SPREAD, _FLOOR = 0.08, 0.01  # of the frame: how far a stroke says something; likelihood where no stroke was near
_LIMITS = torch.linspace(-4, 3, 29)
_CELL = 2  # cells of the map on a side of the chequerboard's
_BEST = 8  # single units that are named
_CRUMB = 3  # cells: a smaller piece is none


class NothingAgrees(ValueError):
    """No group of units is on where the strokes are; the message is for people."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """What reads a part off the units: a weight for each (C,), and a field over the frame (32, 32)."""

    weights: Tensor
    places: Tensor

    def on(self, units_nchw: Tensor) -> Tensor:
        """(N, 1, 32, 32) in {0, 1}: where the part is."""
        return (torch.einsum("nchw,c->nhw", units_nchw, self.weights) + self.places > 0).float()[:, None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """A group with its agreement, and the units that agree best by themselves: layer, unit, intersection over union."""

    group: Group
    agreement: float
    best: list[tuple[int, int, float]]


@torch.no_grad()
def units_of(manifold: Manifold, w_plus_nld: Tensor) -> Tensor:
    """The units of both layers at 32 px, (N, C, 32, 32)."""
    parts = [features(manifold, part) for part in w_plus_nld.split(16)]
    layers = [torch.cat([part[side] for part in parts]) for side in LAYERS]
    return torch.cat([F.interpolate(each, size=(MAP_SIDE, MAP_SIDE), mode="bilinear") for each in layers], 1)


def find_group(manifold: Manifold, w_plus_nld: Tensor, painted_n1hw: Tensor) -> Found:
    """The group of the strokes on N photos. Raises NothingAgrees."""
    known = manifold.units
    if known is None:
        raise NothingAgrees("The units of this manifold were not looked into: no part can be found with it yet.")
    some = units_of(manifold, known.w_plus[:: max(1, len(known.w_plus) // _KNOWN)])
    mean, spread = some.mean((0, 2, 3)), some.std((0, 2, 3)).clamp_min(1e-6)
    scaled = (units_of(manifold, w_plus_nld) - mean[:, None, None]) / spread[:, None, None]
    agreement = _agreement(scaled, painted_n1hw)
    if agreement < BAR:
        raise NothingAgrees(
            f"Nothing in the generator agrees with these strokes ({agreement:.2f} of 1; {BAR:g} is the least): "
            "paint all of the part, and on more photos."
        )
    group = _fitted(scaled, painted_n1hw)
    weights = group.weights / spread
    own = Group(weights=weights, places=group.places - (weights * mean).sum())
    singly = _singly(scaled, painted_n1hw, (some - mean[:, None, None]) / spread[:, None, None])
    layers = [
        (side, unit) for side, each in features(manifold, w_plus_nld[:1]).items() for unit in range(each.shape[1])
    ]
    best = [(*layers[k], round(float(singly[k]), 3)) for k in singly.argsort(descending=True)[:_BEST].tolist()]
    return Found(group=own, agreement=agreement, best=best)


def _agreement(units: Tensor, painted: Tensor) -> float:
    """Intersection over union with strokes that nothing was fitted on."""
    if len(units) == 1:
        return _agreement_with_itself(units, painted)
    rest = [[i for i in range(len(units)) if i != k] for k in range(len(units))]
    shown = torch.cat([_fitted(units[r], painted[r]).on(units[k : k + 1]) for k, r in enumerate(rest)])
    return float(_iou(shown, painted))


def _agreement_with_itself(units: Tensor, painted: Tensor) -> float:
    row = torch.arange(MAP_SIDE) // _CELL
    white = ((row[:, None] + row) % 2 == 0).float()[None, None]
    shown = torch.zeros_like(painted)
    for half in (white, 1 - white):
        shown += (1 - half) * _fitted(units, painted, half).on(units)
    return float(_iou(shown, painted))


def _fitted(units: Tensor, painted: Tensor, counts: Tensor | None = None) -> Group:
    """By logistic regression on scaled units, on the places that count (1, 1, 32, 32); then the threshold of the largest agreement."""
    counts = torch.ones(1, 1, MAP_SIDE, MAP_SIDE) if counts is None else counts
    here = counts.expand_as(painted)[:, 0] > 0
    rows, wanted = units.permute(0, 2, 3, 1)[here], painted[:, 0][here]
    with torch.enable_grad():
        weights, bias = torch.zeros(units.shape[1], requires_grad=True), torch.tensor(_BIAS, requires_grad=True)
        solver = torch.optim.LBFGS([weights, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

        def loss() -> Tensor:
            solver.zero_grad()
            value = F.binary_cross_entropy_with_logits(rows @ weights + bias, wanted)
            value = value + _DECAY * weights.square().sum()
            value.backward()
            return value

        solver.step(loss)
    where = (blurred(painted * counts, _SPREAD) / blurred(counts, _SPREAD).clamp_min(1e-6)).mean(0, keepdim=True)
    group = Group(weights=weights.detach(), places=bias.detach() + torch.log(where[0, 0] + _FLOOR))
    limit = max(_LIMITS.tolist(), key=lambda one: float(_iou(counts * _above(group, one).on(units), counts * painted)))
    return _above(group, limit)


def _above(group: Group, limit: float) -> Group:
    return replace(group, places=group.places - limit)


def _singly(units: Tensor, painted: Tensor, known: Tensor) -> Tensor:
    """(C,) intersection over union of single units with all strokes, at the best of the dissection's thresholds and signs."""
    values, best = known.transpose(0, 1).flatten(1)[:, ::4], torch.zeros(units.shape[1])
    for quantile in _QUANTILES:
        for sign in (1, -1):
            limit = (sign * values).quantile(quantile, dim=1)
            on = (sign * units > limit[None, :, None, None]).float()
            best = torch.maximum(best, _iou_of_each(on, painted))
    return best


def _iou(found: Tensor, truth: Tensor) -> Tensor:
    return torch.minimum(found, truth).sum() / torch.maximum(found, truth).sum().clamp_min(1e-6)


def _iou_of_each(found: Tensor, truth: Tensor) -> Tensor:
    both, either = torch.minimum(found, truth), torch.maximum(found, truth)
    return both.sum((0, 2, 3)) / either.sum((0, 2, 3)).clamp_min(1e-6)


def where_on(manifold: Manifold, group: Group, w_plus_1ld: Tensor, product_11hw: Tensor) -> Tensor:
    """(1, 1, 32, 32) where a photo's product has the part, without crumbs."""
    on = group.on(units_of(manifold, w_plus_1ld)) * (product_11hw > 0.5)
    near = F.max_pool2d(
        F.avg_pool2d(on, 3, 1, 1, divisor_override=1), 3, 1, 1
    )  # cells that are on around the best near one
    return on * (near >= _CRUMB)


def with_group(manifold: Manifold, group: Group, w_plus_1ld: Tensor) -> Units:
    """The products nearest to a photo, with the group's part in their maps."""
    known = manifold.units
    assert known is not None
    nearest = (known.w_plus - w_plus_1ld).flatten(1).norm(dim=1).argsort()[:_LOOKED_AT]
    on = group.on(units_of(manifold, known.w_plus[nearest]))[:, 0] > 0
    number = len(known.parts) + 1
    maps = torch.where(
        on & (known.maps[nearest] > 0), torch.full_like(known.maps[nearest], number), known.maps[nearest]
    )
    return replace(known, w_plus=known.w_plus[nearest], maps=maps, parts=(*known.parts, OWN))
