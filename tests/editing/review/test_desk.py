"""The review desk's pages."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Membership, User
from editing.models import EditJob, EditRequest, Variant
from editing.services import review
from tests.editing.factories import asked_by, rendered

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(reviewer: User) -> Client:
    client = Client()
    client.force_login(reviewer)
    return client


def _decide(desk: Client, variant: Variant, **sent: str) -> str:
    answer = desk.post(reverse("editing:review-decide", args=[variant.key]), sent)
    assert answer.status_code == 302
    variant.refresh_from_db()
    return str(answer["Location"])


def test_a_reviewer_works_through_the_queue(desk: Client, asked: EditRequest):
    first, second = rendered(asked)
    assert desk.get(reverse("editing:review-next"))["Location"].endswith(f"/review/{first.key}/")
    page = desk.get(reverse("editing:review-variant", args=[first.key])).content.decode()
    assert "Approve and publish" in page
    assert first.measured_hex in page
    onward = _decide(desk, first, decision="approve")
    assert first.status == "approved"
    assert desk.get(onward)["Location"].endswith(f"/review/{second.key}/")
    page = desk.get(reverse("editing:review-variant", args=[second.key])).content.decode()
    assert "Undo" in page  # of the decision before
    _decide(desk, second, decision="reject", reason="Colour is off")
    assert (second.status, second.reason) == ("rejected", "Colour is off")
    _decide(desk, first, decision="undo")
    assert first.status == "pending"


def test_what_was_passed_over_comes_again_after_the_end(desk: Client, asked: EditRequest):
    first, second = rendered(asked)
    onward = reverse("editing:review-next")
    assert desk.get(onward, {"after": str(second.key)})["Location"].endswith(f"/review/{first.key}/")
    assert desk.get(onward, {"before": str(first.key)})["Location"] == reverse("editing:review")
    _decide(desk, first, decision="approve")
    assert desk.get(onward, {"after": str(second.key)})["Location"] == reverse("editing:review")


def test_another_reviewers_item_is_not_decided(desk: Client, asked: EditRequest, second_reviewer: User):
    variant = rendered(asked)[0]
    review.claim(variant=variant, by=second_reviewer)
    page = desk.get(reverse("editing:review-variant", args=[variant.key])).content.decode()
    assert "Another reviewer is looking" in page
    _decide(desk, variant, decision="approve")
    assert variant.status == "pending"


@pytest.mark.parametrize("sent", [{}, {"decision": "burn"}, {"decision": "reject"}, {"decision": "withdraw"}])
def test_what_cannot_be_decided_changes_nothing(desk: Client, asked: EditRequest, sent: dict[str, str]):
    variant = rendered(asked)[0]
    _decide(desk, variant, **sent)
    assert variant.status == "pending"


def test_a_store_that_is_away_loses_no_decision(desk: Client, asked: EditRequest):
    first, second = rendered(asked)
    Variant.objects.update(object_key="variants/gone")  # the store answers that there is no such object
    _decide(desk, first, decision="approve")
    assert first.status == "pending"
    answer = desk.post(reverse("editing:review-approve-many"), {"variant": [first.key, second.key]}, follow=True)
    assert "Nothing was lost" in answer.content.decode()
    assert set(Variant.objects.values_list("status", flat=True)) == {"pending"}


def test_bulk_approval_from_the_queue(desk: Client, asked: EditRequest):
    made = rendered(asked)
    keys = [str(variant.key) for variant in made]
    answer = desk.post(reverse("editing:review-approve-many"), {"variant": [*keys, "no key"]}, follow=True)
    assert "2 approved." in answer.content.decode()
    assert set(Variant.objects.values_list("status", flat=True)) == {"approved"}


def test_the_queue_filters_by_shop_and_costs_the_same_for_few_and_many(
    desk: Client, owner: Membership, stranger: Membership
):
    rendered(asked_by(owner))
    rendered(asked_by(stranger))

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page = desk.get(reverse("editing:review"), {"shop": owner.merchant.slug}).content.decode()
        assert stranger.merchant.name in page  # among the filters
        assert page.count('name="variant"') == Variant.objects.filter(request__merchant=owner.merchant).count()
        return len(found)

    few = queries()
    for _ in range(3):
        rendered(asked_by(owner))
    assert queries() == few


def test_a_dead_letter_is_replayed(desk: Client, asked: EditRequest):
    EditJob.objects.update(status="failed", is_dead=True, error="The work stopped.", error_code="worker_lost")
    EditRequest.objects.update(status="failed")
    assert "The work stopped." in desk.get(reverse("editing:dead-letters")).content.decode()
    job = EditJob.objects.get()
    desk.post(reverse("editing:replay", args=[job.key]))
    job.refresh_from_db()
    asked.refresh_from_db()
    assert (job.status, job.attempts, job.is_dead, asked.status) == ("waiting", 0, False, "queued")


def test_the_list_of_dead_letters_costs_the_same_for_few_and_many(desk: Client, owner: Membership):
    def queries() -> int:
        EditJob.objects.update(status="failed", is_dead=True, error="The work stopped.", finished_at=timezone.now())
        with CaptureQueriesContext(connection) as found:
            page = desk.get(reverse("editing:dead-letters")).content.decode()
        assert page.count("The work stopped.") == EditJob.objects.count()
        return len(found)

    asked_by(owner)
    few = queries()
    for _ in range(4):
        asked_by(owner)
    assert queries() == few
