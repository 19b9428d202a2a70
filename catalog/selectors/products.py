"""Products with what a list of them shows, in a constant number of queries."""

from django.db.models import Count, Prefetch, Q, QuerySet

from catalog.access import Actor, readable
from catalog.models import Photo, Product, PublishedVariant


def with_primary_photo(products: QuerySet[Product]) -> QuerySet[Product]:
    """Each product's primary photo as the list `primary_photos`, of length 0 or 1."""
    primary = Photo.objects.filter(is_primary=True)
    return products.prefetch_related(Prefetch("photos", queryset=primary, to_attr="primary_photos"))


def with_live_variants(products: QuerySet[Product]) -> QuerySet[Product]:
    """Each product's published variants as the list `live_variants`."""
    live = PublishedVariant.objects.filter(withdrawn_at=None)
    return products.prefetch_related(Prefetch("published_variants", queryset=live, to_attr="live_variants"))


def merchant_products(actor: Actor) -> QuerySet[Product]:
    """The list of products in the merchant's own pages."""
    counted = readable(actor, Product).annotate(
        photo_count=Count("photos", distinct=True),
        variant_count=Count("published_variants", filter=Q(published_variants__withdrawn_at=None), distinct=True),
    )
    return with_primary_photo(counted)


def status_counts(actor: Actor) -> dict[str, int]:
    counts = readable(actor, Product).order_by().values_list("status").annotate(Count("pk"))
    return dict(counts)
