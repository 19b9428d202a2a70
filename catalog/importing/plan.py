"""What an archive would bring in, product by product, before anything is brought in."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from catalog.errors import CatalogError, InvalidInput
from catalog.images.structure import read_structure
from catalog.importing.archive import MAX_TABLE_BYTES, Archive, Entry
from catalog.importing.names import Named, key_of, named
from catalog.importing.table import Table, TableRow, read_table
from catalog.models import Merchant, Photo, Product

MAX_PHOTOS = 20
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(kw_only=True)
class PlannedProduct:
    """JSON keeps it; prices are text."""

    sku: str
    where: str  # for messages: "line 7", or the first file's name
    fields: dict[str, Any] = field(default_factory=dict)  # as the table gives them
    defaults: dict[str, Any] = field(default_factory=dict)  # for a new product alone
    photos: list[str] = field(default_factory=list)  # members of the archive, in order
    does: str = NEW
    new_photos: int = 0
    error: str = ""


@dataclass(kw_only=True)
class Plan:
    products: list[PlannedProduct] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)  # file, and why
    ignored_columns: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Plan":
        return cls(
            products=[PlannedProduct(**product) for product in value.get("products", [])],
            left_out=[(name, why) for name, why in value.get("left_out", [])],
            ignored_columns=value.get("ignored_columns", []),
        )


def plan(archive: Archive, *, merchant: Merchant, kind: str) -> Plan:
    """Raises InvalidInput where there is nothing to plan."""
    planned = Plan(left_out=[(entry.name, entry.error) for entry in archive.entries if entry.error])
    photos = [entry for entry in archive.entries if entry.is_photo and not entry.error]
    tables = [entry for entry in archive.entries if entry.is_table and not entry.error]
    if not photos and not tables:
        raise InvalidInput("The archive holds no photo and no table.")
    products: dict[str, PlannedProduct] = {}
    by_name = _Photos(entries=photos)
    for entry in tables:
        table = read_table(archive.read(entry.member, limit=MAX_TABLE_BYTES))
        planned.ignored_columns += table.ignored
        _add_rows(products, table, entry, by_name, kind)
    _add_named(products, by_name, kind)
    planned.products = list(products.values())
    _judge(planned.products, archive, merchant)
    return planned


# --- Whose photos they are -------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class _Photos:
    """The archive's photos by path and by bare name, as tables may use either, and which of them a row has named."""

    entries: Sequence[Entry]
    used: set[str] = field(default_factory=set)
    by_name: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    by_sku: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        of_file = named([entry.name for entry in self.entries])
        for entry in sorted(self.entries, key=lambda entry: _place(of_file[entry.name], entry.name)):
            for name in {key_of(entry.name), key_of(PurePosixPath(entry.name).name)}:
                self.by_name[name].append(entry)
            if not of_file[entry.name].colour:
                self.by_sku[key_of(of_file[entry.name].sku)].append(entry)

    @property
    def rest(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.name not in self.used]


def _add_rows(products: dict[str, PlannedProduct], table: Table, entry: Entry, photos: _Photos, kind: str) -> None:
    for row in table.rows:
        _add_row(products, row, f"{entry.name}, line {row.line}", photos, kind)


def _add_row(products: dict[str, PlannedProduct], row: TableRow, where: str, photos: _Photos, kind: str) -> None:
    sku = str(row.fields.get("sku") or (PurePosixPath(row.photos[0]).stem if row.photos else ""))[:64]
    product = products.setdefault(sku or where, _started(sku, where, row, kind))
    product.error = product.error or row.error or ("" if sku else "The row names no SKU and no photo.")
    for name in row.photos:
        found = photos.by_name.get(key_of(name))
        if not found:
            product.error = product.error or f"The archive has no file {name[:80]}."
        else:
            _append(product, found[0], photos)
    for entry in [] if row.photos else photos.by_sku.get(key_of(sku), []):
        _append(product, entry, photos)


