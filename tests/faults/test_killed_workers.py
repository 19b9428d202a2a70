"""SIGKILL in each stage: another worker takes the job, and nothing is lost or there twice."""

import os
import signal

import pytest

from editing.lifecycle import failures
from editing.lifecycle.states import JobStatus
from editing.models import EditJob, Variant
from tests.editing.lifecycle.conftest import ask, merchant
from tests.faults.rig import Rig

STAGES = ("fetch", "project", "solve", "transfer", "store")


@pytest.mark.parametrize("stage", STAGES)
def test_a_worker_killed_in_a_stage_loses_nothing(rig: Rig, stage: str):
    rig.hold(stage)
    request = ask(merchant())
    killed = rig.reached(stage)
    os.kill(killed["pid"], signal.SIGKILL)
    rig.until(lambda: any(run["pid"] != killed["pid"] for run in rig.runs(stage)), "another worker has begun")
    rig.release()
    rig.settled(request)
    job = request.jobs.get()
    assert (job.token, job.attempts) == (2, 2)


def test_a_machine_that_dies_with_its_worker_loses_nothing(rig: Rig):
    rig.hold("solve")
    request = ask(merchant())
    name = rig.name_of(rig.reached("solve")["pid"])
    rig.kill_worker(name)
    rig.until(lambda: len(rig.runs("solve")) > 1, "the other worker has begun")
    rig.release()
    rig.settled(request)
    rig.start_again(name)
    rig.ready(name)


def test_a_frozen_worker_that_wakes_late_changes_nothing(rig: Rig):
    rig.hold("solve")
    request = ask(merchant())
    frozen = rig.name_of(rig.reached("solve")["pid"])
    rig.freeze(frozen)
    rig.until(lambda: len(rig.runs("solve")) > 1, "the other worker has begun")
    rig.release()
    rig.settled(request)
    kept = set(Variant.objects.values_list("object_key", flat=True))
    rig.thaw(frozen)
    rig.settled(ask(merchant()), ask(merchant()))  # it works on what comes next
    assert set(Variant.objects.filter(request=request).values_list("object_key", flat=True)) == kept


def test_a_job_that_kills_its_worker_stops_after_three_attempts_and_holds_nobody_up(rig: Rig):
    poison = ask(merchant(), colours=1, name="Poison")
    others = [ask(merchant()) for _ in range(4)]
    job = poison.jobs.get()
    rig.until(lambda: EditJob.objects.filter(pk=job.pk, status=JobStatus.FAILED).exists(), "given up")
    job.refresh_from_db()
    assert (job.attempts, job.is_dead, job.error_code) == (failures.MAX_ATTEMPTS, True, "worker_lost")
    assert sum(run["job"] == str(job.key) for run in rig.runs("solve")) == failures.MAX_ATTEMPTS
    job.delete()
    rig.settled(*others)
