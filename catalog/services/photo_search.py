"""A shopper's photo on its way: taken in like a merchant's, looked at by a worker, deleted after an hour.

Whoever can have photos looked at listens to `photo_search_asked` and answers with `looking`, `found` or `refuse`.
"""

import logging
import uuid
from datetime import timedelta
from functools import partial
from typing import IO

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from PIL import Image, ImageOps

from catalog import images, storage
from catalog.errors import CatalogError, InvalidInput
from catalog.images.thumbnails import encode, on_white
from catalog.models import SHAPE_DIMENSIONS, PhotoSearch, ProductKind, SearchStatus
from catalog.services.photos import read_limited
from catalog.services.rates import Rate, spend
from catalog.signals import photo_search_asked
from catalog.tenancy.wall import as_sweeper

log = logging.getLogger(__name__)

PER_SHOPPER = (Rate(name="photo search", count=6, seconds=60), Rate(name="photo search", count=40, seconds=3600))
MOST_OPEN = 30  # more than so many would wait longer than anybody does
MAX_SIDE = 1024  # a worker looks at 64 pixels of it
KEPT = timedelta(hours=1)
PATIENCE = timedelta(seconds=90)
ASK_AGAIN = timedelta(seconds=20)
MOST_ATTEMPTS = 3
_OPEN = (SearchStatus.WAITING, SearchStatus.LOOKING)
_BUSY = "All our workers are busy just now. Your photo was not looked at; please try again in a few minutes."
_WITH_SIDES = {ProductKind.SHOE.value}  # a shirt is nearly its own mirror image
_DELETED_AT_ONCE = 500


class Busy(CatalogError):
    """Too many photos wait already."""

    code = "busy"


def start(*, kind: str, name: str, stream: IO[bytes], shopper: str) -> PhotoSearch:
    """Take the photo in and have it looked at. Raises ImageRefused, InvalidInput, TooOften, Busy or StorageError."""
    if kind not in ProductKind.values:
        raise InvalidInput("Say whether the photo shows a shoe or a shirt.")
    for rate in PER_SHOPPER:
        spend(rate, shopper)
    if PhotoSearch.objects.filter(status__in=_OPEN, original=None).count() >= MOST_OPEN:
        raise Busy("Many people are searching by photo just now. Please try again in a minute.")
    clean = images.clean_photo(read_limited(stream), name)
    smaller = on_white(clean.image)
    smaller.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    search = _stored(kind, smaller)
    mirrored = _stored(kind, ImageOps.mirror(smaller)) if kind in _WITH_SIDES else None
    with transaction.atomic():
        if mirrored is not None:
            mirrored.save()
        search.mirror = mirrored
        search.save()
        for one in filter(None, (search, mirrored)):  # the photo itself first
            transaction.on_commit(partial(_ask, one), robust=True)
    return search


def _stored(kind: str, picture: Image.Image) -> PhotoSearch:
    """Not saved yet. Under its own address: deleting it must never delete a merchant's photo of the same bytes."""
    key = uuid.uuid4()
    object_key = storage.put(f"searches/{key}", encode(picture, quality=90), content_type="image/webp")
    return PhotoSearch(key=key, kind=kind, object_key=object_key)


def _ask(search: PhotoSearch) -> None:
    PhotoSearch.objects.filter(pk=search.pk).update(attempts=F("attempts") + 1, sent_at=timezone.now())
    search.refresh_from_db()
    photo_search_asked.send(sender=PhotoSearch, search=search)


def looking(key: uuid.UUID) -> bool:
    """A worker has begun. False where nobody waits for this photo."""
    return bool(_open(key).update(status=SearchStatus.LOOKING))


def found(key: uuid.UUID, *, vector: list[float], version: str) -> bool:
    """Where the photo lies. A second answer changes nothing."""
    if len(vector) != SHAPE_DIMENSIONS:
        raise InvalidInput(f"A shape has {SHAPE_DIMENSIONS} numbers, not {len(vector)}.")
    return bool(_open(key).update(status=SearchStatus.FOUND, shape_vector=vector, shape_version=version))


def wait_again(key: uuid.UUID) -> bool:
    """Whoever looked at it will not answer; `ask_again` sends it to another."""
    return bool(_open(key).update(status=SearchStatus.WAITING))


def refuse(key: uuid.UUID, sentence: str) -> bool:
    """The photo cannot be used; `sentence` says why."""
    return bool(_open(key).update(status=SearchStatus.REFUSED, error=sentence[:400]))


def _open(key: uuid.UUID) -> QuerySet[PhotoSearch]:
    return PhotoSearch.objects.filter(pk=key, status__in=_OPEN)


def ask_again() -> int:
    """Searches that nobody has begun: their message may be lost. At most twice, then they are given up."""
    searches = _unheard()
    for search in searches:
        _ask(search)
    return len(searches)


@as_sweeper()
def _unheard() -> list[PhotoSearch]:
    """Those to be asked for again; who waited too long is told so."""
    now = timezone.now()
    late = PhotoSearch.objects.filter(status__in=_OPEN, created_at__lt=now - PATIENCE)
    late.update(status=SearchStatus.BUSY, error=_BUSY)
    unheard = PhotoSearch.objects.filter(status=SearchStatus.WAITING, attempts__lt=MOST_ATTEMPTS)
    return list(unheard.filter(created_at__lt=now - ASK_AGAIN).exclude(sent_at__gt=now - ASK_AGAIN))


def delete_old() -> int:
    """Delete photos and rows of more than an hour ago, the photos first: a row is how they are found."""
    old = list(PhotoSearch.objects.filter(created_at__lt=timezone.now() - KEPT)[:_DELETED_AT_ONCE])
    storage.delete([search.object_key for search in old])
    return PhotoSearch.objects.filter(pk__in=[search.pk for search in old]).delete()[0]
