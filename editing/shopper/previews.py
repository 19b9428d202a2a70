"""A product in a colour that it does not have, on demand: of modest size, once for everybody who asks, never published.

Only where the merchant allows it. The worker gets the photo's largest thumbnail instead of the photo, so that a picture
takes seconds; it bears every mark of origin that a variant bears.
"""

import logging
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from pydantic import ValidationError

from catalog.errors import CatalogError, InvalidInput
from catalog.models import Photo, Product
from catalog.search.words import AskedColour
from catalog.services.rates import Rate, spend
from catalog.tenancy.wall import as_sweeper
from editing.lifecycle import manifolds
from editing.lifecycle.messages import digest_of, outline_of, stored_projection
from editing.models import ColourPreview, PreviewStatus, Priority
from gpu_worker.contract.answers import ANSWER, Failed, Finished, Heartbeat, VariantStored
from gpu_worker.contract.jobs import QUEUE_OF, TASKS, NamedSwatch, Provenance, RenderJob

log = logging.getLogger(__name__)

PER_SHOPPER = Rate(name="colour previews", count=12, seconds=3600)
MOST_OPEN = 20  # more than so many would wait longer than anybody does
PATIENCE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
KEPT = timedelta(days=7)
_OPEN = (PreviewStatus.WAITING, PreviewStatus.MAKING)


class Busy(CatalogError):
    """Too many pictures wait already."""

    code = "busy"


def preview_ask(*, product: Product, colour: AskedColour, shopper: str) -> ColourPreview:
    """The one that is there, or a new one. Raises InvalidInput, TooOften or Busy."""
    photo = product.photos.filter(is_primary=True).first()
    if not product.merchant.shows_previews or photo is None:
        raise InvalidInput("This shop shows only colours that it has.")
    known = ColourPreview.objects.filter(photo=photo, hex=colour.hex).first()
    if known is not None and not _is_given_up(known):
        return known
    spend(PER_SHOPPER, shopper)
    if ColourPreview.objects.filter(status__in=_OPEN, sent_at__gt=timezone.now() - PATIENCE).count() >= MOST_OPEN:
        raise Busy("Many people are asking for pictures just now. Please try again in a minute.")
    return _ask_again(known) if known else _ask(product, photo, colour)


def _is_given_up(preview: ColourPreview) -> bool:
    """Nobody answered in time, and it was not asked for too often."""
    return preview.is_open and preview.sent_at < timezone.now() - PATIENCE and preview.attempts < MOST_ATTEMPTS


def too_late(preview: ColourPreview) -> str:
    """A sentence for who has waited long enough; empty before that."""
    if preview.is_open and preview.sent_at < timezone.now() - PATIENCE:
        return "All our workers are busy just now. Please ask for this picture again in a minute."
    return ""


@transaction.atomic
def _ask(product: Product, photo: Photo, colour: AskedColour) -> ColourPreview:
    preview, is_new = ColourPreview.objects.get_or_create(
        photo=photo, hex=colour.hex, defaults={"product": product, "words": colour.name[:60]}
    )
    if is_new:
        transaction.on_commit(lambda: _send(preview))
    return preview


@transaction.atomic
def _ask_again(preview: ColourPreview) -> ColourPreview:
    preview.attempts, preview.sent_at, preview.status = preview.attempts + 1, timezone.now(), PreviewStatus.WAITING
    preview.save(update_fields=["attempts", "sent_at", "status"])
    transaction.on_commit(lambda: _send(preview))
    return preview


def job_of(preview: ColourPreview) -> RenderJob:
    photo = preview.photo
    widest = max(photo.thumbnails, key=int)
    return RenderJob(
        job=preview.key,
        token=preview.attempts,
        kind=preview.product.kind,  # type: ignore[arg-type]
        manifold=manifolds.named(preview.product.merchant_id, preview.product.kind),
        photo_key=photo.thumbnails[widest],
        outline=outline_of(photo),
        projection=stored_projection(photo),
        swatches=[NamedSwatch(name=preview.words, colour=preview.hex)],
        provenance=Provenance(request=preview.key, photo=digest_of(photo)),
    )


def _send(preview: ColourPreview) -> None:
    """Before every merchant's picture: somebody waits. What the broker does not take is asked for again by who waits."""
    message = job_of(preview).model_dump(mode="json")
    try:
        current_app.send_task(
            TASKS["render"], args=[message], queue=QUEUE_OF["render"], priority=Priority.SINGLE, retry=False,
            ignore_result=True,
        )  # fmt: skip
    except OperationalError as error:
        log.warning("the broker took no preview", extra={"preview": str(preview.key), "error": str(error)})


def record(message: dict[str, Any]) -> bool:
    """Record a worker's answer; False where it answers no preview. Whichever attempt it answers, the picture is the same."""
    try:
        answer = ANSWER.validate_python(message)
    except ValidationError:
        return False  # reported by who tried before us
    waiting = ColourPreview.objects.filter(pk=answer.job, status__in=_OPEN)
    if isinstance(answer, Heartbeat):
        return bool(waiting.update(status=PreviewStatus.MAKING))
    if isinstance(answer, Failed) and not answer.worth_retrying:
        return bool(waiting.update(status=PreviewStatus.FAILED))
    made = (
        answer.variants
        if isinstance(answer, Finished)
        else [answer.variant]
        if isinstance(answer, VariantStored)
        else []
    )
    if made:
        stored = made[0]
        return bool(
            waiting.update(status=PreviewStatus.READY, object_key=stored.key, width=stored.width, height=stored.height)
        )
    return waiting.exists()


def delete_old() -> int:
    """Rows of more than a week ago; the garbage collection deletes their pictures."""
    with as_sweeper():
        return ColourPreview.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
