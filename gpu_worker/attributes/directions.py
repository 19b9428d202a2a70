"""Attributes as directions of the latent space: found from examples, made independent of each other, and walked along.

w_nd is (N, D): one plain latent per photo (the mean over the layers of its w+). A direction is a unit vector (D,) with
`scale`, the standard deviation of photos along it: "two steps" means 2 * scale, whatever the direction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

Fit = Callable[[Tensor, Tensor], Tensor]  # examples with and without -> unit vector

_FOLDS = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Direction:
    """A named way to go, and how far to trust it."""

    vector: Tensor  # (D,), unit length
    scale: float  # standard deviation of the examples along it
    threshold: float  # position along the vector where "without" becomes "with"
    accuracy: float  # balanced, on examples held out in five folds; 0.5 is a coin
    examples: tuple[int, int]  # how many with, how many without

    def position(self, w_nd: Tensor) -> Tensor:
        """Signed distance of latents from the threshold, in standard deviations, (N,)."""
        return (w_nd @ self.vector - self.threshold) / self.scale


def mean_difference(with_nd: Tensor, without_nd: Tensor) -> Direction:
    """Mean of the examples that have it minus mean of those that do not (attribute vectors, Lee's lecture)."""
    return _direction(with_nd, without_nd, _difference)


def nearest_difference(w_d: Tensor, with_nd: Tensor, without_nd: Tensor, neighbours: int = 100) -> Direction:
    """The same over the K nearest examples of one photo's latent (Deep Feature Interpolation, Upchurch et al. 2017).

    Accuracy is that of the direction over all examples.
    """

    def nearest(examples: Tensor) -> Tensor:
        count = min(neighbours, len(examples))
        return examples[(examples - w_d).norm(dim=1).topk(count, largest=False).indices]

    _require_examples(with_nd, without_nd)
    vector = _difference(nearest(with_nd), nearest(without_nd))
    return _measured(vector, with_nd, without_nd, _balanced_accuracy(vector, with_nd, without_nd))


def linear_classifier(with_nd: Tensor, without_nd: Tensor, *, decay: float = 1e-2) -> Direction:
    """Normal of a logistic classifier (InterFaceGAN, Shen et al. 2020, with logistic instead of hinge loss)."""
    return _direction(with_nd, without_nd, lambda a, b: _logistic_normal(a, b, decay))


def principal(component_d: Tensor, std: float) -> Direction:
    """One of the manifold's principal directions (GANSpace). It separates nothing, so its accuracy is that of a coin."""
    return Direction(vector=F.normalize(component_d, dim=0), scale=std, threshold=0.0, accuracy=0.5, examples=(0, 0))


def conditional(direction: Direction, kept: Sequence[Direction]) -> Direction:
    """The part of a direction that leaves the kept ones as they are (projection off their span).

    Raises ValueError when nothing is left: the attribute is a mixture of the kept ones.
    """
    if not kept:
        return direction
    basis = torch.linalg.qr(torch.stack([k.vector for k in kept], dim=1)).Q
    left = direction.vector - basis @ (basis.T @ direction.vector)
    if left.norm() < 0.1:
        raise ValueError("this attribute cannot be changed without the ones to keep")
    return replace(direction, vector=F.normalize(left, dim=0))


def entanglement(direction: Direction, other: Direction) -> float:
    """How many of its own standard deviations the other attribute moves when this one moves by one."""
    return float(direction.scale * (direction.vector @ other.vector) / other.scale)


def walk(w_plus_ld: Tensor, direction: Direction, amounts: Sequence[float], layers: slice = slice(None)) -> Tensor:
    """Latents along the direction, (len(amounts), L, D); `layers` limits the change to some styles."""
    steps = torch.tensor(amounts, device=w_plus_ld.device, dtype=w_plus_ld.dtype) * direction.scale
    moved = w_plus_ld.repeat(len(amounts), 1, 1)
    moved[:, layers] += steps[:, None, None] * direction.vector.to(moved)
    return moved


def _direction(with_nd: Tensor, without_nd: Tensor, fit: Fit) -> Direction:
    _require_examples(with_nd, without_nd)
    return _measured(fit(with_nd, without_nd), with_nd, without_nd, _cross_validated(with_nd, without_nd, fit))


def _measured(vector: Tensor, with_nd: Tensor, without_nd: Tensor, accuracy: float) -> Direction:
    along = torch.cat([with_nd, without_nd]) @ vector
    return Direction(
        vector=vector,
        scale=float(along.std().clamp_min(1e-6)),
        threshold=_threshold(vector, with_nd, without_nd),
        accuracy=accuracy,
        examples=(len(with_nd), len(without_nd)),
    )


def _difference(with_nd: Tensor, without_nd: Tensor) -> Tensor:
    return F.normalize(with_nd.mean(0) - without_nd.mean(0), dim=0)


def _logistic_normal(with_nd: Tensor, without_nd: Tensor, decay: float) -> Tensor:
    """Both classes weigh the same, however many examples they have. Convex: L-BFGS from zero finds the one optimum."""
    w = torch.cat([with_nd, without_nd])
    target = torch.cat([torch.ones(len(with_nd)), torch.zeros(len(without_nd))]).to(w)
    share = torch.where(target > 0, 0.5 / len(with_nd), 0.5 / len(without_nd))
    normal = torch.zeros(w.shape[1] + 1, device=w.device, requires_grad=True)
    optimiser = torch.optim.LBFGS([normal], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        logits = w @ normal[:-1] + normal[-1]
        loss = F.binary_cross_entropy_with_logits(logits, target, share, reduction="sum")
        loss = loss + decay * normal[:-1].square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return F.normalize(normal[:-1].detach(), dim=0)


def _threshold(vector: Tensor, with_nd: Tensor, without_nd: Tensor) -> float:
    return float(((with_nd @ vector).mean() + (without_nd @ vector).mean()) / 2)


def _balanced_accuracy(vector: Tensor, with_nd: Tensor, without_nd: Tensor, threshold: float | None = None) -> float:
    at = _threshold(vector, with_nd, without_nd) if threshold is None else threshold
    right = ((with_nd @ vector > at).float().mean() + (without_nd @ vector <= at).float().mean()) / 2
    return float(right)


def _cross_validated(with_nd: Tensor, without_nd: Tensor, fit: Fit) -> float:
    accuracies = []
    for fold in range(_FOLDS):
        train_with, test_with = _split(with_nd, fold)
        train_without, test_without = _split(without_nd, fold)
        vector = fit(train_with, train_without)
        threshold = _threshold(vector, train_with, train_without)
        accuracies.append(_balanced_accuracy(vector, test_with, test_without, threshold))
    return sum(accuracies) / _FOLDS


def _split(examples: Tensor, fold: int) -> tuple[Tensor, Tensor]:
    held_out = torch.arange(len(examples), device=examples.device) % _FOLDS == fold
    return examples[~held_out], examples[held_out]


def _require_examples(with_nd: Tensor, without_nd: Tensor) -> None:
    fewest = min(len(with_nd), len(without_nd))
    if fewest < _FOLDS:
        raise ValueError(f"an attribute needs at least {_FOLDS} examples with and {_FOLDS} without it, not {fewest}")
