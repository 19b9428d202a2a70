"""Giving jobs to the workers: few at a time, in turn between merchants, only after the row says so.

The table of jobs is the outbox: a job is `waiting` until a transaction marks it `sent`, its message goes to the broker
after that transaction, and what got lost in between is found by the sweep. Only a small window of jobs is with the
broker at any time, so that a merchant's bulk request waits in the database, where others overtake it.
"""

import logging
from datetime import timedelta
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F, Q
from django.db.models.functions import Now
from kombu import Connection
from kombu.exceptions import ChannelError, OperationalError

from catalog import storage
from editing.history import move
from editing.models import EditJob, Task
from editing.services import messages
from editing.services.roll_up import lock_requests, roll_up
from editing.states import IN_FLIGHT, JobStatus
from gpu_worker.jobs import QUEUE_OF, TASKS, stop_key

log = logging.getLogger(__name__)

# How many jobs of each task are with the broker and the workers; the setting JOBS_IN_FLIGHT may say otherwise.
WINDOWS: dict[str, int] = {Task.RENDER: 16, Task.PROJECT: 8, Task.TRAIN: 2}
LEASE = timedelta(seconds=6)  # without a sign of life for so long, a running job is given to another worker
QUEUE_PATIENCE = timedelta(seconds=300)  # a sent job that nobody began; sooner where the broker's queue is empty
BACK_OFF = timedelta(seconds=2)
_DISPATCH_LOCK = 0x65646974  # "edit": one dispatcher at a time, so that the window holds

_NEXT = """
    WITH in_flight AS (
        SELECT merchant_id, count(*) AS jobs
        FROM editing_editjob WHERE task = %(task)s AND status IN ('sent', 'running') GROUP BY merchant_id
    ), ranked AS (
        SELECT job.id, job.priority,
               row_number() OVER (PARTITION BY job.merchant_id ORDER BY job.priority, job.id)
                   + coalesce(in_flight.jobs, 0) AS turn
        FROM editing_editjob job LEFT JOIN in_flight USING (merchant_id)
        WHERE job.task = %(task)s AND job.status = 'waiting' AND (job.not_before IS NULL OR job.not_before <= now())
    )
    SELECT id FROM ranked ORDER BY priority, turn, id LIMIT %(room)s
"""


def dispatch() -> int:
    """Give out what the window has room for; answers how many jobs were sent. Safe to call at any time, by anybody."""
    jobs = _take_next()
    sent = [job for job in jobs if _send(job)]
    return len(sent)


@transaction.atomic
def _take_next() -> list[EditJob]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DISPATCH_LOCK])
        ids = [pk for task in Task.values for pk in _next(cursor, task)]
    if not ids:
        return []
    requests = lock_requests(EditJob.objects.filter(pk__in=ids).values("request"))
    rows = EditJob.objects.select_for_update(of=("self",)).select_related("photo__product", "request")
    jobs = {job.pk: job for job in rows.filter(pk__in=ids, status=JobStatus.WAITING)}
    for job in jobs.values():
        _give_out(job)
    for request in requests:
        roll_up(request)
    return [jobs[pk] for pk in ids if pk in jobs]


def _next(cursor: CursorWrapper, task: str) -> list[int]:
    windows = {**WINDOWS, **getattr(settings, "JOBS_IN_FLIGHT", {})}
    room = windows[task] - EditJob.objects.filter(task=task, status__in=IN_FLIGHT).count()
    if room <= 0:
        return []
    cursor.execute(_NEXT, {"task": task, "room": room})
    return [row[0] for row in cursor.fetchall()]


def _give_out(job: EditJob) -> None:
    job.token, job.attempts = job.token + 1, job.attempts + 1
    job.stage, job.step, job.worker = "", 0, ""
    move(job, JobStatus.SENT, also=("token", "attempts", "stage", "step", "worker"))
    EditJob.objects.filter(pk=job.pk).update(sent_at=Now(), lease_until=Now() + QUEUE_PATIENCE)


def send_again(job: EditJob) -> bool:
    """The same message once more, for a job that is sent but was begun by nobody."""
    EditJob.objects.filter(pk=job.pk).update(sent_at=Now(), lease_until=Now() + QUEUE_PATIENCE)
    return _send(job)


def _send(job: EditJob) -> bool:
    message = messages.for_job(job)
    try:
        current_app.send_task(
            TASKS[job.task],
            args=[message.model_dump(mode="json")],
            queue=QUEUE_OF[job.task],
            priority=job.priority,
            retry=False,
            ignore_result=True,
        )
    except OperationalError as error:
        log.warning("the broker took no message", extra={"job": str(job.key), "error": str(error)})
        _take_back(job)
        return False
    return True


def _take_back(job: EditJob) -> None:
    """The broker is not there: the job waits in the database, and the try does not count."""
    still_ours = EditJob.objects.filter(pk=job.pk, token=job.token, status=JobStatus.SENT)
    still_ours.update(
        status=JobStatus.WAITING, attempts=F("attempts") - 1, not_before=Now() + BACK_OFF, lease_until=None
    )


def lost_in_the_queue() -> Q:
    """Jobs that were sent a while ago and that nobody began."""
    return Q(status=JobStatus.SENT, sent_at__lt=Now() - timedelta(seconds=5))


def queues_are_empty() -> dict[str, bool]:
    """For each task, whether the broker holds no message for it. Empty where the broker cannot be asked."""
    try:
        with current_app.connection_for_read(transport_options=_impatient()) as broker:
            return {task: _queue_is_empty(broker, QUEUE_OF[task]) for task in Task.values}
    except OperationalError:
        return {}


def _queue_is_empty(broker: Connection, queue: str) -> bool:
    with broker.channel() as channel:
        try:
            return bool(channel.queue_declare(queue=queue, passive=True).message_count == 0)
        except ChannelError:  # in Redis a queue without messages does not exist
            return True


def _impatient() -> dict[str, object]:
    return {**current_app.conf.broker_transport_options, "socket_connect_timeout": 2, "socket_timeout": 2}


def tell_to_stop(key: UUID, token: int) -> None:
    """Ask the worker that holds this token to stop at its next step. If it finishes, nothing comes of it."""
    try:
        storage.client().put_object(Bucket=settings.S3_BUCKET, Key=stop_key(key, token), Body=b"stop")
    except Exception as error:  # noqa: BLE001  asking is a courtesy: the answer of this token is dropped anyway
        log.warning("could not ask a worker to stop", extra={"job": str(key), "error": str(error)})
