"""Colourways with what their pages and exports show."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from catalog.models import Colourway, Photo, Product, PublishedVariant
from catalog.tenancy.access import Actor, readable
from editing.lifecycle.states import VariantStatus
from editing.models import Variant

_SHOWN = (VariantStatus.PENDING, VariantStatus.APPROVED, VariantStatus.WITHDRAWN)
STATUS_WORDS = {"approved": "in the shop", "pending": "in review", "withdrawn": "taken down", "rejected": "rejected"}


@dataclass(frozen=True, kw_only=True)
class Sold:
    """One colourway on its product's page."""

    colourway: Colourway
    variants: list[Variant]
    missing_views: int

    @property
    def picture(self) -> Variant | None:
        """The first view, of what is in the shop before what is not."""
        ranked = sorted(self.variants, key=lambda row: (row.status != VariantStatus.APPROVED, not row.photo.is_primary))
        return ranked[0] if ranked else None

    @property
    def status(self) -> str:
        found = {variant.status for variant in self.variants}
        return next((status for status in STATUS_WORDS if status in found), "rejected")

    @property
    def status_words(self) -> str:
        return STATUS_WORDS[self.status]

    @property
    def live_views(self) -> int:
        return sum(variant.status == VariantStatus.APPROVED for variant in self.variants)

    @property
    def address(self) -> str:
        live = (row.published for row in self.variants if row.status == VariantStatus.APPROVED and row.published)
        return next((picture.get_absolute_url() for picture in live), "")


def sold_of(product: Product) -> list[Sold]:
    """The product's colourways that were not rejected, in their order."""
    rows = Variant.objects.filter(status__in=_SHOWN).defer("w_plus").select_related("photo", "published__product")
    found = product.colourways.filter(variants__status__in=_SHOWN).distinct().order_by("position", "pk")
    photos = {photo.pk for photo in product.photos.all()}
    return [
        Sold(
            colourway=row,
            variants=list(row.shown),
            missing_views=len(photos - {variant.photo_id for variant in row.shown}),
        )
        for row in found.prefetch_related(Prefetch("variants", queryset=rows, to_attr="shown"))
    ]


def live_pictures(product: Product) -> QuerySet[PublishedVariant]:
    rows = product.published_variants.filter(withdrawn_at=None).select_related("photo", "product", "colourway")
    return rows.order_by("position", "colourway", "-is_lead", "photo__position", "pk")


def colourways_of(actor: Actor) -> QuerySet[Colourway]:
    return readable(actor, Colourway).select_related("product", "merchant")


def live_colourways(products: QuerySet[Product]) -> QuerySet[Colourway]:
    """The colourways of these products that are in the shop."""
    live = PublishedVariant.objects.filter(withdrawn_at=None)
    return Colourway.objects.filter(product__in=products, pk__in=live.values("colourway"))


def with_pictures(products: QuerySet[Product]) -> QuerySet[Product]:
    """With photos, live colourways and their live pictures: what feeds and exports read. Constant in queries."""
    live = PublishedVariant.objects.filter(withdrawn_at=None).select_related("photo")
    pictures = Prefetch(
        "pictures", queryset=live.order_by("-is_lead", "photo__position", "pk"), to_attr="live_pictures"
    )
    sold = Colourway.objects.filter(pk__in=live.values("colourway")).order_by("position", "pk")
    return products.select_related("merchant").prefetch_related(
        Prefetch("photos", queryset=Photo.objects.order_by("-is_primary", "position", "pk"), to_attr="all_photos"),
        Prefetch("colourways", queryset=sold.prefetch_related(pictures), to_attr="live_colourways"),
    )


def of(row: Any, name: str) -> Iterable[Any]:
    """A list that `with_pictures` has put on a row."""
    found: Iterable[Any] = getattr(row, name)
    return found
