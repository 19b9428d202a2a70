"""A sentence in pieces: words, marks, colours by number, and numbers of colour standards."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from coloraide import Color

from catalog.search.lexicon import plain

_NUMBER = r"\d{1,3}(?:\.\d+)?%?"
_PIECE = re.compile(
    rf"""
    (?P<function>\b(?:rgb|hsl)a?\b\s*[(\[]?\s*{_NUMBER}(?:deg|°)?\s*[,;/\s]\s*{_NUMBER}\s*[,;/\s]\s*{_NUMBER}(?:\s*[,;/\s]\s*[\d.]+%?)?\s*[)\]]?)
    |(?P<hex>\#(?:[0-9a-f]{{8}}|[0-9a-f]{{6}}|[0-9a-f]{{3}})\b|\b0x[0-9a-f]{{6}}\b)
    |(?P<standard>\b(?:ral|pantone|pms|ncs|hks|munsell)\b(?:\s+(?:classic|design|effect|tcx|tpx|tpg|s))*(?:\s*[-:\#]?\s*\d[\w-]*(?:\s+(?:c|u|k|n|e|m|tcx|tpx|tpg)\b)?)?
      |\b\d\d-\d{{4}}(?:\s*(?:tcx|tpx|tpg))?\b)
    |(?P<bare>\b(?=[0-9a-f]*\d)[0-9a-f]{{6}}\b)
    |(?P<minus>(?<![^\s,;/(])[-\u2212](?=\w))
    |(?P<short>\bw/o?(?=\s|$))
    |(?P<mark>[,;/&+|])
    |(?P<word>\w[\w'\u2019]*(?:-[\w'\u2019]+)*)
    """,
    re.VERBOSE,
)  # fmt: skip
_SHORT_HEX = re.compile(r"(?=\w*\d)(?=\w*[a-f])[0-9a-f]{3}")


class Sort(Enum):
    WORD = auto()
    COLOUR = auto()  # `plain` is #rrggbb
    STANDARD = auto()
    MARK = auto()
    MINUS = auto()


@dataclass(frozen=True, kw_only=True)
class Piece:
    sort: Sort
    text: str  # as it was written
    plain: str


def pieces(text: str) -> Iterator[Piece]:
    written = unicodedata.normalize("NFKC", text).replace("_", " ")
    if _SHORT_HEX.fullmatch(written.strip().lower()):  # f00 is a colour where it is all that was written
        written = f"#{written.strip()}"
    for found in _PIECE.finditer(written.lower()):
        yield from _read(found.lastgroup or "", found[0], written[found.start() : found.end()])


def _read(group: str, lower: str, written: str) -> Iterator[Piece]:
    if group in {"function", "hex", "bare"}:
        value = _hex(group, lower)
        sort = Sort.COLOUR if value else Sort.WORD
        yield Piece(sort=sort, text=written, plain=value or plain(lower))
    elif group in {"standard", "mark", "minus"}:
        yield Piece(sort=Sort[group.upper()], text=written, plain=lower)
    else:
        yield Piece(sort=Sort.WORD, text=written, plain=plain(lower))


def _hex(group: str, text: str) -> str:
    """#rrggbb, or nothing where there is no such colour."""
    if group != "function":
        digits = text.removeprefix("#").removeprefix("0x")
        return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits[:6])
    name, numbers = text[:3], re.findall(_NUMBER, text)[:3]
    try:
        colour = Color(f"{name}({' '.join(_parts(name, numbers))})")
    except ValueError:
        return ""
    return str(colour.convert("srgb").clip().to_string(hex=True))


def _parts(name: str, numbers: list[str]) -> list[str]:
    """`hsl` wants per cent for all but the hue."""
    if name == "rgb":
        return numbers
    return [numbers[0], *(number if number.endswith("%") else f"{number}%" for number in numbers[1:])]
