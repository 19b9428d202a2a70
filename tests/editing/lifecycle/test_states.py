import pytest

from catalog.errors import TransitionRefused
from catalog.models import Membership
from editing.lifecycle import states
from editing.lifecycle.history import move
from editing.lifecycle.roll_up import lock_requests, roll_up
from editing.lifecycle.states import JobStatus, RequestStatus
from editing.models import Event
from tests.editing.lifecycle.conftest import ask

TABLES = {
    "request": (states.REQUEST_MOVES, states.RequestStatus),
    "job": (states.JOB_MOVES, states.JobStatus),
    "variant": (states.VARIANT_MOVES, states.VariantStatus),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_state_is_in_its_table_and_can_be_reached(name: str):
    moves, all_states = TABLES[name]
    assert set(moves) == set(all_states.values)
    reached = set().union(*moves.values())
    assert set(all_states.values) - reached <= {RequestStatus.REQUESTED, "pending", "waiting"}


def test_done_is_the_end_and_what_was_cancelled_can_only_be_asked_for_again():
    assert not states.JOB_MOVES[JobStatus.DONE]
    assert states.REQUEST_MOVES[RequestStatus.CANCELLED] == {RequestStatus.QUEUED}
    assert states.JOB_MOVES[JobStatus.CANCELLED] == {JobStatus.WAITING}


@pytest.mark.django_db
def test_a_move_that_the_table_does_not_know_is_refused_and_changes_nothing(owner: Membership):
    job = ask(owner.merchant).jobs.get()
    before = Event.objects.count()
    with pytest.raises(TransitionRefused, match="waiting to running"):
        move(job, JobStatus.RUNNING)
    job.refresh_from_db()
    assert (job.status, Event.objects.count()) == (JobStatus.WAITING, before)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        (["waiting", "waiting"], "queued"),
        (["running", "waiting"], "running"),
        (["done", "waiting"], "running"),
        (["done", "failed"], "rendered"),
        (["failed", "failed"], "failed"),
        (["done", "cancelled"], "rendered"),
    ],
)
def test_a_request_follows_its_jobs(owner: Membership, jobs: list[str], expected: str):
    request = ask(owner.merchant, photos=2)
    for job, status in zip(request.jobs.all(), jobs, strict=True):
        request.jobs.filter(pk=job.pk).update(status=status)
    roll_up(lock_requests([request.pk])[0])
    request.refresh_from_db()
    assert request.status == expected
    assert (request.finished_at is None) == (expected in ("queued", "running"))
