from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from catalog.models import Product, ProductKind, ProductStatus


class SinceFilter(filters.IsoDateTimeFilter):  # type: ignore[misc]
    """From a moment on. In UTC, because the database knows no offset beyond fifteen hours, and Python knows them all."""

    def filter(self, rows: QuerySet[Any], value: datetime | None) -> QuerySet[Any]:
        found: QuerySet[Any] = super().filter(rows, value and _in_utc(value))
        return found


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # within hours of the calendar's ends
        return (datetime.min if moment.year == 1 else datetime.max).replace(tzinfo=UTC)


class ProductFilter(filters.FilterSet):  # type: ignore[misc]
    kind = filters.ChoiceFilter(choices=ProductKind.choices)
    status = filters.ChoiceFilter(choices=ProductStatus.choices)
    sku = filters.CharFilter(max_length=64)
    tag = filters.CharFilter(method="with_tag", max_length=40, label="Products with this tag.")
    q = filters.CharFilter(method="with_words", max_length=100, label="Words of the title, or a part of the SKU.")
    updated_since = SinceFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Product
        fields: list[str] = []

    def with_tag(self, products: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        return products.filter(tags__contains=[value.lower()])

    def with_words(self, products: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        return products.filter(Q(title__icontains=value) | Q(sku__icontains=value))
