"""A merchant's own manifold serves that merchant alone: what is trained, taken in use, named in messages, and left again."""

import json
from base64 import b64encode
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from catalog import storage
from catalog.models import Membership, Photo, SearchEntry
from editing.attributes import services as attributes
from editing.attributes.services import _job as attribute_job
from editing.lifecycle import garbage, manifolds, messages, projections, training, variants
from editing.lifecycle.requests import request_edit
from editing.lifecycle.states import JobStatus
from editing.models import ColourPreview, EditJob, OwnManifold, PrincipalDirection, Priority, Task
from editing.recipes import services as recipes
from editing.shopper import previews as shown
from editing.studio import previews, selectors, sessions
from gpu_worker.contract.attributes import PrincipalAnswer
from gpu_worker.contract.jobs import ProjectJob, RenderJob, StoredProjection
from gpu_worker.contract.marks import Morph
from tests.catalog.factories import MembershipFactory, MerchantFactory, active_product
from tests.editing.factories import asked_by, photo_of, stored_variant
from tests.editing.lifecycle.conftest import answer
from tests.editing.studio.conftest import VERSION, projected_photo, random_latent, ready_attribute

pytestmark = pytest.mark.django_db
OWN = "fedcba9876543210"
OF_ANY_AGE = -timedelta(minutes=1)


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


PROJECTION = {"frame": {"scale": 9, "left": 0, "top": 0}, "lpips": 0.1, "w_plus": _base64(random_latent(4))}


@pytest.fixture
def photo(owner: Membership) -> Photo:
    """Projected with the manifold that all share."""
    return projected_photo(owner)


def trained(member: Membership, *, version: str = OWN, kind: str = "shoe", **card: Any) -> EditJob:
    """A finished training, its bundle in the store."""
    files = {
        "card.json": json.dumps({"kind": kind, "version": version, **card}),
        "weights.safetensors": f"of {version}",
    }
    keys = {name: storage.put("bundles", text.encode(), content_type="x/y") for name, text in files.items()}
    spec = {"kind": kind, "bundle_keys": keys}
    return EditJob.objects.create(
        merchant=member.merchant, task=Task.TRAIN, spec=spec, status=JobStatus.DONE, priority=Priority.TRAINING
    )


def given_out(job: EditJob) -> Any:
    job.token = job.token or 1
    return messages.for_job(job)


def render_job_of(member: Membership, photo: Photo) -> RenderJob:
    job = asked_by(member, photo).jobs.select_related("photo__product", "request").get()
    message = given_out(job)
    assert isinstance(message, RenderJob)
    return message


def projected(photo: Photo, version: str) -> None:
    stored = StoredProjection.model_validate(PROJECTION | {"manifold_version": version})
    assert projections.projection_record(photo=photo, stored=stored, seconds=1.0)


def test_one_merchants_own_is_named_for_their_photos_and_for_no_others(owner: Membership, photo: Photo):
    stranger = projected_photo(_another())
    other = Membership.objects.get(merchant=stranger.product.merchant)
    training.own_manifold_use(job=trained(owner))
    ours = render_job_of(owner, photo).manifold
    assert ours is not None and (ours.version, ours.owner) == (OWN, owner.merchant_id)
    assert render_job_of(other, stranger).manifold is None
    assert manifolds.named(other.merchant_id, "shoe") is None
    assert manifolds.named(owner.merchant_id, "shirt") is None


def test_not_even_its_version_opens_it_for_another(owner: Membership, photo: Photo):
    """A worker then looks for a shared release of that version, and there is none."""
    other = _another()
    training.own_manifold_use(job=trained(owner))
    name = manifolds.named(other.merchant_id, "shoe", OWN)
    assert name is not None and (name.owner, name.file_keys) == (None, {})


def test_the_card_of_a_trained_manifold_says_whose_it_is_even_if_its_worker_did_not_know(owner: Membership):
    own = training.own_manifold_use(job=trained(owner))
    stored = storage.get(own.file_keys["card.json"])
    assert stored is not None and json.loads(stored.data)["owner"] == owner.merchant_id


@pytest.mark.parametrize("wrong", [{"kind": "shirt"}, {"owner": 10**6}])
def test_what_was_trained_for_another_kind_or_merchant_is_not_taken(owner: Membership, wrong: dict[str, Any]):
    job = trained(owner, **wrong)
    job.spec["kind"] = "shoe"
    with pytest.raises(training.NotTrained, match=r"is for the (shirt|shoe) of merchant"):
        training.own_manifold_use(job=job)
    assert not OwnManifold.objects.exists()


