"""Giving jobs to the workers: few at a time, in turn between merchants, only after the row says so.

The table of jobs is the outbox: a job is `waiting` until a transaction marks it `sent`, its message goes to the broker
after that transaction, and what got lost in between is found by the sweep. Only a small window of jobs is with the
broker at any time, so that a merchant's bulk request waits in the database, where others overtake it.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Greatest, Now
from kombu.exceptions import OperationalError
from pydantic import ValidationError

from catalog import storage
from catalog.tenancy.wall import as_merchant, as_sweeper
from editing.lifecycle import failures, messages
from editing.lifecycle.history import move
from editing.lifecycle.roll_up import lock_requests, roll_up
from editing.lifecycle.states import JobStatus
from editing.models import EditJob, Task
from gpu_worker.contract.jobs import QUEUE_OF, TASKS, stop_key

log = logging.getLogger(__name__)

# How many jobs of each task may lie with the broker, begun by nobody: enough that a worker finds its next one, few
# enough that whoever comes later is not behind a long queue. The setting JOBS_AT_BROKER may say otherwise.
AT_BROKER: dict[str, int] = {Task.RENDER: 4, Task.PROJECT: 4, Task.TRAIN: 1}
AFTER_PREVIEWS = 3  # the broker's most urgent level is left to the studio's short tasks
LEASE = timedelta(seconds=5)  # without a sign of life for so long, a running job is given to another worker
QUEUE_PATIENCE = timedelta(seconds=300)  # a sent job that nobody began; sooner where the broker's queue is empty
BROKER_BACK_OFF = timedelta(seconds=2)
MISSED_AFTER = timedelta(seconds=5)  # a job sent so long ago may have been lost with the broker
_DISPATCH_LOCK = 0x65646974  # "edit": one dispatcher at a time, so that nothing is given out twice

# A merchant's next job stands behind as many turns as the merchant has jobs out already; lots decide between equals, or
# whoever came first would win every time.
_NEXT = """
    WITH out AS (
        SELECT merchant_id, count(*) AS jobs
        FROM editing_editjob WHERE task = %(task)s AND status IN ('sent', 'running') GROUP BY merchant_id
    ), ranked AS (
        SELECT job.id, row_number() OVER (PARTITION BY job.merchant_id ORDER BY job.id) + coalesce(out.jobs, 0) AS turn
        FROM editing_editjob job LEFT JOIN out USING (merchant_id)
        WHERE job.task = %(task)s AND job.priority = %(priority)s AND job.status = 'waiting'
            AND (job.not_before IS NULL OR job.not_before <= statement_timestamp())
    )
    SELECT id FROM ranked ORDER BY turn, random() LIMIT %(room)s
