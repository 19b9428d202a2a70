"""Keeping the search entries in step with products, photos and published variants."""

from collections.abc import Sequence

from django.db import transaction

from catalog.colours import Lab
from catalog.errors import InvalidInput
from catalog.models import (
    SHAPE_DIMENSIONS,
    Photo,
    Product,
    ProductStatus,
    PublishedVariant,
    SearchEntry,
)
from catalog.signals import shape_missing


@transaction.atomic
def product_reindex(product: Product) -> None:
    """Make the product's entries what its primary photo, its live variants and its status say."""
    live = list(product.published_variants.filter(withdrawn_at=None, is_lead=True))
    product.search_entries.exclude(variant=None).exclude(variant__in=live).delete()
    primary = product.photos.filter(is_primary=True).first()
    own = [(primary, colour) for colour in primary.colours] if primary is not None else []
    product.search_entries.filter(variant=None, tone__gt=len(own)).delete()
    for tone, (photo, colour) in enumerate(own, start=1):
        _write_entry(product, photo, colour, tone=tone)
    for variant in live:
        _write_entry(product, variant.photo, variant.colours[0], variant=variant)


def _write_entry(
    product: Product, photo: Photo, colour: tuple[Lab, str], *, variant: PublishedVariant | None = None, tone: int = 1
) -> None:
    lab, family = colour
    entry = SearchEntry.objects.filter(product=product, variant=variant, tone=tone).first() or SearchEntry(
        product=product, variant=variant, tone=tone
    )
    if entry.photo_id not in {None, photo.pk}:  # another photo: its shape is not known yet
        entry.shape_vector, entry.shape_version = None, ""
    entry.merchant_id, entry.photo, entry.kind = product.merchant_id, photo, product.kind
    entry.is_public = product.status == ProductStatus.ACTIVE and product.merchant.is_active
    entry.colour_family, entry.colour_vector = family, lab.as_vector()
    entry.save()
    if not entry.shape_version:
        shape_missing.send(sender=SearchEntry, entry=entry)


def shape_record(*, photo: Photo, vector: Sequence[float], version: str) -> int:
    """Write the shape of a photo, as the named manifold version sees it, to every entry made from that photo.

    A variant keeps its photo's shape unless it is given its own with `variant_shape_record`. Answers how many entries
    were written.
    """
    _check_shape(vector)
    return SearchEntry.objects.filter(photo=photo).update(shape_vector=list(vector), shape_version=version)


def variant_shape_record(*, variant: PublishedVariant, vector: Sequence[float], version: str) -> int:
    _check_shape(vector)
    return SearchEntry.objects.filter(variant=variant).update(shape_vector=list(vector), shape_version=version)


def entry_shape_record(*, entry: SearchEntry, vector: Sequence[float], version: str) -> None:
    _check_shape(vector)
    SearchEntry.objects.filter(pk=entry.pk).update(shape_vector=list(vector), shape_version=version)


def _check_shape(vector: Sequence[float]) -> None:
    if len(vector) != SHAPE_DIMENSIONS:
        raise InvalidInput(f"A shape has {SHAPE_DIMENSIONS} numbers, not {len(vector)}.")


@transaction.atomic
def merchant_reindex(merchant_id: int) -> None:
    """After a merchant was switched on or off: all of its entries at once."""
    entries = SearchEntry.objects.filter(merchant=merchant_id)
    public = entries.filter(product__status=ProductStatus.ACTIVE, merchant__is_active=True).values("pk")
    entries.filter(pk__in=list(public)).update(is_public=True)
    entries.exclude(pk__in=list(public)).update(is_public=False)
