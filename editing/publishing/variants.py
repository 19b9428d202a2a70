"""Putting an approved variant on the shop, and taking it off for everybody at once."""

import logging
import secrets
from functools import partial

from django.db import transaction

from catalog import storage
from catalog.colours import Lab
from catalog.errors import Conflict
from catalog.models import Product, PublishedVariant
from catalog.services.search_index import variant_shape_record
from catalog.services.variants import VariantImage, variant_publish, variant_withdraw
from editing.lifecycle.manifolds import shared_projections
from editing.lifecycle.states import VariantStatus
from editing.models import Variant

log = logging.getLogger(__name__)


def publish(variant: Variant) -> PublishedVariant:
    """Show a locked variant on its product's page. Raises Conflict where the same picture is there already.

    What shoppers get are copies under addresses of this publication alone. Withdrawing deletes them, so that also
    signed links which have been given out end, and nothing but a short-lived cache still has the picture.
    """
    product = Product.objects.select_for_update().get(pk=variant.photo.product_id)
    twins = Variant.objects.filter(status=VariantStatus.APPROVED, sha256=variant.sha256, published__product=product)
    if twins.exclude(pk=variant.pk).exists():
        raise Conflict("The shop shows this very picture already.")
    published = variant_publish(
        photo=variant.photo,
        colourway=variant.colourway,
        swatch_hex=variant.swatch_hex or variant.measured_hex,
        measured=Lab(l=variant.measured_l, a=variant.measured_a, b=variant.measured_b),
        image=_image(variant),
    )
    _record_shape(variant, published)
    return published


def _image(variant: Variant) -> VariantImage:
    edition = secrets.token_hex(8)
    copy = partial(storage.publish_copy, edition=edition)
    return VariantImage(
        object_key=copy(variant.object_key),
        width=variant.width,
        height=variant.height,
        thumbnails={width: copy(key) for width, key in variant.thumbnails.items()},
        content_type=variant.content_type,
        sequence_key=variant.sequence_key,
        provenance={
            "request": str(variant.request.key),
            "variant": str(variant.key),
            "manifold_version": variant.manifold_version,
            "measures": variant.measures,
        },
    )


def _record_shape(variant: Variant, published: PublishedVariant) -> None:
    """A colourway keeps its photo's shape."""
    projection = shared_projections(variant.photo).order_by("-created_at").first()
    if projection is not None:
        vector = [float(value) for value in projection.shape]
        variant_shape_record(variant=published, vector=vector, version=projection.manifold_version)


def withdraw(variant: Variant) -> None:
    """Off the storefront and out of search with this transaction; its public copies are deleted after it."""
    if variant.published is None:
        return
    published = variant_withdraw(variant=variant.published)
    transaction.on_commit(partial(_delete_copies, [published.object_key, *published.thumbnails.values()]))


def _delete_copies(keys: list[str]) -> None:
    copies = [key for key in keys if key.startswith(f"{storage.PUBLISHED}/")]
    try:
        storage.delete(copies)
    except storage.StorageError:  # no page names them any more, and the garbage collection will find them
        log.exception("the copies of a withdrawn variant are still there", extra={"keys": copies})
