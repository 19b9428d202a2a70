"""The OpenAPI document, and schemathesis trying to find where the API does not keep it."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, given, settings, strategies
from rest_framework.test import APIClient
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from catalog.models import Colourway, Merchant, Photo, Product, Scope
from catalog.services.rates import Rate
from catalog.services.tokens import token_create
from deploy.wsgi import application
from editing.lifecycle.requests import Colourways, parse_swatches, request_colourways
from editing.models import EditRequest, OwnPart, Palette, Recipe, Store, Variant, Webhook, WebhookDelivery
from tests.catalog.factories import MerchantFactory, PhotoFactory, ProductFactory
from tests.editing.factories import rendered

STRANGER = "stranger"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_the_document_is_valid_and_complete():
    document = APIClient().get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    validate_schema(document)
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    assert len(operations) >= 10
    for method, path, operation in operations:
        assert operation["description"], f"{method} {path} is not described"
        assert "404" in operation["responses"]
        has_key = any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
        assert has_key is (method != "get"), f"{method} {path}"


SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
OPERATIONS = {
    operation.label: operation
    for operation in (result.ok() for result in SCHEMA.get_all_operations())
    if not operation.path.endswith("/events/")  # streams give their connection back, and it is the test's
}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Requests share the test's transaction, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def secrets(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Tokens of a program that may do all, of one that may look at the catalogue, and of another merchant's."""
    monkeypatch.setattr("catalog.api.base.TokenThrottle.rate", Rate(name="test", count=100_000, seconds=60))
    monkeypatch.setattr("catalog.api.base.WriteThrottle.rate", Rate(name="test writes", count=100_000, seconds=60))
    merchant = MerchantFactory()
    for product in ProductFactory.create_batch(2, merchant=merchant):
        PhotoFactory(product=product)
    _ask_for_variants(merchant)
    kinds = {
        "all": (merchant, Scope.values),
        "reader": (merchant, ["catalog:read"]),
        STRANGER: (MerchantFactory(), Scope.values),
    }
    return {
        name: token_create(merchant=whose, name=name, scopes=scopes, by=None)[1]
        for name, (whose, scopes) in kinds.items()
    }


def _ask_for_variants(merchant: Merchant) -> None:
    photo = Photo.objects.filter(product__merchant=merchant).first()
    asked = Colourways(swatches=parse_swatches([{"name": "Red", "colour": "#c1121f"}]))
    request = request_colourways(merchant=merchant, by=None, photos=[photo], asked=asked)
    rendered(request)
    webhook = Webhook.objects.create(merchant=merchant, url="https://shop.example/", events=["variant.approved"])
    WebhookDelivery.objects.create(webhook=webhook, event="ping", payload={})
    document = {"kind": "shoe", "swatches": [{"name": "Red", "colour": "#c1121f"}]}
    Store.objects.create(merchant=merchant, kind="shopify", name="Store", url="https://shop.example/", sealed_token="x")
    Recipe.objects.create(merchant=merchant, title="Red", document=document, digest="0" * 64)
    OwnPart.objects.create(merchant=merchant, kind="shoe", name="Stripe")
    Palette.objects.create(merchant=merchant, name="Autumn", swatches=[{"name": "Rust", "colour": "#b7410e"}])


def _there() -> dict[str, object]:
    """Path parameters that name something, by the first part of the path and the parameter."""
    return {
        "product_id": Product.objects.first().pk,
        "photo_id": Photo.objects.first().pk,
        "palette_id": Palette.objects.first().pk,
        "edit-requests key": EditRequest.objects.first().key,
        "variants key": Variant.objects.first().key,
        "colourways key": Colourway.objects.first().key,
        "stores key": Store.objects.first().key,
        "recipes key": Recipe.objects.first().key,
        "own-parts part_id": OwnPart.objects.first().pk,
        "webhooks key": Webhook.objects.first().key,
        "deliveries key": WebhookDelivery.objects.first().key,
    }


@pytest.mark.parametrize("label", OPERATIONS)
def test_the_api_keeps_its_document(label: str, secrets: dict[str, str]):
    _fuzz(label, secrets, examples=25)


@pytest.mark.slow
@pytest.mark.parametrize("label", OPERATIONS)
def test_the_api_keeps_its_document_however_often_it_is_asked(label: str, secrets: dict[str, str]):
    _fuzz(label, secrets, examples=300)


def _fuzz(label: str, secrets: dict[str, str], *, examples: int) -> None:
    """No answer of 500 and none that the document does not know; and no stranger's call about what is there succeeds."""
    there, root = _there(), OPERATIONS[label].path.split("/")[3]

    @given(
        case=OPERATIONS[label].as_strategy(), is_there=strategies.booleans(), who=strategies.sampled_from([*secrets])
    )
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def call(case: schemathesis.Case, is_there: bool, who: str) -> None:
        names = is_there and bool(case.path_parameters)
        if names:
            case.path_parameters = {
                name: str(there.get(name) or there[f"{root} {name}"]) for name in case.path_parameters
            }
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {secrets[who]}"}, checks=CHECKS)
        assert not (names and who == STRANGER and answer.status_code < 400), "another merchant's"

    call()
