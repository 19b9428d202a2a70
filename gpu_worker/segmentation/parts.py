"""A product's parts by material: pixels of one colour under changing light belong together, sharp borders keep apart.

Pixels are clustered by colour with lightness counting little and chroma taken at equal light, then clusters are merged
while their border is soft (shading) and their hue the same. Works on a crop of 256 px in about 0.1 s.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.frame import Frame
from gpu_worker.segmentation.named_parts import parts_in
from gpu_worker.segmentation.sole import find_sole, is_whole
from gpu_worker.segmentation.sole_line import along_edges, without_shadow

Labels = NDArray[np.int32]

RESOLUTION = 256
_CLUSTERS = 10
_SAMPLES = 4000
LIGHT_WEIGHT = 0.4  # weight of lightness against chroma
_CHROMA_STEP, _EDGE_STEP, _LIGHT_STEP = 9.0, 9.0, 22.0  # feature distances at which two clusters are just two parts
_GREY_TINTS = 0.35  # by how much more a difference of chroma counts between two greys


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A partition of the product in the frame, most important part first."""

    labels: Labels  # (R, R), -1 outside the product, else the part's rank
    features: Array  # (R, R, 3) what they were found by
    colours: Array  # (K, 3) median Lab per part
    weights: Array  # (K,) share of the product, centre counting more
    sole: NDArray[np.bool_]  # (R, R) a shoe's sole, whatever its colour; nothing where none was found
    foot: NDArray[np.bool_]  # (R, R) the sole and the shadow under it: what is no upper
    sole_by_name: bool = False  # whether the sole network was in doubt, and the network of named parts found it
    in_tones: bool = False  # whether all large parts of one hue are one colour, as a garment's body and sleeves are

    def mask(self, rank: int) -> NDArray[np.bool_]:
        """(R, R) where the part of this rank is."""
        return np.asarray(self.labels == rank)


def find_parts(frame: Frame, kind: str, *, sole: NDArray[np.bool_] | None = None) -> Parts:
    """Partition the product in a frame of RESOLUTION px. Deterministic. A shoe's sole is looked for unless it is given."""
    image = cv2.bilateralFilter(frame.image, 5, 0.06, 2.5)
    lab = cv2.cvtColor(np.asarray(image, np.float32), cv2.COLOR_RGB2Lab)
    features, inside = features_of(lab), frame.alpha > 0.95
    if inside.sum() < 50:
        inside = frame.alpha > 0.5
    labels = _cluster(features, inside)
    labels = _merge(features, labels)
    parts = _ranked(labels, features, lab, _importance(inside, kind), in_tones=kind == "shirt")
    if sole is not None or kind != "shoe":
        return parts if sole is None else replace(parts, sole=sole, foot=sole)
    sole = find_sole(frame.image, inside)
    if sole.any():
        return _with_sole(parts, frame.image, inside, sole)
    sole = parts_in(frame, kind).mask("sole") & inside
    found = _with_sole(parts, frame.image, inside, sole) if is_whole(sole, inside) else parts
    return replace(found, sole_by_name=True)


def _with_sole(parts: Parts, image: Array, inside: NDArray[np.bool_], sole: NDArray[np.bool_]) -> Parts:
    under = along_edges(image, inside, sole)
    return replace(parts, sole=without_shadow(under, sole), foot=under)


def features_of(lab: Array) -> Array:
    """(H, W, 3): 0.4 of the lightness, and chroma scaled to what it would be at L = 60; dark chroma is mostly noise."""
    lightness, scale = lab[..., 0], _chroma_scale(lab[..., 0])
    return np.stack([LIGHT_WEIGHT * lightness, lab[..., 1] * scale, lab[..., 2] * scale], -1).astype(np.float32)


def lab_of_feature(feature: Array) -> Array:
    """(3,) the Lab that a feature was made of."""
    lightness = feature[0] / LIGHT_WEIGHT
    return np.array([lightness, *(feature[1:] / _chroma_scale(lightness))], np.float32)


