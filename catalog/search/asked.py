"""What was asked for, as far as it was understood, and how colour words become colours."""

from dataclasses import dataclass
from functools import cached_property

from coloraide import Color

from catalog.colours import Lab, difference_2000, family_of, hex_from_lab, lab_from_hex
from catalog.search.palette import COLOURS, FAMILY_MIDDLES, MODIFIERS, Shift

NARROW_TOLERANCE = 14.0  # CIEDE2000: what still passes for "burgundy" or "dark red"
BROAD_TOLERANCE = 9.0  # beyond the family's own border, where people disagree about names
_OPPOSITE = 115.0  # degrees in OkLCh: hues farther apart do not mix to anything that people call by both
_COLOURFUL = 0.05  # OkLCh chroma


@dataclass(frozen=True, kw_only=True)
class AskedColour:
    name: str  # in English, as one would call it: dark red
    lab: Lab
    is_broad: bool  # a plain family word: any colour of that family will do

    @cached_property
    def hex(self) -> str:
        return hex_from_lab(self.lab)

    @cached_property
    def family(self) -> str:
        return family_of(self.lab)

    def accepts(self, lab: Lab, family: str) -> bool:
        if self.is_broad and family == self.family:
            return True
        return self.difference(lab) <= (BROAD_TOLERANCE if self.is_broad else NARROW_TOLERANCE)

    def difference(self, lab: Lab) -> float:
        """CIEDE2000."""
        return difference_2000(self.lab, lab)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a sentence asks for. What is not in any field was a word that says nothing, such as "please"."""

    colours: tuple[AskedColour, ...] = ()
    is_either: bool = False  # any of the colours will do; else one thing that has them all
    excluded: tuple[AskedColour, ...] = ()
    kind: str = ""
    words: str = ""  # for the texts of products: traits, names, and what we do not know
    excluded_words: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # what we do not know
    details: tuple[str, ...] = ()  # colours of parts, such as "red sole"; nothing can be searched by them
    standards: tuple[str, ...] = ()  # numbers of colour standards, such as "RAL 5010"
    is_multicoloured: bool = False
    shades: tuple[str, ...] = ()  # "dark" and the like without a colour
    language: str = "en"

    @property
    def colour(self) -> AskedColour | None:
        """The colour that counts first."""
        return self.colours[0] if self.colours else None

    @property
    def phrase(self) -> str:
        """As a heading has it: navy and white, not red."""
        named = [colour.name for colour in self.colours]
        wanted = (" or " if self.is_either else " and ").join(filter(None, [", ".join(named[:-1]), *named[-1:]]))
        unwanted = [f"not {colour.name}" for colour in self.excluded]
        return ", ".join([part for part in (wanted, *unwanted) if part])

    @property
    def asks_for_something(self) -> bool:
        return bool(self.colours or self.excluded or self.excluded_words)


def colour_called(name: str) -> AskedColour:
    """An English name, perhaps with modifiers before it: `dark red`."""
    if name in FAMILY_MIDDLES:
        return AskedColour(name=name.replace("gray", "grey"), lab=lab_from_hex(FAMILY_MIDDLES[name]), is_broad=True)
    if name in COLOURS:
        return AskedColour(name=name, lab=lab_from_hex(COLOURS[name]), is_broad=False)
    modifier, _, rest = name.partition(" ")
    return modified(colour_called(rest), modifier)


def modified(colour: AskedColour, modifier: str) -> AskedColour:
    """`dark` before a colour. Where the two together have a colour of their own, that one."""
    name = f"{modifier} {colour.name}"
    if name in COLOURS:
        return AskedColour(name=name, lab=lab_from_hex(COLOURS[name]), is_broad=False)
    return AskedColour(name=name, lab=_shifted(colour.lab, MODIFIERS[modifier]), is_broad=False)


def contrast(one: AskedColour, other: AskedColour) -> bool:
    """Whether two colour words beside each other are two colours (black white), not one (blue grey)."""
    families = {one.family, other.family}
    if len(families) == 1:
        return False
    if families & {"black", "white"}:
        return True
    (_, chroma, hue), (_, other_chroma, other_hue) = _oklch(one.lab), _oklch(other.lab)
    turn = abs((hue - other_hue + 180) % 360 - 180)
    return min(chroma, other_chroma) > _COLOURFUL and turn > _OPPOSITE


def together(one: AskedColour, other: AskedColour) -> AskedColour:
    """Two colour words beside each other: the narrower one if they are of a family, else half of each."""
    name = f"{one.name} {other.name}" if one.name != other.name else one.name
    if name in COLOURS:
        return AskedColour(name=name, lab=lab_from_hex(COLOURS[name]), is_broad=False)
    if one.family == other.family:
        narrower = other if one.is_broad else one
        return AskedColour(name=name, lab=narrower.lab, is_broad=False)
    lab = Lab(
        l=(one.lab.l + other.lab.l) / 2, a=(one.lab.a + other.lab.a) / 2, b=(one.lab.b + other.lab.b) / 2
    )  # fmt: skip
    return AskedColour(name=name, lab=lab, is_broad=False)


def _oklch(lab: Lab) -> tuple[float, float, float]:
    lightness, chroma, hue = Color("lab-d65", lab.as_vector()).convert("oklch").coords(nans=False)
    return lightness, chroma, hue


def _shifted(lab: Lab, shift: Shift) -> Lab:
    """In OkLCh, whose hues stay put, brought back into what a screen can show."""
    lightness, chroma, hue = _oklch(lab)
    lightness += shift.pull * (shift.lightness - lightness)
    chroma = min(chroma * shift.chroma, shift.most_chroma)
    shown = Color("oklch", [lightness, chroma, hue]).convert("srgb").fit(method="oklch-chroma")
    return lab_from_hex(shown.to_string(hex=True))
