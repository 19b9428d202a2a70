"""The closing, closed-form correction: give a region's material another colour, keep its light, texture and prints.

Catalogue photos show what light does to a dyed material (measured over the training crops, both kinds): lightness varies
about its base by the same number of L* units whatever the colour, squeezed softly towards black and white; chroma hardly
varies, falling by a fifth 25 L* into the shadow and a little in the highlights. So, for a pixel (L, a, b) of a material
of base colour D that shall become S:

    L' = tone(L): the shading u(L) about D's lightness, unsqueezed, then squeezed about S's
    (a', b') = t S_ab r_S(L') + rho ((a, b) - t D_ab r_D(L))

where r is the fall of chroma with light and t how much of D's dye the pixel shows (for coloured D: its share of D's
chroma), so that white prints and mirror highlights on a red shoe stay white. S is then solved for so that the region's
statistic lands on the swatch. Lab throughout; arrays are float32.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array, Float, fast_lab, fast_rgb, region_colour

_FLOOR = 6.0  # L* added at both ends: bounds the gain on noise in deep black and blown white
_SHADOW_FALL, _LIGHT_FALL = 0.0075, 0.004  # relative chroma lost per L* of shadow and of highlight
_COLOURED = (8.0, 24.0)  # chroma of D between which its dye becomes readable from a pixel's chroma
_KEEP_HUES = 0.7  # rho: how much of the material's own variation of hue survives
_ROUNDS = 8


@dataclass(frozen=True, kw_only=True)
class Dye:
    """From base colour to new colour, (3,) Lab each."""

    base: Float
    target: Float


def solve_dye(region_lab: Array, swatch: Float) -> Dye:
    """The dye that puts the statistic of the region's pixels, (N, 3) Lab, on the swatch, (3,) Lab.

    A fixed point of target += swatch - statistic(result in gamut): squeezing and clipping move the statistic off the
    target, never by much. A swatch out of gamut is approached as far as sRGB goes.
    """
    base = region_colour(region_lab).lab
    target = swatch.astype(np.float64)
    best, best_miss = target, np.inf
    for _ in range(_ROUNDS):
        reached = region_colour(in_gamut(apply_dye(region_lab, Dye(base=base, target=target)))).lab
        miss = float(np.abs(swatch - reached).max())
        if miss < best_miss:
            best, best_miss = target, miss
        if miss < 0.02:
            break
        target = target + (swatch - reached)
        target[0] = np.clip(target[0], 0.5, 99.9)
    return Dye(base=base, target=best)


def in_gamut(lab: Array) -> Array:
    """(N, 3) Lab as an sRGB picture would show it: clipped to the cube."""
    return fast_lab(fast_rgb(np.ascontiguousarray(lab[None], np.float32)))[0]


def apply_dye(lab: Array, dye: Dye) -> Array:
    """(..., 3) Lab pixels of the material to their new Lab colours; may be out of gamut."""
    base, target = dye.base.astype(np.float32), dye.target.astype(np.float32)
    lightness, chroma = lab[..., 0], lab[..., 1:]
    shown = _dye_shown(lab, dye.base)
    toned = _tone(lightness, float(base[0]), float(target[0]))
    new = np.empty_like(lab)
    new[..., 0] = lightness + shown * (toned - lightness)
    fall_before = _fall(lightness - base[0])[..., None]
    fall_after = _fall(toned - target[0])[..., None]
    t = shown[..., None]
    keep = 1 - (1 - _KEEP_HUES) * t
    new[..., 1:] = t * fall_after * target[1:] + keep * (chroma - t * fall_before * base[1:])
    return new


def _tone(lightness: Array, base: float, target: float) -> Array:
    """Monotone curve through (base, target) with slope 1 there in L*, squeezed exponentially at both ends."""
    shade = _power(lightness + _FLOOR, base + _FLOOR, target + _FLOOR) - _FLOOR
    glow = 100 + _FLOOR - _power(100 + _FLOOR - lightness, 100 + _FLOOR - base, 100 + _FLOOR - target)
    return np.where(lightness < base, shade, glow)


def _power(x: Array, base: float, target: float) -> Array:
    """target (x / base)^(base / target): unsqueezes about base, squeezes about target."""
    return np.asarray(target * (np.maximum(x, 0.1) / base) ** (base / target), np.float32)


def _fall(light: Array) -> Array:
    """Chroma relative to the base's, at `light` L* units above it."""
    return np.maximum(1 - np.where(light < 0, -_SHADOW_FALL, _LIGHT_FALL) * light, 0)


def _dye_shown(lab: Array, base: Float) -> Array:
    chroma = float(np.hypot(base[1], base[2]))
    readable = float(np.clip((chroma - _COLOURED[0]) / (_COLOURED[1] - _COLOURED[0]), 0, 1))
    if readable == 0:
        return np.ones(lab.shape[:-1], np.float32)
    along = (lab[..., 1] * base[1] + lab[..., 2] * base[2]) / chroma**2
    share = np.clip(along / np.maximum(0.75 * _fall(lab[..., 0] - np.float32(base[0])), 0.05), 0, 1)
    return np.asarray(1 - readable + readable * share, np.float32)
