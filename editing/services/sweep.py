"""What keeps the database's promises when messages, workers or servers were lost. Run by beat every two seconds."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from editing.guards import guards
from editing.models import EditJob
from editing.services import dispatch, failures
from editing.services.roll_up import lock_requests, roll_up
from editing.states import JobStatus

BATCH = 200


def sweep() -> dict[str, int]:
    """Take back jobs of silent workers, send again what the queue lost, give out what waits."""
    if not guards.sweep:
        return {}
    return {
        "expired": sum(_expire(pk) for pk in _silent()),
        "resent": sum(dispatch.send_again(job) for job in _lost()),
        "sent": dispatch.dispatch(),
    }


def _silent() -> list[int]:
    """Running without a sign of life, or sent for longer than any queue takes."""
    late = EditJob.objects.filter(status__in=[JobStatus.RUNNING, JobStatus.SENT], lease_until__lt=Now())
    return list(late.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _expire(pk: int) -> bool:
    requests = lock_requests(EditJob.objects.filter(pk=pk).values("request"))
    job = EditJob.objects.select_for_update(of=("self",)).filter(pk=pk, lease_until__lt=Now()).first()
    if job is None or job.status not in (JobStatus.RUNNING, JobStatus.SENT):
        return False
    if job.status == JobStatus.SENT:  # nobody began it: that is no fault of the job
        EditJob.objects.filter(pk=pk).update(attempts=F("attempts") - 1)
        job.attempts -= 1
    transaction.on_commit(lambda: dispatch.tell_to_stop(job.key, job.token))
    failures.try_again_or_give_up(job, failures.WORKER_DIED)
    for request in requests:
        roll_up(request)
    return True


def _lost() -> list[EditJob]:
    """Sent some seconds ago, begun by nobody, and the broker's queue is empty: the message is gone."""
    sent = EditJob.objects.filter(dispatch.lost_in_the_queue()).select_related("photo__product", "request")
    waiting = list(sent.order_by("pk")[:BATCH])
    if not waiting:
        return []
    empty = dispatch.queues_are_empty()
    return [job for job in waiting if empty.get(job.task)]
