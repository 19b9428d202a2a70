"""What decisions do, in the database, the shop and the object store."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from catalog import storage
from catalog.errors import Conflict, InvalidInput, TransitionRefused
from catalog.models import Membership, PublishedVariant, SearchEntry, User
from editing.lifecycle import variants
from editing.models import EditRequest, Event, ReviewPolicy, Variant
from editing.services import review, sets
from tests.editing.factories import asked_by, photo_of, rendered, stored_variant

pytestmark = pytest.mark.django_db


def _approve(variant: Variant, by: User) -> PublishedVariant:
    return review.variant_approve(variant=review.locked(variant.key), by=by)


def _shop_page(variant: Variant, slug: str = "") -> int:
    address = reverse("catalog:product", args=[variant.photo.product.slug])
    return Client().get(f"{address}{slug}").status_code


def test_an_approved_variant_is_in_the_shop_under_its_own_address(asked: EditRequest, reviewer: User):
    variant = rendered(asked)[0]
    published = _approve(variant, reviewer)
    assert _shop_page(variant, "signal-red/") == 200
    page = Client().get(reverse("catalog:product", args=[variant.photo.product.slug])).content.decode()
    assert published.get_absolute_url() in page
    assert "Signal red" in page
    variant.refresh_from_db()
    assert (variant.status, variant.decided_by, variant.published) == ("approved", reviewer, published)
    assert SearchEntry.objects.filter(variant=published).exists()


def test_a_withdrawn_variant_is_gone_at_once_with_every_link_to_it(
    asked: EditRequest, reviewer: User, django_capture_on_commit_callbacks
):
    variant = rendered(asked)[0]
    published = _approve(variant, reviewer)
    copies = [published.object_key, *published.thumbnails.values()]
    assert all(storage.exists(key) for key in copies)
    assert storage.get(published.object_key) == storage.get(variant.object_key)
    with django_capture_on_commit_callbacks(execute=True):
        review.variant_take_down(variant=review.locked(variant.key), by=reviewer, why="sold out")
    assert _shop_page(variant, "signal-red/") == 404
    assert _shop_page(variant) == 200
    assert not SearchEntry.objects.filter(variant=published).exists()
    assert not any(storage.exists(key) for key in copies)
    assert storage.exists(variant.object_key)  # the merchant still sees it, and it may come back


def test_a_decision_is_undone_and_made_again(asked: EditRequest, reviewer: User, django_capture_on_commit_callbacks):
    variant = rendered(asked)[0]
    _approve(variant, reviewer)
    with django_capture_on_commit_callbacks(execute=True):
        review.decision_undo(variant=review.locked(variant.key), by=reviewer)
    assert _shop_page(variant, "signal-red/") == 404
    variant.refresh_from_db()
    assert (variant.status, variant.decided_by, variant.published, variant.reason) == ("pending", None, None, "")
    _approve(variant, reviewer)
    assert _shop_page(variant, "signal-red/") == 200
    with pytest.raises(TransitionRefused):
        _approve(variant, reviewer)


def test_a_rejection_needs_a_reason_which_the_merchant_reads(asked: EditRequest, reviewer: User, as_owner: Client):
    variant = rendered(asked)[0]
    with pytest.raises(InvalidInput):
        review.variant_reject(variant=review.locked(variant.key), by=reviewer, why="  ")
    variant.refresh_from_db()
    assert variant.status == "pending"
    review.variant_reject(variant=review.locked(variant.key), by=reviewer, why="Colour spills over")
    for address in (asked.get_absolute_url(), reverse("editing:variant", args=[variant.key])):
        assert "Colour spills over" in as_owner.get(address).content.decode()


def test_the_history_holds_every_move_with_who_and_why(asked: EditRequest, reviewer: User):
    variant = rendered(asked)[0]
    review.variant_reject(variant=review.locked(variant.key), by=reviewer, why="Looks unnatural")
    review.decision_undo(variant=review.locked(variant.key), by=reviewer)
    _approve(variant, reviewer)
    review.variant_take_down(variant=review.locked(variant.key), by=None, why="withdrawn by the merchant")
    moves = [(event.moved_to, event.actor, event.why) for event in review.history(variant)]
    assert moves == [
        ("pending", None, ""),
        ("rejected", reviewer, "Looks unnatural"),
        ("pending", reviewer, "undone"),
        ("approved", reviewer, ""),
        ("withdrawn", None, "withdrawn by the merchant"),
    ]


def test_the_same_picture_is_not_shown_twice(owner: Membership, reviewer: User):
    photo = photo_of(owner)
    first, second = (rendered(asked_by(owner, photo, colours=1), picture="the same")[0] for _ in range(2))
    _approve(first, reviewer)
    with pytest.raises(Conflict):
        _approve(second, reviewer)
    second.refresh_from_db()
    assert (second.status, PublishedVariant.objects.count()) == ("pending", 1)
    assert sets.sets_approve(keys=[second.key], by=reviewer) == 0


def test_bulk_approval_takes_what_is_free(owner: Membership, reviewer: User, second_reviewer: User):
    made = [variant for _ in range(3) for variant in rendered(asked_by(owner))]
    review.claim(variant=made[0], by=second_reviewer)
    review.variant_reject(variant=review.locked(made[1].key), by=reviewer, why="Colour is off")
    assert sets.sets_approve(keys=[variant.key for variant in made], by=reviewer) == 4
    statuses = Variant.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["pending", "rejected", "approved", "approved", "approved", "approved"]


def test_measures_approve_only_where_the_merchant_says_so(owner: Membership, django_capture_on_commit_callbacks):
    def record(**fields: object) -> str:
        job = asked_by(owner, colours=1).jobs.select_related("photo__product__merchant").get()
        with django_capture_on_commit_callbacks(execute=True):
            variant = variants.variant_record(job=job, stored=stored_variant(**fields))
        variant.refresh_from_db()
        return variant.status

    within, beyond = {"swatch_de2000": 1.0}, {"swatch_de2000": 1.6}
    assert record(measures=within) == "pending"  # off by default
    review.policy_save(merchant=owner.merchant, auto_approve=True, limits={"swatch_de2000": 1.5})
    assert record(measures=within) == "approved"
    assert record(measures=beyond) == "pending"
    assert record(measures=within, warnings=["The product touches the edge."]) == "pending"
    assert record(measures={}) == "pending"
    event = Event.objects.get(moved_to="approved")
    assert (event.actor, event.why) == (None, "within all measured limits")


def test_only_owners_set_the_policy(as_owner: Client, as_viewer: Client, owner: Membership):
    address = reverse("editing:review-policy")
    assert as_viewer.post(address, {"auto_approve": "on"}).status_code == 404
    assert not ReviewPolicy.objects.exists()
    assert as_owner.post(address, {"auto_approve": "on", "swatch_de2000": "-1"}).status_code == 422
    assert as_owner.post(address, {"auto_approve": "on", "swatch_de2000": "1.5"}).status_code == 302
    policy = ReviewPolicy.objects.get()
    assert (policy.merchant, policy.auto_approve, policy.limits) == (owner.merchant, True, {"swatch_de2000": 1.5})
    assert 'value="1.5"' in as_owner.get(address).content.decode()


def test_suspicious_ones_come_first_and_each_reviewer_gets_another(
    asked: EditRequest, reviewer: User, second_reviewer: User
):
    plain, suspicious = rendered(asked)
    Variant.objects.filter(pk=suspicious.pk).update(suspicion=0.7)
    assert review.claim_next(by=reviewer) == suspicious
    assert review.claim_next(by=second_reviewer) == plain
    assert review.claim_next(by=reviewer) == suspicious  # still theirs
    assert not review.claim(variant=suspicious, by=second_reviewer)


def test_stepping_through_the_queue_frees_what_is_passed_over(owner: Membership, reviewer: User, second_reviewer: User):
    first, second, third = rendered(asked_by(owner, colours=3))
    assert review.claim_next(by=reviewer) == first
    assert review.claim_next(by=reviewer, after=first) == second
    assert review.claim_next(by=second_reviewer) == first
    assert review.claim_next(by=second_reviewer, after=first) == third
    assert review.claim_previous(by=reviewer, before=second) == first
    assert review.claim_next(by=reviewer, after=third) is None


def test_a_claim_ends(asked: EditRequest, reviewer: User, second_reviewer: User, monkeypatch: pytest.MonkeyPatch):
    variant = rendered(asked)[0]
    monkeypatch.setattr(review, "CLAIM", -review.CLAIM)
    assert review.claim(variant=variant, by=reviewer)
    assert review.claim(variant=variant, by=second_reviewer)


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_the_same_moment_never_get_the_same(owner: Membership, reviewer: User, second_reviewer: User):
    """The second one asks while the first one's transaction holds its row."""
    rendered(asked_by(owner, colours=2))
    held, may_end, got = threading.Event(), threading.Event(), {}

    def first() -> None:
        with transaction.atomic():
            got["first"] = review.claim_next(by=reviewer)
            held.set()
            may_end.wait(30)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert held.wait(30)
    got["second"] = review.claim_next(by=second_reviewer)  # does not wait for the first
    may_end.set()
    thread.join(30)
    assert None not in got.values()
    assert got["first"] != got["second"]
