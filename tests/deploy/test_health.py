import uuid

import pytest
import valkey
from django.conf import settings


def test_healthz_asks_no_part(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_names_each_part(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["parts"] == {"postgres": "ok", "broker": "ok", "object_store": "ok"}


@pytest.mark.django_db
def test_readyz_says_which_part_failed(client, settings):
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"] == {"postgres": "ok", "broker": "failed", "object_store": "ok"}


def test_a_harmless_request_id_is_kept_and_a_harmful_one_replaced(client):
    given = uuid.uuid4().hex
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given
    assert "\n" not in client.get("/healthz", headers={"X-Request-ID": "a b\tc"}).headers["X-Request-ID"]
    assert client.get("/healthz", headers={"X-Request-ID": "a b"}).headers["X-Request-ID"] != "a b"


def test_the_broker_asks_for_its_password():
    without = settings.BROKER_URL.split("@")[1]
    with pytest.raises(valkey.AuthenticationError):
        valkey.Valkey.from_url(f"redis://{without}").ping()
