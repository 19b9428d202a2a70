"""A shopper's photo: taken in, sent to a worker, answered, deleted."""

import base64
import datetime
import io
import json
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import valkey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from catalog import storage
from catalog.models import PhotoSearch, RateCount, SearchStatus
from catalog.services import photo_search, rates
from catalog.tasks import photo_searches_ask_again, tidy
from deploy.celery import app as celery_app
from deploy.local.stack import Stack
from editing.shopper import searches
from editing.tasks import record_answer
from tests.catalog.pictures import photo_bytes
from tests.catalog.search.test_shopping import shaped, shown

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def broker(stack: Stack) -> Iterator[valkey.Valkey]:
    client = valkey.Valkey.from_url(stack.environment["BROKER_URL"])
    client.flushall()
    yield client
    client.flushall()


@pytest.fixture(autouse=True)
def one_way_round(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests are about one message; those of mirror images say so in their name."""
    if "mirror" not in request.node.name:
        monkeypatch.setattr(photo_search, "_WITH_SIDES", set())


def jobs(broker: valkey.Valkey) -> list[dict[str, Any]]:
    """What waits for workers, in front of every merchant's photo."""
    raw = reversed(broker.lrange("project", 0, -1))
    return [json.loads(base64.b64decode(json.loads(message)["body"]))[0][0] for message in raw]


def upload(
    client: Client, data: bytes | None = None, *, kind: str = "shoe", name: str = "shoe.png", **extra: Any
) -> Any:
    file = SimpleUploadedFile(name, photo_bytes() if data is None else data)
    return client.post("/find-by-photo/", {"kind": kind, "photo": file}, **extra)


def started(client: Client) -> PhotoSearch:
    response = upload(client)
    assert response.status_code == 302
    return PhotoSearch.objects.get(pk=response["Location"].strip("/").split("/")[-1])


def answered(search: PhotoSearch, type: str, **fields: Any) -> None:
    record_answer({"job": str(search.pk), "token": search.attempts, "worker": "w:1", "type": type} | fields)
    search.refresh_from_db()


def projection(*first: float, version: str = "v1") -> dict[str, Any]:
    """Three layers of one latent."""
    latent = struct.pack("<128f", *first, *[0.0] * (128 - len(first)))
    frame = {"scale": 1.0, "left": 0.0, "top": 0.0}
    stored = {
        "manifold_version": version,
        "w_plus": base64.b64encode(latent * 3).decode(),
        "frame": frame,
        "lpips": 0.1,
    }
    return {"projection": stored, "seconds": 0.5}


def part(client: Client, search: PhotoSearch) -> Any:
    return client.get(f"/find-by-photo/{search.pk}/", headers={"HX-Request": "true"})


def test_a_photo_finds_the_products_nearest_to_it(client: Client, broker: valkey.Valkey):
    far, near = shaped(80), shaped(10)
    shaped(5, kind="shirt")
    shaped(6, version="v2")
    search = started(client)
    assert jobs(broker) == [
        {
            "version": 1,
            "job": str(search.pk),
            "token": 1,
            "type": "project",
            "kind": "shoe",
            "photo_key": search.object_key,
            "outline": {"revision": 0, "box": None, "marks": [], "confirmed": False},
        }
    ]
    waiting = part(client, search)
    assert waiting.status_code == 200
    assert "Waiting for a worker" in waiting.content.decode()
    answered(search, "heartbeat", stage="project")
    assert "Looking at your photo" in part(client, search).content.decode()
    answered(search, "projected", **projection(1.0, 0.0))
    page = part(client, search)
    assert page.status_code == 286  # htmx asks no more
    assert shown(page.content.decode()) == [near.get_absolute_url(), far.get_absolute_url()]
    assert "hx-trigger" not in page.content.decode()
    whole = client.get(f"/find-by-photo/{search.pk}/").content.decode()
    assert shown(whole) == [near.get_absolute_url(), far.get_absolute_url()]


def test_a_shoe_is_looked_for_in_its_mirror_image_too(client: Client, broker: valkey.Valkey):
    left, far, right = shaped(170), shaped(90), shaped(10)
    search = started(client)
    assert search.mirror is not None
    assert [job["job"] for job in jobs(broker)] == [str(search.pk), str(search.mirror.pk)]
    own, mirrored = (
        np.asarray(Image.open(io.BytesIO(storage.get(row.object_key).data)).convert("L")).astype(int)
        for row in (search, search.mirror)
    )
    assert np.abs(own - mirrored[:, ::-1]).mean() < 3
    answered(search, "projected", **projection(1.0, 0.0))
    assert part(client, search).status_code == 200  # the mirror image is still looked at
    answered(search.mirror, "projected", **projection(-1.0, 0.0))
    page = part(client, search)
    assert page.status_code == 286
    assert set(shown(page.content.decode())[:2]) == {item.get_absolute_url() for item in (left, right)}
    assert shown(page.content.decode())[2:] == [far.get_absolute_url()]


def test_where_the_mirror_image_fails_the_photo_itself_counts(client: Client):
    near = shaped(10)
    search = started(client)
    answered(search, "projected", **projection(1.0, 0.0))
    answered(search.mirror, "failed", code="photo", message="No.", worth_retrying=False)
    page = part(client, search)
    assert (page.status_code, shown(page.content.decode())) == (286, [near.get_absolute_url()])


def test_a_late_or_second_answer_changes_nothing(client: Client):
    search = started(client)
    answered(search, "projected", **projection(1.0))
    answered(search, "heartbeat", stage="project")
    answered(search, "projected", **projection(0.0, 1.0, version="v2"))
    answered(search, "failed", code="not_one_product", message="Two.", worth_retrying=False)
    assert (search.status, search.shape_version, search.shape_vector[0]) == (SearchStatus.FOUND, "v1", 1.0)
    assert not searches.record({"type": "nonsense"})


def test_a_photo_of_no_product_gets_the_workers_sentence(client: Client):
    search = started(client)
    sentence = "There seem to be 2 things in the photo: show one product."
    answered(search, "failed", code="not_one_product", message=sentence, worth_retrying=False)
    page = part(client, search).content.decode()
    assert sentence in page
    assert "Try another photo" in page


def test_what_nobody_begins_is_sent_again_and_then_given_up(client: Client, broker: valkey.Valkey):
    search = started(client)
    broker.flushall()
    assert photo_searches_ask_again() == 0
    for tokens in ([2], [2, 3], [2, 3]):
        _age(search, sent=photo_search.ASK_AGAIN)
        photo_searches_ask_again()
        assert [job["token"] for job in jobs(broker)] == tokens
    _age(search, created=photo_search.PATIENCE)
    photo_searches_ask_again()
    page = part(client, search)
    assert page.status_code == 286
    assert "All our workers are busy" in page.content.decode()


def test_a_worker_that_died_is_followed_by_another(client: Client, broker: valkey.Valkey):
    search = started(client)
    broker.flushall()
    answered(search, "heartbeat", stage="fetch")
    answered(search, "returned")
    _age(search, sent=photo_search.ASK_AGAIN)
    photo_searches_ask_again()
    assert len(jobs(broker)) == 1


def test_without_a_broker_the_search_waits_for_it(client: Client, broker: valkey.Valkey, stack: Stack):
    stack.supervisor.halt("valkey")
    try:
        search = started(client)
    finally:
        stack.supervisor.run("valkey")
        stack.wait_for("valkey", stack._valkey_answers)
    assert not jobs(broker)
    _age(search, sent=photo_search.ASK_AGAIN)
    photo_searches_ask_again()
    assert len(jobs(broker)) == 1


def _age(search: PhotoSearch, **ago: datetime.timedelta) -> None:
    fields = {f"{name}_at": timezone.now() - delta - datetime.timedelta(seconds=1) for name, delta in ago.items()}
    if "sent" in ago:
        fields["created_at"] = fields["sent_at"]
    PhotoSearch.objects.filter(pk=search.pk).update(**fields)


def test_photo_and_row_are_deleted_after_an_hour_and_nobody_elses(client: Client):
    old, young = started(client), started(client)
    assert old.object_key != young.object_key  # though the photos are the same
    _age(old, created=photo_search.KEPT)
    assert tidy()["photo searches"] == 1
    assert list(PhotoSearch.objects.all()) == [young]
    assert (storage.exists(old.object_key), storage.exists(young.object_key)) == (False, True)
    assert client.get(f"/find-by-photo/{old.pk}/").status_code == 404


def test_the_clock_runs_both_tasks():
    celery_app.loader.import_default_modules()
    celery_app.finalize()
    assert {"catalog.photo_searches_ask_again", "catalog.tidy"} <= set(celery_app.conf.beat_schedule)


def test_the_photo_is_rebuilt_from_its_pixels_and_small(client: Client):
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    data = photo_bytes("JPEG", size=(3000, 2000), exif=exif, comment=b"secret")
    response = upload(client, data, name="a.jpg")
    search = PhotoSearch.objects.get(pk=response["Location"].strip("/").split("/")[-1])
    stored = storage.get(search.object_key)
    assert stored is not None
    assert b"where I live" not in stored.data and b"secret" not in stored.data
    assert max(Image.open(io.BytesIO(stored.data)).size) == photo_search.MAX_SIDE


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.png", "empty"),
        (b"GIF89a not a picture", "a.gif", ""),
        (b"<svg onload=alert(1)>", "a.svg", ""),
        (photo_bytes()[:300], "a.png", ""),
        (photo_bytes(), "a.exe", "inside is a PNG"),
        (photo_bytes(size=(20, 20)), "a.png", "too few"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_sentence(client: Client, data: bytes, name: str, sentence: str):
    response = upload(client, data, name=name)
    assert response.status_code == 422
    page = response.content.decode()
    assert 'role="alert"' in page and sentence in page
    assert not PhotoSearch.objects.exists()


def test_a_form_without_photo_or_kind_says_so(client: Client):
    assert "Choose a photo first" in client.post("/find-by-photo/", {"kind": "shoe"}).content.decode()
    response = upload(client, kind="hat")
    assert response.status_code == 422
    assert "shoe or a shirt" in response.content.decode()


def test_each_shopper_may_search_so_often(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(photo_search, "PER_SHOPPER", (rates.Rate(name="photo search", count=2, seconds=86_400),))
    assert [upload(client).status_code for _ in range(3)] == [302, 302, 429]
    assert upload(client, REMOTE_ADDR="192.0.2.1").status_code == 302
    assert "Try again in" in upload(client).content.decode()
    assert not any("127.0.0.1" in count.key for count in RateCount.objects.all())


def test_too_many_open_searches_are_turned_away(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(photo_search, "MOST_OPEN", 1)
    assert [upload(client).status_code for _ in range(2)] == [302, 503]


def test_old_rates_are_forgotten():
    rates.take(rates.Rate(name="x", count=1, seconds=60), "me")
    assert rates.forget_old() == 0
    RateCount.objects.update(window=timezone.now() - datetime.timedelta(days=3))
    assert rates.forget_old() == 1


def test_the_page_of_a_search_takes_a_constant_number_of_queries(client: Client):
    search = started(client)
    answered(search, "projected", **projection(1.0))
    numbers = []
    for count in (2, 5):
        for number in range(count):
            shaped(number)
        with CaptureQueriesContext(connection) as captured:
            part(client, search)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= 12


def test_a_secret_address_is_not_to_be_kept_or_indexed(client: Client):
    response = client.get(f"/find-by-photo/{started(client).pk}/")
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response.content.decode()
