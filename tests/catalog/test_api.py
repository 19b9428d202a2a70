import json
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.api.idempotency import LIFE
from catalog.models import IdempotencyRecord, Membership, Merchant, Product
from catalog.services import products as product_services
from catalog.services.rates import Rate
from catalog.services.tokens import token_create, token_revoke
from tests.catalog.conftest import WALL
from tests.catalog.factories import MerchantFactory, PhotoFactory, ProductFactory, active_product
from tests.catalog.pictures import photo_bytes

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products/"
NEW = {"kind": "shoe", "title": "Ridge Runner", "sku": "RR-1", "price": "129.00", "tags": ["Trail"]}


def program(merchant: Merchant, *scopes: str) -> APIClient:
    _, secret = token_create(merchant=merchant, name="test", scopes=list(scopes), by=None)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.fixture
def api(owner: Membership) -> APIClient:
    return program(owner.merchant, "catalog:read", "catalog:write")


def _upload(api: APIClient, product: Product, data: bytes, name: str = "a.png", **headers: Any) -> Any:
    file = SimpleUploadedFile(name, data)
    return api.post(f"{PRODUCTS}{product.pk}/photos/", {"file": file}, format="multipart", **headers)


def _error(response: Any) -> dict[str, Any]:
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "fields"}
    return body["error"]


def test_a_product_lives_and_goes(api: APIClient, owner: Membership):
    created = api.post(PRODUCTS, NEW, format="json")
    assert created.status_code == 201
    product = Product.objects.get()
    assert (product.merchant, product.status) == (owner.merchant, "draft")
    address = f"{PRODUCTS}{created.json()['id']}/"
    assert api.get(address).json() == created.json()
    changed = api.patch(address, {"price": "99.00", "tags": []}, format="json").json()
    assert (changed["price"], changed["tags"], changed["title"]) == ("99.00", [], "Ridge Runner")
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404


def test_photos_come_go_and_change(api: APIClient, product: Product):
    first = _upload(api, product, photo_bytes())
    assert first.status_code == 201
    assert _upload(api, product, photo_bytes()).status_code == 200
    second = _upload(api, product, photo_bytes(colour="#1d3557")).json()
    assert (second["colour"]["family"], second["is_primary"], second["width"]) == ("blue", False, 320)
    address = f"/api/v1/photos/{second['id']}/"
    changed = api.patch(address, {"is_primary": True, "alt_text": "Side"}, format="json").json()
    assert (changed["is_primary"], changed["alt_text"]) == (True, "Side")
    assert api.patch(address, {"is_primary": False}, format="json").status_code == 400
    assert [photo["id"] for photo in api.get(f"{PRODUCTS}{product.pk}/photos/").json()] == [
        first.json()["id"],
        second["id"],
    ]
    assert api.delete(address).status_code == 204
    assert product.photos.get().is_primary


def test_a_status_is_a_move_with_rules(api: APIClient, product: Product):
    address = f"{PRODUCTS}{product.pk}/"
    refused = api.patch(address, {"title": "Other", "status": "active"}, format="json")
    assert refused.status_code == 409
    assert _error(refused)["code"] == "transition_refused"
    product.refresh_from_db()
    assert product.title != "Other"  # all of a request, or nothing
    PhotoFactory(product=product, is_primary=True)
    assert api.patch(address, {"status": "active"}, format="json").json()["status"] == "active"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "hat"}, "kind"),
        ({"price": "-1"}, "price"),
        ({"tags": "a"}, "tags"),
        ({"tags": [""]}, "tags.0"),
    ],
)
def test_wrong_fields_are_named(api: APIClient, change: dict[str, Any], field: str):
    response = api.post(PRODUCTS, NEW | change, format="json")
    assert response.status_code == 400
    assert field in _error(response)["fields"]
    assert not Product.objects.exists()


def test_a_sku_in_use_is_a_conflict(api: APIClient):
    api.post(PRODUCTS, NEW, format="json")
    response = api.post(PRODUCTS, NEW, format="json")
    assert response.status_code == 409
    assert _error(response)["fields"] == {"sku": ["Another product has the SKU RR-1."]}


def test_a_bad_photo_is_refused_in_one_sentence(api: APIClient, product: Product):
    response = _upload(api, product, b"GIF89a", "a.gif")
    assert response.status_code == 422
    error = _error(response)
    assert error["code"] == "image_refused"
    assert error["message"].startswith("This is a GIF picture.")


