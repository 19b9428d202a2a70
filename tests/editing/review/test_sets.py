"""The views of one product in one colour are one set: in the queue, in decisions, in the shop."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.errors import TransitionRefused
from catalog.models import Colourway, Membership, Photo, PublishedVariant, SearchEntry, User
from editing.lifecycle import variants
from editing.models import EditJob, Recipe, ReviewPolicy, Variant, WebhookDelivery
from editing.publishing.webhooks import services as webhooks
from editing.selectors.review import review_queue
from editing.selectors.sets import spread
from editing.services import review, sets
from tests.catalog.factories import PhotoFactory
from tests.editing.factories import asked_by, photo_of, rendered, stored_variant

pytestmark = pytest.mark.django_db
VIEWS = ("front", "back", "left", "right")


@pytest.fixture
def photos(owner: Membership) -> list[Photo]:
    front = photo_of(owner, view="front")
    others = [PhotoFactory(product=front.product, view=view, position=n) for n, view in enumerate(VIEWS[1:], 1)]
    return [front, *others]


@pytest.fixture
def views(owner: Membership, photos: list[Photo]) -> list[Variant]:
    return rendered(asked_by(owner, *photos, colours=1))


def _desk(reviewer: User) -> Client:
    client = Client()
    client.force_login(reviewer)
    return client


def test_four_views_of_one_wish_are_one_colourway(views: list[Variant]):
    colourway = Colourway.objects.get()
    assert {variant.colourway for variant in views} == {colourway}
    assert (colourway.name, colourway.kind, colourway.swatch_hex) == ("Signal red", "colour", "#c1121f")
    assert [row.pk for row in review_queue()] == [views[0].pk]
    assert review_queue().get().view_count == 4


def test_a_set_is_handed_out_once_all_its_views_are_there(owner: Membership, photos: list[Photo], reviewer: User):
    request = asked_by(owner, *photos[:2], colours=1)
    first, second = request.jobs.select_related("photo__product__merchant", "request").order_by("pk")
    variants.variant_record(job=first, stored=stored_variant())
    assert review.claim_next(by=reviewer) is None
    variants.variant_record(job=second, stored=stored_variant())
    EditJob.objects.update(status="done")
    assert review.claim_next(by=reviewer) is not None


def test_one_decision_publishes_all_views_under_one_address(views: list[Variant], reviewer: User):
    desk = _desk(reviewer)
    page = desk.get(reverse("editing:review-variant", args=[views[1].key])).content.decode()
    assert "4 views, one colour" in page
    assert all(name in page for name in ("Front", "Back", "Left", "Right"))
    desk.post(reverse("editing:review-decide", args=[views[1].key]), {"decision": "approve"})
    published = PublishedVariant.objects.all()
    assert {(row.slug, row.withdrawn_at) for row in published} == {("signal-red", None)}
    assert [row.photo.view for row in published if row.is_lead] == ["front"]
    assert SearchEntry.objects.exclude(variant=None).count() == 1
    shop = Client().get(published.get(is_lead=True).get_absolute_url()).content.decode()
    assert shop.count(">Signal red</a>") == 1
    assert all(f"in Signal red, {view}" in shop for view in VIEWS)


def test_rejecting_withdrawing_and_undoing_hold_for_the_set(views: list[Variant], reviewer: User):
    key = views[2].key
    sets.set_reject(rows=sets.locked_set(key), by=reviewer, why="The back is too glossy")
    assert set(Variant.objects.values_list("status", "reason")) == {("rejected", "The back is too glossy")}
    sets.set_undo(rows=sets.locked_set(key), by=reviewer)
    sets.set_approve(rows=sets.locked_set(key), by=reviewer)
    with pytest.raises(TransitionRefused):
        sets.set_approve(rows=sets.locked_set(key), by=reviewer)
    sets.set_take_down(rows=sets.locked_set(key), by=None, why="sold out")
    assert set(Variant.objects.values_list("status", flat=True)) == {"withdrawn"}
    assert not PublishedVariant.objects.filter(withdrawn_at=None).exists()


def test_a_reviewer_holds_the_whole_set(views: list[Variant], reviewer: User, second_reviewer: User):
    assert review.claim_next(by=reviewer) == views[0]
    assert review.claim_next(by=second_reviewer) is None
    assert not review.claim(variant=views[3], by=second_reviewer)
    assert review.claim_next(by=reviewer, after=views[0]) is None  # the other views are no next ones
    assert review.claim_next(by=second_reviewer) == views[0]


def test_views_that_are_not_one_colour_wait_at_the_front_and_are_not_approved_by_measures(
    owner: Membership, photos: list[Photo], django_capture_on_commit_callbacks
):
    ReviewPolicy.objects.create(merchant=owner.merchant, auto_approve=True)
    request = asked_by(owner, *photos[:2], colours=1)
    first, second = request.jobs.select_related("photo__product__merchant", "request").order_by("pk")
    with django_capture_on_commit_callbacks(execute=True):
        variants.variant_record(job=first, stored=stored_variant())
        variants.variant_record(job=second, stored=stored_variant(measured={"l": 46.0, "a": 62.0, "b": 42.0}))
        EditJob.objects.update(status="done")
        sets.auto_approve_of(second)
    rows = Variant.objects.order_by("pk")
    assert 1.5 < spread(rows) < 6
    assert {row.suspicion for row in rows} == {round(spread(rows) / 1.5 - 1, 4)}
    assert {row.status for row in rows} == {"pending"}


def test_measures_approve_a_set_when_its_last_job_ends(
    owner: Membership, photos: list[Photo], django_capture_on_commit_callbacks
):
    ReviewPolicy.objects.create(merchant=owner.merchant, auto_approve=True)
    request = asked_by(owner, *photos[:2], colours=1)
    first, second = request.jobs.select_related("photo__product__merchant", "request").order_by("pk")
    with django_capture_on_commit_callbacks(execute=True):
        variants.variant_record(job=first, stored=stored_variant())
        variants.variant_record(job=second, stored=stored_variant(key="variants/other", sha256="1" * 64))
    assert set(Variant.objects.values_list("status", flat=True)) == {"pending"}
    Variant.objects.update(object_key=Variant.objects.first().object_key)
    with django_capture_on_commit_callbacks(execute=True):
        EditJob.objects.update(status="done")
        sets.auto_approve_of(second)
    assert set(Variant.objects.values_list("status", flat=True)) == {"approved"}


def test_a_colourway_is_announced_as_one(views: list[Variant], owner: Membership, reviewer: User, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    webhooks.webhook_create(
        merchant=owner.merchant,
        url="http://127.0.0.1:9/",
        events=["colourway.approved", "colourway.withdrawn"],
        by=None,
    )
    sets.set_approve(rows=sets.locked_set(views[0].key), by=reviewer)
    sets.set_take_down(rows=sets.locked_set(views[0].key), by=reviewer)
    approved, withdrawn = WebhookDelivery.objects.order_by("pk")
    assert (approved.event, withdrawn.event) == ("colourway.approved", "colourway.withdrawn")
    data = approved.payload["data"]
    assert (data["name"], sorted(data["views"]), data["sku"]) == (
        "Signal red", sorted(VIEWS), f"{views[0].photo.product.sku}-SIG",
    )  # fmt: skip


def test_each_picture_keeps_its_recipe_and_the_same_one_is_kept_once(owner: Membership, photos: list[Photo]):
    request = asked_by(owner, *photos[:2], colours=2)
    for job in request.jobs.select_related("photo__product__merchant", "request"):
        for candidate in (0, 1):
            variants.variant_record(job=job, stored=stored_variant(candidate))
    assert Recipe.objects.count() == 2
    recipe = Variant.objects.filter(candidate=1).first().recipe
    assert recipe.document["swatches"] == [{"name": "Deep navy", "colour": "#1d3557"}]
    assert recipe.document["manifold_version"] == "v1"
    assert recipe.title == "Deep navy on the main colour"