def _started(sku: str, where: str, row: TableRow, kind: str) -> PlannedProduct:
    fields = {name: value for name, value in row.fields.items() if name not in {"sku", "colour"}}
    defaults = {"title": _titled(sku), "kind": kind}
    colour = str(row.fields.get("colour", ""))
    for titled in (fields, defaults):
        if colour and "title" in titled and colour.casefold() not in str(titled["title"]).casefold():
            titled["title"] = f"{titled['title']}, {colour}"[:160]
    if isinstance(fields.get("price"), Decimal):
        fields["price"] = str(fields["price"])
    return PlannedProduct(sku=sku, where=where, fields=fields, defaults=defaults)


def _titled(sku: str) -> str:
    words = sku.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _append(product: PlannedProduct, entry: Entry, photos: _Photos) -> None:
    photos.used.add(entry.name)
    if entry.member not in product.photos:
        product.photos.append(entry.member)


def _add_named(products: dict[str, PlannedProduct], photos: _Photos, kind: str) -> None:
    """Photos that no table names. One in a colour of its own is a product of its own: it is no recolouring."""
    of_file = named([entry.name for entry in photos.entries])
    known = {key_of(sku): sku for sku in products}
    for entry in sorted(photos.rest, key=lambda entry: _place(of_file[entry.name], entry.name)):
        name = of_file[entry.name]
        base = known.get(key_of(name.sku), name.sku)
        sku = f"{base}-{name.colour}".replace(" ", "-")[:64] if name.colour else base
        product = products.get(known.get(key_of(sku), sku))
        if product is None:
            product = products[sku] = _named_product(sku, base, name, products.get(base), entry, kind)
            known[key_of(sku)] = sku
        _append(product, entry, photos)


def _named_product(
    sku: str, base: str, name: Named, like: PlannedProduct | None, entry: Entry, kind: str
) -> PlannedProduct:
    defaults: dict[str, Any] = {"kind": kind, "title": _titled(base)}
    if like:
        defaults |= like.defaults | like.fields
    if name.colour:
        defaults["title"] = f"{defaults['title']}, {name.colour}"[:160]
    return PlannedProduct(sku=sku, where=entry.name, defaults=defaults)


def _place(name: Named, path: str) -> tuple[str, str, int, str]:
    return (key_of(name.sku), name.colour, name.number, path)


# --- What would come of it -------------------------------------------------------------------------------------------


def _judge(products: Sequence[PlannedProduct], archive: Archive, merchant: Merchant) -> None:
    existing = {
        product.sku: product for product in Product.objects.filter(merchant=merchant, sku__in=[p.sku for p in products])
    }
    sources: dict[int, set[str]] = defaultdict(set)
    for product_id, digest in Photo.objects.filter(product__in=existing.values()).values_list(
        "product", "source_sha256"
    ):
        sources[product_id].add(digest)
    for product in products:
        there = existing.get(product.sku)
        try:
            digests = list(_digests(product, archive))
        except CatalogError as error:
            product.error = product.error or error.message
            continue
        product.new_photos = len(set(digests) - (sources[there.pk] if there else set()))
        product.does = _does(product, there)
        _check(product, len(sources[there.pk]) if there else 0)


def _digests(product: PlannedProduct, archive: Archive) -> Iterator[str]:
    for member in product.photos:
        try:
            data = archive.read(member)
            read_structure(data)
        except CatalogError as error:
            raise InvalidInput(f"{PurePosixPath(member).name}: {error.message}") from error
        yield hashlib.sha256(data).hexdigest()


def _does(product: PlannedProduct, there: Product | None) -> str:
    if there is None:
        return NEW
    return CHANGED if product.new_photos or changed_fields(there, product.fields) else SAME


def changed_fields(product: Product, fields: dict[str, Any]) -> dict[str, Any]:
    """Those that are not so already."""
    from catalog.services.products import clean_tags

    changed = {}
    for name, value in fields.items():
        wanted = clean_tags(value) if name == "tags" else value
        current = getattr(product, name)
        same = Decimal(str(wanted)) == current if name == "price" and current is not None else wanted == current
        if not same:
            changed[name] = value
    return changed


def _check(product: PlannedProduct, there: int) -> None:
    if not product.error and product.does == NEW and not product.photos:
        product.error = "There is no photo of it, by name or by SKU."
    if not product.error and there + product.new_photos > MAX_PHOTOS:
        product.error = f"A product has at most {MAX_PHOTOS} photos; this would be {there + product.new_photos}."
