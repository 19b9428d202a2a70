"""axe on every page that people see, narrow and wide, light and dark: nothing to report."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from catalog.models import Membership, PhotoSearch, ProductImport, User
from catalog.services import search_index
from editing.models import ColourWish, Palette
from tests.catalog.factories import MembershipFactory, UserFactory, VariantFactory
from tests.editing.factories import asked_by, rendered
from tests.end_to_end.test_catalogue import CHROMIUM, PATIENCE, SWITCHES, _product

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: set CHROMIUM to one"),
    pytest.mark.django_db(transaction=True),
]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
SEEN = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]
RUN = "async () => (await axe.run()).violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 160))])"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture
def looked_at(browser: Browser, live_server, client) -> Callable[..., dict[str, Any]]:
    """What axe finds on a page in each size and theme. The script is added past the page's policy, which forbids it."""
    contexts = []

    def look(address: str, user: User | None = None) -> dict[str, Any]:
        found = {}
        for width, scheme in SEEN:
            context = browser.new_context(
                viewport={"width": width, "height": 850}, base_url=live_server.url, color_scheme=scheme, bypass_csp=True
            )
            contexts.append(context)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            if user is not None:
                _sign_in(page, live_server.url, client, user)
            page.goto(address)
            page.wait_for_load_state("networkidle")
            page.evaluate(AXE)
            if violations := page.evaluate(RUN):
                found[f"{address} {width} {scheme}"] = violations
            context.close()
        return found

    return look


def _sign_in(page: Page, url: str, client: Any, user: User) -> None:
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


@pytest.fixture
def shop() -> dict[str, Any]:
    owner: Membership = MembershipFactory()
    product = _product(owner, "Red Runner", "#c1121f")
    _product(owner, "Navy Loafer", "#1d3557")
    photo = product.photos.get()
    variant = VariantFactory(
        photo=photo, product=product, colour_name="Deep Navy", slug="deep-navy", thumbnails=photo.thumbnails
    )
    search_index.product_reindex(product)
    request = asked_by(owner, photo)
    pending = rendered(request)[0]
    plan = {
        "products": [{"sku": "A", "where": "a.csv, line 2", "fields": {"title": "A"}}],
        "left_out": [["b.exe", "No."]],
    }
    return {
        "owner": owner, "product": product, "variant": variant, "request": request, "pending": pending,
        "palette": Palette.objects.create(merchant=owner.merchant, name="A", swatches=[{"name": "R", "colour": "#b7410e"}]),
        "wish": ColourWish.objects.create(product=product, words="rust", hex="#b7410e", count=2),
        "import": ProductImport.objects.create(merchant=owner.merchant, file_name="a.zip", kind="shoe", plan=plan),
        "search": PhotoSearch.objects.create(kind="shoe", object_key="searches/x", status="busy", error="Busy."),
    }  # fmt: skip


def test_shoppers_pages(looked_at: Callable[..., dict[str, Any]], shop: dict[str, Any]):
    product = shop["product"]
    addresses = [
        "/", "/?colour=blue", f"/shops/{shop['owner'].merchant.slug}/", product.get_absolute_url(),
        shop["variant"].get_absolute_url(), "/in-colour/?words=navy", "/in-colour/?words=blurple", "/in-colour/?words=RAL 5010",
        f"/in-colour/?words=green&product={product.slug}", "/find-by-photo/", f"/find-by-photo/{shop['search'].key}/",
        "/favourites/", f"/favourites/?products={product.slug}", "/account/login/", "/account/password/reset/", "/nothing/",
    ]  # fmt: skip
    assert [found for address in addresses if (found := looked_at(address))] == []


def test_merchants_pages(looked_at: Callable[..., dict[str, Any]], shop: dict[str, Any]):
    product, user = shop["product"], shop["owner"].user
    addresses = [
        "/merchant/", "/merchant/products/new/", f"/merchant/products/{product.pk}/", "/merchant/import/",
        f"/merchant/import/{shop['import'].key}/", "/merchant/settings/", "/merchant/members/", "/merchant/tokens/",
        "/merchant/colourways/", "/merchant/colourways/new/", "/merchant/colourways/palettes/",
        f"/merchant/colourways/palettes/{shop['palette'].pk}/", shop["request"].get_absolute_url(),
        f"/merchant/colourways/variants/{shop['pending'].key}/", "/merchant/colourways/review-policy/",
        f"/merchant/colourways/of-product/{product.pk}/",
    ]  # fmt: skip
    assert [found for address in addresses if (found := looked_at(address, user))] == []


def test_reviewers_pages(looked_at: Callable[..., dict[str, Any]], shop: dict[str, Any]):
    user = UserFactory(is_staff=True)
    for address in ("/review/", f"/review/{shop['pending'].key}/", "/review/failed/"):
        assert looked_at(address, user) == {}


def test_the_documentation_of_the_api(looked_at: Callable[..., dict[str, Any]]):
    assert looked_at("/api/docs/") == {}
