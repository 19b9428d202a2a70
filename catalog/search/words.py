"""What a shopper asks for in words: "show me this in dark red", "navy sneakers", "#b7410e"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from coloraide import Color

from catalog.colours import Lab, difference_2000, family_of, hex_from_lab, lab_from_hex
from catalog.search.lexicon import ENGLISH, Lexicon, Shift

MAX_LENGTH = 100
NARROW_TOLERANCE = 14.0  # CIEDE2000: what still passes for "burgundy" or "dark red"
BROAD_TOLERANCE = 9.0  # beyond the family's own border, where people disagree about names
_LONGEST_PHRASE = 3  # words
_TYPO = 0.83  # similarity from which a word is taken for a misspelt colour

_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b")
_WORD = re.compile(r"#?[\w'-]+")


@dataclass(frozen=True, kw_only=True)
class AskedColour:
    name: str  # as the shopper would call it: dark red
    lab: Lab
    hex: str
    family: str
    is_broad: bool  # a plain family word: any colour of that family will do

    def accepts(self, lab: Lab, family: str) -> bool:
        if self.is_broad and family == self.family:
            return True
        return self.difference(lab) <= (BROAD_TOLERANCE if self.is_broad else NARROW_TOLERANCE)

    def difference(self, lab: Lab) -> float:
        """CIEDE2000."""
        return difference_2000(self.lab, lab)


@dataclass(frozen=True, kw_only=True)
class Question:
    colour: AskedColour | None = None
    kind: str = ""
    words: str = ""  # what is left


def understand(text: str, lexicon: Lexicon = ENGLISH, *, forgive_typos: bool = False) -> Question:
    """Read colour, kind and remaining words. The first colour counts; two beside each other are mixed."""
    words = _WORD.findall(text[:MAX_LENGTH].lower().replace("_", " "))
    words = [part for word in words for part in _parts(word, lexicon)]
    colour, used = _first_colour(words, lexicon)
    if colour is None and forgive_typos:
        words = [_corrected(word, lexicon) for word in words]
        colour, used = _first_colour(words, lexicon)
    rest = [word for index, word in enumerate(words) if index not in used and word not in lexicon.fillers]
    kinds = [lexicon.kinds[word] for word in rest if word in lexicon.kinds]
    left = [word for word in rest if word not in lexicon.kinds]
    return Question(colour=colour, kind=kinds[0] if kinds else "", words=" ".join(left))


def _parts(word: str, lexicon: Lexicon) -> list[str]:
    """blue-grey is two words, darkgrey too, t-shirt is one; reddish is red."""
    if "-" in word and word not in lexicon.kinds:
        return [part for piece in word.split("-") if piece for part in _parts(piece, lexicon)]
    if word.endswith("ish"):
        stems = (word.removesuffix("ish"), word.removesuffix("ish")[:-1], word.removesuffix("ish") + "e")
        return [next((stem for stem in stems if stem in lexicon.families), word)]
    modifier = next((modifier for modifier in lexicon.modifiers if word.startswith(modifier)), "")
    if modifier and word not in lexicon.colours and word.removeprefix(modifier) in lexicon.families:
        return [modifier, word.removeprefix(modifier)]
    return [word]


def _corrected(word: str, lexicon: Lexicon) -> str:
    if len(word) < 4 or word in lexicon.fillers or word in lexicon.kinds:
        return word
    known = [*lexicon.families, *(name for name in lexicon.colours if " " not in name)]
    return next(iter(get_close_matches(word, known, n=1, cutoff=_TYPO)), word)


@dataclass(frozen=True, kw_only=True)
class _Named:
    name: str
    hex: str
    is_broad: bool
    first: int
    last: int  # one beyond


def _first_colour(words: list[str], lexicon: Lexicon) -> tuple[AskedColour | None, set[int]]:
    named = next(_named(words, lexicon), None)
    if named is None:
        return None, set()
    modifiers = _modifiers_before(words, named.first, lexicon)
    used = set(range(named.first - len(modifiers), named.last))
    lab, is_broad, name = lab_from_hex(named.hex), named.is_broad, " ".join([*modifiers, named.name])
    second = next(_named(words[named.last :], lexicon), None)
    if second is not None and second.first == 0:  # navy blue; blue grey
        used |= {named.last + index for index in range(second.last)}
        lab, is_broad = _together(lab, lab_from_hex(second.hex), is_broad)
        name = f"{name} {second.name}" if second.name != named.name else name
    for modifier in reversed(modifiers):
        lab, is_broad = _shifted(lab, lexicon.modifiers[modifier]), False
    return _asked(name, lab, is_broad), used


def _asked(name: str, lab: Lab, is_broad: bool) -> AskedColour:
    return AskedColour(name=name, lab=lab, hex=hex_from_lab(lab), family=family_of(lab), is_broad=is_broad)


def _named(words: list[str], lexicon: Lexicon) -> Iterator[_Named]:
    """The colours by name or number, from left to right, the longest phrase at each place."""
    start = 0
    while start < len(words):
        found = _named_at(words, start, lexicon)
        if found is not None:
            yield found
        start = found.last if found else start + 1


def _named_at(words: list[str], start: int, lexicon: Lexicon) -> _Named | None:
    if _HEX.fullmatch(words[start]):
        value = Color(words[start]).to_string(hex=True)
        return _Named(name=value, hex=value, is_broad=False, first=start, last=start + 1)
    for length in range(min(_LONGEST_PHRASE, len(words) - start), 0, -1):
        phrase = " ".join(words[start : start + length])
        if phrase in lexicon.families:
            family, middle = lexicon.families[phrase]
            return _Named(name=family, hex=middle, is_broad=True, first=start, last=start + length)
        if phrase in lexicon.colours:
            return _Named(
                name=phrase, hex=lexicon.colours[phrase], is_broad=False, first=start, last=start + length
            )  # fmt: skip
    return None


def _modifiers_before(words: list[str], first: int, lexicon: Lexicon) -> list[str]:
    start = first
    while start > 0 and words[start - 1] in lexicon.modifiers:
        start -= 1
    return words[start:first]


def _together(one: Lab, other: Lab, first_is_broad: bool) -> tuple[Lab, bool]:
    """Two colour words beside each other: the narrower one if they are of a family, else half of each."""
    if family_of(one) == family_of(other):
        return (other if first_is_broad else one), False
    return Lab(l=(one.l + other.l) / 2, a=(one.a + other.a) / 2, b=(one.b + other.b) / 2), False


def _shifted(lab: Lab, shift: Shift) -> Lab:
    """In OkLCh, whose hues stay put, brought back into what a screen can show."""
    lightness, chroma, hue = Color("lab-d65", lab.as_vector()).convert("oklch").coords(nans=False)
    lightness += shift.pull * (shift.lightness - lightness)
    chroma = min(chroma * shift.chroma, shift.most_chroma)
    shown = Color("oklch", [lightness, chroma, hue]).convert("srgb").fit(method="oklch-chroma")
    return lab_from_hex(shown.to_string(hex=True))