"""


def lease_end() -> Any:
    """From now on, a lease for each attempt: a machine so busy that a living worker fell silent gets longer the next time."""
    leases = ExpressionWrapper(Value(LEASE) * Greatest(F("attempts"), 1), output_field=DurationField())
    return Now() + leases


def dispatch() -> int:
    """Give out what there is room for; answers how many jobs were sent. Safe to call at any time, by anybody."""
    if not _due().exists():  # without the lock: whoever adds a job dispatches after its commit
        return 0
    jobs = _take_next()
    for place, job in enumerate(jobs):
        if not _send(job):
            _take_back(jobs[place:])
            return place
    return len(jobs)


@as_sweeper()
def _take_next() -> list[EditJob]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DISPATCH_LOCK])
    ids = list(_next())
    if not ids:
        return []
    requests = lock_requests(EditJob.objects.filter(pk__in=ids).values("request"))
    rows = EditJob.objects.select_for_update(of=("self",)).select_related("photo__product", "request")
    jobs = {job.pk: job for job in rows.filter(pk__in=ids, status=JobStatus.WAITING).order_by("pk")}
    for job in jobs.values():
        _give_out(job)
    for request in requests:
        roll_up(request)
    return [jobs[pk] for pk in ids if pk in jobs]


def _next() -> Iterator[int]:
    """Ids of the jobs whose turn it is. What is less urgent never takes up the room of what is more so."""
    room = {**AT_BROKER, **getattr(settings, "JOBS_AT_BROKER", {})}
    lying: Counter[tuple[str, int]] = Counter(
        {(task, priority): count for task, priority, count in _count(EditJob.objects.filter(status=JobStatus.SENT))}
    )
    for task, priority, _ in sorted(_count(_due()), key=lambda row: row[1]):
        ahead = sum(count for (other, level), count in lying.items() if other == task and level <= priority)
        ids = _in_turn(task, priority, room[task] - ahead)
        lying[task, priority] += len(ids)
        yield from ids


def _due() -> QuerySet[EditJob]:
    return EditJob.objects.filter(Q(not_before=None) | Q(not_before__lte=Now()), status=JobStatus.WAITING)


def _count(jobs: QuerySet[EditJob]) -> list[tuple[str, int, int]]:
    return list(jobs.order_by().values_list("task", "priority").annotate(Count("pk")))


def _in_turn(task: str, priority: int, room: int) -> list[int]:
    if room <= 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"task": task, "priority": priority, "room": room})
        return [row[0] for row in cursor.fetchall()]


def _give_out(job: EditJob) -> None:
    job.token, job.attempts = job.token + 1, job.attempts + 1
    job.stage, job.step, job.worker = "", 0, ""
    move(job, JobStatus.SENT, also=("token", "attempts", "stage", "step", "worker"))
    EditJob.objects.filter(pk=job.pk).update(sent_at=Now(), lease_until=Now() + QUEUE_PATIENCE)


def send_again(job: EditJob) -> bool:
    """The same message once more, for a job that is sent but was begun by nobody. False without a broker."""
    still_so = EditJob.objects.filter(pk=job.pk, token=job.token, status=JobStatus.SENT)
    with as_merchant(job.merchant_id):
        is_so = bool(still_so.update(sent_at=Now(), lease_until=Now() + QUEUE_PATIENCE))
    return is_so and _send(job)


def _send(job: EditJob) -> bool:
    """Hand the job to the broker; False where the broker takes nothing."""
    try:
        with as_merchant(job.merchant_id):  # what the message names is this merchant's
            message = messages.for_job(job)
    except ValidationError as error:  # written by another release: it must not stand in the way of all others
        log.exception("a job has no message", extra={"job": str(job.key)})
        _give_up(job, repr(error))
        return True
    try:
        current_app.send_task(
            TASKS[job.task],
            args=[message.model_dump(mode="json")],
            queue=QUEUE_OF[job.task],
            priority=max(job.priority, AFTER_PREVIEWS),
            retry=False,
            ignore_result=True,
        )
    except OperationalError as error:
        log.warning("the broker took no message", extra={"job": str(job.key), "error": str(error)})
        return False
    return True


@as_sweeper()
def _take_back(jobs: Sequence[EditJob]) -> None:
    """The broker is not there: what it did not take waits in the database, and the tries do not count."""
    tokens = {job.pk: job.token for job in jobs}
    lock_requests([job.request_id for job in jobs])
    for job in EditJob.objects.select_for_update().filter(pk__in=tokens, status=JobStatus.SENT).order_by("pk"):
        if job.token == tokens[job.pk]:
            job.attempts, job.lease_until = job.attempts - 1, None
            move(job, JobStatus.WAITING, why="the broker was away", also=("attempts", "lease_until"))
            EditJob.objects.filter(pk=job.pk).update(not_before=Now() + BROKER_BACK_OFF)


def _give_up(job: EditJob, detail: str) -> None:
    with as_merchant(job.merchant_id):
        requests = lock_requests([job.request_id])
        row = EditJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if row.status == JobStatus.SENT:
            failures.give_up(row, replace(failures.UNSENDABLE, detail=detail), is_ours=True)
        for request in requests:
            roll_up(request)


def missing_at_the_broker() -> list[EditJob]:
    """Sent a while ago, and the queue holds fewer messages than jobs were sent: the oldest messages are gone."""
    sent = EditJob.objects.filter(status=JobStatus.SENT).select_related("photo__product", "request")
    with as_sweeper():
        old = list(sent.filter(sent_at__lt=Now() - MISSED_AFTER).order_by("priority", "sent_at", "pk"))
    missing: list[EditJob] = []
    for task in {job.task for job in old}:
        waiting = _messages_waiting(QUEUE_OF[task])
        with as_sweeper():
            gone = sent.filter(task=task).count() - waiting
        missing += [job for job in old if job.task == task][: max(gone, 0)]
    return missing


def _messages_waiting(queue: str) -> int:
    """How many messages a queue holds. Raises OperationalError where the broker cannot be asked."""
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=0)
        channel: Any = broker.channel()  # typed as the least of all transports
        with channel:  # declared, not only asked for: in Redis an empty queue does not exist
            return int(channel.queue_declare(queue=queue, durable=True, auto_delete=False).message_count)


def tell_to_stop(key: UUID, token: int) -> None:
    """Ask the worker that holds this token to stop at its next step. If it finishes, nothing comes of it."""
    try:
        storage.impatient_client().put_object(Bucket=settings.S3_BUCKET, Key=stop_key(key, token), Body=b"stop")
    except Exception as error:  # noqa: BLE001  asking is a courtesy: the answer of this token is dropped anyway
        log.warning("could not ask a worker to stop", extra={"job": str(key), "error": str(error)})
