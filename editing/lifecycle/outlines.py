"""Outlines of photos: what members mark and confirm, and what workers find by it."""

from functools import partial

from django.db import transaction
from pydantic import ValidationError

from catalog.errors import Conflict, InvalidInput
from catalog.models import Photo, User
from editing.lifecycle import dispatch
from editing.lifecycle.history import move
from editing.lifecycle.projections import projection_ask
from editing.lifecycle.states import OPEN_JOBS, JobStatus
from editing.models import EditJob, PhotoOutline, Priority, Projection, Task
from gpu_worker.contract.outline import Outline


def outline_parse(raw: object) -> Outline:
    """Box and marks as people send them. Raises InvalidInput."""
    try:
        return Outline.model_validate(raw)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "marks"
        message = f"These marks cannot be used ({where}: {error.errors()[0]['msg']})."
        raise InvalidInput(message, extra={"marks": [message]}) from error


@transaction.atomic
def outline_mark(*, photo: Photo, asked: Outline, by: User | None) -> PhotoOutline:
    """Keep marks and have the product found by them. What was found before, and its latents, are void.

    Raises Conflict where somebody else has marked since `asked.revision`.
    """
    row = _locked(photo)
    if row.revision != asked.revision:
        raise Conflict(
            "Somebody has changed this outline meanwhile. Reload the page.", extra={"revision": row.revision}
        )
    row.marks = asked.model_dump(mode="json", include={"box", "marks"})
    row.revision, row.is_confirmed, row.marked_by = row.revision + 1, False, by
    row.object_key, row.confidence = "", None
    row.save()
    Projection.objects.filter(photo=photo).delete()
    _stop_projecting(photo)
    projection_ask(photo=photo, priority=Priority.SINGLE)
    return row


@transaction.atomic
def outline_confirm(*, photo: Photo, revision: int, by: User | None) -> PhotoOutline:
    """Say that what was found is right. Raises Conflict where nothing is found yet, or something else than was seen."""
    row = _locked(photo)
    if row.confidence is None or row.revision != revision:
        raise Conflict("This outline is being found anew. Look at it first, then say that it is right.")
    row.is_confirmed, row.marked_by = True, by
    row.save(update_fields=["is_confirmed", "marked_by", "updated_at"])
    Projection.objects.filter(photo=photo).update(mask_confidence=1.0)
    return row


def outline_record(*, photo: Photo, key: str, confidence: float, revision: int) -> None:
    """Write down what a worker found, unless the marks have changed since it was asked."""
    row = _locked(photo)
    if row.revision == revision:
        row.object_key = key
        row.confidence = row.confidence if row.is_confirmed and row.confidence is not None else confidence
        row.save(update_fields=["object_key", "confidence", "updated_at"])


def _locked(photo: Photo) -> PhotoOutline:
    PhotoOutline.objects.get_or_create(photo=photo)
    return PhotoOutline.objects.select_for_update().get(photo=photo)


def _stop_projecting(photo: Photo) -> None:
    """Whoever looks for the latent by the old marks may stop."""
    for job in EditJob.objects.select_for_update().filter(photo=photo, task=Task.PROJECT, status__in=OPEN_JOBS):
        was_given_out = job.status != JobStatus.WAITING
        move(job, JobStatus.CANCELLED, why="the outline was changed")
        if was_given_out:
            transaction.on_commit(partial(dispatch.tell_to_stop, job.key, job.token), robust=True)
