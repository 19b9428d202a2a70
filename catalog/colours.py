"""Colours as shoppers speak of them: hex, CIELAB (D65) and twelve families to filter by."""

import math
from dataclasses import dataclass
from functools import lru_cache

from coloraide import Color

# Each family is known by a few of its typical members; a colour belongs to the family of its nearest member.
FAMILIES: dict[str, tuple[str, ...]] = {
    "black": ("#000000", "#1c1c1e", "#2b2b2d", "#3d3d3f"),
    "grey": ("#5c5d60", "#7d7e81", "#9b9c9e", "#bcbdbf"),
    "white": ("#ffffff", "#f2f2f0", "#dfe0e2"),
    "beige": ("#e8dcc4", "#d8c3a5", "#c8ad84", "#efe6d8"),
    "brown": ("#3d2b1f", "#2e2320", "#5c4033", "#7b4a2b", "#9a6a43", "#8a6f5a", "#9a4f24"),
    "red": ("#c1121f", "#e63946", "#8b0000", "#6a0f1c", "#ff0000"),
    "orange": ("#f77f00", "#ff9f43", "#d95d1a", "#b7410e"),
    "yellow": ("#ffd60a", "#f4e285", "#d4a017"),
    "green": ("#2d6a4f", "#228b22", "#74c69d", "#606c38", "#1b3a2a", "#a3d65c"),
    "blue": ("#1d3557", "#14213d", "#2b3042", "#1e6fd9", "#4a90d9", "#a8c8e8", "#2ec4d6", "#0f766e", "#0000ff"),
    "purple": ("#5a189a", "#7b2cbf", "#c8a2dc", "#3c1053"),
    "pink": ("#ffafcc", "#ff69b4", "#d6336c", "#f4c6cf", "#d98c98"),
}


@dataclass(frozen=True, kw_only=True)
class Lab:
    """CIELAB under D65: l in 0-100, a and b about -128 to 128."""

    l: float  # noqa: E741  the letter that colorimetry uses
    a: float
    b: float

    def as_vector(self) -> list[float]:
        return [self.l, self.a, self.b]


def lab_from_hex(hex_colour: str) -> Lab:
    lightness, a, b = Color(hex_colour).convert("lab-d65").coords()
    return Lab(l=lightness, a=a, b=b)


def hex_from_lab(lab: Lab) -> str:
    return str(Color("lab-d65", lab.as_vector()).convert("srgb").fit().to_string(hex=True))


@lru_cache(maxsize=1)
def _members() -> list[tuple[str, Lab]]:
    return [(family, lab_from_hex(member)) for family, members in FAMILIES.items() for member in members]


def family_of(lab: Lab) -> str:
    """The family whose nearest member has the smallest CIEDE2000 distance."""
    return min(_members(), key=lambda item: difference_2000(lab, item[1]))[0]


def difference(one: Lab, other: Lab) -> float:
    """CIE76 colour difference; enough to tell a product from its background."""
    return float(((one.l - other.l) ** 2 + (one.a - other.a) ** 2 + (one.b - other.b) ** 2) ** 0.5)


def difference_2000(one: Lab, other: Lab) -> float:
    """CIEDE2000 with unit weights, after Sharma, Wu and Dalal (2005). A search compares hundreds: coloraide takes fifty
    times as long."""
    mean_chroma = (math.hypot(one.a, one.b) + math.hypot(other.a, other.b)) / 2
    stretch = 1.5 - 0.5 * math.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7))
    (chroma, hue), (other_chroma, other_hue) = (_polar(lab.a * stretch, lab.b) for lab in (one, other))
    turn = (other_hue - hue + 180) % 360 - 180 if chroma * other_chroma else 0.0
    middle_chroma = (chroma + other_chroma) / 2
    middle_hue = hue + turn / 2 if chroma * other_chroma else hue + other_hue
    terms = (
        (other.l - one.l) / _lightness_scale((one.l + other.l) / 2),
        (other_chroma - chroma) / (1 + 0.045 * middle_chroma),
        2 * math.sqrt(chroma * other_chroma) * math.sin(math.radians(turn / 2)) / _hue_scale(middle_chroma, middle_hue),
    )
    squares = sum(term * term for term in terms)
    return math.sqrt(max(squares + _rotation(middle_chroma, middle_hue) * terms[1] * terms[2], 0.0))


def _polar(a: float, b: float) -> tuple[float, float]:
    return math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _lightness_scale(lightness: float) -> float:
    square = (lightness - 50) ** 2
    return 1 + 0.015 * square / math.sqrt(20 + square)


def _hue_scale(chroma: float, hue: float) -> float:
    waves = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    return 1 + 0.015 * chroma * (1 + sum(size * math.cos(math.radians(n * hue + at)) for size, n, at in waves))


def _rotation(chroma: float, hue: float) -> float:
    """Of the blues, whose hue and chroma depend on each other."""
    turn = 30 * math.exp(-((((hue % 360) - 275) / 25) ** 2))
    return -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(math.radians(2 * turn))
