"""From marks to jobs and back: what members say of an outline is in every message, and nothing old is recorded over it."""

from base64 import b64encode
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from catalog.models import Membership, Photo
from editing.lifecycle import answers, messages
from editing.lifecycle.projections import projection_ask
from editing.models import EditJob, PhotoOutline, Projection
from tests.catalog.test_api import program
from tests.editing.factories import asked_by, photo_of

STROKE = {"type": "other", "strokes": [{"points": [[0.5, 0.2]], "radius": 0.03}]}


@pytest.fixture
def photo(owner: Membership) -> Photo:
    return photo_of(owner)


@pytest.fixture
def api(owner: Membership) -> APIClient:
    return program(owner.merchant, "catalog:read", "edits:read", "edits:write")


def asked(photo: Photo) -> EditJob:
    """The photo's open projection, as if a worker had it."""
    projection_ask(photo=photo)
    EditJob.objects.filter(photo=photo, status="waiting").update(status="running", token=1)
    return EditJob.objects.get(photo=photo, status="running")


def tell(job: EditJob, type: str, **fields: Any) -> None:
    answers.record({"job": str(job.key), "token": 1, "worker": "w:1", "type": type} | fields)


def outlined(job: EditJob, confidence: float, revision: int = 0) -> None:
    tell(job, "outlined", outline_key=f"alphas/{'a' * 64}", confidence=confidence, revision=revision)


def projected(job: EditJob, confidence: float, revision: int = 0) -> None:
    stored = {
        "manifold_version": "v1", "w_plus": b64encode(bytes(4 * 7 * 128)).decode(), "lpips": 0.1,
        "frame": {"scale": 100, "left": 0, "top": 0}, "mask_confidence": confidence,
    }  # fmt: skip
    tell(job, "projected", projection=stored, outline_revision=revision, seconds=1.0)


def mark(client: Client, photo: Photo, revision: int = 0, **said: Any) -> Any:
    address = reverse("editing:outline", args=[photo.pk])
    return client.put(address, {"revision": revision, **said}, content_type="application/json")


def state(client: Client, photo: Photo) -> dict[str, Any]:
    return client.get(reverse("editing:outline-state", args=[photo.pk])).json()


def test_a_doubt_is_shown_and_ends_with_a_members_word(owner: Membership, as_owner: Client, photo: Photo):
    job = asked(photo)
    outlined(job, 0.6)
    projected(job, 0.6)
    assert state(as_owner, photo)["state"] == "doubtful"
    product_page = as_owner.get(reverse("editing:outlines", args=[photo.product_id])).content.decode()
    assert product_page.count("data-outline-doubt") == 1
    confirm = reverse("editing:outline-confirm", args=[photo.pk])
    assert as_owner.post(confirm, {"revision": 1}).status_code == 409
    assert as_owner.post(confirm, {"revision": 0}).status_code == 302
    assert state(as_owner, photo)["state"] == "confirmed"
    render = messages.for_job(_numbered(asked_by(owner, photo).jobs.get()))
    assert render.outline.confirmed and render.projection.mask_confidence == 1
    assert (
        "data-outline-doubt" not in as_owner.get(reverse("editing:outlines", args=[photo.product_id])).content.decode()
    )


def _numbered(job: EditJob) -> EditJob:
    job.token = 1
    return job


def test_marks_void_what_was_found_and_go_with_every_job(owner: Membership, as_owner: Client, photo: Photo):
    old = asked(photo)
    outlined(old, 0.99)
    Projection.objects.create(
        photo=photo,
        manifold_version="v1",
        w_plus=b"",
        shape=[0] * 128,
        frame_scale=1,
        frame_left=0,
        frame_top=0,
        lpips=0,
    )
    assert mark(as_owner, photo, box=[0.1, 0.1, 0.9, 0.8], marks=[STROKE]).json() == {"revision": 1}
    old.refresh_from_db()
    assert old.status == "cancelled" and not photo.projections.exists()
    assert state(as_owner, photo)["state"] == "finding"
    new = asked(photo)
    assert messages.for_job(new).outline.marks[0].type == "other"
    render = messages.for_job(_numbered(asked_by(owner, photo).jobs.get()))
    assert render.outline.box == (0.1, 0.1, 0.9, 0.8) and render.outline.revision == 1
    outlined(new, 0.5, revision=0)  # from a worker that was told the old marks
    assert state(as_owner, photo)["state"] == "finding"
    outlined(new, 0.95, revision=1)
    projected(new, 0.95, revision=0)
    assert not photo.projections.exists()
    assert state(as_owner, photo) | {"picture": ""} == {"state": "found", "revision": 1, "problem": "", "picture": ""}


def test_the_leading_view_says_what_is_dominant_by_its_own_marks(owner: Membership, as_owner: Client, photo: Photo):
    mark(as_owner, photo, marks=[STROKE])
    view = photo_of(owner)
    Photo.objects.filter(pk=view.pk).update(product=photo.product, is_primary=False)
    view = Photo.objects.select_related("product").get(pk=view.pk)
    render = messages.for_job(_numbered(asked_by(owner, view).jobs.get()))
    assert render.lead_outline.revision == 1 and render.outline.revision == 0


@pytest.mark.parametrize(
    "said",
    [{"box": [0.9, 0.1, 0.1, 0.8]}, {"marks": [{"type": "swatch", "strokes": []}]}, {"marks": 3}, {"confirmed": "so"}],
)
def test_what_are_no_marks_is_refused_and_loses_nothing(as_owner: Client, photo: Photo, said: dict[str, Any]):
    mark(as_owner, photo, marks=[STROKE])
    answer = mark(as_owner, photo, revision=1, **said)
    assert answer.status_code == 400 and answer.json()["message"].startswith("These marks cannot be used")
    assert PhotoOutline.objects.get(photo=photo).marks["marks"][0]["type"] == "other"


def test_two_people_do_not_overwrite_each_other(as_owner: Client, photo: Photo):
    assert mark(as_owner, photo, marks=[STROKE]).status_code == 200
    assert mark(as_owner, photo, revision=0, marks=[]).status_code == 409


def test_a_program_marks_looks_and_confirms(api: APIClient, photo: Photo):
    address = f"/api/v1/photos/{photo.pk}/outline/"
    answer = api.put(address, {"revision": 0, "marks": [STROKE]}, format="json")
    assert answer.status_code == 200 and answer.json()["state"] == "finding"
    outlined(asked(photo), 0.7, revision=1)
    assert api.get(address).json()["state"] == "doubtful"
    confirmed = api.post(f"{address}confirm/", {"revision": 1}, format="json")
    assert confirmed.json()["state"] == "confirmed" and confirmed.json()["confidence"] == 0.7
