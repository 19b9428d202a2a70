"""Parts of a merchant's own: painted, found, named by their owner alone, and taken away."""

import io
from base64 import b64encode

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw
from rest_framework.test import APIClient

from catalog import storage
from catalog.models import Membership, Photo
from editing.lifecycle.masks import mask_store
from editing.models import EditRequest, OwnPart, OwnPartPhoto, OwnPartState
from editing.own_parts import painted, services
from editing.own_parts.services import own_part_record
from editing.studio import documents
from gpu_worker.contract.marks import OwnPart as Message
from gpu_worker.contract.marks import Stroke
from gpu_worker.contract.unit_groups import SIDE, UnitGroupAnswer, UnitGroupJob
from tests.catalog.test_api import program
from tests.editing.studio.conftest import VERSION, projected_photo
from tests.editing.studio.test_session_views import as_member

STROKE = {"points": [[0.3, 0.5], [0.7, 0.5]], "radius": 0.04}
WEIGHTS, PLACES = np.arange(240, dtype="<f4").tobytes(), np.zeros(1024, "<f4").tobytes()
URL = "/api/v1/own-parts/"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """Messages as they would go to the broker."""
    found: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(
        services.current_app, "send_task", lambda task, args, **_: found.append((task, args[0])), raising=False
    )
    return found


@pytest.fixture
def api(owner: Membership) -> APIClient:
    return program(owner.merchant, "catalog:read", "edits:read", "edits:write")


@pytest.fixture
def strange(stranger: Membership) -> APIClient:
    return program(stranger.merchant, "catalog:read", "edits:read", "edits:write")


def ready_part(member: Membership, name: str = "stripes", **fields: object) -> OwnPart:
    known = {"weights": WEIGHTS, "places": PLACES, "agreement": 0.4, "state": OwnPartState.READY} | fields
    return OwnPart.objects.create(merchant=member.merchant, kind="shoe", name=name, manifold_version=VERSION, **known)


def _body(*photos: Photo, **fields: object) -> dict[str, object]:
    return {
        "kind": "shoe", "name": "Stripes", "photos": [{"photo": p.pk, "strokes": [STROKE]} for p in photos], **fields
    }  # fmt: skip


# ---- asking for one --------------------------------------------------------------------------------------------------


def test_a_program_paints_a_part_and_a_worker_is_asked_for_it(
    api: APIClient, owner: Membership, sent: list[tuple[str, dict[str, object]]], django_capture_on_commit_callbacks
):
    photos = [projected_photo(owner, seed=seed) for seed in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        answer = api.post(URL, _body(*photos), format="json")
    assert (answer.status_code, answer.json()["state"], answer.json()["photos"]) == (201, "finding", 3)
    ((task, message),) = sent
    job = UnitGroupJob.model_validate(message)
    assert (task, job.group, job.manifold_version) == ("gpu_worker.unit_group", answer.json()["id"], VERSION)
    cells = np.array(list(job.photos[0].painted)).reshape(SIDE, SIDE) == "1"
    rows, columns = np.nonzero(cells)
    assert rows.min() >= 15 and rows.max() <= 17 and (columns.min(), columns.max()) == (8, 23)


def test_a_mask_as_large_as_the_photo_says_the_same_as_strokes(owner: Membership):
    photo = projected_photo(owner)
    projection = photo.projections.get()
    side = projection.frame_scale
    mask = Image.new("L", (photo.width, photo.height))
    edges = [0.3 * side - 50, 0.45 * side - 50, 0.7 * side - 50, 0.55 * side - 50]
    ImageDraw.Draw(mask).rectangle(edges, fill=255)
    out = io.BytesIO()
    mask.save(out, "PNG")
    key = mask_store(photo=photo, data=out.getvalue())
    cells = np.array(list(painted.of_mask(key, projection, owner.merchant_id))).reshape(SIDE, SIDE) == "1"
    rows, columns = np.nonzero(cells)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (14, 17, 9, 22)
    with pytest.raises(services.InvalidInput, match="no such mask"):
        painted.of_mask(key, projection, owner.merchant_id + 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"photos": []}, "photos"),
        ({"name": ""}, "name"),
        ({"kind": "hat"}, "kind"),
        ({"kind": "shirt"}, "of another kind"),
        ({"photos": [{"photo": 2**62, "strokes": [STROKE]}]}, "not ready"),
        ({"photos": [{"photo": 1, "strokes": [{"points": "x"}]}]}, "photos"),
        ({"photos": [{"photo": 1}]}, "Give strokes or a mask"),
        ({"photos": [{"photo": 1, "strokes": [STROKE], "mask_key": "masks/1/x"}]}, "Give strokes or a mask"),
    ],
)
def test_what_cannot_be_found_is_refused_at_the_door(
    api: APIClient, owner: Membership, change: dict[str, object], words: str
):
    answer = api.post(URL, _body(projected_photo(owner)) | change, format="json")
    assert answer.status_code == 400 and words in answer.content.decode()
    assert not OwnPart.objects.exists()


