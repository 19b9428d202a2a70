"""Bringing in a folder of photos, with a CSV that says what they show.

Columns: file, kind, title, sku, price, tags, description; any order, only `file` is needed. Rows with the same SKU are
photos of one product. Safe to repeat: products are found by SKU, photos by their bytes.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db import transaction

from catalog.errors import CatalogError, InvalidInput
from catalog.images.limits import EXTENSIONS, MAX_BYTES
from catalog.models import Merchant, Product, ProductKind, ProductStatus
from catalog.services import photos as photo_services
from catalog.services import products as product_services
from catalog.storage import StorageError

COLUMNS = frozenset({"file", "kind", "title", "sku", "price", "tags", "description"})
_SUFFIXES = frozenset().union(*EXTENSIONS.values())


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    where: str  # for messages: "line 7" or the file's name
    file: Path
    fields: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class ImportOutcome:
    where: str
    product: Product | None = None
    is_new: bool = False
    error: str = ""


def read_folder(folder: Path, *, kind: ProductKind) -> list[ImportRow]:
    """One product per photo, named after its file."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in _SUFFIXES)
    return [
        ImportRow(where=str(path.relative_to(folder)), file=path, fields=_named_after(path, kind)) for path in files
    ]


def _named_after(path: Path, kind: ProductKind) -> dict[str, object]:
    title = path.stem.replace("_", " ").replace("-", " ").strip()
    return {"kind": kind, "title": (title[:1].upper() + title[1:])[:160], "sku": path.stem[:64]}


def read_csv(file: Path, folder: Path, *, kind: ProductKind) -> Iterator[ImportRow | ImportOutcome]:
    """A row to import, or the error of a row that cannot be."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        columns = {(name or "").strip().lower() for name in reader.fieldnames or []}
        if "file" not in columns or not columns <= COLUMNS:
            unknown = ", ".join(sorted(columns - COLUMNS)) or "none"
            raise InvalidInput(
                f"The CSV needs a column 'file' and may have {', '.join(sorted(COLUMNS))}. Unknown: {unknown}."
            )
        for row in reader:
            where = f"line {reader.line_num}"
            try:
                yield _row(where, {(key or "").strip().lower(): value for key, value in row.items()}, folder, kind)
            except CatalogError as error:
                yield ImportOutcome(where=where, error=error.message)


def _row(where: str, values: dict[str, str | None], folder: Path, kind: ProductKind) -> ImportRow:
    given = {name: value.strip() for name, value in values.items() if isinstance(value, str) and value.strip()}
    if "file" not in given:
        raise InvalidInput("No file is named.")
    path = (folder / given.pop("file")).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise InvalidInput("The file lies outside the folder.")
    fields: dict[str, object] = {**_named_after(path, kind), **given}
    fields["kind"] = str(fields["kind"]).lower()
    if "price" in given:
        fields["price"] = _price(given["price"])
    if "tags" in given:
        fields["tags"] = given["tags"].replace(";", ",").split(",")
    return ImportRow(where=where, file=path, fields=fields)


def _price(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise InvalidInput(f"{text} is not a price; write it like 49.90.") from error


def row_import(row: ImportRow, *, merchant: Merchant, activate: bool) -> ImportOutcome:
    """Bring in one row; a bad one changes nothing and says why."""
    try:
        with transaction.atomic():
            return _import(row, merchant, activate)
    except CatalogError as error:
        details = [f"{name}: {' '.join(notes)}" for name, notes in error.extra.items()]
        return ImportOutcome(where=row.where, error=" ".join([error.message, *details]))
    except (OSError, StorageError) as error:
        return ImportOutcome(where=row.where, error=str(error))


def _import(row: ImportRow, merchant: Merchant, activate: bool) -> ImportOutcome:
    if not row.file.is_file():
        raise InvalidInput(f"There is no file {row.file.name}.")
    if row.file.stat().st_size > MAX_BYTES:
        raise InvalidInput(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    product = merchant.products.select_for_update().filter(sku=row.fields["sku"]).first()
    if product is None:
        product = product_services.product_create(merchant=merchant, fields=row.fields)
    else:
        product_services.product_update(product=product, fields=row.fields)
    _, is_new = photo_services.photo_add(product=product, name=row.file.name, data=row.file.read_bytes(), by=None)
    if activate and product.status == ProductStatus.DRAFT:
        product_services.product_move(product=product, status=ProductStatus.ACTIVE)
    return ImportOutcome(where=row.where, product=product, is_new=is_new)
