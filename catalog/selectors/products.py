"""Products with what a list of them shows, in a constant number of queries."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from catalog.models import Photo, Product, PublishedVariant
from catalog.search.words import understand
from catalog.tenancy.access import Actor, readable


def with_primary_photo(products: QuerySet[Product]) -> QuerySet[Product]:
    """Each product's primary photo as the list `primary_photos`, of length 0 or 1."""
    primary = Photo.objects.filter(is_primary=True)
    return products.prefetch_related(Prefetch("photos", queryset=primary, to_attr="primary_photos"))


def with_live_variants(products: QuerySet[Product]) -> QuerySet[Product]:
    """Each product's published colourways, by their leading pictures, as the list `live_variants`."""
    live = PublishedVariant.objects.filter(withdrawn_at=None, is_lead=True)
    return products.prefetch_related(Prefetch("published_variants", queryset=live, to_attr="live_variants"))


def merchant_products(actor: Actor) -> QuerySet[Product]:
    """The list of products in the merchant's own pages."""
    counted = readable(actor, Product).annotate(
        photo_count=_count(Photo.objects.all()),
        variant_count=_count(PublishedVariant.objects.filter(withdrawn_at=None, is_lead=True)),
    )
    return with_primary_photo(counted.order_by("-created_at", "-pk").defer("description", "words"))


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many of `rows` belong to the product; counted for the rows of a page only, unlike a join."""
    counts = rows.filter(product=OuterRef("pk")).order_by().values("product").annotate(found=Count("pk"))
    return Coalesce(Subquery(counts.values("found"), output_field=IntegerField()), 0)


def title_disagreement(product: Product) -> dict[str, str] | None:
    """A title that names another colour than its main photo shows, such as a navy shoe that photographs black."""
    asked = understand(product.title).colours
    photo = next((photo for photo in product.photos.all() if photo.is_primary), None)
    if photo is None or not asked:
        return None
    if any(colour.accepts(lab, family) for colour in asked for lab, family in photo.colours):
        return None
    return {"said": asked[0].name, "shown": photo.colour_words}


def status_counts(actor: Actor) -> dict[str, int]:
    counts = readable(actor, Product).order_by().values_list("status").annotate(Count("pk"))
    return dict(counts)
