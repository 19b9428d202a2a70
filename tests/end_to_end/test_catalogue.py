"""The shop and the merchant's pages in Chromium, with and without scripts."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Membership, Product, PublishedVariant
from catalog.services import search_index
from catalog.services.photos import photo_add
from catalog.services.products import product_move
from tests.catalog.factories import PASSWORD, MembershipFactory, ProductFactory, VariantFactory
from tests.catalog.pictures import photo_bytes
from tests.end_to_end.chromium import CHROMIUM

PATIENCE = 30_000  # ms
SHIRTS = {"Plain Tee": "#c1121f", "Lake Tee": "#1d3557"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: set CHROMIUM to one"),
    pytest.mark.django_db(transaction=True),
]

DROP = """([selector, files]) => {
    const transfer = new DataTransfer();
    for (const [name, type, data] of files) {
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
    }
    const area = document.querySelector(selector);
    for (const kind of ["dragenter", "dragover", "drop"])
        area.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory()


def _product(owner: Membership, title: str, colour: str, **fields: Any) -> Product:
    product = ProductFactory(merchant=owner.merchant, title=title, **fields)
    photo_add(product=product, name="a.png", data=photo_bytes(colour=colour), by=None)
    return product_move(product=product, status="active")


def _sign_in(page: Page, owner: Membership) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(owner.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/merchant/")


def test_a_shopper_filters_by_colour_with_the_keyboard_and_goes_back(open_page: Callable[..., Page], owner: Membership):
    _product(owner, "Red Runner", "#c1121f")
    _product(owner, "Navy Loafer", "#1d3557")
    page = open_page()
    page.goto("/")
    cards = page.locator(".product-card h3")
    expect(cards).to_have_count(2)
    page.get_by_role("radio", name="Red").focus()
    page.keyboard.press("Space")
    expect(cards).to_have_text(["Red Runner"])
    assert "colour=red" in page.url
    page.get_by_role("link", name="Red Runner").click()
    page.wait_for_url("**/products/**")
    page.go_back()
    expect(cards).to_have_text(["Red Runner"])
    expect(page.locator(".product-card img").first).not_to_have_js_property("naturalWidth", 0)


def test_swatches_change_the_picture_in_place(open_page: Callable[..., Page], owner: Membership):
    product = _product(owner, "Red Runner", "#c1121f")
    photo = product.photos.get()
    VariantFactory(photo=photo, product=product, colour_name="Deep Navy", slug="deep-navy", thumbnails=photo.thumbnails)
    search_index.product_reindex(product)
    page = open_page()
    page.goto(product.get_absolute_url())
    expect(page.get_by_text("Recoloured", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Deep Navy", exact=True).click()
    expect(page.get_by_text("Recoloured", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Deep Navy", exact=True)).to_have_attribute("aria-current", "true")
    assert page.url.endswith("/deep-navy/")
    page.go_back()
    expect(page.get_by_text("Recoloured", exact=True)).to_have_count(0)


def test_a_request_that_fails_says_so_until_one_works(open_page: Callable[..., Page], owner: Membership):
    product = _product(owner, "Red Runner", "#c1121f")
    photo = product.photos.get()
    for name, slug in (("Deep Navy", "deep-navy"), ("Moss", "moss")):
        VariantFactory(photo=photo, product=product, colour_name=name, slug=slug, thumbnails=photo.thumbnails)
    page = open_page()
    page.goto(product.get_absolute_url())
    expect(page.get_by_role("link", name="Moss", exact=True)).to_be_visible()
    PublishedVariant.objects.filter(slug="moss").delete()
    page.get_by_role("link", name="Moss", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("This is no longer there: load the page again.")
    page.get_by_role("link", name="Deep Navy", exact=True).click()
    expect(page.get_by_text("Recoloured", exact=True)).to_be_visible()
    expect(page.locator("#unanswered")).to_be_empty()


def test_a_member_drops_photos_and_sells(open_page: Callable[..., Page], owner: Membership):
    page = open_page()
    _sign_in(page, owner)
    page.get_by_role("link", name="New product").first.click()
    page.get_by_label("Title").fill("Lake Loafer")
    page.get_by_label("SKU").fill("LL-1")
    page.get_by_role("button", name="Create the draft").click()
    page.wait_for_selector("[data-upload]")
    page.wait_for_load_state()  # the script that takes dropped photos is there
    files = [
        ("red.png", "image/png", photo_bytes()),
        ("broken.png", "image/png", photo_bytes()[:200]),
        ("blue.jpg", "image/jpeg", photo_bytes("JPEG", colour="#1d3557")),
    ]
    encoded = [[name, kind, base64.b64encode(data).decode()] for name, kind, data in files]
    page.evaluate(DROP, [".drop", encoded])
    expect(page.locator(".uploads .good")).to_have_count(2)
    expect(page.locator(".uploads .bad")).to_contain_text("cut short")
    expect(page.locator("#photos li")).to_have_count(2)
    page.get_by_role("button", name="Make it the main photo").click()
    expect(page.locator("#photos li").nth(1)).to_contain_text("Main photo")
    page.get_by_role("button", name="Activate").click()
    page.get_by_role("link", name="See it in the shop").click()
    expect(page.get_by_role("heading", name="Lake Loafer")).to_be_visible()


def test_everything_works_without_scripts(open_page: Callable[..., Page], owner: Membership, tmp_path: Path):
    _product(owner, "Red Runner", "#c1121f")
    _product(owner, "Navy Loafer", "#1d3557")
    (tmp_path / "new.png").write_bytes(photo_bytes(colour="#2d6a4f"))
    page = open_page(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("radio", name="Blue").check()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".product-card h3")).to_have_text(["Navy Loafer"])
    _sign_in(page, owner)
    page.get_by_role("link", name="Navy Loafer").click()
    page.locator("#id_photos").set_input_files(tmp_path / "new.png")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".uploads .good")).to_contain_text("new.png")


def test_a_print_is_asked_for_from_another_shirt(open_page: Callable[..., Page], owner: Membership):
    plain, _ = (_product(owner, title, colour, kind="shirt") for title, colour in SHIRTS.items())
    page = open_page(390, has_touch=True)
    _sign_in(page, owner)
    page.goto(f"/merchant/products/{plain.pk}/")
    page.get_by_role("link", name="A part of another product").click()
    expect(page.get_by_label("Part", exact=True)).to_have_value("print")
    page.get_by_text("Lake Tee").click()
    page.get_by_label("Colours").select_option(label="Those of the other product")
    page.get_by_role("button", name="Make the picture").click()
    expect(page.get_by_role("heading", name="Print of Lake Tee on Plain Tee")).to_be_visible()


def test_no_page_is_wider_than_a_phone(open_page: Callable[..., Page], owner: Membership):
    product = _product(owner, "A very long name of a product that has to find room somewhere", "#c1121f")
    VariantFactory.create_batch(9, photo=product.photos.get(), product=product)
    search_index.product_reindex(product)
    page = open_page(width=390)
    _sign_in(page, owner)
    edit = f"/merchant/products/{product.pk}/"
    for address in (
        "/",
        product.get_absolute_url(),
        "/merchant/",
        edit,
        "/merchant/products/new/",
        "/merchant/members/",
        "/merchant/tokens/",
        "/account/password/",
        "/nothing/",
    ):
        page.goto(address)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390, address


def test_the_chosen_theme_stays(open_page: Callable[..., Page], owner: Membership):
    page = open_page(color_scheme="light")
    page.goto("/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light or dark").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
