"""Names by a pattern, such as `{sku}-{colour:3}`: of SKUs, of files, of pictures for people who cannot see them.

`{colour:3}` is the first three letters or digits in capitals, `{colour:-3}` the last three; `{number:2}` has two digits.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from django.utils.text import slugify

from catalog.errors import InvalidInput

_FIELD = re.compile(r"\{([a-z_]+)(?::(-?\d{1,2}))?\}")
Values = Mapping[str, str | int]


def check(pattern: str, fields: Collection[str]) -> None:
    """Raises InvalidInput for a pattern with an unknown field or a stray brace."""
    unknown = [name for name, _ in _FIELD.findall(pattern) if name not in fields]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in fields)
        raise InvalidInput(f"There is no {{{unknown[0]}}}. You may use {known}.")
    if set(_FIELD.sub("", pattern)) & {"{", "}"}:
        raise InvalidInput("A field is written like {colour} or {colour:3}.")
    if not _FIELD.search(pattern):
        raise InvalidInput("Use at least one field, such as {colour}: all names would be the same.")


def fill(pattern: str, values: Values) -> str:
    """The pattern with its fields' values, as they are written for people."""
    return _FIELD.sub(lambda found: _value(values[found[1]], found[2]), pattern)


def _value(value: str | int, size: str) -> str:
    if not size:
        return str(value)
    if isinstance(value, int):
        return str(value).zfill(abs(int(size)))
    letters = code(value).replace("-", "")
    return letters[int(size) :] if size.startswith("-") else letters[: int(size)]


def code(text: str) -> str:
    """For SKUs: capitals, digits and dashes. What is written in other letters than Latin keeps them."""
    return slugify(_plain(text), allow_unicode=True).upper()


def file_part(text: str) -> str:
    """For file names: small letters, digits and dashes."""
    return slugify(_plain(text), allow_unicode=True)


def _plain(text: str) -> str:
    """Without accents, and with ss for the German sharp s."""
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def first_free(wanted: str, taken: Collection[str], *, limit: int) -> str:
    """The name itself, or with -2, -3, ... behind it where it is taken."""
    for number in range(1, len(taken) + 2):
        ending = "" if number == 1 else f"-{number}"
        name = wanted[: limit - len(ending)] + ending
        if name not in taken:
            return name
    raise AssertionError("more names than there are taken ones were tried")


def told_apart(names: Iterable[str], *, limit: int) -> list[str]:
    """The names, with -2, -3, ... behind those that a store takes for one before them: case and blanks tell none apart."""
    made: list[str] = []
    known: set[str] = set()
    for name in names:
        own = first_free(_compared(name), known, limit=limit)
        known.add(own)
        made.append(name[:limit] if own == _compared(name)[:limit] else name[: limit - 3] + own[own.rindex("-") :])
    return made


def _compared(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