def test_photos_are_projected_with_the_shared_one_first_and_then_with_the_own(owner: Membership, broker: object):
    photo = photo_of(owner)
    training.own_manifold_use(job=trained(owner))
    job = EditJob.objects.get(photo=photo, task=Task.PROJECT, status=JobStatus.WAITING)
    first = given_out(job)
    assert isinstance(first, ProjectJob) and first.manifold is None
    EditJob.objects.filter(pk=job.pk).update(status=JobStatus.SENT, token=1)
    job.refresh_from_db()
    answer(job, "projected", projection=PROJECTION | {"manifold_version": VERSION}, seconds=1.0)
    second = EditJob.objects.exclude(pk=job.pk).get(photo=photo, task=Task.PROJECT)
    named = given_out(second).manifold
    assert named.version == OWN and named.owner == owner.merchant_id
    EditJob.objects.filter(pk=second.pk).update(status=JobStatus.SENT, token=1)
    second.refresh_from_db()
    answer(second, "projected", projection=PROJECTION | {"manifold_version": OWN}, seconds=1.0)
    assert not EditJob.objects.filter(photo=photo, task=Task.PROJECT, status=JobStatus.WAITING).exists()


def test_shoppers_go_on_finding_the_photo_by_the_shared_one(owner: Membership, photo: Photo):
    shoe = active_product(merchant=owner.merchant, kind="shoe").photos.get()
    projected(shoe, VERSION)
    training.own_manifold_use(job=trained(owner))
    projected(shoe, OWN)
    assert set(SearchEntry.objects.filter(photo=shoe).values_list("shape_version", flat=True)) == {VERSION}


def test_edits_use_the_own_latent_and_the_shared_one_again_after_leaving(owner: Membership, photo: Photo):
    projected(photo, "1111111111111111")  # a newer shared one
    training.own_manifold_use(job=trained(owner))
    assert manifolds.newest_projection(photo) is None and render_job_of(owner, photo).projection is None
    projected(photo, OWN)
    message = render_job_of(owner, photo)
    assert message.projection is not None and message.projection.manifold_version == OWN
    assert selectors.current_version(owner, "shoe") == OWN
    assert training.own_manifold_leave(merchant=owner.merchant, kind="shoe")
    message = render_job_of(owner, photo)
    assert message.manifold is None and message.projection is not None
    assert message.projection.manifold_version == "1111111111111111" == selectors.current_version(owner, "shoe")


def test_a_studio_session_names_the_manifold_that_its_latents_are_of(owner: Membership, photo: Photo):
    session = sessions.session_open(actor=owner, photo=photo, by=owner.user)
    order = previews.order_of(session, owner)
    assert order is not None and order.manifold is None and order.manifold_name is not None
    assert (order.manifold_name.version, order.manifold_name.owner) == (VERSION, None)
    training.own_manifold_use(job=trained(owner))
    assert previews.order_of(session, owner) is None  # it is being projected
    projected(photo, OWN)
    order = previews.order_of(session, owner)
    assert order is not None and order.manifold is not None
    assert (order.manifold.version, order.manifold.owner) == (OWN, owner.merchant_id)
    idea = previews.order_of(sessions.session_from_scratch(actor=owner, kind="shoe", by=owner.user), owner)
    assert idea is not None and idea.manifold is not None and idea.manifold.owner == owner.merchant_id


def test_marks_that_hold_on_one_version_alone_name_it(owner: Membership, photo: Photo):
    """A direction of one manifold means nothing on another: the worker fetches the version or says that it is away."""
    blend = Morph(w_plus=_base64(random_latent(2)))
    asked = request_edit(merchant=owner.merchant, by=None, photos=[photo], constraints=[blend], version=VERSION)
    job = asked.jobs.select_related("photo__product", "request").get()
    training.own_manifold_use(job=trained(owner))
    name = given_out(job).manifold
    assert (name.version, name.owner) == (VERSION, None)
    assert given_out(job).projection.manifold_version == VERSION


def test_recipes_keep_the_version_that_their_marks_hold_on(owner: Membership, photo: Photo):
    training.own_manifold_use(job=trained(owner))
    blend = Morph(w_plus=_base64(random_latent(2)))
    asked = request_edit(merchant=owner.merchant, by=None, photos=[photo], constraints=[blend], version=OWN)
    job = asked.jobs.select_related("photo__product__merchant", "request").get()
    variant = variants.variant_record(job=job, stored=stored_variant(0, manifold_version=OWN))
    assert variant is not None
    training.own_manifold_leave(merchant=owner.merchant, kind="shoe")
    again = recipes.variant_render_again(variant=variant, by=None, format="webp-lossless").jobs.get()
    name = given_out(again).manifold
    assert (name.version, name.owner) == (OWN, owner.merchant_id)


