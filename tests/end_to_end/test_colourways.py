"""From a photo to a shopper, in Chromium and with real workers: upload, six colourways, review, shop."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from catalog import storage
from catalog.models import PublishedVariant, Role
from editing.models import EditRequest, Variant
from gpu_worker.engine.facade import Engine
from tests.catalog.factories import PASSWORD, MembershipFactory, MerchantFactory, UserFactory
from tests.end_to_end.chromium import CHROMIUM
from tests.end_to_end.studio_site import MANIFOLDS, Site

PATIENCE = 180_000  # ms; a busy machine with two cores
SIDE = 960
COLOURS = ["Black", "Navy", "Burgundy", "Red", "Cobalt", "Mint"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: set CHROMIUM to one"),
    pytest.mark.skipif(not (MANIFOLDS / "shoe").is_dir(), reason="no manifold of shoes is there"),
]


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of a shoe: the first one in the folder PHOTOS, else one that the shipped manifold draws; enlarged."""
    folder = os.environ.get("PHOTOS")
    found = (
        sorted(file for file in Path(folder).iterdir() if file.suffix in {".jpg", ".png", ".webp"}) if folder else []
    )
    if found:
        picture = Image.open(found[0]).convert("RGB")
    else:
        picture = Image.fromarray(Engine.load(MANIFOLDS / "shoe").sample(1, seed=5, spread=0.6)[0])
    file = tmp_path_factory.mktemp("photos") / "shoe.png"
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(file)
    return file


class Person:
    """Somebody at a browser of their own; nothing may go wrong in its console."""

    def __init__(self, browser: Browser, site: Site, *, width: int = 1280) -> None:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=site.url)
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=30_000)
        self.page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def sign_in(self, email: str) -> Page:
        self.page.goto("/account/login/")
        self.page.fill("[name=username]", email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()
        return self.page

    def leave(self) -> None:
        self.page.context.close()
        assert self.errors == []


@pytest.fixture(autouse=True)
def _give_the_connection_back() -> Iterator[None]:
    yield
    connection.close()  # of this thread with its event loop; the test database is dropped later


def test_rows_are_committed_to_a_test_database_only(db: None):
    """These tests flush the database in the end; asking for one here also makes pytest set it up."""
    assert connection.settings_dict["NAME"].startswith("test_")


def test_a_photo_becomes_six_colourways_and_the_shop_shows_what_was_approved(site: Site, browser: Browser, photo: Path):
    member = MembershipFactory(role=Role.OWNER, merchant=MerchantFactory(name="Harbour & Oak", slug="harbour"))
    reviewer = UserFactory(is_staff=True)

    merchant = Person(browser, site)
    page = merchant.sign_in(member.user.email)
    _add_product(page, photo)
    _ask_for_colours(page)
    _watch_them_arrive(page)
    made = EditRequest.objects.get()
    assert (made.status, made.variants.count()) == ("rendered", len(COLOURS))
    assert all(variant.measures["swatch_de2000"] <= 2 for variant in made.variants.all())

    desk = Person(browser, site)
    red = made.variants.get(colour_name="Red")
    _review(desk.sign_in(reviewer.email), red)
    desk.leave()

    page.reload()  # the merchant sees what was decided, and why
    expect(page.locator(".slot .badge.approved")).to_have_count(len(COLOURS) - 1)
    expect(page.get_by_text("Colour is off")).to_be_visible()

    shopper = Person(browser, site, width=390)
    _look_at_it_in_the_shop(shopper.page, red.photo.product.get_absolute_url())
    _ask_for_red_and_for_yellow(shopper.page)
    shopper.leave()
    _is_red(red)

    page.goto("/merchant/colourways/")  # the merchant sees what shoppers ask for
    expect(page.get_by_role("row", name="Quay sneaker yellow")).to_be_visible()
    merchant.leave()


def _add_product(page: Page, photo: Path) -> None:
    page.goto("/merchant/products/new/")
    page.fill("[name=title]", "Quay sneaker")
    page.fill("[name=sku]", "QS-1")
    page.select_option("[name=kind]", "shoe")
    page.locator("main form button.button").last.click()
    page.wait_for_url("**/merchant/products/*/")
    page.set_input_files("input[type=file]", str(photo))
    expect(page.locator("#photos img").first).to_be_visible()
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("See it in the shop")).to_be_visible()


