"""Taking in photos and keeping them in order."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import IO

from django.db import transaction
from django.db.models import Max

from catalog import images, storage
from catalog.colours import Lab, family_of, hex_from_lab
from catalog.errors import CatalogError, Conflict, ImageRefused, InvalidInput
from catalog.images import CleanPhoto, limits
from catalog.models import Alteration, Photo, Product, ProductStatus, User, View
from catalog.photo_views import view_named
from catalog.services import search_index
from catalog.signals import photo_added

MAX_PHOTOS = 20
_ALMOST_BLACK, _ALMOST_WHITE = 10.0, 95.0  # CIELAB L


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What became of one file of an upload."""

    name: str
    photo: Photo | None = None
    is_new: bool = False
    error: str = ""
    notes: tuple[str, ...] = ()  # what was assumed, and what will look poor


def photos_add(*, product: Product, files: Iterable[tuple[str, IO[bytes]]], by: User | None) -> list[Upload]:
    """Take in several files; a bad one gets one sentence and loses nothing of the rest."""
    return [_add_or_explain(product, name, stream, by) for name, stream in files]


def _add_or_explain(product: Product, name: str, stream: IO[bytes], by: User | None) -> Upload:
    short_name = PurePosixPath(name.replace("\\", "/")).name[-200:] or "photo"
    try:
        clean = images.clean_photo(read_limited(stream), short_name)
        photo, is_new = photo_keep(product=product, name=short_name, clean=clean, by=by)
    except CatalogError as error:
        return Upload(name=short_name, error=error.message)
    except storage.StorageError:
        return Upload(name=short_name, error="The photo could not be stored just now. Try again in a minute.")
    return Upload(name=short_name, photo=photo, is_new=is_new, notes=(*clean.notes, *_advice(photo)))


def _advice(photo: Photo) -> list[str]:
    """What a photographer would say."""
    small = f"This photo is {photo.width} px wide: on the product's page you can have it enlarged."
    return [*([small] if photo.is_small else []), *_advice_on_colour(photo)]


def _advice_on_colour(photo: Photo) -> list[str]:
    """A colourway keeps the light and shade of its photo: black and white have none."""
    if photo.colour_lab_l < _ALMOST_BLACK:
        return [
            "The product is almost black: colourways of it lose detail. A mid-tone, well-lit sample gives the best ones."
        ]
    if photo.colour_lab_l > _ALMOST_WHITE:
        return ["The product is almost white: deep colours will look flat. A mid-tone sample gives the best ones."]
    return []


def read_limited(stream: IO[bytes]) -> bytes:
    data = stream.read(limits.MAX_BYTES + 1)
    if len(data) > limits.MAX_BYTES:
        raise ImageRefused(f"The file is larger than {limits.MAX_BYTES // 1_000_000} MB.")
    return data


def photo_add(*, product: Product, name: str, data: bytes, by: User | None) -> tuple[Photo, bool]:
    """The photo of these bytes and whether it is new. The same bytes again give the photo that is there.

    Objects are stored before a row names them. Raises ImageRefused, InvalidInput or StorageError.
    """
    return photo_keep(product=product, name=name, clean=images.clean_photo(data, name), by=by)


def photo_add_once(*, product: Product, name: str, data: bytes, by: User | None) -> bool:
    """Like `photo_add`, but known by the bytes as they were uploaded, without decoding them; whether it is new."""
    if product.photos.filter(source_sha256=hashlib.sha256(data).hexdigest()).exists():
        return False
    return photo_add(product=product, name=name, data=data, by=by)[1]


def photo_keep(*, product: Product, name: str, clean: CleanPhoto, by: User | None) -> tuple[Photo, bool]:
    """A photo that was rebuilt already."""
    fields = _stored_fields(clean)
    with transaction.atomic():
        locked = Product.objects.select_for_update().get(pk=product.pk)
        existing = locked.photos.filter(sha256=fields["sha256"]).first()
        if existing is not None:
            return existing, False
        photo = _append(locked, Photo(**fields, original_name=name, view=view_named(name), uploaded_by=by))
        transaction.on_commit(partial(photo_added.send, sender=Photo, photo=photo))
    return photo, True


