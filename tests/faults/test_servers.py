"""The broker, the database and the object store go and come back."""

import time

import pytest

from editing.lifecycle.states import JobStatus
from editing.models import EditJob
from tests.editing.lifecycle.conftest import ask, merchant
from tests.faults.rig import Rig

ABOUT_A_LEASE = 2.5  # seconds at the tests' pace


def test_a_wiped_broker_loses_nothing(rig: Rig):
    rig.hold("solve")
    requests = [ask(merchant()) for _ in range(6)]
    rig.reached("solve", times=2)
    rig.broker.flushall()
    rig.release()
    rig.settled(*requests)


def test_requests_come_while_the_broker_is_down_and_running_work_goes_on(rig: Rig):
    rig.hold("solve")
    running = ask(merchant())
    rig.reached("solve")
    rig.down("valkey")
    late = ask(merchant(), photos=2)
    time.sleep(ABOUT_A_LEASE)
    assert set(late.jobs.values_list("status", "attempts")) == {(JobStatus.WAITING, 0)}
    rig.up("valkey")
    rig.release()
    rig.settled(running, late)
    assert running.jobs.get().attempts == 1  # not begun again


def test_a_database_that_restarts_loses_nothing_and_no_work(rig: Rig):
    rig.hold("solve")
    request = ask(merchant())
    rig.reached("solve")
    rig.until(lambda: request.jobs.get().status == JobStatus.RUNNING, "its first sign of life is recorded")
    rig.down("postgres")
    time.sleep(ABOUT_A_LEASE)
    rig.up("postgres")
    rig.until(lambda: request.jobs.get().lease_until is not None, "the database answers")
    rig.release()
    rig.settled(request)
    assert request.jobs.get().attempts == 1


@pytest.mark.parametrize("fault", ["refuse", "500", "503", "507", "lost reply"])
def test_an_object_store_that_fails_delays_and_loses_nothing(rig: Rig, fault: str):
    """507 is a full disk. A lost reply: the object is there, but nobody was told."""
    rig.proxy.only, rig.proxy.struck = frozenset({"PUT"}), 0
    rig.proxy.fault = fault
    request = ask(merchant())
    rig.until(lambda: EditJob.objects.get().hindrances > 0, "the worker could not store")
    assert rig.proxy.struck and EditJob.objects.get().attempts == 0
    rig.proxy.fault = ""
    rig.settled(request)


def test_a_slow_object_store_costs_no_lease(rig: Rig):
    rig.proxy.fault = "slow"
    request = ask(merchant(), colours=1)
    rig.settled(request)
    assert (request.jobs.get().token, request.jobs.get().hindrances) == (1, 0)


def test_a_photo_that_cannot_be_read_for_a_while_is_read_later(rig: Rig):
    """The store is down altogether, so that not even the wish to stop can be asked for."""
    rig.hold("solve")
    request = ask(merchant())
    rig.reached("solve")
    rig.down("s3")
    rig.release()
    rig.until(lambda: EditJob.objects.get().hindrances > 0, "the worker could not store")
    rig.up("s3")
    rig.settled(request)
