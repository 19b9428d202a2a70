"""Against a real S3 server."""

import hashlib
import time
import urllib.error
import urllib.request

import pytest
from django.core.checks import run_checks

from catalog import checks, storage


def _fetch(url: str) -> tuple[bytes, dict[str, str]]:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  an address that we made
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def _fetch_until(url: str, deadline: float) -> None:
    while time.monotonic() < deadline:
        _fetch(url)


def test_bytes_come_back_under_their_content_address():
    key = storage.put("photos", b"some bytes", content_type="image/png")
    assert key == f"photos/{hashlib.sha256(b'some bytes').hexdigest()}"
    assert storage.get(key) == storage.StoredObject(data=b"some bytes", content_type="image/png")


def test_a_missing_object_is_a_normal_answer():
    key = storage.content_key("photos", b"never stored")
    assert storage.get(key) is None
    assert storage.exists(key) is False
    storage.delete([key])


def test_stored_bytes_are_not_sent_again(monkeypatch: pytest.MonkeyPatch):
    storage.put("photos", b"sent once", content_type="image/png")
    monkeypatch.setattr(storage.client(), "put_object", lambda **_: pytest.fail("sent again"))
    storage.put("photos", b"sent once", content_type="image/png")


def test_a_signed_address_serves_the_object_with_its_headers():
    key = storage.put("thumbs", b"a thumbnail", content_type="image/webp")
    data, headers = _fetch(storage.private_url(key))
    assert data == b"a thumbnail"
    assert headers["content-type"] == "image/webp"
    assert headers["cache-control"] == storage.IMMUTABLE


def test_an_address_cannot_be_changed_to_another_object():
    key, other = (storage.put("photos", data, content_type="image/png") for data in (b"mine", b"another's"))
    with pytest.raises(urllib.error.HTTPError, match="403"):
        _fetch(storage.private_url(key).replace(key, other))


def test_a_signed_address_expires():
    key = storage.put("photos", b"short-lived", content_type="image/png")
    url = storage.private_url(key, expires_in=1)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        _fetch_until(url, time.monotonic() + 10)


def test_delivery_addresses_stay_the_same_for_an_hour():
    key = storage.content_key("thumbs", b"cached")
    assert storage.delivery_url(key) == storage.delivery_url(key)


def test_public_delivery_uses_the_public_address(settings):
    settings.S3_PUBLIC_DELIVERY, settings.S3_PUBLIC_URL = "public", "https://cdn.example.com/"
    assert storage.delivery_url("thumbs/abc") == "https://cdn.example.com/thumbs/abc"


def test_an_unreachable_store_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch, settings):
    settings.S3_ENDPOINT_URL = "http://127.0.0.1:9"
    with pytest.raises(storage.StorageError, match="read a file"):
        storage.get("photos/abc")
    with pytest.raises(storage.StorageError):
        storage.check_bucket()


def test_wrong_settings_are_explained_at_start(settings):
    settings.S3_BUCKET, settings.S3_PUBLIC_DELIVERY, settings.S3_PUBLIC_URL = "", "public", None
    found = {message.id for message in run_checks()}
    assert {"catalog.E001", "catalog.E004"} <= found
    settings.S3_PUBLIC_DELIVERY, settings.AUTH_USER_MODEL = "somehow", "auth.User"
    assert [message.id for message in checks.check_public_delivery()] == ["catalog.E003"]
    assert [message.id for message in checks.check_user_model()] == ["catalog.E002"]
