from datetime import timedelta

import pytest
import valkey
from django.db.models import F
from django.db.models.functions import Now

from catalog.models import Membership
from editing.lifecycle import dispatch, failures
from editing.lifecycle.guards import guards
from editing.lifecycle.requests import job_replay, request_cancel, request_retry
from editing.lifecycle.states import JobStatus, RequestStatus
from editing.lifecycle.sweep import GAP, sweep
from editing.models import EditJob, SweepClock
from gpu_worker.contract.jobs import stop_key
from tests.editing.lifecycle.conftest import answer, ask, begin, listening, messages, sent_job, silent, variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(owner: Membership, broker: valkey.Valkey) -> EditJob:
    listening()
    return sent_job(owner.merchant)


def _again(job: EditJob) -> EditJob:
    job.refresh_from_db()
    return job


def test_a_silent_worker_loses_its_job_to_another(job: EditJob, broker: valkey.Valkey):
    begin(job)
    silent(job)
    assert sweep() == {"expired": 1, "resent": 0, "sent": 1}
    assert (_again(job).status, job.token, job.attempts) == (JobStatus.SENT, 2, 2)
    assert [message["token"] for message in messages(broker)] == [1, 2]


def test_who_fell_silent_once_has_longer_the_next_time(job: EditJob, broker: valkey.Valkey):
    """A machine so busy that a second's sign of life takes six would otherwise lose its job three times over."""
    for attempt in (1, 2, 3):
        begin(_again(job))
        seconds = EditJob.objects.annotate(left=F("lease_until") - Now()).get(pk=job.pk).left / timedelta(seconds=1)
        assert 5 * attempt - 1 < seconds <= 5 * attempt
        silent(job)
        listening()
        sweep()


def test_a_worker_with_a_lease_keeps_its_job(job: EditJob):
    begin(job)
    assert sweep()["expired"] == 0
    assert _again(job).status == JobStatus.RUNNING


def test_after_a_gap_everybody_has_a_whole_lease_to_speak_up(job: EditJob):
    begin(job)
    silent(job)
    SweepClock.objects.update(last_at=SweepClock.objects.get().last_at - 2 * GAP)
    assert "expired" not in sweep()
    assert _again(job).status == JobStatus.RUNNING
    SweepClock.objects.update(steady_since=SweepClock.objects.get().steady_since - dispatch.LEASE)
    assert sweep()["expired"] == 1


def test_a_job_that_kills_its_worker_is_given_up_after_three_attempts(job: EditJob):
    for _ in range(failures.MAX_ATTEMPTS):
        begin(_again(job))
        silent(job)
        sweep()
    assert (_again(job).status, job.is_dead, job.error_code) == (JobStatus.FAILED, True, "worker_lost")
    assert "operators" in job.error and job.request.status == RequestStatus.FAILED


def test_without_the_attempt_limit_it_kills_for_ever(job: EditJob):
    guards.attempt_limit = False
    for _ in range(3 * failures.MAX_ATTEMPTS):
        begin(_again(job))
        silent(job)
        sweep()
    assert (_again(job).status, job.attempts) == (JobStatus.SENT, 3 * failures.MAX_ATTEMPTS + 1)  # harm


def test_a_message_that_nobody_began_is_no_attempt(job: EditJob):
    silent(job)
    sweep()
    assert (_again(job).status, job.attempts, job.token) == (JobStatus.SENT, 1, 2)


def test_a_wiped_broker_loses_nothing(owner: Membership, job: EditJob, broker: valkey.Valkey):
    broker.flushall()
    EditJob.objects.update(sent_at=job.sent_at - 2 * dispatch.MISSED_AFTER)
    assert sweep()["resent"] == 1
    assert [message["token"] for message in messages(broker)] == [_again(job).token]
    assert sweep()["resent"] == 0  # it is there now


def test_without_the_sweep_a_wiped_broker_loses_the_request(job: EditJob, broker: valkey.Valkey):
    guards.sweep = False
    broker.flushall()
    EditJob.objects.update(sent_at=job.sent_at - 2 * dispatch.MISSED_AFTER)
    silent(job, 10_000)
    assert sweep() == {} and not messages(broker)
    assert _again(job).status == JobStatus.SENT  # harm: for ever


def test_only_what_the_queue_misses_is_sent_again(owner: Membership, job: EditJob, broker: valkey.Valkey):
    second = sent_job(owner.merchant)
    EditJob.objects.update(sent_at=job.sent_at - 2 * dispatch.MISSED_AFTER)
    broker.rpop("edit\x06\x163")  # the older one, which would have been next
    assert [missing.pk for missing in dispatch.missing_at_the_broker()] == [job.pk]
    assert second.status == JobStatus.SENT


def test_cancelling_drops_what_runs_and_asks_its_worker_to_stop(
    job: EditJob, django_capture_on_commit_callbacks, stack
):
    from catalog import storage

    begin(job)
    answer(job, "variant", variant=variant())
    with django_capture_on_commit_callbacks(execute=True):
        request_cancel(request=job.request, by=None)
    assert storage.exists(stop_key(job.key, job.token))
    assert not answer(job, "finished", variants=[variant(1, mark="b")], seconds=1)
    assert (_again(job).status, job.variants.count()) == (JobStatus.CANCELLED, 1)  # what was stored stays


def test_a_retry_tries_what_failed_from_the_beginning(job: EditJob):
    answer(job, "failed", code="no_product", message="None found.", worth_retrying=False)
    job.request.refresh_from_db()
    assert request_retry(request=job.request, by=None) == 1
    dispatch.dispatch()
    assert (_again(job).status, job.attempts, job.token, job.error) == (JobStatus.SENT, 1, 2, "")


def test_a_dead_letter_is_replayed_unless_its_request_was_cancelled(owner: Membership, job: EditJob):
    from catalog.errors import TransitionRefused

    failures.give_up(job, failures.WORKER_DIED, is_ours=True)
    job_replay(key=job.key, by=None)
    assert (_again(job).status, job.is_dead, job.attempts) == (JobStatus.WAITING, False, 0)
    other = ask(owner.merchant).jobs.get()
    failures.give_up(other, failures.WORKER_DIED, is_ours=True)
    request_cancel(request=other.request, by=None)
    with pytest.raises(TransitionRefused):
        job_replay(key=other.key, by=None)
