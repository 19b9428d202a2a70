"""What shoppers see: active products of active merchants."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Prefetch, QuerySet

from catalog.colours import FAMILIES
from catalog.models import Merchant, Photo, Product, ProductKind, ProductStatus, PublishedVariant, SearchEntry
from catalog.selectors.products import with_live_variants, with_primary_photo

ORDERS = {
    "new": ("Newest first", [F("created_at").desc(), F("pk").desc()]),
    "price": ("Price, low to high", [F("price").asc(nulls_last=True), F("pk").desc()]),
    "-price": ("Price, high to low", [F("price").desc(nulls_last=True), F("pk").desc()]),
}


@dataclass(frozen=True, kw_only=True)
class StorefrontFilter:
    """Empty strings and None do not filter."""

    kind: str = ""
    colour: str = ""
    merchant: Merchant | None = None
    words: str = ""
    order: str = "new"


def public_products() -> QuerySet[Product]:
    return Product.objects.filter(status=ProductStatus.ACTIVE, merchant__is_active=True)


def storefront_products(chosen: StorefrontFilter) -> QuerySet[Product]:
    products = public_products()
    if chosen.kind:
        products = products.filter(kind=chosen.kind)
    if chosen.merchant:
        products = products.filter(merchant=chosen.merchant)
    if chosen.colour:
        entries = SearchEntry.objects.filter(is_public=True, colour_family=chosen.colour)
        products = products.filter(pk__in=entries.values("product"))
    if chosen.words:
        products = products.filter(words=SearchQuery(chosen.words, config="english", search_type="websearch"))
    return products.order_by(*ORDERS[chosen.order][1])


def families_to_choose(chosen: StorefrontFilter) -> list[tuple[str, str]]:
    """The families of colours that anything on these shelves has, each with a typical colour; one look into an index each."""
    entries = SearchEntry.objects.filter(is_public=True).order_by().values_list("colour_family", flat=True)
    if chosen.merchant:
        entries = entries.filter(merchant=chosen.merchant, kind__in=ProductKind.values)
    first, *others = (entries.filter(colour_family=family)[:1] for family in FAMILIES)
    found = {*first.union(*others, all=True), chosen.colour}
    return [(family, members[0]) for family, members in FAMILIES.items() if family in found]


def with_card(products: QuerySet[Product]) -> QuerySet[Product]:
    """With what a product's card in a grid needs. Long texts stay in the database."""
    return with_live_variants(with_primary_photo(products.select_related("merchant").defer("description", "words")))


def public_merchants() -> QuerySet[Merchant]:
    return Merchant.objects.filter(is_active=True)


def public_product(slug: str) -> QuerySet[Product]:
    """The one product with all that its page shows."""
    return with_page(public_products().filter(slug=slug))


def with_page(products: QuerySet[Product]) -> QuerySet[Product]:
    leading = PublishedVariant.objects.filter(withdrawn_at=None, is_lead=True).select_related("colourway", "photo")
    return products.select_related("merchant").prefetch_related(
        Prefetch("photos", queryset=Photo.objects.all(), to_attr="all_photos"),
        Prefetch("published_variants", queryset=leading, to_attr="live_variants"),
    )


def public_pictures() -> QuerySet[PublishedVariant]:
    return PublishedVariant.objects.filter(
        withdrawn_at=None, product__status=ProductStatus.ACTIVE, product__merchant__is_active=True
    )  # fmt: skip


def public_photos() -> QuerySet[Photo]:
    return Photo.objects.filter(product__in=public_products()).exclude(thumbnails={})


def other_views(lead: PublishedVariant) -> QuerySet[PublishedVariant]:
    """The other pictures of a colourway, in the photos' order."""
    live = PublishedVariant.objects.filter(colourway=lead.colourway_id, withdrawn_at=None).exclude(pk=lead.pk)
    return live.select_related("photo").order_by("photo__position", "pk")


def more_of_merchant(product: Product, *, but: Iterable[int] = (), limit: int = 4) -> QuerySet[Product]:
    others = (
        public_products().filter(merchant=product.merchant_id, kind=product.kind).exclude(pk__in=[product.pk, *but])
    )
    return with_card(others)[:limit]
