"""Photos that looks are taken from: always of the merchant who asks, whichever door a key came by."""

from collections.abc import Iterable

from django.db.models import QuerySet

from catalog.errors import InvalidInput
from catalog.models import Photo
from catalog.tenancy.access import Actor, readable

MISSING = "The product whose look is asked for is not available any more. Choose another one."


def keys_by_photo(actor: Actor, photo_ids: Iterable[int]) -> dict[int, str]:
    """Object keys of the actor's photos, for those that are there."""
    wanted = set(photo_ids)
    return dict(readable(actor, Photo).filter(pk__in=wanted).values_list("pk", "object_key")) if wanted else {}


def key_of(keys: dict[int, str], photo_id: int) -> str:
    """Raises InvalidInput for a photo that is not there."""
    if photo_id not in keys:
        raise InvalidInput(MISSING, extra={"constraints": [MISSING]})
    return keys[photo_id]


def own_examples(merchant_id: int, keys: Iterable[str]) -> QuerySet[Photo]:
    """Those of the keys that are photos of this merchant: all that its looks may be taken from."""
    photos = Photo.objects.filter(product__merchant=merchant_id, object_key__in=sorted(set(keys)))
    return photos.select_related("product").order_by("object_key", "pk").distinct("object_key")