def test_too_little_paint_and_a_name_that_is_taken_are_refused(api: APIClient, owner: Membership):
    photo = projected_photo(owner)
    dot = {"photo": photo.pk, "strokes": [{"points": [[0.5, 0.5]], "radius": 0.001}]}
    answer = api.post(URL, _body() | {"photos": [dot]}, format="json")
    assert (answer.status_code, "Too little is painted" in answer.content.decode()) == (400, True)
    ready_part(owner, "Stripes")
    assert api.post(URL, _body(photo), format="json").status_code == 409


def test_a_strangers_photo_cannot_be_painted_on(strange: APIClient, owner: Membership, stranger: Membership):
    projected_photo(stranger, seed=4)
    answer = strange.post(URL, _body(projected_photo(owner)), format="json")
    assert answer.status_code == 400 and not OwnPartPhoto.objects.exists()


def test_a_key_opens_no_object_of_somebody_else(api: APIClient, owner: Membership, stranger: Membership):
    photo, drawn = projected_photo(owner), io.BytesIO()
    Image.new("L", (1200, 1200), 255).save(drawn, "PNG")
    own, theirs = (
        storage.put(f"masks/{merchant}", drawn.getvalue(), content_type="image/png")
        for merchant in (owner.merchant_id, stranger.merchant_id)
    )
    original = storage.put("photos", drawn.getvalue(), content_type="image/png")
    for key, status in ((theirs, 400), (original, 400), (own, 201)):
        body = _body() | {"photos": [{"photo": photo.pk, "mask_key": key}]}
        answer = api.post(URL, body, format="json")
        assert (answer.status_code, OwnPart.objects.exists()) == (status, status == 201), answer.content


# ---- what a worker found ---------------------------------------------------------------------------------------------


def test_an_answer_is_recorded_and_may_come_twice(owner: Membership, viewer: Membership):
    part = ready_part(owner, state=OwnPartState.FINDING, weights=b"", places=b"")
    fields = {
        "group": part.pk, "agreement": 0.41, "weights": b64encode(WEIGHTS), "places": b64encode(PLACES),
        "best": [{"layer": 16, "unit": 7, "agreement": 0.2}],
    }  # fmt: skip
    for _ in range(2):
        own_part_record(UnitGroupAnswer.model_validate(fields))
    part.refresh_from_db()
    assert (part.state, part.agreement, bytes(part.weights)) == ("ready", 0.41, WEIGHTS)
    page = as_member(viewer).get(part.get_absolute_url()).content.decode()
    assert "0.41 of 1" in page and "7 at 16 px: 0.20" in page
    assert "0.41 of 1" in as_member(viewer).get(reverse("editing:own-parts"), {"kind": "shoe"}).content.decode()


def test_a_refusal_is_shown_as_its_sentence(owner: Membership, api: APIClient):
    part = ready_part(owner, state=OwnPartState.FINDING, weights=b"", places=b"")
    own_part_record(UnitGroupAnswer(group=part.pk, problem="Nothing in the generator agrees with these strokes."))
    assert "Nothing in the generator agrees" in as_member(owner).get(part.get_absolute_url()).content.decode()
    shown = api.get(f"{URL}{part.pk}/").json()
    assert (shown["state"], shown["problem"]) == ("failed", "Nothing in the generator agrees with these strokes.")


def test_a_part_that_got_lost_is_asked_for_again(
    owner: Membership, sent: list[tuple[str, dict[str, object]]], django_capture_on_commit_callbacks
):
    part = ready_part(owner, state=OwnPartState.FAILED)
    OwnPartPhoto.objects.create(part=part, photo=projected_photo(owner), painted="1" * 1024)
    with django_capture_on_commit_callbacks(execute=True):
        as_member(owner).post(reverse("editing:own-part-retry", args=[part.pk]))
    assert [message["group"] for _, message in sent] == [part.pk]


# ---- the form --------------------------------------------------------------------------------------------------------


def test_the_form_paints_a_part_by_masks(
    owner: Membership, sent: list[tuple[str, dict[str, object]]], django_capture_on_commit_callbacks
):
    photo = projected_photo(owner)
    out = io.BytesIO()
    mask = Image.new("L", (photo.width, photo.height))
    ImageDraw.Draw(mask).rectangle([100, 100, 400, 300], fill=255)
    mask.save(out, "PNG")
    address = reverse("editing:own-part-new")
    form = {"kind": "shoe", "name": "Stripes", "photos": [photo.pk]}
    answer = as_member(owner).post(address, form)
    assert (answer.status_code, "paint the part once more" in answer.content.decode()) == (422, True)
    answer = as_member(owner).post(address, {**form, "photos": []})
    assert "Paint the part on at least one photo." in answer.content.decode()
    key = mask_store(photo=photo, data=out.getvalue())
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_member(owner).post(address, form | {f"mask-{photo.pk}": key})
    assert answer["Location"] == OwnPart.objects.get().get_absolute_url()
    assert len(sent) == 1


