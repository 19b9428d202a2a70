import io
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from rest_framework.test import APIClient

from catalog.models import Membership
from editing.models import EditJob, EditRequest
from tests.catalog.test_api import program
from tests.editing.factories import SWATCHES, asked_by, photo_of, rendered

pytestmark = pytest.mark.django_db
REQUESTS = "/api/v1/edit-requests/"


def _ask(api: APIClient, photos: list[int], **fields: Any) -> Any:
    return api.post(REQUESTS, {"photos": photos, "swatches": SWATCHES[:2], **fields}, format="json")


def test_a_program_asks_and_follows(api: APIClient, owner: Membership):
    photos = [photo_of(owner).pk, photo_of(owner).pk]
    made = _ask(api, photos, regions=["dominant", "product"], title="Autumn")
    assert made.status_code == 201
    body = made.json()
    assert (body["title"], body["source"], body["status"], body["variants_asked"]) == ("Autumn", "api", "requested", 8)
    assert (body["photos"], body["regions"], body["swatches"]) == (2, ["dominant", "product"], SWATCHES[:2])
    jobs = api.get(f"{REQUESTS}{body['id']}/jobs/").json()["results"]
    assert {(job["photo"], job["region"]) for job in jobs} == {(p, r) for p in photos for r in ("dominant", "product")}
    assert api.get(f"{REQUESTS}{body['id']}/").json() == body
    assert [row["id"] for row in api.get(REQUESTS).json()["results"]] == [body["id"]]


def test_the_same_key_asks_once(api: APIClient, owner: Membership):
    photo = photo_of(owner).pk
    answers = []
    for _ in range(2):
        sent = {"photos": [photo], "swatches": SWATCHES[:1]}
        answers.append(api.post(REQUESTS, sent, format="json", headers={"Idempotency-Key": "autumn-1"}))
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert EditRequest.objects.count() == 1


def test_free_edits_come_with_constraints(api: APIClient, owner: Membership):
    drag = {"type": "warp", "drags": [{"source": [0.8, 0.6], "target": [0.9, 0.6]}]}
    sent = {"photos": [photo_of(owner).pk], "constraints": [drag], "options": {"candidates": 3}}
    made = api.post(REQUESTS, sent, format="json")
    assert (made.status_code, made.json()["variants_asked"]) == (201, 3)
    assert EditJob.objects.get().asked["constraints"][0]["type"] == "warp"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"photos": []}, "photos"),
        ({"photos": [10**12]}, "photos"),
        ({"photos": list(range(1, 502))}, "photos"),
        ({"swatches": []}, "swatches"),
        ({"swatches": [{"name": "Red", "colour": "red"}]}, "swatches.0.colour"),
        ({"swatches": [{"name": "Red", "colour": "#ff0000"}] * 2}, "swatches"),
        ({"regions": ["sky"]}, "regions.0"),
        ({"regions": ["painted"]}, "masks"),
        ({"regions": ["sleeves"]}, "regions"),  # of a shoe
        ({"constraints": [{"type": "melt"}], "swatches": []}, "constraints"),
        ({"masks": [{"photo": 1, "key": "masks/999/abc"}], "regions": ["painted"]}, "masks"),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_made(
    api: APIClient, owner: Membership, change: dict[str, Any], field: str
):
    response = _ask(api, [photo_of(owner).pk], **change) if "photos" not in change else _ask(api, **change)
    assert response.status_code == 400, response.json()
    assert any(name.startswith(field) for name in response.json()["error"]["fields"]), response.json()
    assert not EditRequest.objects.exists()


def test_thirteen_swatches_are_too_many(api: APIClient, owner: Membership):
    swatches = [{"name": f"Grey {n}", "colour": f"#{n:02x}{n:02x}{n:02x}"} for n in range(13)]
    assert _ask(api, [photo_of(owner).pk], swatches=swatches).status_code == 400


def test_progress_is_polled_with_an_etag(api: APIClient, asked: EditRequest):
    address = f"{REQUESTS}{asked.key}/progress/"
    first = api.get(address)
    assert first.json()["asked"] == 2
    assert first.json()["share"] == 0
    again = api.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    rendered(asked)
    after = api.get(address, headers={"If-None-Match": f"W/{first['ETag']}"})
    assert (after.status_code, after.json()["share"], after.json()["status"]) == (200, 100, "rendered")


def test_cancel_and_retry_are_moves(api: APIClient, asked: EditRequest, owner: Membership):
    cancelled = api.post(f"{REQUESTS}{asked.key}/cancel/")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert api.post(f"{REQUESTS}{asked.key}/cancel/").status_code == 409
    failed = asked_by(owner)
    failed.jobs.update(status="failed", error="No product was found in the photo.")
    EditRequest.objects.filter(pk=failed.pk).update(status="failed")
    assert api.get(f"{REQUESTS}{failed.key}/jobs/").json()["results"][0]["error"].startswith("No product")
    retried = api.post(f"{REQUESTS}{failed.key}/retry/").json()
    assert (retried["status"], retried["failed_jobs"]) == ("queued", 0)


