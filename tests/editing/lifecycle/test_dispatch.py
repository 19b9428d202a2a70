import logging

import pytest
import valkey
from django.db.models.functions import Now

from catalog.models import Membership
from deploy.local.stack import Stack
from editing.lifecycle import dispatch
from editing.lifecycle.states import JobStatus, RequestStatus
from editing.models import EditJob, Event, Priority
from tests.editing.lifecycle.conftest import ask, begin, merchant, messages

pytestmark = pytest.mark.django_db


def _waiting_messages(broker: valkey.Valkey) -> set[str]:
    return {message["job"] for message in messages(broker)}


def test_a_job_is_sent_with_its_token_and_its_row_says_so(owner: Membership, broker: valkey.Valkey):
    request = ask(owner.merchant)
    assert dispatch.dispatch() == 1
    job = request.jobs.get()
    assert (job.status, job.token, job.attempts) == (JobStatus.SENT, 1, 1)
    (message,) = messages(broker)
    assert (message["job"], message["token"]) == (str(job.key), 1)
    request.refresh_from_db()
    assert request.status == RequestStatus.QUEUED


def test_only_a_few_jobs_lie_with_the_broker(owner: Membership, broker: valkey.Valkey):
    request = ask(owner.merchant, photos=30, colours=1)
    assert dispatch.dispatch() == dispatch.AT_BROKER["render"]
    assert dispatch.dispatch() == 0
    begin(request.jobs.filter(status=JobStatus.SENT).first())  # there is room again
    assert len(messages(broker)) == dispatch.AT_BROKER["render"] + 1


def test_a_single_request_overtakes_a_bulk_one(owner: Membership, broker: valkey.Valkey):
    bulk = ask(owner.merchant, photos=30, colours=1)
    assert bulk.jobs.first().priority == Priority.BULK
    dispatch.dispatch()
    single = ask(merchant())
    dispatch.dispatch()  # bulk jobs lie with the broker as many as may, and take up no room of a single one
    assert messages(broker)[0]["job"] == str(single.jobs.get().key)


@pytest.mark.long
def test_a_bulk_request_does_not_starve_another_merchants(broker: valkey.Valkey):
    first, second, late = (ask(merchant(), photos=photos, colours=1) for photos in (70, 70, 60))
    order = []
    while len(order) < 60 and dispatch.dispatch():
        job = EditJob.objects.filter(status=JobStatus.SENT).order_by("sent_at", "pk").first()
        order.append(job.request_id)
        EditJob.objects.filter(pk=job.pk).update(status=JobStatus.DONE)
    shares = [order.count(request.pk) for request in (first, second, late)]
    assert sum(shares) == 60 and min(shares) >= 12, shares


def test_running_jobs_count_against_their_merchant(broker: valkey.Valkey):
    greedy = ask(merchant(), photos=40, colours=1)
    dispatch.dispatch()
    for job in greedy.jobs.filter(status=JobStatus.SENT):
        begin(job)  # each makes room, and the greedy one is alone still
    EditJob.objects.filter(status=JobStatus.SENT).update(status=JobStatus.RUNNING)
    modest = ask(merchant(), photos=30, colours=1)
    dispatch.dispatch()
    assert set(EditJob.objects.filter(status=JobStatus.SENT).values_list("request", flat=True)) == {modest.pk}


def test_a_job_that_failed_waits_for_its_time(owner: Membership, broker: valkey.Valkey):
    request = ask(owner.merchant)
    request.jobs.update(not_before=Now() + dispatch.QUEUE_PATIENCE)
    assert dispatch.dispatch() == 0 and not messages(broker)


def test_without_a_broker_jobs_wait_in_the_database_and_no_try_counts(
    owner: Membership, broker: valkey.Valkey, stack: Stack
):
    request = ask(owner.merchant, photos=3)
    stack.supervisor.halt("valkey")
    try:
        assert dispatch.dispatch() == 0
    finally:
        stack.supervisor.run("valkey")
        stack.wait_for("valkey", stack._valkey_answers)
    for job in request.jobs.all():
        assert (job.status, job.attempts, job.token) == (JobStatus.WAITING, 0, 1)
        assert job.not_before is not None
        assert Event.objects.filter(job=job, why="the broker was away").count() == 1


def test_a_job_of_another_release_stops_no_other(owner: Membership, broker: valkey.Valkey):
    broken, fine = ask(owner.merchant), ask(owner.merchant)
    broken.jobs.update(spec={"colours": "unknown to this release"})
    dispatch.dispatch()
    job = broken.jobs.get()
    assert (job.status, job.is_dead, job.error_code) == (JobStatus.FAILED, True, "unsendable")
    broken.refresh_from_db()
    assert broken.status == RequestStatus.FAILED
    assert _waiting_messages(broker) == {str(fine.jobs.get().key)}


def test_a_queue_that_does_not_exist_yet_is_empty_and_no_error(broker: valkey.Valkey, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING):
        assert dispatch._messages_waiting("edit") == 0
    assert not caplog.records
