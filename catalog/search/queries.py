"""The vector queries. Shoppers search everything public through the HNSW indexes; one merchant's rows are searched exactly."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Expression, ExpressionWrapper, FloatField, QuerySet, Value
from django.db.models.expressions import CombinedExpression
from pgvector.django import CosineDistance, L2Distance

from catalog.colours import Lab
from catalog.models import Merchant, Product, SearchEntry
from catalog.search.words import AskedColour

SIMILAR_EF = 140  # candidates that a search keeps: recall@10 over 0.98 at 100,000 products (benchmarks/search.py)
FAMILY_EF = 100
COLOUR_EF = 200
NEAR_COLOURS = 200  # rows that count as "this colour" where the shopper named a narrow one
_VECTORS = ("shape_vector", "colour_vector")
_PER_PRODUCT = 2  # rows fetched for each product wanted: a product may come in two colours that both fit


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
    return _one_per_product(_nearest(entries, distance, limit * _PER_PRODUCT, None if merchant else SIMILAR_EF), limit)


def similar_in_colour(
    shape: Shape, colour: AskedColour, *, limit: int, merchant: Merchant | None = None
) -> list[SearchEntry]:
    """The products that are of this colour, those nearest in shape first; one entry each."""
    entries = _comparable(shape, merchant)
    if colour.is_broad:
        entries, exactly = entries.filter(colour_family=colour.family), merchant is not None
    else:
        right = _of_colour(entries, colour, NEAR_COLOURS, exactly=merchant is not None)
        entries, exactly = SearchEntry.objects.filter(pk__in=right), True
    distance = CosineDistance("shape_vector", shape.vector)
    rows = _nearest(entries, distance, limit * _PER_PRODUCT, None if exactly else FAMILY_EF)
    return _one_per_product(rows, limit)


def in_colour(
    colour: AskedColour,
    *,
    kind: str,
    limit: int,
    merchant: Merchant | None = None,
    among: QuerySet[Product] | None = None,
) -> list[SearchEntry]:
    """The products nearest to this colour, of those that still pass for it. `among` narrows the products."""
    entries = SearchEntry.objects.filter(kind=kind, is_public=True)
    if merchant is not None:
        entries = entries.filter(merchant=merchant)
    if among is not None:
        entries = entries.filter(product__in=among.order_by().values("pk"))
    exactly = merchant is not None or among is not None
    right = _of_colour(entries, colour, max(NEAR_COLOURS, limit * _PER_PRODUCT), exactly=exactly)
    return _one_per_product(_rows(right[: limit * _PER_PRODUCT]), limit)


def _comparable(shape: Shape, merchant: Merchant | None) -> QuerySet[SearchEntry]:
    entries = SearchEntry.objects.filter(kind=shape.kind, is_public=True, shape_version=shape.version)
    if merchant is not None:
        entries = entries.filter(merchant=merchant)
    if shape.product is not None:
        entries = entries.exclude(product=shape.product)
    return entries


def _of_colour(entries: QuerySet[SearchEntry], colour: AskedColour, count: int, *, exactly: bool) -> list[int]:
    """Numbers of the entries that pass for this colour, of the `count` nearest, in the order that eyes see (CIEDE2000)."""
    distance = L2Distance("colour_vector", colour.lab.as_vector())
    columns = entries.values_list("pk", "colour_vector", "colour_family")
    if exactly:
        near = list(columns.order_by(_exact(distance), "pk")[:count])
    else:
        with _approximate(COLOUR_EF):
            near = list(columns.order_by(distance)[:count])
    labs = ((pk, _lab(vector), family) for pk, vector, family in near)
    right = [(colour.difference(lab), pk) for pk, lab, family in labs if colour.accepts(lab, family)]
    return [pk for _, pk in sorted(right)]


def _lab(vector: Sequence[float]) -> Lab:
    lightness, a, b = (float(value) for value in vector)
    return Lab(l=lightness, a=a, b=b)


def _nearest(
    entries: QuerySet[SearchEntry], distance: Expression, count: int, candidates: int | None
) -> list[SearchEntry]:
    """The first entries by distance, without their long vectors: through HNSW with so many candidates, else exactly."""
    if candidates is None:
        # First the numbers alone: one merchant's shapes are read from an index that holds them, without the rows.
        return _rows(list(entries.order_by(_exact(distance), "pk").values_list("pk", flat=True)[:count]))
    with _approximate(candidates):
        found = list(entries.defer(*_VECTORS).annotate(distance=distance).order_by("distance")[:count])
    return sorted(found, key=lambda entry: (entry.distance, entry.pk))  # type: ignore[attr-defined]


def _rows(pks: list[int]) -> list[SearchEntry]:
    rows = {entry.pk: entry for entry in SearchEntry.objects.filter(pk__in=pks).defer(*_VECTORS)}
    return [rows[pk] for pk in pks if pk in rows]


def _one_per_product(entries: Iterable[SearchEntry], limit: int) -> list[SearchEntry]:
    first: dict[int, SearchEntry] = {}
    for entry in entries:
        first.setdefault(entry.product_id, entry)
    return list(first.values())[:limit]


def _exact(distance: Expression) -> ExpressionWrapper[CombinedExpression]:
    """The same distance in a form that no vector index serves, so that every row is compared."""
    return ExpressionWrapper(distance + Value(0.0), output_field=FloatField())


@contextmanager
def _approximate(candidates: int) -> Iterator[None]:
    """A search through HNSW that goes on until the filters have let enough rows through, nearly in order."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL hnsw.ef_search = {candidates:d}; SET LOCAL hnsw.iterative_scan = relaxed_order")
        yield