def _chroma_scale(lightness: Array) -> Array:
    return np.asarray(76 / (np.maximum(lightness, 40) + 16) * np.clip((lightness + 8) / 48, 0.3, 1), np.float32)


def _cluster(features: Array, inside: NDArray[np.bool_]) -> Labels:
    """k-means from far-apart starts; (H, W) labels, -1 outside."""
    core = cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    points = features[core if core.sum() > 500 else inside]
    points = points[np.linspace(0, len(points) - 1, min(_SAMPLES, len(points))).astype(int)]
    centres = _far_apart(points)
    for _ in range(10):
        nearest = _distances(points, centres).argmin(1)
        counts = np.bincount(nearest, minlength=len(centres))
        sums = np.stack([np.bincount(nearest, points[:, c], len(centres)) for c in range(3)], 1)
        centres = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres).astype(np.float32)
    labels = np.full(inside.shape, -1, np.int32)
    labels[inside] = _distances(features[inside], centres).argmin(1)
    return labels


def _far_apart(points: Array) -> Array:
    """Starts: the point nearest the mean, then ever the nearly farthest one (the very farthest are outliers)."""
    chosen = [points[((points - points.mean(0)) ** 2).sum(1).argmin()]]
    distance = ((points - chosen[0]) ** 2).sum(1)
    for _ in range(_CLUSTERS - 1):
        chosen.append(points[np.argsort(distance, kind="stable")[int(0.985 * len(points))]])
        distance = np.minimum(distance, ((points - chosen[-1]) ** 2).sum(1))
    return np.array(chosen, np.float32)


def _distances(points: Array, centres: Array) -> Array:
    squared = (points**2).sum(1)[:, None] - 2 * points @ centres.T + (centres**2).sum(1)
    return np.asarray(squared, np.float32)


def _merge(features: Array, labels: Labels) -> Labels:
    """Join the two most alike clusters until the most alike are two materials."""
    step_sum, step_count = _border_steps(features, labels)
    area = np.bincount(labels[labels >= 0], minlength=_CLUSTERS).astype(np.float64)
    sums = np.stack([np.bincount(labels[labels >= 0], features[..., c][labels >= 0], _CLUSTERS) for c in range(3)], 1)
    centres = sums / np.maximum(area, 1)[:, None]
    alive = [k for k in range(_CLUSTERS) if area[k] > 0]
    owner = np.arange(_CLUSTERS)
    while len(alive) > 1:
        cost, i, j = min(
            (_unlikeness(centres[i], centres[j], step_sum[i, j], step_count[i, j], min(area[i], area[j])), i, j)
            for n, i in enumerate(alive)
            for j in alive[n + 1 :]
        )
        if cost > 1:
            break
        centres[i] = (centres[i] * area[i] + centres[j] * area[j]) / (area[i] + area[j])
        area[i] += area[j]
        for table in (step_sum, step_count):
            table[i] += table[j]
            table[:, i] += table[:, j]
        owner[owner == j] = i
        alive.remove(j)
    return np.where(labels >= 0, owner[labels], -1).astype(np.int32)


def _border_steps(features: Array, labels: Labels) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much the features change over 3 px across each pair's border: (K, K) sums and counts."""
    total, count = np.zeros((_CLUSTERS, _CLUSTERS)), np.zeros((_CLUSTERS, _CLUSTERS))
    for axis in (0, 1):
        f, own = np.moveaxis(features, axis, 0), np.moveaxis(labels, axis, 0)
        step = np.linalg.norm(f[3:] - f[:-3], axis=-1)
        a, b = own[1:-2], own[2:-1]
        crossing = (a != b) & (own[:-3] >= 0) & (a >= 0) & (b >= 0) & (own[3:] >= 0)
        np.add.at(total, (a[crossing], b[crossing]), step[crossing])
        np.add.at(count, (a[crossing], b[crossing]), 1)
    return total + total.T, count + count.T


