"""Photos that looks and parts are taken from and that walks lead to: always of the merchant who asks, whichever door a key came by."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from catalog.errors import InvalidInput
from catalog.models import Merchant, Photo
from catalog.tenancy.access import Actor, readable
from gpu_worker.contract.marks import Constraint, Part, Walk
from gpu_worker.contract.parts import cannot_be_transferred

MISSING = "The product whose look is asked for is not available any more. Choose another one."


def keys_by_photo(actor: Actor, photo_ids: Iterable[int]) -> dict[int, str]:
    """Object keys of the actor's photos, for those that are there."""
    wanted = set(photo_ids)
    return dict(readable(actor, Photo).filter(pk__in=wanted).values_list("pk", "object_key")) if wanted else {}


def key_of(keys: dict[int, str], photo_id: int) -> str:
    """Raises InvalidInput for a photo that is not there."""
    if photo_id not in keys:
        raise _refused(MISSING)
    return keys[photo_id]


def own_examples(merchant_id: int, keys: Iterable[str]) -> QuerySet[Photo]:
    """Those of the keys that are photos of this merchant: all that its looks may be taken from, and its walks lead to."""
    photos = Photo.objects.filter(product__merchant=merchant_id, object_key__in=sorted(set(keys)))
    return photos.select_related("product").order_by("object_key", "pk").distinct("object_key")


def check_walks(merchant: Merchant, photos: Sequence[Photo], constraints: Sequence[Constraint]) -> None:
    """A walk leads to another product of the same kind. Raises InvalidInput."""
    ends = {mark.example_key for mark in constraints if isinstance(mark, Walk)}
    for end in own_examples(merchant.pk, ends):
        if any(photo.product_id == end.product_id for photo in photos):
            raise _refused("This walk would end where it begins: choose another product.")
        if any(photo.product.kind != end.product.kind for photo in photos):
            raise _refused("The two products are of different kinds: walk between two shoes or two shirts.")


def check_parts(merchant: Merchant, photos: Sequence[Photo], constraints: Sequence[Constraint]) -> None:
    """A part comes from another product of the same kind, if it can be had at all. Raises InvalidInput."""
    wanted = [mark for mark in constraints if isinstance(mark, Part)]
    for kind in sorted({photo.product.kind for photo in photos}):
        for mark in wanted:
            if reason := cannot_be_transferred(mark.part, kind):
                raise _refused(reason)
    for example in own_examples(merchant.pk, {mark.example_key for mark in wanted}):
        if any(photo.product_id == example.product_id for photo in photos):
            raise _refused("The part would come from the same product: choose another one.")
        if any(photo.product.kind != example.product.kind for photo in photos):
            raise _refused("The two products are of different kinds: choose one of the same kind.")


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, extra={"constraints": [message]})
