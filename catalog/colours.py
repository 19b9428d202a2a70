"""Colours as shoppers speak of them: hex, CIELAB (D65) and twelve families to filter by."""

from dataclasses import dataclass
from functools import lru_cache

from coloraide import Color

# Each family is known by a few of its typical members; a colour belongs to the family of its nearest member.
FAMILIES: dict[str, tuple[str, ...]] = {
    "black": ("#000000", "#1c1c1e", "#2b2b2d", "#3d3d3f"),
    "grey": ("#5c5d60", "#7d7e81", "#9b9c9e", "#bcbdbf"),
    "white": ("#ffffff", "#f2f2f0", "#dfe0e2"),
    "beige": ("#e8dcc4", "#d8c3a5", "#c8ad84", "#efe6d8"),
    "brown": ("#3d2b1f", "#2e2320", "#5c4033", "#7b4a2b", "#9a6a43", "#8a6f5a"),
    "red": ("#c1121f", "#e63946", "#8b0000", "#6a0f1c"),
    "orange": ("#f77f00", "#ff9f43", "#d95d1a"),
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
def _members() -> list[tuple[str, Color]]:
    return [(family, Color(member)) for family, members in FAMILIES.items() for member in members]


def family_of(lab: Lab) -> str:
    """The family whose nearest member has the smallest CIEDE2000 distance."""
    colour = Color("lab-d65", lab.as_vector())
    return min(_members(), key=lambda item: colour.delta_e(item[1], method="2000"))[0]


def difference(one: Lab, other: Lab) -> float:
    """CIE76 colour difference; enough to tell a product from its background."""
    return float(((one.l - other.l) ** 2 + (one.a - other.a) ** 2 + (one.b - other.b) ** 2) ** 0.5)
