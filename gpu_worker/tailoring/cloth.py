"""Cloth of the photo laid over the photo: where each place takes its pixels from, in what light, and how far inside it lies."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.grafts.grafted import TOUCHED
from gpu_worker.grafts.printed import relit
from gpu_worker.measures.colour import Array, fast_lab, fast_rgb
from gpu_worker.segmentation.frame import Similarity
from gpu_worker.transfer.cloth import BLACK
from gpu_worker.transfer.strips import dither, for_each_strip, sample_window, window_of

Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint8]

_CREASES = 11
_DEEPEST = 0.05


@dataclass(frozen=True, kw_only=True, eq=False)
class Cut:
    """A piece of cloth, in the frame."""

    source: Array  # (R, R, 2) x, y in the frame: what is shown at each place
    light: Array  # (R, R) in how much of its light, in cube roots
    depth: Array  # (R, R) pixels inside its outline; negative outside
    shown: Array  # (R, R) in [0, 1] how much of it is seen


def laid(
    pixels: Pixels, alpha: Pixels, cut: Cut, placing: Similarity, taken_from: Pixels | None = None
) -> tuple[Pixels, Pixels]:
    """A photo (H, W, 3) and its product's mask (H, W) with a cut laid over them; its pixels come from there, or from another (H, W, 3)."""
    height, width = alpha.shape
    rows, columns = window_of(cut.depth > -1, placing, height, width, 2)
    result, mask, shown_there = pixels.copy(), alpha.copy(), pixels if taken_from is None else taken_from
    fields = np.dstack([cut.source + 0.5, cut.light, cut.depth]).astype(np.float32)

    def work(strip: slice) -> None:
        at = sample_window(fields, placing, strip, columns, repeat=True)
        x, y = ((at[..., k] - shift) / placing.scale - 0.5 for k, shift in ((0, placing.shift_x), (1, placing.shift_y)))
        cloth = cv2.remap(shown_there, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        lab = relit(fast_lab(np.multiply(cloth, np.float32(1 / 255), dtype=np.float32)), at[..., 2])
        inside = np.clip(at[..., 3] / placing.scale + 0.5, 0, 1)
        shown = sample_window(cut.shown, placing, strip, columns, repeat=True)
        below, share = pixels[strip, columns], (inside * shown)[..., None]
        level = below + share * (255 * np.clip(fast_rgb(lab), 0, 1) - below)
        new = np.clip(level + dither(strip, columns)[..., None], 0, 255).astype(np.uint8)
        result[strip, columns] = np.where(share > TOUCHED, new, below)
        covered = np.round(255 * inside * (shown > 0)).astype(np.uint8)
        mask[strip, columns] = np.maximum(alpha[strip, columns], covered)

    for_each_strip(work, rows, columns.stop - columns.start)
    return result, mask


def own_light(lab: Array, cloth: Mask, sigma: float) -> Array:
    """(R, R) the smooth light on cloth, 1 in the middle; spread beyond it."""
    inner = cv2.erode(cloth.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    light = lab[..., 0] + BLACK
    total, mass = (cv2.GaussianBlur(f, (0, 0), sigma) for f in (light * inner, inner))
    middle = float(np.median(light[inner > 0])) if inner.any() else 100.0
    known = np.clip(mass / 0.02, 0, 1)
    return np.asarray(1 + known * (np.clip(total / np.maximum(mass, 1e-4) / middle, 0.5, 1.6) - 1), np.float32)


def nearest_inside(places: Array, cloth: Mask) -> Array:
    """Places (R, R, 2) of the frame; those that are off the cloth go to its nearest pixel."""
    _, labels = cv2.distanceTransformWithLabels(
        (~cloth).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    y, x = np.nonzero(cloth)
    lookup = np.zeros((labels.max() + 1, 2), np.float32)
    lookup[labels[y, x]] = np.stack([x, y], 1)
    side = len(cloth)
    at = np.clip(np.round(places), 0, side - 1).astype(int)
    off = ~cloth[at[..., 1], at[..., 0]]
    return np.where(off[..., None], lookup[labels[at[..., 1], at[..., 0]]], places).astype(np.float32)


def creases(along: NDArray[np.floating], across: NDArray[np.floating], *, outward: int) -> Array:
    """(R, R) light over slack cloth on a tube: `along` in frames, `across` from -1 to 1; the same for the same tube."""
    random = np.random.default_rng(7 + outward)
    result = np.ones_like(along)
    for place in np.linspace(0.1, 0.85, _CREASES) + random.uniform(-0.03, 0.03, _CREASES):
        lean, bend = random.uniform(-0.05, 0.05), random.uniform(-0.015, 0.015)
        width, middle, wide = random.uniform(0.014, 0.03), random.uniform(-0.7, 0.7), random.uniform(0.4, 0.8)
        off = (along - place - lean * across - bend * np.square(across)) / width
        result += random.uniform(0.3, 1) * _DEEPEST * off * np.exp(-off * off - np.square((across - middle) / wide))
    return np.asarray(result, np.float32)
