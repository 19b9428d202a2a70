"""What keeps the database's promises when messages, workers or servers were lost. Run by beat every second."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from catalog.tenancy.wall import as_merchant, as_sweeper
from editing.lifecycle import dispatch, failures
from editing.lifecycle.guards import guards
from editing.lifecycle.roll_up import lock_requests, roll_up
from editing.lifecycle.states import IN_FLIGHT, JobStatus
from editing.models import EditJob, SweepClock

log = logging.getLogger(__name__)

BATCH = 200
TOO_SOON = timedelta(seconds=0.5)
GAP = timedelta(seconds=3)  # some sweeps missed: signs of life may have been missed, too


def sweep() -> dict[str, int]:
    """Take back jobs of silent workers, send again what the queue lost, give out what waits."""
    if not guards.sweep:
        return {}
    listened = _tick()
    if listened is None:
        return {}
    if listened < dispatch.LEASE:  # silence means something only while somebody listens
        return {"sent": dispatch.dispatch()}
    expired = sum(_expire(pk, merchant) for pk, merchant in _silent())
    return {"expired": expired, "resent": _send_missing(), "sent": dispatch.dispatch()}


@as_sweeper()
def _tick() -> timedelta | None:
    """For how long sweeps have come without a gap; None where another one has just been."""
    new = SweepClock(pk=1, last_at=Now() - TOO_SOON, steady_since=Now())
    SweepClock.objects.bulk_create([new], ignore_conflicts=True)
    free = SweepClock.objects.select_for_update(skip_locked=True).filter(pk=1, last_at__lte=Now() - TOO_SOON)
    if not free:
        return None
    SweepClock.objects.filter(pk=1, last_at__lt=Now() - GAP).update(steady_since=Now())
    SweepClock.objects.filter(pk=1).update(last_at=Now())
    clock = SweepClock.objects.get(pk=1)
    return clock.last_at - clock.steady_since


@as_sweeper()
def _silent() -> list[tuple[int, int]]:
    """Running without a sign of life, or sent for longer than any queue takes; with their merchants."""
    late = EditJob.objects.filter(status__in=IN_FLIGHT, lease_until__lt=Now())
    return list(late.order_by("pk").values_list("pk", "merchant")[:BATCH])


def _expire(pk: int, merchant_id: int) -> bool:
    with as_merchant(merchant_id):
        return _expire_walled(pk)


def _expire_walled(pk: int) -> bool:
    requests = lock_requests(EditJob.objects.filter(pk=pk).values("request"))
    job = EditJob.objects.select_for_update(of=("self",)).filter(pk=pk, lease_until__lt=Now()).first()
    if job is None or job.status not in IN_FLIGHT:
        return False
    if job.status == JobStatus.SENT:  # nobody began it: that is no fault of the job
        job.attempts -= 1
    transaction.on_commit(lambda: dispatch.tell_to_stop(job.key, job.token), robust=True)
    failures.try_again_or_give_up(job, failures.WORKER_DIED)
    for request in requests:
        roll_up(request)
    return True


def _send_missing() -> int:
    try:
        return sum(map(dispatch.send_again, dispatch.missing_at_the_broker()))
    except OperationalError as error:
        log.warning("the broker could not be asked", extra={"error": str(error)})
        return 0
