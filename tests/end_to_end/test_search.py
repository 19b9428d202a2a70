"""A shopper in Chromium: show me this in red, ask for it, find by photo. With the real worker and its answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from catalog import storage
from catalog.models import Photo, PhotoSearch, Product, SearchEntry
from catalog.services.photo_search import delete_old
from catalog.services.products import product_move
from editing.models import ColourWish
from tests.catalog.factories import VariantFactory
from tests.end_to_end.chromium import CHROMIUM
from tests.end_to_end.studio_site import MANIFOLDS, Shop, Site

PATIENCE = 120_000  # ms; a busy machine with two cores

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: set CHROMIUM to one"),
    pytest.mark.skipif(not (MANIFOLDS / "shoe").is_dir(), reason="no manifold of shoes is there"),
]


@pytest.fixture(scope="module")
def shelf(shop: Shop) -> None:
    """Two drawn shoes in a shop, the second of which comes in red."""
    for photo in shop.photos:
        product_move(product=photo.product, status="active")
    _give_red(shop.photos[1])


def _give_red(photo: Photo) -> None:
    from catalog.services.search_index import product_reindex, variant_shape_record

    variant = VariantFactory(
        photo=photo, product=photo.product, slug="crimson", colour_name="Crimson", colour_family="red",
        swatch_hex="#c1121f", colour_lab_l=41.0, colour_lab_a=62.0, colour_lab_b=42.0, thumbnails=photo.thumbnails,
    )  # fmt: skip
    product_reindex(photo.product)
    own = SearchEntry.objects.get(product=photo.product, variant=None)
    variant_shape_record(variant=variant, vector=list(own.shape_vector), version=own.shape_version)


@pytest.fixture
def page(site: Site, shelf: None, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    reports: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: reports.append(str(error)))
    page.on("console", lambda message: reports.append(message.text) if "Content Security" in message.text else None)
    yield page
    context.close()
    assert reports == []


def shoes() -> list[Product]:
    return list(Product.objects.order_by("pk"))


def ask(page: Page, words: str) -> None:
    """With the keyboard alone."""
    page.get_by_role("searchbox", name="Show me").first.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def test_this_in_red_is_answered_in_place_and_can_be_asked_for(page: Page):
    plain, crimson = shoes()
    page.goto(plain.get_absolute_url())
    page.evaluate("window.same = true")
    ask(page, "blurple")
    answer = page.locator("#colour-answer")
    expect(answer).to_contain_text("is no colour that we know")
    ask(page, "show me this in red")
    expect(answer).to_contain_text("Not in red yet")
    expect(answer.get_by_role("link", name=f"{crimson.title} in Crimson")).to_be_visible()
    answer.get_by_role("button", name="Ask for it").click()
    expect(answer.get_by_role("status")).to_contain_text("Noted.")
    assert page.evaluate("window.same"), "the page was loaded anew"
    wish = ColourWish.objects.get()
    assert (wish.product, wish.words, wish.count) == (plain, "red", 1)
    answer.get_by_role("link", name=f"{crimson.title} in Crimson").click()
    page.wait_for_url("**/crimson/")
    ask(page, "red")
    expect(page.locator("#colour-answer")).to_contain_text("Yes, it comes in red")


def test_the_home_page_finds_a_colour_and_product_pages_show_similar_items(page: Page):
    plain, crimson = shoes()
    page.goto("/")
    ask(page, "crimson shoes")
    expect(page.get_by_role("heading", name="Crimson", exact=True)).to_be_visible()
    page.get_by_role("link", name=f"{crimson.title} in Crimson").click()
    similar = page.get_by_role("region", name="Similar items")
    expect(similar.get_by_role("link", name=plain.title)).to_be_visible()


def test_a_photo_finds_its_product_without_a_reload(page: Page, tmp_path: Path):
    plain, crimson = shoes()
    photo = crimson.photos.get()
    stored = storage.get(photo.object_key)
    assert stored is not None
    (tmp_path / "mine.png").write_bytes(stored.data)
    _send(page, tmp_path / "mine.png")
    page.evaluate("window.same = true")
    found = page.locator("#photo-answer .product-card h3")
    expect(found).to_have_text([crimson.title, plain.title])
    assert page.evaluate("window.same"), "the page was loaded anew"
    search = PhotoSearch.objects.get(mirror__isnull=False)  # a shoe's mirror image is looked for, too
    PhotoSearch.objects.update(created_at="2020-01-01T00:00Z")
    assert delete_old() == 2
    assert not storage.exists(search.object_key)
    assert page.request.get(page.url).status == 404


def test_a_photo_without_a_product_is_told_so(page: Page, tmp_path: Path):
    Image.new("RGB", (600, 400), "white").save(tmp_path / "nothing.png")
    _send(page, tmp_path / "nothing.png")
    expect(page.locator("#photo-answer")).to_contain_text("We cannot use this photo.")
    page.get_by_role("link", name="Try another photo").click()
    expect(page.get_by_role("heading", name="Find by photo")).to_be_visible()


def _send(page: Page, file: Path) -> None:
    page.goto("/find-by-photo/")
    page.get_by_label("Shoes").check()
    page.get_by_label("Drop your photo here, or choose it").set_input_files(file)
    expect(page.get_by_alt_text("The photo you chose")).to_be_visible()
    page.get_by_role("button", name="Find products like it").click()
    page.wait_for_url("**/find-by-photo/*-*/")
