"""Where a hole's places could come from: for each, the place of the picture whose surroundings look most alike.

Exemplar-based completion (Wexler et al. 2007): patches of the hole are matched to patches of what is known and vote for the hole's colours,
coarse to fine, again and again. What the hole is to show is not left to the patches alone: a guide, here what the manifold makes of the
product, is compared beside them, in the hole and at the source (image analogies, Hertzmann et al. 2001), so that a sole is taken from the
sole and an outline goes on.

Pictures are (S, S, 3) in [0, 1], masks (S, S) bool.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.measures.colour import Array
from gpu_worker.segmentation.frame import Similarity

Mask = NDArray[np.bool_]
Places = NDArray[np.int64]

_PATCH = 7  # pixels along a side
_SCALES, _ROUNDS = (4, 2, 1), (4, 3, 3)
_NEAR = 0.15  # weight of where a place lies in the frame, against its looks
_MOST_SOURCES, _GROUND_SOURCES = 6000, 300
_CHUNK = 1024


@dataclass(frozen=True, kw_only=True, eq=False)
class Sources:
    """For every place of the frame the place that it is copied from: itself where it is known."""

    rows: Places  # (S, S)
    columns: Places  # (S, S)
    placing: Similarity  # of the (S, S) frame


def find_sources(image: Array, hole: Mask, usable: Mask, product: Mask, guide: Array, placing: Similarity) -> Sources:
    """`usable` places may be copied from; of those that are no `product` a few are enough."""
    current: Array | None = None
    matched: tuple[Places, Places] | None = None
    for scale, rounds in zip(_SCALES, _ROUNDS, strict=True):
        level = _level(image, hole, usable, product, guide, scale)
        side = len(level.image)
        current = level.guide if current is None else cv2.resize(current, (side, side), interpolation=cv2.INTER_CUBIC)
        current = np.where(level.hole[..., None], current, level.image).astype(np.float32)
        for _ in range(rounds):
            matched = _matched(level, current)
            current = _voted(level, current, *matched)
    assert matched is not None
    places = np.arange(hole.size).reshape(hole.shape)
    copied = places.copy()
    copied.flat[matched[0]] = matched[1]
    rows, columns = np.divmod(np.where(hole, copied, places), len(image))
    return Sources(rows=rows, columns=columns, placing=placing)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Level:
    """One size of the picture."""

    image: Array
    hole: Mask
    guide: Array
    guide_patches: Tensor  # (S S, C)
    targets: Places  # centres of the patches that touch the hole
    sources: Places  # centres of the patches that may be copied


def _level(image: Array, hole: Mask, usable: Mask, product: Mask, guide: Array, scale: int) -> _Level:
    side = len(image) // scale

    def small(field: Array) -> Array:
        return np.asarray(cv2.resize(field, (side, side), interpolation=cv2.INTER_AREA), np.float32)

    known = (~hole).astype(np.float32)
    colours = small(image * known[..., None]) / np.maximum(small(known), 1e-4)[..., None]
    there = small(hole.astype(np.float32)) > 0.01
    barred = (there | (small(usable.astype(np.float32)) < 0.99)).astype(np.uint8)
    patch = np.ones((_PATCH, _PATCH), np.uint8)
    free = cv2.dilate(barred, patch) == 0
    body = cv2.dilate(small(product.astype(np.float32)), np.ones((5, 5), np.uint8)) > 0.05
    sources = np.concatenate(
        [_some(np.flatnonzero(free & body), _MOST_SOURCES), _some(np.flatnonzero(free & ~body), _GROUND_SOURCES)]
    )
    shown = small(guide)
    return _Level(
        image=np.asarray(colours, np.float32),
        hole=there,
        guide=shown,
        guide_patches=_patches(cv2.GaussianBlur(shown, (0, 0), 0.7)),
        targets=np.flatnonzero(cv2.dilate(there.astype(np.uint8), patch)),
        sources=sources if len(sources) else np.flatnonzero(~there),
    )


def _some(places: Places, most: int) -> Places:
    return places[:: max(1, -(-len(places) // most))]


def _patches(picture: Array) -> Tensor:
    """(S, S, 3) to (S S, 3 P P), scaled so that squared distances are mean squares."""
    padded = F.pad(
        torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))[None], (_PATCH // 2,) * 4, mode="reflect"
    )
    return F.unfold(padded, _PATCH)[0].T / (3 * _PATCH**2) ** 0.5


def _matched(level: _Level, current: Array) -> tuple[Places, Places]:
    """Targets and the source that looks most like each."""
    side = len(current)
    where = torch.from_numpy(np.stack(np.divmod(np.arange(side * side), side), 1).astype(np.float32)) * (_NEAR / side)
    features = torch.cat([_patches(current), level.guide_patches, where], 1)
    wanted, offered = features[level.targets], features[level.sources]
    lengths = offered.square().sum(1)
    nearest = [(lengths - 2 * part @ offered.T).argmin(1) for part in wanted.split(_CHUNK)]
    return level.targets, level.sources[torch.cat(nearest).numpy()]


def _voted(level: _Level, current: Array, targets: Places, sources: Places) -> Array:
    """Every patch says what its neighbours should be; in the hole they get the mean."""
    side, reach = len(current), _PATCH // 2
    to_y, to_x = np.divmod(targets, side)
    from_y, from_x = np.divmod(sources, side)
    total, votes = np.zeros_like(current), np.zeros(current.shape[:2], np.float32)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            y, x, v, u = to_y + dy, to_x + dx, from_y + dy, from_x + dx
            inside = (np.minimum(np.minimum(y, x), np.minimum(v, u)) >= 0) & (
                np.maximum(np.maximum(y, x), np.maximum(v, u)) < side
            )
            y, x, v, u = y[inside], x[inside], v[inside], u[inside]
            total[y, x] += level.image[v, u]  # targets are distinct, so no place is written twice at once
            votes[y, x] += 1
    heard = level.hole & (votes > 0)
    return np.where(heard[..., None], total / np.maximum(votes, 1)[..., None], current).astype(np.float32)
