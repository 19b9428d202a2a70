"""Publishing to a store: once however often it is asked for, kept up to date, and undone."""

from collections.abc import Iterator

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from catalog.errors import InvalidInput
from catalog.models import Membership, Product, User
from editing.models import Store, StoreItem
from editing.publishing.colourways import colourway_change
from editing.publishing.stores import outbox, services
from editing.publishing.stores.seal import unseal
from editing.services import sets
from tests.catalog.test_api import program
from tests.editing.publishing.shelf import on_the_shelf
from tests.editing.publishing.stub_stores import TOKEN, StubSaleor, StubShopify, StubStore

pytestmark = pytest.mark.django_db
SALEOR = {"channel": "Q2hhbm5lbDox", "product_type": "UHQ6MQ==", "category": "Q2F0OjE=", "colour_attribute": "QXR0OjE="}


@pytest.fixture(params=["shopify", "saleor"])
def stub(request: pytest.FixtureRequest, settings) -> Iterator[StubStore]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    made = StubShopify() if request.param == "shopify" else StubSaleor(header="Authorization", value=f"Bearer {TOKEN}")
    with made as running:
        yield running


@pytest.fixture
def shop(stub: StubStore, owner: Membership) -> Store:
    kind = services.StoreKind.SHOPIFY if isinstance(stub, StubShopify) else services.StoreKind.SALEOR
    options = {} if kind == "shopify" else SALEOR
    return services.store_connect(
        merchant=owner.merchant, kind=kind, address=stub.url, token=TOKEN, options=options, by=owner.user
    )


@pytest.fixture
def shelf(owner: Membership, reviewer: User) -> Product:
    return on_the_shelf(owner, reviewer, colour_name="Chalk", sizes=["41", "42"])


def _run() -> None:
    """Until nothing is due any more; pauses after a failure are passed over."""
    while StoreItem.objects.filter(status="waiting").exists():
        StoreItem.objects.filter(status="waiting").update(next_at=Now())
        outbox.push_due()


def _publish(shop: Store, *products: Product) -> StoreItem:
    services.store_publish(store=shop, products=products)
    _run()
    return StoreItem.objects.get(product=products[0])


def _remote(stub: StubStore) -> dict:
    (found,) = stub.products.values()
    return found


def test_a_product_goes_there_with_all_colours_sizes_and_pictures(shop: Store, stub: StubStore, shelf: Product):
    item = _publish(shop, shelf)
    assert (item.status, item.problem, item.remote_id) == ("done", "", next(iter(stub.products)))
    there = _remote(stub)
    skus = {row["sku"] for row in there["variants"]}
    assert skus == {f"{shelf.sku}{colour}-{size}" for colour in ("", "-SIG", "-DEE") for size in (41, 42)}
    pictures = there.get("files") or there["media"]
    assert len(pictures) == 6  # two views of three colours, shared by all sizes
    assert f"{shelf.title} in Signal red, front" in {row["alt"] for row in pictures}


def test_asking_again_sends_nothing_and_makes_no_doubles(shop: Store, stub: StubStore, shelf: Product):
    first = _publish(shop, shelf)
    calls = len(stub.calls)
    again = _publish(shop, shelf)
    assert (again.remote_id, len(stub.calls), len(stub.products)) == (first.remote_id, calls, 1)


def test_an_answer_that_was_lost_makes_no_second_product(shop: Store, stub: StubStore, shelf: Product):
    services.store_publish(store=shop, products=[shelf])
    real = stub.answer

    def lose_the_first_creation(query: str, variables: dict) -> dict:
        made = real(query, variables)
        stub.lost = int(stub.calls[-1] in ("productSet", "productBulkCreate") and len(stub.calls) < 4)
        return made

    stub.answer = lose_the_first_creation  # type: ignore[method-assign]
    _run()
    item = StoreItem.objects.get()
    assert (item.status, item.attempts, len(stub.products)) == ("done", 2, 1)
    assert item.remote_id in stub.products


def test_a_change_here_is_a_change_there(shop: Store, stub: StubStore, shelf: Product):
    _publish(shop, shelf)
    colourway_change(colourway=shelf.colourways.first(), fields={"name": "Poppy", "price": "89.50", "stock": 7})
    _run()
    there = _remote(stub)
    assert len(stub.products) == 1
    assert "Poppy" in str(there)
    assert "89.50" in str(there)
    assert "Signal red, front" not in str(there)


def test_what_is_withdrawn_here_leaves_the_store(shop: Store, stub: StubStore, shelf: Product):
    _publish(shop, shelf)
    sets.set_take_down(rows=sets.locked_set(shelf.colourways.first().variants.first().key), by=None)
    _run()
    there = _remote(stub)
    assert {row["sku"] for row in there["variants"] if "SIG" in row["sku"]} == set()
    assert len(there.get("files") or there["media"]) == 4
    Product.objects.update(status="archived")
    outbox.product_changed(shelf.pk)
    _run()
    assert stub.products == {}


