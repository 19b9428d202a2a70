"""The same job twice, at once, late, or against a cancellation."""

from functools import partial

from celery import current_app
from django.db import transaction

from catalog import storage
from catalog.errors import TransitionRefused
from editing.lifecycle import dispatch
from editing.lifecycle.requests import request_cancel
from editing.lifecycle.roll_up import lock_requests
from editing.lifecycle.states import OPEN_JOBS, JobStatus, RequestStatus
from editing.models import EditJob, Event, Variant
from gpu_worker.contract.jobs import stop_key
from tests.editing.lifecycle.conftest import ask, merchant
from tests.faults.rig import Rig


def test_two_workers_with_the_same_job_make_one_set_of_variants(rig: Rig):
    rig.hold("solve")
    request = ask(merchant())
    rig.reached("solve")
    dispatch._send(request.jobs.get())
    rig.reached("solve", times=2)
    assert len({run["pid"] for run in rig.runs("solve")}) == 2
    rig.release()
    rig.settled(request)


def test_a_job_delivered_after_it_was_done_is_stopped_and_changes_nothing(rig: Rig):
    request = ask(merchant())
    rig.settled(request)
    job, events = request.jobs.get(), Event.objects.count()
    rig.hold("solve")
    dispatch._send(job)
    rig.until(lambda: storage.exists(stop_key(job.key, job.token)), "the worker is told to stop")
    rig.settled(request)
    assert Event.objects.count() == events
    rig.until(lambda: rig.is_idle(), "the worker has stopped")


def test_cancelling_stops_the_work_at_its_next_step(rig: Rig):
    rig.hold("solve")
    request = ask(merchant())
    rig.reached("solve")
    _cancel(request.pk)
    rig.until(rig.is_idle, "the worker has stopped")
    assert not rig.runs("transfer") and not Variant.objects.exists()


def test_cancelling_races_with_completion_and_one_of_them_wins(rig: Rig):
    requests = [ask(merchant()) for _ in range(8)]
    for number, request in enumerate(requests):
        stage = ("store", "finished")[number % 2]
        rig.until(partial(_has_come_to, rig, str(request.jobs.get().key), stage), stage)
        try:
            _cancel(request.pk)
        except TransitionRefused:
            request.refresh_from_db()
            assert request.status == RequestStatus.RENDERED
    rig.until(rig.is_idle, "the workers rest")
    assert not EditJob.objects.filter(status__in=OPEN_JOBS).exists()
    for request in requests:
        request.refresh_from_db()
        job = request.jobs.get()
        made = Variant.objects.filter(request=request).count()
        whole = (RequestStatus.RENDERED, JobStatus.DONE)
        assert (request.status, job.status) in (whole, (RequestStatus.CANCELLED, JobStatus.CANCELLED))
        assert made == 2 or (made < 2 and request.status == RequestStatus.CANCELLED)


def _has_come_to(rig: Rig, job: str, stage: str) -> bool:
    return any(run["job"] == job for run in rig.runs(stage))


@transaction.atomic
def _cancel(pk: int) -> None:
    (request,) = lock_requests([pk])
    request_cancel(request=request, by=None)


def test_a_job_that_no_worker_can_read_waits_for_one_that_can(rig: Rig):
    current_app.send_task("gpu_worker.render", args=[{"nonsense": 1}], queue="edit", ignore_result=True)
    rig.hold("fetch")
    request = ask(merchant())
    job = request.jobs.get()
    foreign = {"job": str(job.key), "token": job.token, "from": "another release"}
    current_app.send_task("gpu_worker.render", args=[foreign], queue="edit", ignore_result=True)
    rig.until(lambda: request.jobs.get().hindrances == 1, "handed back")
    rig.release()
    rig.settled(request)