def test_a_part_is_offered_to_its_merchant_and_taken_away_by_the_form(owner: Membership, stranger: Membership):
    photo, theirs = projected_photo(owner), projected_photo(stranger, seed=3)
    part = ready_part(owner)
    address = reverse("editing:photo-change", args=[photo.pk])
    assert "Take “stripes” away" in as_member(owner).get(address).content.decode()
    assert "stripes" not in as_member(stranger).get(reverse("editing:photo-change", args=[theirs.pk])).content.decode()
    answer = as_member(owner).post(address, {"change": f"own-{part.pk}", "strength": "1"})
    made = EditRequest.objects.get()
    assert (answer["Location"], made.title) == (
        made.get_absolute_url(),
        f"Take “stripes” away: {photo.product.title}",
    )
    (constraint,) = made.jobs.get().asked["constraints"]
    group = Message.model_validate(constraint).group
    assert (group.name, group.manifold_version, group.weights) == ("stripes", VERSION, WEIGHTS)
    answer = as_member(stranger).post(
        reverse("editing:photo-change", args=[theirs.pk]), {"change": f"own-{part.pk}", "strength": "1"}
    )
    assert answer.status_code == 422 and EditRequest.objects.count() == 1


# ---- the API's requests and the studio's documents -------------------------------------------------------------------


@pytest.mark.parametrize("said", [{"type": "units", "action": "remove"}, {"type": "own_part"}])
def test_a_program_takes_its_part_away(api: APIClient, owner: Membership, said: dict[str, str]):
    part, photo = ready_part(owner), projected_photo(owner)
    body = {"photos": [photo.pk], "constraints": [said | {"group": part.pk, "strokes": [STROKE]}]}
    assert api.post("/api/v1/edit-requests/", body, format="json").status_code == 201
    (constraint,) = EditRequest.objects.get().jobs.get().asked["constraints"]
    assert (constraint["type"], constraint["group"]["name"], len(constraint["strokes"])) == ("own_part", "stripes", 1)
    assert EditRequest.objects.get().jobs.get().manifold_version == VERSION, (
        "it is worked on with the manifold it was found on"
    )


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ({"group": 2**62}, "not available any more"),
        ({"group": "stripes"}, "the number of one of your own parts"),
        ({"group": {"name": "x"}}, "the number of one of your own parts"),
        ({"action": "more"}, "can be taken away, and nothing else"),
    ],
)
def test_a_program_is_told_what_it_cannot_have(api: APIClient, owner: Membership, mark: dict[str, object], words: str):
    part, photo = ready_part(owner), projected_photo(owner)
    asked = {"type": "units", "group": part.pk, "action": "remove"} | mark
    answer = api.post("/api/v1/edit-requests/", {"photos": [photo.pk], "constraints": [asked]}, format="json")
    assert answer.status_code == 400 and words in answer.content.decode()
    shirt = projected_photo(owner, seed=2, kind="shirt")
    asked = {"type": "own_part", "group": part.pk}
    answer = api.post("/api/v1/edit-requests/", {"photos": [shirt.pk], "constraints": [asked]}, format="json")
    assert answer.status_code == 400 and "cannot be found on a shirt" in answer.content.decode()
    assert not EditRequest.objects.exists()


def test_a_strangers_part_is_none(strange: APIClient, owner: Membership, stranger: Membership, viewer: Membership):
    part, photo = ready_part(owner), projected_photo(stranger, seed=3)
    asked = {"type": "units", "group": part.pk, "action": "remove"}
    answer = strange.post("/api/v1/edit-requests/", {"photos": [photo.pk], "constraints": [asked]}, format="json")
    assert answer.status_code == 400 and "not available any more" in answer.content.decode()
    assert strange.get(f"{URL}{part.pk}/").status_code == strange.delete(f"{URL}{part.pk}/").status_code == 404
    assert strange.get(URL).json()["results"] == []
    with pytest.raises(services.InvalidInput, match="not available any more"):
        documents.from_marks(documents.parse({"marks": [_drawn(part)]}).marks, stranger, VERSION)
    assert as_member(stranger).get(part.get_absolute_url()).status_code == 404
    assert OwnPart.objects.filter(pk=part.pk).exists()


def _drawn(part: OwnPart) -> dict[str, object]:
    return {"type": "own_part", "group": part.pk, "strokes": [STROKE]}


def test_the_studio_keeps_the_number_and_sends_the_group(owner: Membership):
    part = ready_part(owner)
    document = documents.parse({"marks": [_drawn(part)]})
    assert documents.as_stored(document)["marks"] == [_drawn(part)]
    (found,) = documents.from_marks(document.marks, owner, VERSION)
    assert isinstance(found, Message)
    assert (found.group.name, found.strokes) == ("stripes", [Stroke.model_validate(STROKE)])


def test_a_part_is_deleted_by_page_and_by_program(api: APIClient, owner: Membership, client: Client):
    one, other = ready_part(owner), ready_part(owner, "badge")
    assert as_member(owner).post(reverse("editing:own-part-delete", args=[one.pk])).status_code == 302
    assert api.delete(f"{URL}{other.pk}/").status_code == 204
    assert not OwnPart.objects.exists()
