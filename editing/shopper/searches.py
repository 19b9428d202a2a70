"""Shoppers' photos to the workers and back. The rows are the catalogue's; here is what is known of the queue."""

import logging
from typing import Any

from celery import current_app
from django.dispatch import receiver
from kombu.exceptions import OperationalError
from pydantic import ValidationError

from catalog.models import PhotoSearch, SearchEntry
from catalog.services import photo_search
from catalog.services.search_index import entry_shape_record
from catalog.signals import photo_search_asked, shape_missing
from editing.lifecycle.manifolds import shared_projections
from editing.lifecycle.projections import shape_of
from editing.models import Priority
from gpu_worker.contract.answers import ANSWER, Failed, Heartbeat, Projected
from gpu_worker.contract.jobs import QUEUE_OF, TASKS, ProjectJob

log = logging.getLogger(__name__)


@receiver(photo_search_asked, dispatch_uid="editing.send_photo_search")
def send(search: PhotoSearch, **_: Any) -> None:
    """Before every merchant's photo: somebody waits. What the broker does not take is asked for again by the clock."""
    job = ProjectJob(job=search.key, token=search.attempts, kind=search.kind, photo_key=search.object_key)  # type: ignore[arg-type]
    try:
        current_app.send_task(
            TASKS["project"],
            args=[job.model_dump(mode="json")],
            queue=QUEUE_OF["project"],
            priority=Priority.SINGLE,
            retry=False,
            ignore_result=True,
        )
    except OperationalError as error:
        log.warning("the broker took no photo search", extra={"search": str(search.key), "error": str(error)})


def record(message: dict[str, Any]) -> bool:
    """Record an answer to a photo search. Whichever attempt it answers, the photo's place is the same."""
    try:
        answer = ANSWER.validate_python(message)
    except ValidationError:
        return False  # reported by who tried before us
    if isinstance(answer, Heartbeat):
        return photo_search.looking(answer.job)
    if isinstance(answer, Projected):
        stored = answer.projection
        return photo_search.found(answer.job, vector=shape_of(stored.w_plus), version=stored.manifold_version)
    if isinstance(answer, Failed) and not answer.worth_retrying:
        return photo_search.refuse(answer.job, answer.message)
    return photo_search.wait_again(answer.job)  # its worker died or was hindered


@receiver(shape_missing, dispatch_uid="editing.give_shape")
def give_shape(entry: SearchEntry, **_: Any) -> None:
    """Of an entry whose photo was projected before, such as one that became a product's main photo again."""
    projection = shared_projections(entry.photo).order_by("-created_at").first()
    if projection is not None:
        vector = [float(value) for value in projection.shape]
        entry_shape_record(entry=entry, vector=vector, version=projection.manifold_version)
