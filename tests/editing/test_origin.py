"""Was this picture made here? Asked of the page and of the API; and of whatever leaves the shop."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from catalog.models import Membership
from catalog.services.rates import Rate
from editing.origin import services
from editing.publishing.exports.presets import PRESETS
from editing.publishing.exports.renditions import rendition
from gpu_worker.origin.reading import read_origin
from tests.catalog.test_api import program
from tests.origin.drawn import changed, made, plain

pytestmark = pytest.mark.django_db


def _file(data: bytes, name: str = "shoe.webp") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/webp")


def _asked(client: Client, data: bytes) -> tuple[int, str]:
    answer = client.post(reverse("editing:made-here"), {"picture": _file(data)})
    return answer.status_code, answer.content.decode()


def test_the_page_says_what_each_layer_tells(client: Client):
    status, page = _asked(client, made())
    assert status == 200
    assert "Yes, it was made here." in page and "Signed by this installation; unchanged since." in page
    photo = io.BytesIO()
    Image.fromarray(plain()).save(photo, "JPEG")
    assert "Nothing says so." in _asked(client, photo.getvalue())[1]


def test_what_is_no_picture_or_comes_too_often_is_said(client: Client, monkeypatch: pytest.MonkeyPatch):
    assert _asked(client, b"nothing")[0] == 422
    assert client.post(reverse("editing:made-here")).status_code == 422
    monkeypatch.setattr(services, "PER_PERSON", Rate(name="origin", count=0, seconds=3600))
    assert _asked(client, made())[0] == 429


def test_programs_ask_the_same(owner: Membership):
    api = program(owner.merchant, "catalog:read")
    answer = api.post(reverse("api-edits:origin"), {"picture": _file(made())}, format="multipart")
    assert answer.status_code == 200, answer.content
    assert (answer.json()["made_here"], answer.json()["manifest"]["intact"]) == (True, True)
    assert answer.json()["mark"]["number"] is not None
    assert api.post(reverse("api-edits:origin"), {"picture": _file(b"x")}, format="multipart").status_code == 400


@pytest.mark.parametrize("preset", PRESETS)
def test_every_form_that_leaves_keeps_all_three_layers(preset: str):
    mask = io.BytesIO()
    Image.fromarray(changed()).convert("L").save(mask, "PNG")
    found = read_origin(rendition(made(), mask.getvalue(), PRESETS[preset]))
    assert found.metadata is not None and found.metadata.ours
    assert found.manifest is not None and (found.manifest.intact, found.manifest.ours) == (True, True)
    assert found.mark is not None and found.made_here


def test_a_photo_that_leaves_is_not_signed_as_made():
    out = io.BytesIO()
    Image.fromarray(plain()).save(out, "WEBP")
    assert read_origin(rendition(out.getvalue(), None, PRESETS["white"])).manifest is None
