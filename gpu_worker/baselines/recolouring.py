"""Baselines that recolour the photo's own pixels: hue rotation and Reinhard transfer."""

import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Float, fast_lab, fast_rgb, region_colour

Pixels = NDArray[np.uint8]


def hue_rotation(pixels: Pixels, alpha: Pixels, swatch: Float) -> Pixels:
    """Turn every hue of the product so that its colour's hue becomes the swatch's; lightness and chroma stay."""
    lab = fast_lab(pixels.astype(np.float32) / np.float32(255))
    base = region_colour(lab[alpha > 242]).lab
    turn = np.arctan2(swatch[2], swatch[1]) - np.arctan2(base[2], base[1])
    cosine, sine = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    a, b = lab[..., 1].copy(), lab[..., 2].copy()
    lab[..., 1], lab[..., 2] = cosine * a - sine * b, sine * a + cosine * b
    return _inside(pixels, fast_rgb(lab), alpha)


def reinhard(pixels: Pixels, alpha: Pixels, mean: Float, spread: Float) -> Pixels:
    """Match mean and standard deviation per Lab channel over the whole product (Reinhard et al. 2001)."""
    lab = fast_lab(pixels.astype(np.float32) / np.float32(255))
    own = lab[alpha > 242]
    scale = spread / np.maximum(own.std(0), 1e-3)
    moved = ((lab - own.mean(0)) * scale + mean).astype(np.float32)
    return _inside(pixels, fast_rgb(moved), alpha)


def _inside(pixels: Pixels, changed: NDArray[np.float32], alpha: Pixels) -> Pixels:
    weight = alpha[..., None].astype(np.float32) / np.float32(255)
    mixed = pixels + weight * (changed * 255 - pixels)
    return np.asarray(np.where(weight > 0, np.round(np.clip(mixed, 0, 255)), pixels), np.uint8)
