"""Drawings that programs send: bounded in all, kept once, and judged at the door."""

from base64 import b64encode
from typing import Any
from uuid import uuid4

import numpy as np
import pydantic
import pytest
from django.db import connection
from rest_framework.test import APIClient

from catalog.models import Membership
from editing.lifecycle import messages
from editing.models import EditJob, EditRequest, Specification
from gpu_worker.contract import jobs
from gpu_worker.contract.marks import Enlarge, SolverOptions, Walk, pictures_of
from tests.catalog.factories import PhotoFactory, ProductFactory
from tests.editing.factories import photo_of

pytestmark = pytest.mark.django_db
REQUESTS = "/api/v1/edit-requests/"


def _keep(points: int, strokes: int = 1) -> dict[str, Any]:
    return {"type": "keep", "strokes": [{"points": [[0.25, 0.5]] * points}] * strokes}


def test_points_are_limited_in_all_and_not_only_stroke_by_stroke(api: APIClient, owner: Membership):
    photo = photo_of(owner).pk
    for constraints in ([_keep(4000)] * 16, [_keep(1, 200)] * 4):
        answer = api.post(REQUESTS, {"photos": [photo], "constraints": constraints}, format="json")
        assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["constraints"])
    assert not EditRequest.objects.exists()


def test_a_drawing_for_many_photos_is_kept_once(api: APIClient, owner: Membership):
    photos = PhotoFactory.create_batch(50, product=ProductFactory(merchant=owner.merchant))
    body = {"photos": [photo.pk for photo in photos], "constraints": [_keep(3000)]}
    answer = api.post(REQUESTS, body, format="json")
    assert (answer.status_code, answer.json()["photos"]) == (201, 50)
    assert Specification.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(pg_column_size(job.*)) FROM editing_editjob job")
        assert cursor.fetchone()[0] < 50 * 500
    job = EditJob.objects.first()
    assert job is not None
    job.token = 1
    assert len(messages.for_job(job).constraints[0].strokes[0].points) == 3000


def _numbers(values: Any) -> str:
    return b64encode(np.asarray(values, "<f4").tobytes()).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        "!!!",
        "",
        "AAAA",
        "a" * 1_000_000,
        "=" * 8,
        _numbers([1.0, np.nan]),
        _numbers([np.inf]),
        "AAAA\nAAAA",
        "é",
        5,
        None,
    ],
)
@pytest.mark.parametrize("mark", [{"type": "morph"}, {"type": "attribute", "name": "chunky", "amount": 1}])
def test_a_latent_that_is_none_is_refused_with_its_field(
    api: APIClient, owner: Membership, mark: dict[str, Any], wrong: Any
):
    field = "w_plus" if mark["type"] == "morph" else "direction"
    body = {"photos": [photo_of(owner).pk], "constraints": [{**mark, field: wrong}]}
    answer = api.post(REQUESTS, body, format="json")
    notes = answer.json()["error"]["fields"]["constraints"]
    assert answer.status_code == 400 and field in notes[0] and len(str(answer.json())) < 1000
    assert not EditRequest.objects.exists()


def _job(**fields: Any) -> dict[str, Any]:
    origin = {"request": uuid4(), "photo": "0" * 64}
    return {"job": uuid4(), "token": 1, "kind": "shoe", "photo_key": "photos/a", "provenance": origin, **fields}


NAN = float("nan")


@pytest.mark.parametrize(
    "constraint",
    [
        _keep(1_000_000),
        {"type": "warp", "drags": [{"source": [NAN, 0], "target": [0, 0]}]},
        {"type": "warp", "drags": [{"source": [0, 0], "target": [1e400, 0]}]},
        {"type": "keep", "strokes": [{"points": [[0, 0]], "radius": NAN}]},
        {"type": "morph", "w_plus": _numbers([1]), "amount": NAN},
        {"type": "attribute", "name": "a", "direction": _numbers([1]), "amount": 1, "scale": 1e400},
    ],
)
def test_a_worker_refuses_numbers_that_are_none_and_a_million_points(constraint: dict[str, Any]):
    with pytest.raises(pydantic.ValidationError):
        jobs.RenderJob(**_job(constraints=[constraint]))


def test_a_worker_refuses_too_many_points_in_all():
    with pytest.raises(pydantic.ValidationError, match="too many points"):
        jobs.RenderJob(**_job(constraints=[_keep(4000)] * 16))


def test_a_program_removes_and_enlarges_by_constraints(api: APIClient, owner: Membership):
    photo = photo_of(owner).pk
    removal = {"type": "remove", "strokes": [{"points": [[0.1, 0.5], [0.3, 0.5]], "radius": 0.05}]}
    for constraint in (removal, {"type": "enlarge", "factor": 4}):
        answer = api.post(REQUESTS, {"photos": [photo], "constraints": [constraint]}, format="json")
        assert answer.status_code == 201
        job = EditJob.objects.latest("pk")
        job.token = 1
        asked = messages.for_job(job).constraints[0]
        assert asked == type(asked).model_validate(constraint)
    for wrong in ({"type": "remove"}, {"type": "enlarge", "factor": 3}, {"type": "look"}):
        answer = api.post(REQUESTS, {"photos": [photo], "constraints": [wrong]}, format="json")
        assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["constraints"])


