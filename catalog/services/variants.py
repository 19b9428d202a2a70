"""Publishing and withdrawing variants; `editing` calls these when a reviewer has decided."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from catalog.colours import Lab, family_of
from catalog.models import Photo, Product, PublishedVariant
from catalog.services import search_index


@dataclass(frozen=True, kw_only=True)
class VariantImage:
    """A finished variant whose objects are in the store already."""

    object_key: str
    width: int
    height: int
    thumbnails: dict[str, str]  # object key by width
    content_type: str = "image/webp"
    sequence_key: str = ""
    provenance: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def variant_publish(
    *, photo: Photo, colour_name: str, swatch_hex: str, measured: Lab, image: VariantImage
) -> PublishedVariant:
    """Show an approved variant on its product's page. Publishing the same image again answers the one that is there."""
    product = Product.objects.select_for_update().select_related("merchant").get(pk=photo.product_id)
    live = product.published_variants.filter(withdrawn_at=None)
    published = live.filter(object_key=image.object_key).first()
    if published is not None:
        return published
    published = PublishedVariant.objects.create(
        product=product,
        photo=photo,
        slug=_free_slug(colour_name, set(live.values_list("slug", flat=True))),
        colour_name=colour_name,
        swatch_hex=swatch_hex,
        colour_lab_l=measured.l,
        colour_lab_a=measured.a,
        colour_lab_b=measured.b,
        colour_family=family_of(measured),
        object_key=image.object_key,
        content_type=image.content_type,
        width=image.width,
        height=image.height,
        thumbnails=image.thumbnails,
        sequence_key=image.sequence_key,
        provenance=image.provenance,
        position=live.count(),
        published_at=timezone.now(),
    )
    search_index.product_reindex(product)
    return published


def _free_slug(colour_name: str, taken: set[str]) -> str:
    base = slugify(colour_name)[:70] or "colour"
    candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


@transaction.atomic
def variant_withdraw(*, variant: PublishedVariant) -> PublishedVariant:
    """Take a variant off the storefront and out of search. Its row stays, as a record."""
    product = Product.objects.select_for_update().select_related("merchant").get(pk=variant.product_id)
    if variant.withdrawn_at is None:
        variant.withdrawn_at = timezone.now()
        variant.save(update_fields=["withdrawn_at"])
        search_index.product_reindex(product)
    return variant
