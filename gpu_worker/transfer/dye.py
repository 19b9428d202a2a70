"""The closing, closed-form correction: give a region's material another colour, keep its light, texture and prints.

What light does to a dyed material was measured on a professional retoucher's colourways, 87 pairs of the same photo in two
colours: up to a middle grey, lightness varies about its base as light on a matt surface makes it, in proportion to L* + 16
(twice as much for a red as for a black), and less and less towards white; the colour goes with lightness mostly as the
blend mode "color" of image editors makes it (`in_light`); of the material's own variation of hue nothing survives. So, for
a pixel (L, a, b) of a material of base colour D that shall become S:

    L' = tone(L): through (D_L, S_L) with the slope contrast(S_L) / contrast(D_L), squeezed towards black and white
    (a', b') = t S_ab(L') + (1 - t) ((a, b) - t D_ab(L))

where t is how much of D's dye the pixel shows (for coloured D: its share of D's chroma), so that white prints and mirror
highlights on a red shoe stay white. S is then solved for so that the region's statistic lands on the swatch. Lab throughout;
arrays are float32.
"""

from dataclasses import dataclass

import numpy as np

from gpu_worker.measures.colour import Array, Float, fast_lab, fast_rgb, lab_to_rgb, region_colour

_FLOOR = 6.0  # L* added at both ends: bounds the gain on noise in deep black and blown white
_MIDDLE, _PALES = 40.0, 45.0  # L* up to which contrast grows as on a matt surface; from which it falls towards white
_MOST_POWER = 3.0  # of the curve towards black: more would spend all room on the first few L*
_SHADOW_FALL, _LIGHT_FALL = 0.005, 0.004  # relative chroma that a full dye may lack per L* of shadow and of highlight
_COLOURED = (8.0, 24.0)  # chroma of D between which its dye becomes readable from a pixel's chroma
_FULL_SHARE = 0.75  # share of D's chroma from which a pixel counts as fully dyed
_ROUNDS = 8
_STEPS = 2000
_BLEND = 0.7  # share of the blend mode in how colour goes with lightness; the rest is what photographed cloth shows
_LUMINOSITY = (0.3, 0.59, 0.11)  # weights of R, G and B in the blend mode


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
    target = _within(swatch)
    best, best_miss = target, np.inf
    for _ in range(_ROUNDS):
        reached = region_colour(in_gamut(apply_dye(region_lab, Dye(base=base, target=target)))).lab
        miss = float(np.abs(swatch - reached).max())
        if miss < best_miss:
            best, best_miss = target, miss
        if miss < 0.02:
            break
        target = _within(target + (swatch - reached))
    return Dye(base=base, target=best)


def _within(target: Float) -> Float:
    """A Lab colour (3,) whose lightness leaves some room at both ends: pure black and white leave none for shading."""
    lightness = np.clip(target[:1].astype(np.float64), 0.5, 99.9)
    return np.concatenate([lightness, target[1:].astype(np.float64)])


def in_gamut(lab: Array) -> Array:
    """(N, 3) Lab as an sRGB picture would show it: clipped to the cube."""
    return fast_lab(fast_rgb(np.ascontiguousarray(lab[None], np.float32)))[0]


def apply_dye(lab: Array, dye: Dye) -> Array:
    """(..., 3) Lab pixels of the material to their new Lab colours; may be out of gamut."""
    tables = _tables(dye)
    index = (np.clip(lab[..., 0], 0, 100) * np.float32(_STEPS / 100)).astype(np.uint16)
    a, b = lab[..., 1], lab[..., 2]
    new = np.empty_like(lab)
    toned = tables.tone.take(index)
    if tables.share is None:
        new[..., 0] = toned
        new[..., 1], new[..., 2] = tables.target_a.take(index), tables.target_b.take(index)
        return new
    base = dye.base.astype(np.float32)
    t = (a * base[1] + b * base[2]) * tables.share.take(index)
    np.clip(t, 0, 1, out=t)
    t *= np.float32(tables.readable)
    t += np.float32(1 - tables.readable)
    new[..., 0] = lab[..., 0] + t * (toned - lab[..., 0])
    new[..., 1] = t * tables.target_a.take(index) + (1 - t) * (a - t * tables.base_a.take(index))
    new[..., 2] = t * tables.target_b.take(index) + (1 - t) * (b - t * tables.base_b.take(index))
    return new