def test_a_program_paints_the_parts_that_a_kind_has(api: APIClient, owner: Membership):
    photo = photo_of(owner).pk
    laces = {"type": "units", "part": "laces", "action": "remove", "strokes": [{"points": [[0.5, 0.4], [0.6, 0.5]]}]}
    assert api.post(REQUESTS, {"photos": [photo], "constraints": [laces]}, format="json").status_code == 201
    refused = api.post(REQUESTS, {"photos": [photo], "constraints": [laces | {"part": "collar"}]}, format="json")
    assert refused.status_code == 400
    assert refused.json()["error"]["fields"]["constraints"] == [
        "The brush cannot take the collar away on a shoe: it can take laces away, make the sole thicker, make the sole thinner, "
        "make the upper higher, make the upper lower, make the lining deeper or make the lining shallower."
    ]
    assert (
        api.post(REQUESTS, {"photos": [photo], "constraints": [laces | {"strokes": []}]}, format="json").status_code
        == 201
    )
    for wrong in ({"strokes": [], "action": "add"}, {"action": "dye"}, {"strength": 3}, {"part": "heel"}):
        answer = api.post(REQUESTS, {"photos": [photo], "constraints": [laces | wrong]}, format="json")
        assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["constraints"])
    assert EditRequest.objects.count() == 2


def test_a_look_is_taken_from_the_merchants_own_photos_alone(api: APIClient, owner: Membership, stranger: Membership):
    photo, own, theirs = photo_of(owner), photo_of(owner), photo_of(stranger)
    body = {"photos": [photo.pk], "constraints": [{"type": "look", "photo": own.pk, "scale": 0.5}]}
    assert api.post(REQUESTS, body, format="json").status_code == 201
    job = EditJob.objects.latest("pk")
    job.token = 1
    asked = messages.for_job(job)
    assert isinstance(asked, jobs.RenderJob)
    assert [example.key for example in asked.examples] == [own.object_key]
    assert asked.constraints[0].example_key == own.object_key
    for wrong in ({"photo": theirs.pk}, {"example_key": theirs.object_key}, {"photo": "1"}, {"photo": 2**70}, {}):
        answer = api.post(REQUESTS, body | {"constraints": [{"type": "look", **wrong}]}, format="json")
        assert (answer.status_code, EditRequest.objects.count()) == (400, 1)
    with pytest.raises(pydantic.ValidationError, match="among the job's own"):
        jobs.RenderJob.model_validate({**asked.model_dump(), "examples": []})


def test_a_walk_leads_to_another_product_of_the_same_kind(api: APIClient, owner: Membership, stranger: Membership):
    photo, end, theirs = photo_of(owner), photo_of(owner), photo_of(stranger)
    body = {"photos": [photo.pk], "constraints": [{"type": "walk", "photo": end.pk, "stills": 4}]}
    assert api.post(REQUESTS, body, format="json").status_code == 201
    made = EditRequest.objects.get()
    assert made.variants_asked == 4
    assert pictures_of([Walk(example_key=end.object_key, stills=5)], SolverOptions()) == 5
    assert pictures_of([Enlarge()], SolverOptions(candidates=2)) == 2
    assert made.jobs.get().asked["constraints"] == [{"type": "walk", "example_key": end.object_key, "stills": 4}]
    type(end.product).objects.filter(pk=end.product_id).update(kind="shirt")
    refused = {photo.pk: "begins", end.pk: "different kinds", theirs.pk: f"no photo {theirs.pk}"}
    for other, why in refused.items():
        answer = api.post(REQUESTS, body | {"constraints": [{"type": "walk", "photo": other}]}, format="json")
        assert answer.status_code == 400
        assert why in answer.json()["error"]["fields"]["constraints"][0]
    assert EditRequest.objects.count() == 1


def test_a_part_comes_from_another_product_of_the_same_kind_and_merchant(
    api: APIClient, owner: Membership, stranger: Membership
):
    photo, example, theirs = photo_of(owner), photo_of(owner), photo_of(stranger)
    kinds = type(photo.product).objects
    kinds.update(kind="shirt")
    mark = {"type": "part", "photo": example.pk, "part": "print", "colours": "own"}
    body = {"photos": [photo.pk], "constraints": [mark]}
    assert api.post(REQUESTS, body, format="json").status_code == 201
    job = EditJob.objects.latest("pk")
    job.token = 1
    asked = messages.for_job(job)
    assert isinstance(asked, jobs.RenderJob)
    assert [one.key for one in asked.examples] == [example.object_key]
    kept = asked.model_dump()
    stolen = [{**mark, "example_key": theirs.object_key}]
    del stolen[0]["photo"]
    with pytest.raises(pydantic.ValidationError, match="among the job's own"):
        jobs.RenderJob.model_validate({**kept, "constraints": stolen})
    refused: dict[str, dict[str, object]] = {
        f"no photo {theirs.pk}": {"photo": theirs.pk},
        "same product": {"photo": photo.pk},
        "The collar cannot be taken": {"part": "collar"},
        "part": {"part": "brim"},
    }
    for why, change in refused.items():
        answer = api.post(REQUESTS, body | {"constraints": [mark | change]}, format="json")
        assert answer.status_code == 400
        assert why in answer.json()["error"]["fields"]["constraints"][0]
    kinds.filter(pk=example.product_id).update(kind="shoe")
    answer = api.post(REQUESTS, body, format="json")
    assert "different kinds" in answer.json()["error"]["fields"]["constraints"][0]
    kinds.update(kind="shoe")
    answer = api.post(REQUESTS, body, format="json")
    assert "The print cannot be taken from another shoe" in answer.json()["error"]["fields"]["constraints"][0]
    assert EditRequest.objects.count() == 1