def test_a_stranger_gets_404_and_nothing_changes(product: Product):
    photo = PhotoFactory(product=product)
    strange = program(MerchantFactory(), "catalog:read", "catalog:write")
    address, photo_address = f"{PRODUCTS}{product.pk}/", f"/api/v1/photos/{photo.pk}/"
    before = Product.objects.values().get()
    answers = [
        strange.get(address),
        strange.patch(address, {"title": "Mine"}, format="json"),
        strange.delete(address),
        strange.get(f"{address}photos/"),
        _upload(strange, product, photo_bytes()),
        strange.get(photo_address),
        strange.patch(photo_address, {"alt_text": "Mine"}, format="json"),
        strange.delete(photo_address),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert {json.dumps(answer.json()) for answer in answers} == {json.dumps(answers[0].json())}
    assert strange.get(PRODUCTS).json()["results"] == []
    assert Product.objects.values().get() == before
    assert product.photos.get() == photo


def test_a_token_does_what_its_scopes_say(owner: Membership, product: Product):
    reader = program(owner.merchant, "catalog:read")
    assert reader.get(PRODUCTS).status_code == 200
    refused = reader.post(PRODUCTS, NEW, format="json")
    assert refused.status_code == 403
    assert _error(refused)["code"] == "insufficient_scope"
    assert program(owner.merchant, "edits:read").get(PRODUCTS).status_code == 403


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer cw_wrong", "Basic b3duZXI6cGFzcw==", "Bearer \xff"])
def test_without_a_good_token_there_is_no_answer(header: str, as_owner: APIClient):
    for client in (APIClient(), as_owner):  # a session is no token
        response = client.get(PRODUCTS, headers={"Authorization": header} if header else {})
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        _error(response)


def test_a_revoked_token_is_dead_at_once(owner: Membership):
    token, secret = token_create(merchant=owner.merchant, name="x", scopes=["catalog:read"], by=None)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert client.get(PRODUCTS).status_code == 200
    token_revoke(token=token)
    assert client.get(PRODUCTS).status_code == 401


def test_products_are_listed_in_a_constant_number_of_queries(
    api: APIClient, owner: Membership, django_assert_num_queries
):
    """Token, its rate, page with merchant, photos."""
    api.get(PRODUCTS)  # notes the token's use
    for _ in range(2):
        for product in ProductFactory.create_batch(5, merchant=owner.merchant):
            PhotoFactory.create_batch(2, product=product)
        with django_assert_num_queries(4 + WALL):
            assert api.get(PRODUCTS).json()["results"][0]["photos"]


def test_pages_lead_through_all_products_once(api: APIClient, owner: Membership):
    ProductFactory.create_batch(7, merchant=owner.merchant)
    seen, address = [], f"{PRODUCTS}?limit=3"
    while address:
        page = api.get(address).json()
        seen += [product["id"] for product in page["results"]]
        address = page["next"]
    assert seen == list(Product.objects.order_by("-created_at", "-pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=shirt", ["B"]),
        ("status=active", ["B"]),
        ("sku=A-1", ["A"]),
        ("tag=Linen", ["B"]),
        ("q=runn", ["A"]),
        ("q=b-2", ["B"]),
        ("", ["B", "A"]),
    ],
)
def test_products_are_filtered(api: APIClient, owner: Membership, query: str, found: list[str]):
    ProductFactory(merchant=owner.merchant, title="A runner", sku="A-1", tags=["trail"])
    active_product(merchant=owner.merchant, title="B shirt", sku="B-2", kind="shirt", tags=["linen"])
    assert [product["title"][0] for product in api.get(f"{PRODUCTS}?{query}").json()["results"]] == found


def test_products_changed_since_are_found(api: APIClient, product: Product):
    since = timezone.now().isoformat().replace("+00:00", "Z")
    assert api.get(f"{PRODUCTS}?updated_since={since}").json()["results"] == []
    product_services.product_update(product=product, fields={"title": "New"})
    assert len(api.get(f"{PRODUCTS}?updated_since={since}").json()["results"]) == 1
    assert api.get(f"{PRODUCTS}?updated_since=yesterday").status_code == 400