def _unlikeness(
    p: NDArray[np.float64], q: NDArray[np.float64], step_sum: float, border: float, smaller_area: float
) -> float:
    """Over 1: two materials. A soft border forgives lightness; hue is never forgiven."""
    tinted = tint_counts(p, q)
    light, chroma = abs(p[0] - q[0]), tinted * _chroma_distance(p[1:], q[1:])
    apart = tinted * float(np.hypot(*(p - q)[1:]))
    step = step_sum / border if border > 0.5 * smaller_area**0.5 else np.inf
    edge = min(step, float(np.hypot(light, apart)))
    return float((chroma / _CHROMA_STEP) ** 2 + (edge / _EDGE_STEP) ** 2 + (light / _LIGHT_STEP) ** 2)


def tint_counts(p: NDArray[np.floating], q: NDArray[np.floating]) -> float:
    """Among light greys the eye tells tints apart that it would miss among colours (cf. S_C of CIEDE2000)."""
    chroma = max(float(np.hypot(*p[1:])), float(np.hypot(*q[1:])))
    light = float(min(p[0], q[0])) / LIGHT_WEIGHT
    return 1 + _GREY_TINTS * float(np.clip((10 - chroma) / 5, 0, 1) * np.clip((light - 45) / 20, 0, 1))


def _chroma_distance(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    """Distance in (a, b) where, for coloured materials, saturation counts less than hue: light changes it."""
    middle, difference = (p + q) / 2, p - q
    length = float(np.hypot(*middle))
    if length < 1e-3:
        return float(np.hypot(*difference))
    radial = float(difference @ middle) / length
    across = max(float(difference @ difference) - radial**2, 0.0)
    coloured = np.clip((min(np.hypot(*p), np.hypot(*q)) - 10) / 15, 0, 1)
    return float(np.sqrt(across + ((1 - 0.72 * coloured) * radial) ** 2))


def _importance(inside: NDArray[np.bool_], kind: str) -> Array:
    """(H, W) weight of a pixel for what the product's colour is: inside more than rim, upper than sole, a shirt's chest most."""
    depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5)
    weight = np.minimum(depth / 12, 1) * inside
    if kind == "shoe":
        weight = weight * (1 - 0.65 * _sole(inside))
    if kind == "shirt":
        x, y = np.linspace(-1, 1, inside.shape[1])[None], np.linspace(0, 1, inside.shape[0])[:, None]
        weight = weight * np.exp(-((x / 0.55) ** 4)) * np.exp(-(((y - 0.5) / 0.42) ** 4))
    return np.asarray(weight, np.float32)


def _sole(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(H, W) what lies within a quarter of the shoe's height above its lower outline."""
    rows = np.arange(len(inside))[:, None]
    lowest = np.where(inside, rows, -1).max(0)
    height = np.ptp(np.flatnonzero(inside.any(1)))
    return np.asarray(inside & (rows > lowest - 0.25 * height))


def _ranked(labels: Labels, features: Array, lab: Array, importance: Array, *, in_tones: bool) -> Parts:
    found = np.unique(labels[labels >= 0])
    colours = np.array([np.median(lab[labels == k], axis=0) for k in found], np.float32)
    chroma = np.hypot(colours[:, 1], colours[:, 2])
    coloured = np.clip(chroma / 25, 0, 1) * np.clip((colours[:, 0] - 20) / 20, 0, 1)
    shares = np.array([importance[labels == k].sum() for k in found]) * (1 + 0.2 * coloured)
    order = np.argsort(-shares, kind="stable")
    rank = np.full(_CLUSTERS, -1, np.int32)
    rank[found[order]] = np.arange(len(found))
    ranked = np.where(labels >= 0, rank[labels], -1).astype(np.int32)
    weights = np.asarray(shares[order] / max(shares.sum(), 1e-9), np.float32)
    nothing = np.zeros(labels.shape, bool)
    return Parts(
        labels=ranked,
        features=features,
        colours=colours[order],
        weights=weights,
        sole=nothing,
        foot=nothing,
        in_tones=in_tones,
    )
