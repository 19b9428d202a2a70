import pytest
import valkey

from catalog.models import Membership
from editing.lifecycle import answers, dispatch
from editing.lifecycle.guards import guards
from editing.lifecycle.states import JobStatus, RequestStatus, VariantStatus
from editing.models import EditJob, Event, Variant
from tests.editing.lifecycle.conftest import answer, begin, sent_job, variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(owner: Membership, broker: valkey.Valkey) -> EditJob:
    return sent_job(owner.merchant)


def test_the_first_sign_of_life_begins_the_job_and_its_request(job: EditJob):
    assert begin(job)
    assert (job.status, job.request.status, job.worker) == (JobStatus.RUNNING, RequestStatus.RUNNING, "w:1")


def test_a_result_is_recorded_once_however_often_it_comes(job: EditJob):
    for _ in range(3):
        answer(job, "variant", variant=variant())
    for _ in range(2):
        answer(job, "finished", variants=[variant(0), variant(1, mark="b")], seconds=2)
    assert list(Variant.objects.values_list("candidate", "status")) == [(0, "pending"), (1, "pending")]
    assert Variant.objects.filter(status=VariantStatus.PENDING).count() == 2
    job.request.refresh_from_db()
    assert (job.status, job.request.status) == (JobStatus.DONE, RequestStatus.RENDERED)


def test_an_answer_under_an_old_token_is_dropped(job: EditJob):
    begin(job)
    EditJob.objects.filter(pk=job.pk).update(token=job.token + 1)
    assert not answer(job, "finished", token=1, variants=[variant()], seconds=2)
    assert not answer(job, "failed", token=1, code="x", message="No.", worth_retrying=False)
    assert not Variant.objects.exists() and job.status == JobStatus.RUNNING


def test_without_fencing_an_old_worker_decides(job: EditJob):
    begin(job)
    EditJob.objects.filter(pk=job.pk).update(token=job.token + 1)
    guards.fencing = False
    assert answer(job, "failed", token=1, code="x", message="No.", worth_retrying=False)
    assert job.status == JobStatus.FAILED  # harm: the newer attempt, which still works, is thrown away


def test_without_the_conditional_move_a_late_answer_undoes_a_cancellation(job: EditJob):
    begin(job)
    EditJob.objects.filter(pk=job.pk).update(status=JobStatus.CANCELLED)
    assert not answer(job, "finished", variants=[variant()], seconds=2)
    guards.conditional_move = False
    assert answer(job, "finished", variants=[variant()], seconds=2)
    assert job.status == JobStatus.DONE and Variant.objects.count() == 1  # harm: cancelled, yet there


def test_a_variant_before_the_first_sign_of_life_counts(job: EditJob):
    assert answer(job, "variant", variant=variant())
    assert Variant.objects.count() == 1


def test_an_unreadable_answer_is_dropped(job: EditJob):
    assert not answers.record({"type": "heartbeat", "job": "nonsense"})
    assert not answers.record({})


def test_a_fault_of_the_merchant_is_final_and_says_why(job: EditJob):
    answer(job, "failed", code="no_product", message="No product was found on the photo.", worth_retrying=False)
    assert (job.status, job.is_dead, job.error) == ("failed", False, "No product was found on the photo.")
    job.request.refresh_from_db()
    assert job.request.status == RequestStatus.FAILED


def test_an_absent_object_store_does_not_count_as_an_attempt(job: EditJob):
    begin(job)
    answer(job, "failed", code="storage", message="Away.", worth_retrying=True)
    assert (job.status, job.attempts, job.hindrances) == (JobStatus.WAITING, 0, 1)
    assert job.not_before is not None


def test_every_move_leaves_an_event(job: EditJob):
    begin(job)
    answer(job, "finished", variants=[variant()], seconds=2)
    moves = Event.objects.filter(job=job).values_list("moved_from", "moved_to")
    assert list(moves) == [("waiting", "sent"), ("sent", "running"), ("running", "done")]
    request = Event.objects.filter(request=job.request, job=None, variant=None).values_list("moved_to", flat=True)
    assert list(request) == ["requested", "queued", "running", "rendered"]


def test_a_returned_message_only_puts_the_job_in_doubt(job: EditJob):
    begin(job)
    before = job.lease_until
    answer(job, "returned")
    assert job.status == JobStatus.RUNNING and job.lease_until < before
    assert job.lease_until - job.sent_at <= answers.DOUBT + dispatch.LEASE
    begin(job)
    assert job.lease_until >= before  # whoever lives has the whole lease back
