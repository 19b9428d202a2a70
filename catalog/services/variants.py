"""Publishing and withdrawing variants; `editing` calls these when a reviewer has decided."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from catalog.colours import Lab, family_of
from catalog.models import Colourway, Photo, Product, PublishedVariant
from catalog.naming import first_free
from catalog.services import search_index
from catalog.services.colourways import sku_ensure


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
    *, photo: Photo, colourway: Colourway, swatch_hex: str, measured: Lab, image: VariantImage
) -> PublishedVariant:
    """Show an approved picture of a colourway on its product's page.

    Publishing the same image again answers the one that is there.
    """
    product = Product.objects.select_for_update().select_related("merchant").get(pk=photo.product_id)
    live = product.published_variants.filter(withdrawn_at=None)
    published = live.filter(object_key=image.object_key).first()
    if published is not None:
        return published
    sku_ensure(colourway)
    published = PublishedVariant.objects.create(
        product=product,
        photo=photo,
        colourway=colourway,
        is_lead=False,
        slug=_slug(colourway, product),
        colour_name=colourway.name,
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
        position=colourway.position,
        published_at=timezone.now(),
    )
    _choose_lead(colourway)
    published.refresh_from_db()
    search_index.product_reindex(product)
    return published


def _slug(colourway: Colourway, product: Product) -> str:
    """The colourway's address: the one that its other pictures have, else a free one after its name."""
    live = product.published_variants.filter(withdrawn_at=None)
    own = live.filter(colourway=colourway).first()
    if own is not None:
        return own.slug
    return first_free(slugify(colourway.name)[:70] or "colour", set(live.values_list("slug", flat=True)), limit=80)


def _choose_lead(colourway: Colourway) -> None:
    """The picture that was made from the product's main photo leads, else the first in the photos' order."""
    live = PublishedVariant.objects.filter(colourway=colourway, withdrawn_at=None).select_related("photo")
    ranked = sorted(live, key=lambda row: (not row.photo.is_primary, row.photo.position, row.pk))
    PublishedVariant.objects.filter(colourway=colourway, is_lead=True).update(is_lead=False)
    if ranked:
        PublishedVariant.objects.filter(pk=ranked[0].pk).update(is_lead=True)


@transaction.atomic
def variant_withdraw(*, variant: PublishedVariant) -> PublishedVariant:
    """Take a variant off the storefront and out of search. Its row stays, as a record."""
    product = Product.objects.select_for_update().select_related("merchant").get(pk=variant.product_id)
    if variant.withdrawn_at is None:
        variant.withdrawn_at = timezone.now()
        variant.save(update_fields=["withdrawn_at"])
        _choose_lead(variant.colourway)
        search_index.product_reindex(product)
    return variant
