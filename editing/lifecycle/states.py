"""The states of everything that moves, one table each: from each state, where it may go.

`move` is the only code that changes a status; it needs a locked row and leaves an Event.
"""

from typing import TYPE_CHECKING

from django.db import models

from catalog.errors import TransitionRefused

if TYPE_CHECKING:
    from editing.models import EditJob, EditRequest, Variant


class RequestStatus(models.TextChoices):
    REQUESTED = "requested", "Requested: nothing has been sent to a worker yet"
    QUEUED = "queued", "Queued: its first job waits for a worker"
    RUNNING = "running", "Running: at least one job has begun"
    RENDERED = "rendered", "Rendered: every job has ended, at least one with variants"
    FAILED = "failed", "Failed: every job has ended, none with variants"
    CANCELLED = "cancelled", "Cancelled: what was not finished is dropped"


class JobStatus(models.TextChoices):
    WAITING = "waiting", "Waiting: in the database only"
    SENT = "sent", "Sent: a message about it is with the broker"
    RUNNING = "running", "Running: a worker gives signs of life under its lease"
    DONE = "done", "Done: its results are recorded"
    FAILED = "failed", "Failed: it cannot be done, or was tried too often"
    CANCELLED = "cancelled", "Cancelled: its results are not wanted any more"


class VariantStatus(models.TextChoices):
    PENDING = "pending", "Pending: waits for a reviewer"
    APPROVED = "approved", "Approved: published"
    REJECTED = "rejected", "Rejected: the merchant sees why"
    WITHDRAWN = "withdrawn", "Withdrawn: was published, is so no longer"


_R, _J, _V = RequestStatus, JobStatus, VariantStatus

REQUEST_MOVES: dict[str, frozenset[str]] = {
    _R.REQUESTED: frozenset({_R.QUEUED, _R.FAILED, _R.CANCELLED}),
    _R.QUEUED: frozenset({_R.RUNNING, _R.RENDERED, _R.FAILED, _R.CANCELLED}),
    _R.RUNNING: frozenset({_R.RENDERED, _R.FAILED, _R.CANCELLED}),
    _R.RENDERED: frozenset({_R.QUEUED}),  # a retry of the jobs that failed
    _R.FAILED: frozenset({_R.QUEUED}),
    _R.CANCELLED: frozenset({_R.QUEUED}),  # the merchant wants the rest after all
}
JOB_MOVES: dict[str, frozenset[str]] = {
    _J.WAITING: frozenset({_J.SENT, _J.DONE, _J.FAILED, _J.CANCELLED}),  # done: another job did it along the way
    _J.SENT: frozenset({_J.WAITING, _J.RUNNING, _J.DONE, _J.FAILED, _J.CANCELLED}),  # answers may overtake each other
    _J.RUNNING: frozenset({_J.WAITING, _J.DONE, _J.FAILED, _J.CANCELLED}),
    _J.DONE: frozenset(),
    _J.FAILED: frozenset({_J.WAITING}),  # a retry by the merchant, or a replay by an operator
    _J.CANCELLED: frozenset({_J.WAITING}),  # the same
}
VARIANT_MOVES: dict[str, frozenset[str]] = {
    _V.PENDING: frozenset({_V.APPROVED, _V.REJECTED}),
    _V.APPROVED: frozenset({_V.WITHDRAWN, _V.PENDING}),  # back to pending: a reviewer's undo
    _V.REJECTED: frozenset({_V.PENDING}),
    _V.WITHDRAWN: frozenset({_V.PENDING}),  # to be looked at again
}

OPEN_JOBS = (JobStatus.WAITING, JobStatus.SENT, JobStatus.RUNNING)
IN_FLIGHT = (JobStatus.SENT, JobStatus.RUNNING)
ENDED_REQUESTS = (RequestStatus.RENDERED, RequestStatus.FAILED, RequestStatus.CANCELLED)


def check(row: "EditRequest | EditJob | Variant", to: str) -> None:
    """Raise TransitionRefused where the table does not allow the move."""
    tables = {"EditRequest": REQUEST_MOVES, "EditJob": JOB_MOVES, "Variant": VARIANT_MOVES}
    if to not in tables[type(row).__name__][row.status]:
        raise TransitionRefused(f"{type(row)._meta.verbose_name} cannot go from {row.status} to {to}.".capitalize())
