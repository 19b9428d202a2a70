"""What file names say: CODE.2.png, CODE.color.red.png, SKU/1.jpg."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from catalog.search.lexicon import plain

_COLOUR_WORDS = "color|colour|farbe|couleur|colore|cor|kleur|kolor"
_BY_COLOUR = re.compile(
    rf"^(?P<code>.+?)[._ -](?:{_COLOUR_WORDS})[._ -](?P<colour>[^.\d][^.]*?)(?:[._ -](?P<number>\d{{1,2}}))?$"
)
_BY_NUMBER = re.compile(r"^(?P<code>.+?)(?:\.(?P<number>\d{1,2})|[ _]?\((?P<bracketed>\d{1,2})\))$")
_ONLY_NUMBER = re.compile(
    r"^(?:(?:img|image|photo|foto|bild|pic|picture|view)[ _-]*)?(?P<number>\d{1,3})$", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Named:
    """Whose photo a file is."""

    sku: str
    colour: str = ""
    number: int = 0  # its place among the photos; 0 where the name says none


def named(paths: Sequence[str]) -> dict[str, Named]:
    """By path. A folder is a SKU where several folders lie beside each other or its files are only numbered."""
    folders = Counter(PurePosixPath(path).parent.name for path in paths)
    return {path: _named(PurePosixPath(path), folders) for path in paths}


def _named(path: PurePosixPath, folders: Counter[str]) -> Named:
    stem = path.stem.strip()
    numbered = _ONLY_NUMBER.match(stem)
    is_folder_sku = bool(path.parent.name) and (len(folders) > 1 or numbered is not None)
    if is_folder_sku and (numbered or not _is_coded(stem)):
        return Named(sku=path.parent.name[:64], number=int(numbered["number"]) if numbered else 0)
    lowered = plain(stem)
    if (match := _BY_COLOUR.match(lowered)) is not None:
        colour = stem[match.start("colour") : match.end("colour")] if len(lowered) == len(stem) else match["colour"]
        return Named(
            sku=stem[: match.end("code")][:64], colour=colour.replace("_", " "), number=int(match["number"] or 0)
        )
    if (match := _BY_NUMBER.match(stem)) is not None:
        return Named(sku=match["code"][:64], number=int(match["number"] or match["bracketed"]))
    return Named(sku=stem[:64])


def _is_coded(stem: str) -> bool:
    """A file in a folder that carries a code of its own, such as CODE.2 or CODE.color.red."""
    return _BY_COLOUR.match(plain(stem)) is not None or _BY_NUMBER.match(stem) is not None


def key_of(name: str) -> str:
    """Names that people take for the same: without case, without accents' spelling, .jpeg as .jpg."""
    path = PurePosixPath(plain(name))
    suffix = {".jpeg": ".jpg", ".jpe": ".jpg", ".jfif": ".jpg"}.get(path.suffix, path.suffix)
    return str(path.with_suffix(suffix)) if path.suffix else str(path)