@dataclass(frozen=True, kw_only=True)
class _Tables:
    """Everything that depends on a pixel's lightness only, by lightness in _STEPS steps."""

    tone: Array  # L'
    target_a: Array  # S_ab(L')
    target_b: Array
    base_a: Array  # D_ab(L)
    base_b: Array
    share: Array | None  # factor from (a, b) . D_ab to t; None where t cannot be read from chroma
    readable: float


def _tables(dye: Dye) -> _Tables:
    lightness = np.linspace(0, 100, _STEPS + 1, dtype=np.float32)
    tone = tone_of(lightness, float(dye.base[0]), float(dye.target[0]))
    full = _FULL_SHARE * _fall(lightness - np.float32(dye.base[0]))
    base_a, base_b = in_light(dye.base, lightness)
    target_a, target_b = in_light(dye.target, tone)
    chroma = _chroma(dye.base)
    readable = float(np.clip((chroma - _COLOURED[0]) / (_COLOURED[1] - _COLOURED[0]), 0, 1))
    share = 1 / (np.maximum(full, 0.05) * np.float32(max(chroma, 1e-3) ** 2)) if readable > 0 else None
    return _Tables(
        tone=tone,
        target_a=target_a,
        target_b=target_b,
        base_a=base_a,
        base_b=base_b,
        share=share,
        readable=readable,
    )


def in_light(colour: Float, lightness: Array) -> tuple[Array, Array]:
    """(a, b), (N,) each, that a colour, (3,) Lab, shows at lightnesses (N,): mostly blended as "color" over a grey of that lightness.

    SetLum and ClipColor of Compositing and Blending Level 1 (W3C), in sRGB: all channels move alike, and chroma gives way where
    one of them ends, in the shadows of dark colours and the lights of pale ones.
    """
    grey, rgb = np.linspace(0, 1, 256)[:, None], lab_to_rgb(colour)
    moved = rgb - rgb @ np.array(_LUMINOSITY)  # from the grey: the same for all greys
    room = np.minimum(grey / max(-moved.min(), 1e-6), (1 - grey) / max(moved.max(), 1e-6))
    lab = fast_lab(np.ascontiguousarray((grey + moved * np.minimum(room, 1))[None], np.float32))[0]
    light = np.maximum.accumulate(lab[:, 0])
    photographed = (1 - _BLEND) * _fall(lightness - np.float32(colour[0]))
    a, b = (_BLEND * np.interp(lightness, light, lab[:, k]) + photographed * np.float32(colour[k]) for k in (1, 2))
    return a.astype(np.float32), b.astype(np.float32)


def _chroma(colour: Float) -> float:
    return float(np.hypot(colour[1], colour[2]))


def tone_of(lightness: Array, base: float, target: float) -> Array:
    """Monotone curve through (base, target), in L*: shadows squeezed towards black, highlights towards white.

    Highlights may burn out, as they do in photos of white things; shadows must not all become one black.
    """
    slope = contrast(target) / contrast(base)
    shade = _towards(lightness, base, target, slope=slope, most_power=_MOST_POWER)
    glow = 100 - _towards(100 - lightness, 100 - base, 100 - target, slope=slope, most_power=10)
    return np.where(lightness < base, shade, glow)


def contrast(lightness: float) -> float:
    """How much L* varies with light on a cloth of this base L*, up to a factor: a folded black shows half of what a red does."""
    return (min(lightness, _MIDDLE) + 16) * (1 - max(lightness - _PALES, 0) / 100)


def _towards(room: Array, base: float, target: float, *, slope: float, most_power: float) -> Array:
    """Of one side of the curve, as distances from its end (black, or white): a power with `slope` in `base`.

    Where `target` leaves little room, the slope would use it up long before the end and leave everything beyond flat:
    bounding the power shrinks contrast evenly instead.
    """
    floor = _FLOOR * min(1.0, target / base)
    power = min(slope * (base + _FLOOR) / (target + floor), most_power)
    return np.asarray((target + floor) * ((room + _FLOOR) / (base + _FLOOR)) ** power - floor, np.float32)


def _fall(light: Array) -> Array:
    """Chroma relative to the base's, at `light` L* units above it."""
    return np.maximum(1 - np.where(light < 0, -_SHADOW_FALL, _LIGHT_FALL) * light, 0)
