"""A ZIP that is sent while it is made: one picture in memory at a time, however many there are."""

import csv
import io
import zipfile
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from django.db.models import QuerySet
from django.utils import timezone

from catalog import naming, storage
from catalog.models import Product
from editing.publishing.exports.pictures import (
    Picture,
    file_extension,
    name_of,
    pictures,
    problems_of,
)
from editing.publishing.exports.presets import Preset
from editing.publishing.exports.renditions import rendition

COLUMNS = (
    "file", "product", "product_sku", "sku", "colour", "kind", "view", "alt_text", "alteration", "price", "stock", "notes",
)  # fmt: skip
LIST_NAME = "pictures.csv"
_IN_MEMORY = 1_000_000  # bytes of the list; what is longer goes to a temporary file


class _Pipe(io.RawIOBase):
    """What the ZIP writer writes into, and the answer is read from."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self.waiting += piece
        return len(piece)

    def take(self) -> bytes:
        piece = bytes(self.waiting)
        self.waiting.clear()
        return piece


def archive(
    merchant_id: int, products: QuerySet[Product], preset: Preset, pattern: str, *, with_photos: bool
) -> Iterator[bytes]:
    """The pieces of a ZIP with the pictures of a merchant's products and a list of them."""
    pipe, taken = _Pipe(), set[str]()
    with SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+b") as listed:
        text = io.TextIOWrapper(listed, encoding="utf-8-sig", newline="", write_through=True)
        rows = csv.writer(text)
        rows.writerow(COLUMNS)
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED, allowZip64=True) as file:
            for picture in pictures(merchant_id, products, with_photos=with_photos):
                wanted = name_of(picture, pattern, preset)
                name = naming.first_free(wanted, taken, limit=200)
                taken.add(name)
                path = f"{name}.{file_extension(picture, preset)}"
                rows.writerow(_row(path, picture, _write(file, path, picture, preset)))
                yield pipe.take()
            text.detach()  # else it closes the file with it
            _write_list(file, listed)
    yield pipe.take()


def _write(file: zipfile.ZipFile, path: str, picture: Picture, preset: Preset) -> list[str]:
    """Put the picture into the ZIP, and answer what is to be said about it."""
    stored = storage.get(picture.object_key)
    if stored is None:  # taken off the shop a moment ago
        return ["it is no longer there"]
    alpha = storage.get(picture.alpha_key) if picture.alpha_key and preset.needs_cut_out else None
    entry = zipfile.ZipInfo(path, date_time=timezone.now().timetuple()[:6])
    file.writestr(entry, rendition(stored.data, alpha.data if alpha else None, preset))
    return problems_of(picture, preset)


def _row(path: str, picture: Picture, notes: list[str]) -> list[object]:
    sold = picture.colourway
    price = sold.price if sold and sold.price is not None else picture.product.price
    return [
        path, *map(harmless, (picture.product.title, picture.product.sku, picture.sku, picture.colour)),
        sold.kind if sold else "photo", picture.photo.view, harmless(picture.alt), picture.alteration.value,
        "" if price is None else price, "" if sold is None or sold.stock is None else sold.stock, "; ".join(notes),
    ]  # fmt: skip


def harmless(text: str) -> str:
    """What a table's program would take for a formula is text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _write_list(file: zipfile.ZipFile, listed: IO[bytes]) -> None:
    listed.seek(0)
    entry = zipfile.ZipInfo(LIST_NAME, date_time=timezone.now().timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    with file.open(entry, "w") as target:
        while piece := listed.read(65536):
            target.write(piece)


def csv_lines(merchant_id: int, products: QuerySet[Product], *, with_photos: bool) -> Iterator[bytes]:
    """The list alone, without files."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS[1:-1])
    yield b"\xef\xbb\xbf"
    for picture in pictures(merchant_id, products, with_photos=with_photos):
        rows.writerow(_row("", picture, [])[1:-1])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