def _ask_for_colours(page: Page) -> None:
    page.goto("/merchant/colourways/new/")
    page.locator("[name=photos]").check()
    for colour in COLOURS:
        page.locator(".chip", has=page.get_by_text(colour, exact=True)).click()
    expect(page.locator("#estimate")).to_contain_text(f"{len(COLOURS)} variants")
    expect(page.locator("#estimate")).to_contain_text("About")
    page.get_by_role("button", name="Ask for them").click()
    page.wait_for_url("**/merchant/colourways/*-*/")


def _watch_them_arrive(page: Page) -> None:
    """On the one page, which is never loaded again."""
    page.evaluate("window.neverReloaded = true")
    expect(page.locator(".slot")).to_have_count(1 + len(COLOURS))
    expect(page.locator(".slot a.stage img")).to_have_count(len(COLOURS), timeout=PATIENCE)
    expect(page.locator(".request-head .badge")).to_have_text("rendered")
    assert page.evaluate("window.neverReloaded")


def _review(page: Page, red: Variant) -> None:
    """One is rejected with a reason, one is approved, the others in bulk; all by keyboard where there are keys."""
    page.goto(f"/review/{red.request.variants.get(colour_name='Mint').key}/")
    page.keyboard.press("r")
    page.keyboard.type("Colour is off")
    page.keyboard.press("Enter")
    expect(page.locator(".last-decision")).to_contain_text("Rejected: Quay sneaker in Mint")
    page.goto(f"/review/{red.key}/")
    expect(page.locator("[data-compare] img")).to_have_count(2)
    page.keyboard.press("a")
    expect(page.locator(".last-decision")).to_contain_text("Approved: Quay sneaker in Red")
    page.goto("/review/")
    page.locator("[data-choose-all]").check()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Approve the chosen ones").click()
    expect(page.get_by_text(f"{len(COLOURS) - 2} approved.")).to_be_visible()


def _look_at_it_in_the_shop(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".colour-list li")).to_have_count(len(COLOURS))  # as photographed, and what was approved
    page.locator(".colour-list").get_by_text("Burgundy", exact=True).click()
    page.wait_for_url("**/burgundy/")
    _shows(page, "Burgundy")


def _shows(page: Page, colour: str) -> None:
    expect(page.locator("#main-photo img")).to_have_attribute("alt", f"Quay sneaker in {colour}")
    expect(page.locator("#main-photo img")).not_to_have_js_property("naturalWidth", 0)
    expect(page.locator("#main-photo").get_by_text("Recoloured")).to_be_visible()


def _ask_for_red_and_for_yellow(page: Page) -> None:
    """The one is there, the other can be wished for."""
    page.get_by_role("searchbox", name="Show me this in").fill("red")
    page.get_by_role("searchbox", name="Show me this in").press("Enter")
    expect(page.locator("#colour-answer")).to_contain_text("Yes, it comes in red.")
    page.locator("#colour-answer").get_by_role("link", name="Quay sneaker in Red").click()
    page.wait_for_url("**/red/")
    _shows(page, "Red")
    page.get_by_role("searchbox", name="Show me this in").fill("yellow")
    page.get_by_role("searchbox", name="Show me this in").press("Enter")
    expect(page.locator("#colour-answer")).to_contain_text("Not in yellow yet.")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_role("button", name="Ask for it")).to_have_count(0)


def _is_red(variant: Variant) -> None:
    """The published picture is the photo's size, says that it is altered, and its changed pixels are red."""
    published = PublishedVariant.objects.get(edit_variant=variant)
    stored = storage.get(published.object_key)
    assert stored is not None
    picture = Image.open(io.BytesIO(stored.data))
    assert picture.size == (SIDE, SIDE)
    assert b"compositeWithTrainedAlgorithmicMedia" in stored.data
    assert published.colour_family == "red"