def test_colours_alone_hold_on_any_version(owner: Membership, photo: Photo):
    """And workers of the release before read the message as before."""
    assert "manifold" not in render_job_of(owner, photo).model_dump(mode="json")


def test_attributes_are_learned_and_drawn_on_the_manifold_that_they_are_of(
    owner: Membership, photo: Photo, monkeypatch: pytest.MonkeyPatch
):
    training.own_manifold_use(job=trained(owner))
    of_shared, of_own = ready_attribute(owner), ready_attribute(owner, "tall", manifold_version=OWN)
    assert attribute_job(of_shared, method="known").manifold_name.owner is None
    assert attribute_job(of_own, method="known").manifold_name.owner == owner.merchant_id
    sent: list[Any] = []
    monkeypatch.setattr(attributes, "_send", lambda task, message: sent.append(message) or True)
    attributes.principal_ask(actor=owner, kind="shoe", version=OWN)
    attributes.principal_ask(actor=_another(), kind="shoe", version=OWN)
    assert [message.manifold_name.owner for message in sent] == [owner.merchant_id, None]


def test_what_varies_most_in_a_merchants_own_manifold_is_shown_to_them_alone(owner: Membership):
    other = _another()
    training.own_manifold_use(job=trained(owner))
    found = {"index": 0, "direction": _base64(random_latent(1)), "scale": 1.0, "strip_key": "strips/x"}
    for version in (OWN, VERSION):
        attributes.principal_record(
            PrincipalAnswer.model_validate({"kind": "shoe", "manifold_version": version, "directions": [found]})
        )
    assert PrincipalDirection.objects.count() == 2
    assert {row.manifold_version for row in selectors.principal_directions(other)} == {VERSION}
    assert {row.manifold_version for row in selectors.principal_directions(owner)} == {OWN, VERSION}


def test_a_shoppers_preview_is_made_with_the_shops_own(owner: Membership, photo: Photo):
    training.own_manifold_use(job=trained(owner))
    photo.thumbnails = {"640": "thumbs/b"}
    photo.save()
    preview = ColourPreview.objects.create(product=photo.product, photo=photo, words="red", hex="#aa0000", attempts=1)
    name = shown.job_of(preview).manifold
    assert name is not None and name.owner == owner.merchant_id


def test_its_files_are_no_garbage_even_when_the_training_is_gone(owner: Membership):
    storage.delete([item.key for item in garbage.find(min_age=OF_ANY_AGE)])
    job = trained(owner)
    own = training.own_manifold_use(job=job)
    job.delete()
    found = {item.key for item in garbage.find(min_age=OF_ANY_AGE)}
    assert not found & set(own.file_keys.values())
    assert own.file_keys["card.json"] not in found and len(found) == 1  # the card as the worker wrote it


def test_operators_releases_are_no_garbage(owner: Membership):
    key = storage.put("bundles", b"weights of a release", content_type="x/y")
    listed = {"shoe/weights.safetensors": key}
    for name in ("bundles/releases/v9.json", "bundles/versions/shoe-abc.json"):
        storage.client().put_object(Bucket=settings.S3_BUCKET, Key=name, Body=json.dumps(listed).encode())
    found = {item.key for item in garbage.find(min_age=OF_ANY_AGE)}
    assert not found & {key, "bundles/releases/v9.json", "bundles/versions/shoe-abc.json"}


def test_the_command_takes_it_in_use_and_leaves_it(owner: Membership):
    said, slug = StringIO(), owner.merchant.slug
    call_command("train_manifold", job=str(trained(owner).key), use=True, stdout=said)
    assert f"photos are worked on with {OWN}" in said.getvalue()
    assert OwnManifold.objects.get(is_in_use=True).merchant == owner.merchant
    call_command("train_manifold", merchant=slug, leave=True, stdout=said)
    assert not OwnManifold.objects.filter(is_in_use=True).exists()
    with pytest.raises(CommandError, match="uses no shoe manifold"):
        call_command("train_manifold", merchant=slug, leave=True)


def test_a_newer_one_takes_the_place_of_the_one_before(owner: Membership):
    for version in (OWN, "2222222222222222"):
        training.own_manifold_use(job=trained(owner, version=version))
    assert OwnManifold.objects.get(is_in_use=True).version == "2222222222222222"
    assert OwnManifold.objects.count() == 2


def _another() -> Membership:
    return MembershipFactory(merchant=MerchantFactory())
