"""Colour on the CPU: sRGB, CIELAB (D65, 2 degrees), CIEDE2000, and the colour of a region.

Arrays are (..., 3) float; sRGB in [0, 1], Lab with L in [0, 100].
"""

import re
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Float = NDArray[np.float64]

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _TO_XYZ.sum(1)
_LIT = (35.0, 85.0)  # percentiles of lightness between which a region counts as lit and without highlights


def hex_to_rgb(text: str) -> Float:
    """#rrggbb to (3,) sRGB in [0, 1]. Raises ValueError."""
    if not _HEX.fullmatch(text):
        raise ValueError(f"{text!r} is not a colour like #c1121f")
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], np.float64) / 255


def rgb_to_hex(rgb: NDArray[np.floating]) -> str:
    """(3,) sRGB in [0, 1] to #rrggbb, clipped."""
    return "#" + "".join(f"{round(float(c) * 255):02x}" for c in np.clip(rgb, 0, 1))


def to_linear(rgb: Float) -> Float:
    """sRGB to linear light (IEC 61966-2-1)."""
    return np.where(rgb <= 0.04045, rgb / 12.92, ((np.maximum(rgb, 0) + 0.055) / 1.055) ** 2.4)


def from_linear(light: Float) -> Float:
    """Linear light to sRGB; negative light stays negative, so that a colour out of gamut shows."""
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055)


def rgb_to_lab(rgb: NDArray[np.floating]) -> Float:
    """(..., 3) sRGB to Lab in double precision."""
    xyz = to_linear(np.asarray(rgb, np.float64)) @ _TO_XYZ.T / _WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def lab_to_rgb(lab: NDArray[np.floating]) -> Float:
    """(..., 3) Lab to sRGB, not clipped: values outside [0, 1] are out of gamut."""
    lab = np.asarray(lab, np.float64)
    fy = (lab[..., 0] + 16) / 116
    f = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], -1)
    xyz = np.where(f**3 > 216 / 24389, f**3, (116 * f - 16) * 27 / 24389) * _WHITE
    return from_linear(xyz @ np.linalg.inv(_TO_XYZ).T)


def fast_lab(rgb: Array) -> Array:
    """(H, W, 3) float32 sRGB to Lab by OpenCV: within 0.05 of `rgb_to_lab`, some ten times as fast."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab), np.float32)


def fast_rgb(lab: Array) -> Array:
    """(H, W, 3) float32 Lab to sRGB by OpenCV, clipped to [0, 1]."""
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), np.float32)


def ciede2000(first: NDArray[np.floating], second: NDArray[np.floating]) -> Float:
    """CIEDE2000 between (..., 3) Lab colours, kL = kC = kH = 1. Source: Sharma, Wu, Dalal 2005."""
    l1, a1, b1 = np.moveaxis(np.asarray(first, np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(second, np.float64), -1, 0)
    mean_c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean_c7 / (mean_c7 + 25.0**7))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, stretch * a1)) % 360, np.degrees(np.arctan2(b2, stretch * a2)) % 360
    grey = c1 * c2 == 0
    dh = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh) / 2)
    mean_h = np.where(
        grey, h1 + h2, (h1 + np.where(np.abs(h2 - h1) > 180, np.where(h1 + h2 < 360, h2 + 360, h2 - 360), h2)) / 2
    )
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    return _weighted(l2 - l1, c2 - c1, d_hue, mean_l, mean_c, mean_h)


def _weighted(d_l: Float, d_c: Float, d_h: Float, mean_l: Float, mean_c: Float, mean_h: Float) -> Float:
    def cosine(degrees: Float) -> Float:
        return np.cos(np.radians(degrees))

    t = (
        1
        - 0.17 * cosine(mean_h - 30)
        + 0.24 * cosine(2 * mean_h)
        + 0.32 * cosine(3 * mean_h + 6)
        - 0.20 * cosine(4 * mean_h - 63)
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    turn = 60 * np.exp(-(((mean_h - 275) / 25) ** 2))
    r = -2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)) * np.sin(np.radians(turn))
    squared = (d_l / s_l) ** 2 + (d_c / s_c) ** 2 + (d_h / s_h) ** 2 + r * (d_c / s_c) * (d_h / s_h)
    return np.sqrt(np.maximum(squared, 0))


@dataclass(frozen=True, kw_only=True)
class RegionColour:
    """What colour a region has, as one would pick it with a pipette from a lit, even spot."""

    lab: Float  # (3,) mean over the lit pixels
    spread: Float  # (3,) standard deviation over all of the region's pixels


def region_colour(lab: NDArray[np.floating]) -> RegionColour:
    """The colour of a region's pixels (N, 3): the mean of those between the 35th and the 85th percentile of lightness.

    Below lie shadows and seams, above highlights; a mean over everything would move with the light, a single
    percentile would follow noise. Raises ValueError for no pixels.
    """
    if len(lab) == 0:
        raise ValueError("a region without pixels has no colour")
    low, high = np.percentile(lab[:, 0], _LIT)
    lit = lab[(lab[:, 0] >= low) & (lab[:, 0] <= high)]
    return RegionColour(lab=lit.mean(0, dtype=np.float64), spread=lab.std(0, dtype=np.float64))