def _stored_fields(clean: CleanPhoto) -> dict[str, object]:
    key = storage.put("photos", clean.data, content_type=clean.content_type)
    hex_colour, lab = images.dominant_colour(clean.image)
    return {
        "sha256": key.partition("/")[2],
        "source_sha256": clean.source_sha256,
        "object_key": key,
        "content_type": clean.content_type,
        "size": len(clean.data),
        "width": clean.size[0],
        "height": clean.size[1],
        "thumbnails": {
            str(thumbnail.width): storage.put("thumbs", thumbnail.data, content_type=thumbnail.content_type)
            for thumbnail in images.thumbnails(clean.image)
        },
        "colour_hex": hex_colour,
        **colour_fields(lab),
    }


def colour_fields(lab: Lab) -> dict[str, object]:
    return {
        "colour_lab_l": lab.l,
        "colour_lab_a": lab.a,
        "colour_lab_b": lab.b,
        "colour_family": family_of(lab),
    }


@transaction.atomic
def photo_colours_record(*, photo: Photo, colours: Sequence[Lab]) -> None:
    """What colours the product in a photo has, once somebody has told it from ground, skin and sole: one, or two of a two-tone one."""
    first, *others = colours
    second = next((hex_from_lab(lab) for lab in others), "")
    fields = {"colour_hex": hex_from_lab(first), "second_colour_hex": second, **colour_fields(first)}
    Photo.objects.filter(pk=photo.pk).update(**fields)
    if photo.is_primary:
        search_index.product_reindex(photo.product)


def _append(product: Product, photo: Photo) -> Photo:
    count = product.photos.count()
    if count >= MAX_PHOTOS:
        raise InvalidInput(f"A product has at most {MAX_PHOTOS} photos. Delete one first.")
    last = product.photos.aggregate(last=Max("position"))["last"]
    photo.product, photo.position, photo.is_primary = product, 0 if last is None else last + 1, count == 0
    if product.synthetic:
        photo.alteration = Alteration.GENERATED
    photo.save()
    if photo.is_primary:
        search_index.product_reindex(product)
    return photo


@transaction.atomic
def photo_make_primary(*, photo: Photo) -> Photo:
    product = Product.objects.select_for_update().get(pk=photo.product_id)
    product.photos.filter(is_primary=True).update(is_primary=False)
    photo.is_primary = True
    photo.save(update_fields=["is_primary"])
    search_index.product_reindex(product)
    return photo


@transaction.atomic
def photos_order(*, product: Product, photo_ids: list[int]) -> None:
    """Put the photos of a product in the given order, which names each of them once."""
    photos = {photo.pk: photo for photo in product.photos.select_for_update()}
    if sorted(photo_ids) != sorted(photos):
        raise InvalidInput("The order must name each photo of the product once.")
    for position, photo_id in enumerate(photo_ids):
        photos[photo_id].position = position
    Photo.objects.bulk_update(photos.values(), ["position"])


@transaction.atomic
def photo_shift(*, photo: Photo, steps: int) -> None:
    """Move a photo toward the front (negative steps) or the back."""
    ids = list(photo.product.photos.values_list("pk", flat=True))
    at = ids.index(photo.pk)
    ids.insert(min(max(at + steps, 0), len(ids) - 1), ids.pop(at))
    photos_order(product=photo.product, photo_ids=ids)


def photo_tell(*, photo: Photo, view: View | None = None, alteration: Alteration | None = None) -> Photo:
    """Say which view a photo shows, and whether a computer made or changed it."""
    if view is not None:
        photo.view = view
    if alteration is not None:
        photo.alteration = alteration
    photo.save(update_fields=["view", "alteration"])
    return photo


def photo_describe(*, photo: Photo, alt_text: str) -> Photo:
    photo.alt_text = alt_text.strip()
    photo.full_clean(validate_unique=False, validate_constraints=False)
    photo.save(update_fields=["alt_text"])
    return photo


@transaction.atomic
def photo_delete(*, photo: Photo) -> None:
    """Delete the row; the next photo becomes primary. Raises Conflict where shoppers would be left with nothing."""
    product = Product.objects.select_for_update().get(pk=photo.product_id)
    others = product.photos.exclude(pk=photo.pk)
    if product.status == ProductStatus.ACTIVE and not others.exists():
        raise Conflict(
            "This is the only photo of an active product. Add another one or make the product a draft first."
        )
    if product.published_variants.filter(photo=photo, withdrawn_at=None).exists():
        raise Conflict("Published variants were made from this photo. Withdraw them first.")
    was_primary = photo.is_primary
    photo.delete()
    heir = others.first()
    if was_primary and heir is not None:
        photo_make_primary(photo=heir)
    search_index.product_reindex(product)
