"""Keys of objects inside what programs and jobs say: nobody's but the merchant's own are read."""

import types
import typing
from typing import Any
from uuid import uuid4

import pydantic
import pytest
from rest_framework.test import APIClient

from catalog import storage
from catalog.errors import InvalidInput
from catalog.models import Membership
from editing.lifecycle import dispatch, messages
from editing.lifecycle.requests import request_edit
from editing.models import EditJob, EditRequest
from gpu_worker.contract import jobs, marks, studio
from gpu_worker.contract.keys import ObjectKey, keys_in
from tests.editing.factories import SWATCHES, asked_by, photo_of

pytestmark = pytest.mark.django_db
REQUESTS = "/api/v1/edit-requests/"
SWATCH = {"type": "swatch", "colour": "#ff00ff", "region": "painted"}


def _mask(member: Membership) -> str:
    return storage.put(f"masks/{member.merchant_id}", b"a mask", content_type="image/png")


def _strange_keys(owner: Membership, stranger: Membership) -> list[str]:
    """A stranger's original and mask, both there, and ways to write a key of one's own that is another's."""
    original = storage.put("photos", b"a stranger's original", content_type="image/jpeg")
    theirs = _mask(stranger)
    own = f"masks/{owner.merchant_id}"
    spelt = [f"{own}/../../{original}", f"{own}/../{stranger.merchant_id}/{theirs[-64:]}", f"{own}//{theirs[-64:]}"]
    return [original, theirs, *spelt, f"{own}/{'0' * 64}", f"{own}/\0", f"{own}/{'a' * 3000}"]


def _bodies(key: str, photo: int) -> list[dict[str, Any]]:
    """The key in every place of a request where one can be."""
    deep = {"type": "keep", "strokes": [{"points": [[0.1, 0.1]]}]}
    return [
        {"photos": [photo], "constraints": [{**SWATCH, "mask_key": key}]},
        {"photos": [photo], "constraints": [deep, {**SWATCH, "mask_key": key}]},
        {"photos": [photo], "swatches": SWATCHES[:1], "regions": ["painted"], "masks": [{"photo": photo, "key": key}]},
    ]


def test_a_key_that_is_not_ones_own_is_refused_wherever_it_stands(
    api: APIClient, owner: Membership, stranger: Membership
):
    photo = photo_of(owner).pk
    wrong = []
    for key in _strange_keys(owner, stranger):
        for body in _bodies(key, photo):
            answer = api.post(REQUESTS, body, format="json")
            if answer.status_code != 400 or not answer.json()["error"]["fields"]:
                wrong.append((key[:90], list(body), answer.status_code))
    assert wrong == []
    assert not EditRequest.objects.exists()


def test_a_mask_of_ones_own_is_taken_wherever_it_stands(api: APIClient, owner: Membership):
    photo = photo_of(owner).pk
    answers = [api.post(REQUESTS, body, format="json") for body in _bodies(_mask(owner), photo)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert all(_message(job).mask_keys == [_mask(owner)] for job in EditJob.objects.all())


def test_the_service_judges_keys_whoever_calls_it(owner: Membership, stranger: Membership):
    constraint = marks.Swatch(colour="#ff00ff", region="painted", mask_key=_mask(stranger))
    with pytest.raises(InvalidInput):
        request_edit(merchant=owner.merchant, by=owner.user, photos=[photo_of(owner)], constraints=[constraint])
    assert not EditJob.objects.exists()


def test_a_job_that_names_a_strangers_object_is_never_sent(
    owner: Membership, stranger: Membership, django_capture_on_commit_callbacks: Any
):
    """As if it had come into the table by a door that forgot to ask."""
    asked = asked_by(owner)
    asked.jobs.update(spec={"constraints": [{**SWATCH, "mask_key": _mask(stranger)}]})
    dispatch.dispatch()
    assert [(job.status, job.is_dead) for job in asked.jobs.all()] == [("failed", True)]


@pytest.mark.parametrize("key", ["masks/1/abc", "photos/../masks/1/abc", "/etc/passwd", "masks/1/a\n", "masks/1/a\0b"])
def test_a_worker_takes_only_the_keys_that_the_job_declares(key: str):
    job = {"job": uuid4(), "token": 1, "kind": "shoe", "photo_key": "photos/a", "provenance": _provenance()}
    with pytest.raises(pydantic.ValidationError):
        jobs.RenderJob(**job, constraints=[{**SWATCH, "mask_key": key}], mask_keys=["masks/1/other"])
    with pytest.raises(pydantic.ValidationError):
        jobs.RenderJob(**job, swatches=SWATCHES[:1], region="painted", mask_key=key)


def test_a_preview_reads_no_object_but_its_photo():
    order = {"session": uuid4(), "revision": 1, "kind": "shoe", "manifold_version": "v1", "photo_key": "photos/a"}
    with pytest.raises(pydantic.ValidationError):
        studio.PreviewOrder(**order, constraints=[{**SWATCH, "mask_key": "masks/1/abc"}])


def _message(job: EditJob) -> Any:
    job.token = 1
    return messages.for_job(job)


def _provenance() -> dict[str, Any]:
    return {"request": uuid4(), "photo": "0" * 64}


def test_what_is_published_about_a_photo_is_no_key_of_it(owner: Membership):
    photo = photo_of(owner)
    job = asked_by(owner, photo).jobs.get()
    marked = _message(job).provenance
    assert photo.sha256 not in marked.model_dump_json() and photo.source_sha256 not in marked.model_dump_json()
    assert marked.photo == _message(job).provenance.photo


def _key_fields(model: type[pydantic.BaseModel], seen: set[type]) -> list[str]:
    """Fields of a message and of all within it that hold object keys but are not named so."""
    if model in seen:
        return []
    seen.add(model)
    hints = typing.get_type_hints(model, include_extras=True)
    found = []
    for name, hint in hints.items():
        parts = list(_parts(hint))
        if ObjectKey in parts and name.rpartition("_")[2] not in {"key", "keys"}:
            found.append(f"{model.__name__}.{name}")
        for part in parts:
            if isinstance(part, type) and issubclass(part, pydantic.BaseModel):
                found += _key_fields(part, seen)
    return found


def _parts(hint: Any) -> typing.Iterator[Any]:
    yield hint
    if typing.get_origin(hint) not in (None, typing.Literal) or isinstance(hint, types.UnionType):
        for part in typing.get_args(hint):
            yield from _parts(part)


@pytest.mark.parametrize("message", [jobs.RenderJob, jobs.ProjectJob, jobs.TrainJob, studio.PreviewOrder])
def test_every_key_in_a_message_is_called_one_so_that_none_is_overlooked(message: type[pydantic.BaseModel]):
    seen: set[type] = set()
    assert _key_fields(message, seen) == []
    assert message is jobs.ProjectJob or len(seen) > 1


def test_keys_are_found_however_deep():
    value = {"a": [{"mask_key": "masks/1/a"}, {"b": {"bundle_keys": {"x": "bundles/b"}}}], "key": "c/c", "name": "d"}
    assert keys_in(value) == {"masks/1/a", "bundles/b", "c/c"}