def test_a_repeated_write_happens_once_and_gets_the_first_answer(api: APIClient):
    first = api.post(PRODUCTS, NEW, format="json", headers={"Idempotency-Key": "one"})
    again = api.post(PRODUCTS, NEW, format="json", headers={"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Product.objects.count() == 1


def test_a_repeated_upload_and_delete_happen_once(api: APIClient, product: Product):
    first, again = (_upload(api, product, photo_bytes(), headers={"Idempotency-Key": "photo"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    address = f"/api/v1/photos/{first.json()['id']}/"
    gone = [api.delete(address, headers={"Idempotency-Key": "gone"}).status_code for _ in range(2)]
    assert gone == [204, 204]
    assert api.delete(address).status_code == 404


def test_a_key_is_good_for_one_request_only(api: APIClient, product: Product):
    api.post(PRODUCTS, NEW, format="json", headers={"Idempotency-Key": "one"})
    other = api.post(PRODUCTS, NEW | {"sku": "RR-2"}, format="json", headers={"Idempotency-Key": "one"})
    assert other.status_code == 422
    assert _error(other)["code"] == "idempotency_key_reused"
    _upload(api, product, photo_bytes(), headers={"Idempotency-Key": "two"})
    assert _upload(api, product, photo_bytes(colour="#000"), headers={"Idempotency-Key": "two"}).status_code == 422
    assert Product.objects.count() == 2


def test_a_refused_write_leaves_its_key_free(api: APIClient):
    key = {"Idempotency-Key": "one"}
    assert api.post(PRODUCTS, NEW | {"title": ""}, format="json", headers=key).status_code == 400
    assert api.post(PRODUCTS, NEW, format="json", headers=key).status_code == 201


def test_keys_of_two_merchants_are_two_keys(api: APIClient):
    other = program(MerchantFactory(), "catalog:write")
    for client in (api, other):
        assert client.post(PRODUCTS, NEW, format="json", headers={"Idempotency-Key": "one"}).status_code == 201
    assert Product.objects.count() == 2


def test_a_key_is_forgotten_after_a_day(api: APIClient):
    api.post(PRODUCTS, NEW, format="json", headers={"Idempotency-Key": "one"})
    IdempotencyRecord.objects.update(created_at=timezone.now() - LIFE)
    assert api.post(PRODUCTS, NEW, format="json", headers={"Idempotency-Key": "one"}).status_code == 409


@pytest.mark.parametrize("key", ["x" * 256, "\x01"])
def test_a_strange_key_is_refused(api: APIClient, key: str):
    assert api.post(PRODUCTS, NEW, format="json", headers={"Idempotency-Key": key}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_a_key_in_flight_is_a_conflict(monkeypatch: pytest.MonkeyPatch):
    api = program(MerchantFactory(), "catalog:write", "catalog:read")
    inside, go_on, answers = threading.Event(), threading.Event(), []
    create = product_services.product_create

    def slow_create(**arguments: Any) -> Product:
        inside.set()
        assert go_on.wait(20)
        return create(**arguments)

    def first_request() -> None:
        answers.append(api.post(PRODUCTS, NEW, format="json", headers={"Idempotency-Key": "one"}).status_code)
        connection.close()

    monkeypatch.setattr(product_services, "product_create", slow_create)
    thread = threading.Thread(target=first_request)
    thread.start()
    assert inside.wait(20)
    second = api.post(PRODUCTS, NEW, format="json", headers={"Idempotency-Key": "one"})
    go_on.set()
    thread.join()
    assert (answers, second.status_code) == ([201], 409)
    assert second.json()["error"]["code"] == "idempotency_key_in_flight"
    assert Product.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_crash_leaves_neither_the_product_nor_the_key(monkeypatch: pytest.MonkeyPatch):
    merchant = MerchantFactory()
    api = program(merchant, "catalog:write", "catalog:read")
    monkeypatch.setattr("catalog.api.idempotency._remember", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        api.post(PRODUCTS, NEW, format="json", headers={"Idempotency-Key": "one"})
    assert not Product.objects.exists()
    monkeypatch.undo()
    assert api.post(PRODUCTS, NEW, format="json", headers={"Idempotency-Key": "one"}).status_code == 201


def test_too_many_requests_are_slowed(api: APIClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("catalog.api.base.WriteThrottle.rate", Rate(name="test", count=2, seconds=86_400))
    answers = [api.post(PRODUCTS, NEW | {"sku": f"S-{number}"}, format="json") for number in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert _error(answers[2])["code"] == "throttled"
    assert int(answers[2]["Retry-After"]) > 0
    assert api.get(PRODUCTS).status_code == 200


def test_the_documentation_needs_nothing_from_elsewhere():
    page = APIClient().get("/api/v1/docs/").content.decode()
    assert "swagger-ui" in page
    assert "https://" not in page
