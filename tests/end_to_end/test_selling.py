"""From the review of all views to the merchant's own store, in Chromium."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models.functions import Now
from playwright.sync_api import Page, expect

from catalog.models import Colourway, Membership, Product, PublishedVariant, User
from editing.models import StoreItem
from editing.publishing.stores import outbox
from tests.catalog.factories import UserFactory
from tests.editing.publishing.shelf import on_the_shelf, waiting
from tests.editing.publishing.stub_stores import TOKEN, StubShopify
from tests.end_to_end.test_catalogue import CHROMIUM, _sign_in, browser, open_page, owner

__all__ = ["browser", "open_page", "owner"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: set CHROMIUM to one"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def reviewer() -> User:
    return UserFactory(is_staff=True)


def test_a_reviewer_sees_all_views_and_decides_once(
    open_page: Callable[..., Page], owner: Membership, reviewer: User, live_server
):
    waiting(owner)
    page = open_page()
    page.context.add_cookies([_session(reviewer, live_server.url)])
    page.goto("/review/")
    expect(page.get_by_text("2 views")).to_have_count(2)
    page.get_by_role("link", name="Begin").click()
    views = page.get_by_role("region", name="2 views, one colour")
    expect(views.get_by_role("img")).to_have_count(2)
    expect(views.get_by_text("Back", exact=True)).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert PublishedVariant.objects.filter(withdrawn_at=None).count() == 2


def test_a_merchant_names_prices_and_orders_colourways(
    open_page: Callable[..., Page], owner: Membership, reviewer: User, live_server
):
    product = on_the_shelf(owner, reviewer)
    page = open_page()
    page.context.add_cookies([_session(owner.user, live_server.url)])
    page.goto(f"/merchant/colourways/of-product/{product.pk}/")
    page.get_by_label("Name").first.fill("Poppy")
    page.get_by_label("Price in EUR").first.fill("89.50")
    page.get_by_label("Place").first.fill("2")
    page.get_by_label("Place").last.fill("1")
    page.get_by_role("button", name="Save all").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Name").first).to_have_value("Deep navy")
    page.get_by_role("link", name="See it").last.click()
    expect(page.get_by_text("€89.50")).to_be_visible()
    expect(page.get_by_role("heading", name="Colour: Poppy")).to_be_visible()
    expect(page.locator("#stage img")).to_have_count(2)  # front and back


def test_the_sku_pattern_shows_what_it_makes_while_it_is_typed(
    open_page: Callable[..., Page], owner: Membership, reviewer: User, live_server
):
    product = on_the_shelf(owner, reviewer)
    page = open_page()
    page.context.add_cookies([_session(owner.user, live_server.url)])
    page.goto("/merchant/colourways/skus/")
    page.get_by_label("Pattern").fill("{sku}.{number:2}")
    expect(page.get_by_text(f"{product.sku}.01")).to_be_visible()
    page.get_by_label("Pattern").fill("{size}")
    expect(page.get_by_text("There is no {size}.")).to_be_visible()


def test_pictures_leave_as_a_zip(
    open_page: Callable[..., Page], owner: Membership, reviewer: User, live_server, tmp_path: Path
):
    on_the_shelf(owner, reviewer)
    page = open_page()
    page.context.add_cookies([_session(owner.user, live_server.url)])
    page.goto("/merchant/export/")
    expect(page.get_by_text("4 pictures")).to_be_visible()
    page.get_by_role("radio", name="Amazon").check()
    expect(page.get_by_text("4 pictures: smaller than 1000 px")).to_be_visible()
    page.get_by_role("radio", name="Square").check()
    page.get_by_label("File names").fill("{sku}/{view}")
    expect(page.get_by_text("-sig/front.jpg")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the ZIP").click()
    file = tmp_path / "pictures.zip"
    started.value.save_as(file)
    with zipfile.ZipFile(file) as whole:
        assert len(whole.namelist()) == 5
        assert whole.testzip() is None
    assert started.value.suggested_filename.endswith("-square.zip")


def test_products_go_to_a_store_and_come_back(
    open_page: Callable[..., Page], owner: Membership, reviewer: User, live_server, settings
):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    product = on_the_shelf(owner, reviewer)
    page = open_page()
    _sign_in(page, owner)  # a store is connected by somebody who has signed in lately
    with StubShopify() as stub:
        page.goto("/merchant/export/stores/")
        page.get_by_label("Address").fill(stub.url)
        page.get_by_label("Access token").fill(TOKEN)
        page.get_by_role("button", name="Connect it").click()
        expect(page.get_by_role("heading", name="Harbour at Shopify")).to_be_visible()
        page.get_by_role("button", name="Publish everything").click()
        expect(page.get_by_text("on the way", exact=True)).to_be_visible()
        _work()
        expect(page.get_by_text("in the store", exact=True)).to_be_visible()
        assert [row["handle"] for row in stub.products.values()] == [Product.objects.get(pk=product.pk).slug]
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Undo the last publication").click()
        expect(page.get_by_text("being taken off", exact=True)).to_be_visible()
        _work()
        expect(page.get_by_text("taken off", exact=True)).to_be_visible()
        assert stub.products == {}
    assert Colourway.objects.filter(product=product).count() == 2  # here nothing changed


def _work() -> None:
    StoreItem.objects.filter(status="waiting").update(next_at=Now())
    outbox.push_due()


def _session(user: User, address: str) -> dict[str, str]:
    """Signed in as Django's own test client is."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}