def test_lists_filter_and_have_pages(api: APIClient, owner: Membership):
    requests = [asked_by(owner) for _ in range(3)]
    rendered(requests[0])
    done = api.get(REQUESTS, {"status": "rendered"}).json()["results"]
    assert [row["id"] for row in done] == [str(requests[0].key)]
    page = api.get(REQUESTS, {"limit": 2}).json()
    assert (len(page["results"]), bool(page["next"])) == (2, True)
    assert [row["id"] for row in api.get(page["next"]).json()["results"]] == [str(requests[0].key)]
    assert api.get(REQUESTS, {"status": "unheard"}).status_code == 400


def test_lists_cost_the_same_for_few_and_many(api: APIClient, owner: Membership):
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert api.get(address).status_code == 200
        return len(found)

    rendered(asked_by(owner))
    api.get(REQUESTS)  # the token's first use is written down
    lists = (REQUESTS, "/api/v1/variants/", "/api/v1/palettes/")
    few = [queries(address) for address in lists]
    for _ in range(4):
        rendered(asked_by(owner))
    assert [queries(address) for address in lists] == few


def test_a_price_is_told_before_anything_is_asked(api: APIClient, owner: Membership):
    photo = photo_of(owner).pk
    one = api.get(f"{REQUESTS}estimate/", {"photos": [photo], "variants_each": 1}).json()
    six = api.get(f"{REQUESTS}estimate/", {"photos": [photo], "variants_each": 6}).json()
    assert (six["photos"], six["variants"]) == (1, 6)
    assert six["seconds"] > one["seconds"] > 0


def test_a_painted_region_is_uploaded_first(api: APIClient, strange: APIClient, owner: Membership):
    photo = photo_of(owner)
    picture = Image.new("L", (300, 300))
    picture.paste(255, (100, 100, 200, 200))
    data = io.BytesIO()
    picture.save(data, "PNG")

    def upload(client: APIClient, content: bytes) -> Any:
        file = SimpleUploadedFile("mask.png", content)
        return client.post(f"/api/v1/photos/{photo.pk}/masks/", {"mask": file}, format="multipart")

    assert upload(strange, data.getvalue()).status_code == 404
    assert upload(api, b"no picture").status_code == 400
    key = upload(api, data.getvalue()).json()["key"]
    made = _ask(api, [photo.pk], regions=["painted"], masks=[{"photo": photo.pk, "key": key}])
    assert made.status_code == 201
    assert EditJob.objects.get().spec["mask_key"] == key


def test_a_stranger_finds_nothing_and_nothing_changes(strange: APIClient, asked: EditRequest):
    variants = rendered(asked)
    EditRequest.objects.filter(pk=asked.pk).update(status="running")
    for path in ("", "progress/", "events/", "jobs/"):
        assert strange.get(f"{REQUESTS}{asked.key}/{path}").status_code == 404
    for path in ("cancel/", "retry/"):
        assert strange.post(f"{REQUESTS}{asked.key}/{path}").status_code == 404
    assert strange.get(f"/api/v1/variants/{variants[0].key}/").status_code == 404
    assert strange.post(f"/api/v1/variants/{variants[0].key}/withdraw/").status_code == 404
    assert strange.get(REQUESTS).json()["results"] == strange.get("/api/v1/variants/").json()["results"] == []
    asked.refresh_from_db()
    assert asked.status == "running"
    assert _ask(strange, [asked.jobs.get().photo_id]).status_code == 400


def test_scopes_hold(owner: Membership, asked: EditRequest):
    reader = program(owner.merchant, "edits:read")
    assert reader.get(REQUESTS).status_code == 200
    assert reader.post(f"{REQUESTS}{asked.key}/cancel/").status_code == 403
    assert program(owner.merchant, "catalog:read", "catalog:write").get(REQUESTS).status_code == 403
    assert APIClient().get(REQUESTS).status_code == 401


async def _read(response: Any) -> str:
    return b"".join([part async for part in response]).decode()


@pytest.mark.django_db(transaction=True)
def test_progress_comes_as_events_until_the_end(api: APIClient, asked: EditRequest):
    rendered(asked)
    response = api.get(f"{REQUESTS}{asked.key}/events/", headers={"Accept": "text/event-stream"})
    assert response["Content-Type"] == "text/event-stream"
    lines = async_to_sync(_read)(response).splitlines()
    assert "event: progress" in lines
    data = next(line for line in lines if line.startswith("data: "))
    assert '"share": 100' in data