def test_a_publication_is_undone_without_touching_what_was_there(
    shop: Store, stub: StubStore, shelf: Product, owner: Membership, reviewer: User
):
    other = on_the_shelf(owner, reviewer)
    _publish(shop, shelf)
    batch, _ = services.store_publish(store=shop, products=[shelf, other])
    _run()
    assert len(stub.products) == 2
    assert services.publication_undo(store=shop, batch=batch) == 1
    _run()
    assert [row["title" if "title" in row else "name"] for row in stub.products.values()] == [shelf.title]
    services.store_take_off(store=shop, products=[shelf])
    _run()
    assert stub.products == {}
    item = _publish(shop, shelf)  # and back again
    assert item.remote_id in stub.products


def test_what_was_deleted_there_is_made_again(shop: Store, stub: StubStore, shelf: Product):
    _publish(shop, shelf)
    stub.products.clear()
    Product.objects.update(title="Renamed")
    assert _publish(shop, shelf).remote_id in stub.products


def test_a_busy_store_is_tried_again_and_a_wrong_token_is_not(shop: Store, stub: StubStore, shelf: Product):
    stub.statuses, stub.throttled = [503, 429], 1
    item = _publish(shop, shelf)
    assert (item.status, item.attempts) == ("done", 4)
    stub.value = "another"
    Product.objects.update(title="Renamed")
    item = _publish(shop, shelf)
    assert (item.status, item.attempts) == ("failed", 1)
    assert "does not accept the access token" in item.problem


def test_a_stranger_product_under_the_same_address_is_left_alone(shelf: Product, owner: Membership, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with StubShopify() as stub:
        stub.products["gid://stub/Product/own"] = {"handle": shelf.slug, "title": "The merchant's own"}
        shop = services.store_connect(
            merchant=owner.merchant, kind=services.StoreKind.SHOPIFY, address=stub.url, token=TOKEN, options={}, by=None
        )
        item = _publish(shop, shelf)
        assert item.status == "failed"
        assert "another product under the address" in item.problem
        assert stub.products["gid://stub/Product/own"]["title"] == "The merchant's own"


def test_a_store_is_kept_only_when_it_answers_and_its_token_is_sealed(stub: StubStore, shop: Store, owner: Membership):
    assert TOKEN not in str(Store.objects.values_list("sealed_token", "options"))
    assert unseal(shop.sealed_token) == TOKEN
    assert shop.name.startswith("Harbour at")
    with pytest.raises(InvalidInput, match="access token"):
        services.store_connect(
            merchant=owner.merchant, kind=services.StoreKind(shop.kind), address=stub.url, token="wrong",
            options=shop.options, by=None,
        )  # fmt: skip
    assert Store.objects.count() == 1


@pytest.mark.parametrize("address", ["https://127.0.0.1/graphql", "http://shop.example/", "https://169.254.169.254/x"])
def test_the_guard_stands_before_every_store(owner: Membership, settings, address: str):
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    with pytest.raises(InvalidInput):
        services.store_connect(
            merchant=owner.merchant, kind=services.StoreKind.SALEOR, address=address, token="x", options=SALEOR, by=None
        )


def test_the_pages_publish_show_and_undo(shop: Store, stub: StubStore, shelf: Product, as_owner: Client):
    address = reverse("editing:store", args=[shop.key])
    as_owner.post(reverse("editing:store-publish", args=[shop.key]))
    assert "on the way" in as_owner.get(address).content.decode()
    _run()
    page = as_owner.get(address).content.decode()
    assert "in the store" in page
    as_owner.post(reverse("editing:store-undo", args=[shop.key]), {"batch": StoreItem.objects.get().batch})
    _run()
    assert "taken off" in as_owner.get(address).content.decode()
    assert stub.products == {}


def test_programs_publish_and_undo(
    shop: Store, stub: StubStore, shelf: Product, owner: Membership, stranger: Membership
):
    api, strange = program(owner.merchant, "edits:read", "edits:write"), program(stranger.merchant, "edits:write")
    assert [row["name"] for row in api.get("/api/v1/stores/").json()["results"]] == [shop.name]
    publish = f"/api/v1/stores/{shop.key}/publish/"
    assert strange.post(publish, {}, format="json").status_code == 404
    made = api.post(publish, {"products": [shelf.pk]}, format="json").json()
    _run()
    (item,) = api.get(f"/api/v1/stores/{shop.key}/items/").json()["results"]
    assert (item["product"], item["status"], made["count"]) == (shelf.pk, "done", 1)
    undo = {"publication": made["publication"]}
    assert api.post(f"/api/v1/stores/{shop.key}/undo/", undo, format="json").json()["count"] == 1
    _run()
    assert stub.products == {}
