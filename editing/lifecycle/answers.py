"""Recording what workers answer: under the job's lock, only for the newest token, and only once."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from pydantic import ValidationError

from catalog.tenancy.wall import as_merchant
from editing.lifecycle import dispatch, failures, manifolds
from editing.lifecycle.guards import guards
from editing.lifecycle.history import move
from editing.lifecycle.outlines import outline_record
from editing.lifecycle.projections import projection_ask, projection_record
from editing.lifecycle.roll_up import lock_requests, roll_up
from editing.lifecycle.states import IN_FLIGHT, OPEN_JOBS, JobStatus
from editing.lifecycle.variants import variant_record
from editing.models import EditJob, Task
from editing.services import sets
from gpu_worker.contract.answers import (
    ANSWER,
    STORAGE_AWAY,
    UNREADABLE,
    Answer,
    Failed,
    Finished,
    Heartbeat,
    Outlined,
    Projected,
    Returned,
    VariantStored,
)

log = logging.getLogger(__name__)

DOUBT = timedelta(seconds=2.5)  # two beats and a half


def record(message: dict[str, Any]) -> bool:
    """Record one answer. False when it was dropped: unreadable, for a job that is gone, or under an old token."""
    try:
        answer = ANSWER.validate_python(message)
    except ValidationError:
        log.exception("an answer could not be read")
        return False
    if isinstance(answer, Heartbeat) and _extend_lease(answer):
        return True
    recorded = _record_locked(answer)
    if not isinstance(answer, VariantStored):  # a job began or ended: there is room at the broker
        dispatch.dispatch()
    return recorded


def _extend_lease(beat: Heartbeat) -> bool:
    """The usual sign of life, in one statement. False for the first one, which moves the job."""
    running = EditJob.objects.filter(_current(beat), status=JobStatus.RUNNING)
    return bool(running.update(lease_until=dispatch.lease_end(), **_progress(beat)))


def _current(answer: Answer) -> Q:
    current = Q(key=answer.job)
    return current & Q(token=answer.token) if guards.fencing else current


def _progress(beat: Heartbeat) -> dict[str, Any]:
    return {"stage": beat.stage, "step": beat.step, "steps": beat.steps, "worker": beat.worker}


@transaction.atomic
def _record_locked(answer: Answer) -> bool:
    """Whose job it is says the job's row; all that its answer touches then lies within that merchant's wall."""
    row = EditJob.objects.filter(key=answer.job).values("request", "merchant").first()
    if row is None:
        return False
    with as_merchant(row["merchant"]):
        return _record_walled(answer, row["request"])


def _record_walled(answer: Answer, request_id: int | None) -> bool:
    requests = lock_requests([request_id])
    job = EditJob.objects.select_for_update(of=("self",)).select_related("photo", "request").get(key=answer.job)
    if not _is_wanted(job, answer):
        transaction.on_commit(partial(_turn_away, job.status, answer), robust=True)
        return False
    _APPLY[type(answer)](job, answer)
    for request in requests:
        roll_up(request)
    return True


def _is_wanted(job: EditJob, answer: Answer) -> bool:
    if guards.fencing and answer.token != job.token:
        return False
    return job.status in IN_FLIGHT or not guards.conditional_move


def _turn_away(status: str, answer: Answer) -> None:
    """Whoever still works on what is not wanted is told to stop; the last answers need no reply."""
    log.info("dropped an answer", extra={"job": str(answer.job), "token": answer.token, "type": answer.type})  # type: ignore[attr-defined]
    if isinstance(answer, Heartbeat | VariantStored):
        dispatch.tell_to_stop(answer.job, answer.token)


def _begin(job: EditJob, beat: Heartbeat) -> None:
    for name, value in _progress(beat).items():
        setattr(job, name, value)
    if job.status == JobStatus.SENT:
        move(job, JobStatus.RUNNING)
    job.save(update_fields=["stage", "step", "steps", "worker"])
    EditJob.objects.filter(pk=job.pk).update(lease_until=dispatch.lease_end())


def _store_outline(job: EditJob, answer: Outlined) -> None:
    if job.photo is not None:
        outline_record(photo=job.photo, key=answer.outline_key, confidence=answer.confidence, revision=answer.revision)


def _store_projection(job: EditJob, answer: Projected) -> None:
    is_current = job.photo is not None and projection_record(
        photo=job.photo, stored=answer.projection, seconds=answer.seconds, revision=answer.outline_revision
    )
    if job.task == Task.PROJECT:
        _end(job, answer.seconds)
        _go_on_with_own_manifold(job, answer, is_current)
        return
    if not is_current:
        return
    waiting = EditJob.objects.select_for_update().filter(photo=job.photo_id, task=Task.PROJECT, status__in=OPEN_JOBS)
    for other in waiting:  # asked for on upload, and overtaken by this one
        _end(other, 0.0)


def _go_on_with_own_manifold(job: EditJob, answer: Projected, is_current: bool) -> None:
    """The shared manifold's latent is for search; a merchant with a manifold of their own edits with that one's."""
    if not is_current or job.photo is None or not manifolds.is_shared(job.photo, answer.projection.manifold_version):
        return
    if manifolds.lacks_own_projection(job.photo):
        projection_ask(photo=job.photo)


def _store_variant(job: EditJob, answer: VariantStored) -> None:
    variant_record(job=job, stored=answer.variant)


def _finish(job: EditJob, answer: Finished) -> None:
    for stored in answer.variants:
        variant_record(job=job, stored=stored)
    if answer.bundle_keys:
        job.spec = {**job.spec, "bundle_keys": answer.bundle_keys}
        job.save(update_fields=["spec"])
    _end(job, answer.seconds)
    sets.auto_approve_of(job)


def _end(job: EditJob, seconds: float) -> None:
    job.seconds, job.lease_until = seconds or None, None
    move(job, JobStatus.DONE, also=("seconds", "lease_until"))
    EditJob.objects.filter(pk=job.pk).update(finished_at=Now())


def _fail(job: EditJob, answer: Failed) -> None:
    reason = failures.Reason(code=answer.code, message=answer.message, detail=answer.detail)
    if not answer.worth_retrying:
        failures.give_up(job, reason, is_ours=False)
    elif answer.code in (STORAGE_AWAY, UNREADABLE):
        failures.wait_for_servers(job, reason)
    else:
        failures.try_again_or_give_up(job, reason, after=timedelta(seconds=2**job.attempts))


def _doubt(job: EditJob, answer: Returned) -> None:
    """The message came a second time. Either its worker died, or it works on and the broker lost sight of it: whoever
    lives gives a sign within the second and has its lease back, otherwise the sweep takes the job."""
    doubted = EditJob.objects.filter(pk=job.pk, lease_until__gt=Now() + DOUBT)
    doubted.update(lease_until=Now() + DOUBT)


_APPLY: dict[type[Answer], Any] = {
    Heartbeat: _begin,
    Outlined: _store_outline,
    Projected: _store_projection,
    VariantStored: _store_variant,
    Finished: _finish,
    Failed: _fail,
    Returned: _doubt,
}
