"""Swatches from files that other programs write: Adobe's ASE and ACO, and tables. Names and numbers are the merchant's own."""

import csv
import io
import re
import struct
from collections.abc import Iterator

from coloraide import Color

from catalog.errors import InvalidInput

MAX_BYTES = 1_000_000
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})$")
_ASE_COLOUR = 0x0001
_CUT_SHORT = "The swatch file is damaged or cut short."


def read_swatches(name: str, data: bytes) -> list[dict[str, str]]:
    """By content, whatever it is called. Raises InvalidInput."""
    if len(data) > MAX_BYTES:
        raise InvalidInput("A swatch file has at most 1 MB.")
    try:
        if data.startswith(b"ASEF"):
            found = list(_ase(data))
        elif data[:2] in {b"\0\1", b"\0\2"} and not name.lower().endswith((".csv", ".txt")):
            found = list(_aco(data))
        else:
            found = list(_table(data))
    except (struct.error, IndexError, ValueError) as error:
        raise InvalidInput(_CUT_SHORT) from error
    if not found:
        raise InvalidInput("No colour was found in the file. ASE, ACO and CSV (name, hex) are read.")
    return list({swatch["colour"]: swatch for swatch in reversed(found)}.values())[::-1]


def _swatch(name: str, colour: Color) -> dict[str, str]:
    value = str(colour.convert("srgb").fit(method="clip").to_string(hex=True))
    return {"name": name.strip("\0 ")[:60] or value, "colour": value}


def _ase(data: bytes) -> Iterator[dict[str, str]]:
    """Blocks of a type, a length and, for a colour: its name in UTF-16, its model in four letters, and floats."""
    position = 12
    for _ in range(struct.unpack_from(">I", data, 8)[0]):
        kind, length = struct.unpack_from(">HI", data, position)
        block = data[position + 6 : position + 6 + length]
        if len(block) < length:
            raise InvalidInput(_CUT_SHORT)
        position += 6 + length
        if kind == _ASE_COLOUR:
            letters = struct.unpack_from(">H", block)[0]
            name = block[2 : 2 + 2 * letters].decode("utf-16-be", errors="replace")
            model = block[2 + 2 * letters : 6 + 2 * letters]
            yield _swatch(name, _ase_colour(model, block[6 + 2 * letters :]))


def _ase_colour(model: bytes, numbers: bytes) -> Color:
    if model == b"RGB ":
        return Color("srgb", list(struct.unpack_from(">3f", numbers)))
    if model == b"CMYK":
        return _inks(*struct.unpack_from(">4f", numbers))
    if model == b"LAB ":
        lightness, a, b = struct.unpack_from(">3f", numbers)
        return Color("lab", [lightness * 100, a, b])  # Adobe's Lab is under D50
    if model == b"Gray":
        return Color("srgb", [struct.unpack_from(">f", numbers)[0]] * 3)
    raise InvalidInput("The swatch file has a colour of a kind that we do not know.")


def _inks(cyan: float, magenta: float, yellow: float, black: float) -> Color:
    return Color("srgb", [(1 - ink) * (1 - black) for ink in (cyan, magenta, yellow)])


def _aco(data: bytes) -> Iterator[dict[str, str]]:
    """Version 1 without names; behind it, in most files, version 2 with the same colours and names."""
    version, count = struct.unpack_from(">2H", data)
    second = 4 + 10 * count
    if version == 1 and data[second : second + 2] == b"\0\2":
        version, count = struct.unpack_from(">2H", data, second)
        position = second + 4
    else:
        position = 4
    for _ in range(count):
        space, *numbers = struct.unpack_from(">5H", data, position)
        position, name = position + 10, ""
        if version == 2:
            letters = struct.unpack_from(">I", data, position)[0]
            name = data[position + 4 : position + 4 + 2 * letters].decode("utf-16-be", errors="replace")
            position += 4 + 2 * letters
        yield _swatch(name, _aco_colour(space, numbers))


def _aco_colour(space: int, numbers: list[int]) -> Color:
    """Spaces by Adobe's numbers: 0 RGB, 1 HSB, 2 CMYK (inverted), 7 Lab (hundredths), 8 grey (of 10,000)."""
    first, second, third, fourth = numbers
    if space == 0:
        return Color("srgb", [first / 65535, second / 65535, third / 65535])
    if space == 1:
        return Color("hsv", [first / 65535 * 360, second / 655.35, third / 655.35])
    if space == 2:
        return _inks(*(1 - number / 65535 for number in (first, second, third, fourth)))
    if space == 7:
        a, b = ((number - 65536 if number > 32767 else number) / 100 for number in (second, third))
        return Color("lab", [first / 100, a, b])
    if space == 8:
        return Color("srgb", [1 - first / 10000] * 3)
    raise InvalidInput("The swatch file has a colour of a kind that we do not know.")


def _table(data: bytes) -> Iterator[dict[str, str]]:
    """Rows with a name and #rrggbb, or three numbers from 0 to 255; a first row of headings is passed over."""
    text = data.decode("utf-8-sig", errors="replace")
    separator = max(",;\t", key=text.partition("\n")[0].count)
    for cells in csv.reader(io.StringIO(text), delimiter=separator):
        values = [cell.strip() for cell in cells if cell.strip()]
        hexes = [value for value in values if _HEX.match(value) and (value.startswith("#") or len(value) == 6)]
        numbers = [
            int(value)
            for value in values
            if value.isascii() and value.isdigit() and len(value) <= 3 and int(value) <= 255
        ]
        names = [value for value in values if value not in hexes and not value.isdigit()]
        if hexes:
            yield _swatch(" ".join(names[:1]), Color(f"#{hexes[0].lstrip('#')}"))
        elif len(numbers) >= 3:
            yield _swatch(" ".join(names[:1]), Color("srgb", [number / 255 for number in numbers[-3:]]))
