"""What happens to a job that did not work out."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models.functions import Now

from editing.lifecycle.guards import guards
from editing.lifecycle.history import move
from editing.lifecycle.states import JobStatus
from editing.models import EditJob

MAX_ATTEMPTS = 3
MAX_HINDRANCES = 20  # about a quarter of an hour of waiting for a server of ours
MAX_WAIT_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Reason:
    code: str
    message: str  # a sentence for the merchant
    detail: str = ""  # for operators


WORKER_DIED = Reason(
    code="worker_lost",
    message=f"The work stopped {MAX_ATTEMPTS} times before it was done. Our operators have been told; nothing is lost.",
    detail="The worker gave no sign of life for longer than the lease, or its message came back to the queue.",
)


UNSENDABLE = Reason(
    code="unsendable",
    message="Something went wrong on our side. Our operators have been told; nothing is lost.",
)


def try_again_or_give_up(job: EditJob, reason: Reason, *, after: timedelta = timedelta()) -> None:
    """Back to waiting, or, when it has been tried often enough, failed and on the operators' list."""
    if guards.attempt_limit and job.attempts >= MAX_ATTEMPTS:
        give_up(job, reason, is_ours=True)
        return
    _back_to_waiting(job, reason, after)


def wait_for_servers(job: EditJob, reason: Reason) -> None:
    """A server of ours was away: no fault of the job, so it may try longer, at growing intervals."""
    if job.hindrances >= MAX_HINDRANCES:
        give_up(job, reason, is_ours=True)
        return
    job.hindrances, job.attempts = job.hindrances + 1, job.attempts - 1
    _back_to_waiting(job, reason, timedelta(seconds=min(2**job.hindrances, MAX_WAIT_SECONDS)))


def _back_to_waiting(job: EditJob, reason: Reason, after: timedelta) -> None:
    why = f"{reason.code} (try {job.attempts + job.hindrances})"
    job.lease_until, job.stage = None, ""
    move(job, JobStatus.WAITING, why=why, also=("lease_until", "stage", "attempts", "hindrances"))
    EditJob.objects.filter(pk=job.pk).update(not_before=Now() + after)


def give_up(job: EditJob, reason: Reason, *, is_ours: bool) -> None:
    """`is_ours`: an operator should look; otherwise the merchant can do something about it."""
    job.error_code, job.error, job.error_detail = reason.code, reason.message, reason.detail
    job.is_dead, job.lease_until = is_ours, None
    changed = ("error_code", "error", "error_detail", "is_dead", "lease_until")
    move(job, JobStatus.FAILED, why=reason.code, also=changed)
    EditJob.objects.filter(pk=job.pk).update(finished_at=Now())
