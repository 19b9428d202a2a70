"""Random products worth showing: well-formed ones of many, and unlike one another."""

import torch
from torch import Tensor

from gpu_worker.manifold.bundle import Manifold

_DRAWN_PER_SHOWN = 20
_KEPT = 1 / 3  # the share that the encoder knows best
_LOOK_SIDE = 8  # pictures are told apart by their colours on this grid
_ROUNDS = 12


@torch.no_grad()
def presentable_products(manifold: Manifold, count: int, *, seed: int, spread: float) -> Tensor:
    """`count` pictures (count, 3, R, R) in [-1, 1]. `spread` 1 is as varied as the training photos, 0 the mean product.

    Of twenty times as many samples the third stays whose encoding gives the same picture again, oddities being what an
    encoder of photos does not know (the discriminator prefers the busiest); clustered by colour and outline into `count`
    groups, each gives its most typical picture: varied, and without the oddities at the rim.
    """
    images = manifold.generator(manifold.sample(count * _DRAWN_PER_SHOWN, seed=seed, spread=spread))
    strangeness = (manifold.generator(manifold.encoder(images)) - images).abs().mean((1, 2, 3))
    images = images[strangeness.argsort()[: max(count, int(len(images) * _KEPT))]]
    looks = torch.nn.functional.adaptive_avg_pool2d(images, _LOOK_SIDE).flatten(1)
    return images[_medoids(looks, _farthest_first(looks, count))]


def _medoids(points_nd: Tensor, start: list[int]) -> Tensor:
    """k-means from the given points; the index of the point nearest to each mean, (k,)."""
    means = points_nd[start]
    for _ in range(_ROUNDS):
        group = torch.cdist(points_nd, means).argmin(1)
        means = torch.stack(
            [points_nd[group == k].mean(0) if (group == k).any() else means[k] for k in range(len(means))]
        )
    return torch.cdist(means, points_nd).argmin(1)


def _farthest_first(points_nd: Tensor, count: int) -> list[int]:
    chosen = [0]
    distance = torch.cdist(points_nd[:1], points_nd)[0]
    while len(chosen) < count:
        chosen.append(int(distance.argmax()))
        distance = torch.minimum(distance, torch.cdist(points_nd[chosen[-1:]], points_nd)[0])
    return chosen
