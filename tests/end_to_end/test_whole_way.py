"""A merchant's whole way in Chromium, with real workers: a ZIP in, colours for every view, review, and out to files, feed and store."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from catalog.models import Membership, Product, PublishedVariant, Role
from editing.models import Variant
from gpu_worker.engine.facade import Engine
from gpu_worker.measures.colour import ciede2000
from tests.catalog.factories import MembershipFactory, MerchantFactory, UserFactory
from tests.editing.publishing.stub_stores import TOKEN, StubShopify
from tests.end_to_end.chromium import CHROMIUM
from tests.end_to_end.studio_site import MANIFOLDS, Site
from tests.end_to_end.test_colourways import (  # noqa: F401  a fixture
    PATIENCE,
    Person,
    _give_the_connection_back,
)

SIDE = 400
COLOURS = {"Navy": "#1d3557", "Rust": "#b7410e"}
GOOGLE = "{http://base.google.com/ns/1.0}"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: set CHROMIUM to one"),
    pytest.mark.skipif(not (MANIFOLDS / "shoe").is_dir(), reason="no manifold of shoes is there"),
]


@pytest.fixture
def store() -> Iterator[StubShopify]:
    with StubShopify() as running:
        yield running


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two products of a shop: one from both sides, one from the front."""
    first, second = Engine.load(MANIFOLDS / "shoe").sample(2, seed=5, spread=0.6)
    pictures = {"QS-1/front.png": first, "QS-1/back.png": first[:, ::-1], "QS-2/front.PNG": second}
    file = tmp_path_factory.mktemp("import") / "autumn.zip"
    with zipfile.ZipFile(file, "w") as whole:
        for name, picture in pictures.items():
            whole.writestr(name, _png(picture))
    return file


