"""The vector queries. Shoppers search everything public through the HNSW indexes; one merchant's rows are searched exactly."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Expression, ExpressionWrapper, F, FloatField, QuerySet, Value
from pgvector.django import CosineDistance, L2Distance

from catalog.colours import Lab
from catalog.models import Merchant, SearchEntry
from catalog.search.words import AskedColour

SIMILAR_EF = 160  # candidates that a search keeps; recall@10 over 0.98 at 100,000 products (benchmarks/search.py)
COLOUR_EF = 400
NEAR_COLOURS = 400  # rows that count as "this colour" where the shopper named a narrow one
FEW = 3000  # up to here, comparing with every row is quicker and misses nothing
_PER_PRODUCT = 4  # rows fetched for each product wanted: a product's colours share its shape


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A product's place in its manifold; comparable within one manifold version only."""

    kind: str
    vector: Sequence[float]
    version: str
    product: int | None = None  # itself, not to be found


def shape_of(entry: SearchEntry) -> Shape | None:
    if entry.shape_vector is None:
        return None
    return Shape(
        kind=entry.kind, vector=entry.shape_vector, version=entry.shape_version, product=entry.product_id
    )  # fmt: skip


def similar(shape: Shape, *, limit: int, merchant: Merchant | None = None) -> list[SearchEntry]:
    """The products nearest in shape, one entry each."""
    entries = _comparable(shape, merchant).filter(variant=None)
    distance = CosineDistance("shape_vector", shape.vector)
    if merchant is not None:
        return list(entries.order_by(_exact(distance), "pk")[:limit])
    with _approximate(SIMILAR_EF):
        return list(entries.order_by(distance)[:limit])


def similar_in_colour(
    shape: Shape, colour: AskedColour, *, limit: int, merchant: Merchant | None = None
) -> list[SearchEntry]:
    """The products that are of this colour, those nearest in shape first; one entry each."""
    entries = _comparable(shape, merchant)
    distance = CosineDistance("shape_vector", shape.vector)
    wanted = limit * _PER_PRODUCT
    if not colour.is_broad:
        near = _near_colour(entries, colour.lab, NEAR_COLOURS, exactly=merchant is not None)
        right = [entry.pk for entry in near if colour.accepts(lab_of(entry), entry.colour_family)]
        rows: Iterable[SearchEntry] = entries.filter(pk__in=right).order_by(_exact(distance), "pk")[:wanted]
    else:
        entries = entries.filter(colour_family=colour.family)
        if merchant is not None or _are_few(entries):
            rows = entries.order_by(_exact(distance), "pk")[:wanted]
        else:
            with _approximate(SIMILAR_EF):
                rows = list(entries.order_by(distance)[:wanted])
    return _one_per_product(rows, limit)


def in_colour(
    colour: AskedColour, *, kind: str, limit: int, merchant: Merchant | None = None, among: QuerySet | None = None
) -> list[SearchEntry]:  # type: ignore[type-arg]
    """The products nearest to this colour, of those that still pass for it. `among` is a query of product numbers."""
    entries = SearchEntry.objects.filter(kind=kind, is_public=True)
    if merchant is not None:
        entries = entries.filter(merchant=merchant)
    if among is not None:
        entries = entries.filter(product__in=among)
    exactly = merchant is not None or among is not None
    near = _near_colour(entries, colour.lab, max(NEAR_COLOURS, limit * _PER_PRODUCT), exactly=exactly)
    right = [entry for entry in near if colour.accepts(lab_of(entry), entry.colour_family)]
    return _one_per_product(sorted(right, key=lambda entry: colour.difference(lab_of(entry))), limit)


def lab_of(entry: SearchEntry) -> Lab:
    lightness, a, b = (float(value) for value in entry.colour_vector)
    return Lab(l=lightness, a=a, b=b)


def _comparable(shape: Shape, merchant: Merchant | None) -> QuerySet[SearchEntry]:
    entries = SearchEntry.objects.filter(kind=shape.kind, is_public=True, shape_version=shape.version)
    if merchant is not None:
        entries = entries.filter(merchant=merchant)
    if shape.product is not None:
        entries = entries.exclude(product=shape.product)
    return entries.defer("shape_vector")


def _near_colour(entries: QuerySet[SearchEntry], lab: Lab, count: int, *, exactly: bool) -> list[SearchEntry]:
    distance = L2Distance("colour_vector", lab.as_vector())
    entries = entries.defer("shape_vector")
    if exactly:
        return list(entries.order_by(_exact(distance), "pk")[:count])
    with _approximate(COLOUR_EF):
        return list(entries.order_by(distance)[:count])


def _one_per_product(entries: Iterable[SearchEntry], limit: int) -> list[SearchEntry]:
    first: dict[int, SearchEntry] = {}
    for entry in entries:
        first.setdefault(entry.product_id, entry)
    return list(first.values())[:limit]


def _are_few(entries: QuerySet[SearchEntry]) -> bool:
    return entries.order_by().values("pk")[: FEW + 1].count() <= FEW


def _exact(distance: Expression) -> ExpressionWrapper:
    """The same distance in a form that no vector index serves, so that every row is compared."""
    return ExpressionWrapper(F("pk") * Value(0.0) + distance, output_field=FloatField())


@contextmanager
def _approximate(candidates: int) -> Iterator[None]:
    """A search through HNSW that goes on until the filters have let enough rows through, in order."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL hnsw.ef_search = {candidates:d}; SET LOCAL hnsw.iterative_scan = strict_order")
        yield
