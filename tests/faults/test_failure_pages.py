"""Each part away in turn: every page and every call answers with a sentence, a status and a way on."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from catalog.models import Membership
from catalog.services.tokens import token_create
from deploy.local.stack import Stack
from tests.catalog.conftest import signed_in
from tests.catalog.factories import MembershipFactory, PhotoFactory, active_product
from tests.catalog.pictures import photo_bytes

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
PAGES = ("/", "/account/login/", "/merchant/", "/review/", "/account/", "/in-colour/?words=red")
CALLS = ("/api/v1/products/", "/api/v1/edit-requests/")


class Service:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.owner: Membership = MembershipFactory(role="owner")
        self.product = active_product(merchant=self.owner.merchant)
        self.photo = PhotoFactory(product=self.product)
        self.member = signed_in(self.owner)
        self.member.raise_request_exception = False
        _, secret = token_create(
            merchant=self.owner.merchant,
            name="sync",
            scopes=["catalog:read", "catalog:write", "edits:read", "edits:write"],
            by=None,
        )
        self.program = Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)

    def upload(self):
        return self.member.post(
            f"/merchant/products/{self.product.pk}/photos/", {"photos": SimpleUploadedFile("a.jpg", photo_bytes())}
        )


@pytest.fixture
def service(stack: Stack) -> Service:
    return Service(stack)


@pytest.fixture
def without_postgres(service: Service, settings) -> Iterator[Service]:
    service.stack.supervisor.halt("postgres")
    pool = connections["default"].pool
    before, pool.timeout = pool.timeout, 0.5
    connections["default"].close()
    yield service
    pool.timeout = before
    service.stack.supervisor.run("postgres")
    from deploy.local import postgres

    service.stack.wait_for("postgres", lambda: postgres.answers(service.stack.credentials))


def test_without_the_database_every_page_says_so(without_postgres: Service):
    for address in PAGES:
        answer = without_postgres.member.get(address)
        text = answer.content.decode()
        assert (answer.status_code, answer["Retry-After"]) == (503, "30"), address
        assert "Nothing that you saved is lost" in text
        assert f'href="{address}"' in text
    for address in CALLS:
        answer = without_postgres.program.get(address)
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "unavailable"
    assert Client().get("/healthz").status_code == 200  # so that nobody restarts the process for it
    ready = Client().get("/readyz?only=postgres")
    assert (ready.status_code, ready.json()["parts"]) == (503, {"postgres": "failed"})


def test_without_the_object_store_pages_work_and_uploads_say_so(service: Service):
    service.stack.supervisor.halt("s3")
    try:
        assert [service.member.get(page).status_code for page in ("/", "/merchant/", "/account/")] == [200] * 3
        answer = service.upload()
        assert answer.status_code in {200, 422, 503}
        assert "again" in answer.content.decode()
        sent = {"file": SimpleUploadedFile("a.jpg", photo_bytes())}
        api = service.program.post(f"/api/v1/products/{service.product.pk}/photos/", sent)
        assert api.status_code == 503
        assert api.json()["error"]["message"]
    finally:
        service.stack.supervisor.run("s3")
        service.stack.wait_for("s3", service.stack._s3_answers)


def test_without_the_broker_requests_are_taken_and_wait(service: Service):
    service.stack.supervisor.halt("valkey")
    try:
        assert [service.member.get(page).status_code for page in ("/", "/merchant/", "/account/")] == [200] * 3
        body = {"photos": [service.photo.pk], "swatches": [{"name": "Rust", "colour": "#b7410e"}]}
        answer = service.program.post("/api/v1/edit-requests/", body, content_type="application/json")
        assert answer.status_code == 201
        assert answer.json()["status"] in {"requested", "queued"}
    finally:
        service.stack.supervisor.run("valkey")
        service.stack.wait_for("valkey", service.stack._valkey_answers)


def test_on_a_full_disk_uploads_say_so(service: Service, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("catalog.views.photos.services.photos_add", full)
    answer = service.upload()
    assert (answer.status_code, answer.get("Retry-After")) == (503, "600")
    assert "disk is full" in answer.content.decode()


def test_a_fault_of_the_code_stays_a_fault(service: Service, monkeypatch):
    monkeypatch.setattr("catalog.views.storefront.render", lambda *_, **__: 1 / 0)
    answer = service.member.get("/")
    assert answer.status_code == 500
    assert "The fault is ours" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"SECRET_KEY": "short", "PRODUCTION": "1"}, "SECRET_KEY must have at least 40 characters"),
        ({"PRODUCTION": "1", "STAFF_SECOND_FACTOR": "0", "ALLOWED_HOSTS": "a.example"}, "STAFF_SECOND_FACTOR is off"),
        ({"S3_BUCKET": ""}, "The object store is not configured: S3_BUCKET not set"),
        ({"BROKER_URL": "memory://"}, "BROKER_URL has the scheme 'memory'"),
    ],
)
def test_a_process_with_wrong_settings_does_not_start_and_says_why(stack: Stack, wrong: dict[str, str], sentence: str):
    environment = stack.environment | {"PATH": os.environ["PATH"], "TRUSTED_PROXIES": "10.0.0.0/8"} | wrong
    run = subprocess.run(
        [sys.executable, "-c", "import deploy.asgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr
