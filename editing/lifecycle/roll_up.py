"""A request's status follows from its jobs."""

from typing import Any

from django.db.models import Count
from django.utils import timezone

from editing.lifecycle.history import move
from editing.lifecycle.states import OPEN_JOBS, JobStatus, RequestStatus
from editing.models import EditJob, EditRequest
from editing.notices import services as notices


def lock_requests(ids: Any) -> list[EditRequest]:
    """Lock requests, in the one order in which everybody locks: requests by number, and only then their jobs."""
    return list(EditRequest.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def roll_up(request: EditRequest) -> None:
    """Bring a locked request up to what its jobs say."""
    if request.status == RequestStatus.CANCELLED:
        return
    counts = dict(EditJob.objects.filter(request=request).values_list("status").annotate(Count("pk")).order_by())
    for status in _path(request.status, _due(counts)):
        if status in (RequestStatus.RENDERED, RequestStatus.FAILED):
            request.finished_at = timezone.now()
        move(request, status, also=("finished_at",))
        notices.request_ended(request)


def _due(counts: dict[str, int]) -> str:
    if any(counts.get(status) for status in OPEN_JOBS):
        begun = counts.get(JobStatus.RUNNING) or counts.get(JobStatus.DONE) or counts.get(JobStatus.FAILED)
        return RequestStatus.RUNNING if begun else RequestStatus.QUEUED
    return RequestStatus.RENDERED if counts.get(JobStatus.DONE) else RequestStatus.FAILED


def _path(now: str, due: str) -> list[str]:
    """The moves from here to there; a request that is done within one answer still passes through every state."""
    order = [RequestStatus.REQUESTED, RequestStatus.QUEUED, RequestStatus.RUNNING]
    if now == due or (now in order and due in order and order.index(due) < order.index(now)):  # type: ignore[arg-type]
        return []
    start = order.index(now) + 1 if now in order else len(order)  # type: ignore[arg-type]
    end = order.index(due) + 1 if due in order else len(order)  # type: ignore[arg-type]
    return [*order[start:end], *([due] if due not in order else [])]