def _png(picture: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def test_rows_are_committed_to_a_test_database_only(db: None):
    """These tests flush the database in the end; asking for one here also makes pytest set it up."""


def test_from_a_zip_to_the_store_and_back(
    site: Site,
    browser: Browser,
    archive: Path,
    store: StubShopify,
):
    member = MembershipFactory(role=Role.OWNER, merchant=MerchantFactory(name="Harbour & Oak", slug="harbour"))
    merchant = Person(browser, site)
    page = merchant.sign_in(member.user.email)

    _bring_in(page, archive)
    _price_them(page)
    _keep_a_palette(page)
    _ask_for_every_view(page)
    _all_views_of_a_colour_are_one_colour()

    desk = Person(browser, site)
    _approve_everything(desk.sign_in(UserFactory(is_staff=True).email))
    desk.leave()

    assert _names_in_the_zip(page) == {f"{sku}/{c}-{view}.webp".lower() for sku, view in VIEWS for c in COLOURS}
    assert _colours_in_the_feed(page) == {"QS-1": {"Navy", "Rust"}, "QS-2": {"Navy", "Rust"}}
    _publish(page, store)
    _undo(page, store)
    _withdraw_a_colour(page, member)
    merchant.leave()


VIEWS = (("QS-1", "front"), ("QS-1", "back"), ("QS-2", "front"))


def _bring_in(page: Page, archive: Path) -> None:
    page.goto("/merchant/")
    page.get_by_role("link", name="Bring in many").first.click()
    page.get_by_label("One ZIP file").set_input_files(archive)
    page.get_by_label("Put new products into the shop at once").check()
    page.get_by_role("button", name="Look what is in it").click()
    page.get_by_role("button", name="Bring in 2 products").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("2 new")
    expect(page.get_by_role("status")).to_contain_text("3 new photos")


def _price_them(page: Page) -> None:
    """Without prices Google takes nothing, and the page says so."""
    page.goto("/merchant/export/")
    page.get_by_text("2 products in the shop have no price").get_by_role("link", name="Set prices").click()
    page.get_by_label("All on this page").check()
    page.get_by_label("Price", exact=True).fill("89.00")
    page.get_by_role("button", name="Change the chosen").click()
    expect(page.get_by_role("cell", name="89.00")).to_have_count(2)


def _keep_a_palette(page: Page) -> None:
    page.goto("/merchant/colourways/palettes/")
    page.get_by_label("Name").fill("Autumn")
    page.get_by_label("Colours").fill("\n".join(f"{name} {colour}" for name, colour in COLOURS.items()))
    page.get_by_role("button", name="Keep the palette").click()
    expect(page.get_by_role("link", name="Autumn")).to_be_visible()


def _ask_for_every_view(page: Page) -> None:
    page.goto("/merchant/colourways/new/")
    for photo in page.locator("[name=photos]").all():
        photo.check()
    palette = page.get_by_role("group", name="Autumn")
    for colour in COLOURS:
        palette.get_by_text(colour, exact=True).click()
    expect(page.locator("#estimate")).to_contain_text("6 variants")
    page.get_by_role("button", name="Ask for them").click()
    page.wait_for_url("**/merchant/colourways/*-*/")
    expect(page.locator(".request-head .badge")).to_have_text("rendered", timeout=PATIENCE)
    expect(page.locator(".slot a.stage img")).to_have_count(6)


def _all_views_of_a_colour_are_one_colour() -> None:
    for name in COLOURS:
        front, back = Variant.objects.filter(colour_name=name, photo__product__sku="QS-1")
        labs = [np.array([v.measured_l, v.measured_a, v.measured_b]) for v in (front, back)]
        assert float(ciede2000(*labs)) < 1.5


def _approve_everything(page: Page) -> None:
    page.goto("/review/")
    page.locator("[data-choose-all]").check()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Approve the chosen ones").click()
    expect(page.get_by_text("4 approved.")).to_be_visible()


def _names_in_the_zip(page: Page) -> set[str]:
    page.goto("/merchant/export/")
    page.get_by_label("File names").fill("{product_sku}/{colour}-{view}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the ZIP").click()
    with zipfile.ZipFile(download.value.path()) as whole:
        names = set(whole.namelist()) - {"pictures.csv"}
        rows = list(csv.DictReader(io.StringIO(whole.read("pictures.csv").decode("utf-8-sig"))))
        assert {row["file"] for row in rows} == names
        for name in names:
            assert b"compositeWithTrainedAlgorithmicMedia" in whole.read(name)
    return names


def _colours_in_the_feed(page: Page) -> dict[str, set[str]]:
    address = page.locator(".feed-address", has_text="Google").get_by_role("link").get_attribute("href")
    answer = page.request.get(address or "")
    found: dict[str, set[str]] = {}
    for item in ElementTree.fromstring(answer.text()).iter("item"):  # noqa: S314  our own
        group, colour = (item.findtext(f"{GOOGLE}{name}") or "" for name in ("item_group_id", "color"))
        found.setdefault(group, set()).add(colour)
    return {group.removeprefix("group-"): colours & set(COLOURS) for group, colours in found.items()}


def _publish(page: Page, store: StubShopify) -> None:
    page.goto("/merchant/export/stores/")
    page.get_by_label("Address").fill(store.url)
    page.get_by_label("Access token").fill(TOKEN)
    page.get_by_role("button", name="Connect it").click()
    page.get_by_role("button", name="Publish everything").click()
    expect(page.locator("#store-items .badge.approved")).to_have_count(2)
    for row in store.products.values():
        (option,) = (option for option in row["productOptions"] if option["name"] != "Size")
        assert set(COLOURS) <= {value["name"] for value in option["values"]}


def _undo(page: Page, store: StubShopify) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Undo the last publication").click()
    expect(page.locator("#store-items .badge", has_text="taken off")).to_have_count(2)
    assert store.products == {}


def _withdraw_a_colour(page: Page, member: Membership) -> None:
    """All its views leave the shop and the feed."""
    product = Product.objects.get(merchant=member.merchant, sku="QS-1")
    page.goto(f"/merchant/colourways/of-product/{product.pk}/")
    navy = page.locator(".sold li:has(input[value='Navy'])")
    page.once("dialog", lambda dialog: dialog.accept())
    navy.get_by_role("button", name="Take off the shop").click()
    expect(navy.get_by_role("button", name="Take off the shop")).to_have_count(0)
    live = PublishedVariant.objects.filter(product=product, withdrawn_at=None)
    assert set(live.values_list("colour_name", flat=True)) == {"Rust"}
    page.goto("/merchant/export/")
    assert _colours_in_the_feed(page) == {"QS-1": {"Rust"}, "QS-2": {"Navy", "Rust"}}
