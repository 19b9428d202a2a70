"""This in red, similar items, and what is asked for: the pages that answer shoppers."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.colours import Lab
from catalog.models import Product, SearchEntry
from catalog.selectors.shopping import similar_items
from catalog.selectors.storefront import StorefrontFilter, storefront_products
from catalog.services import search_index, variants
from catalog.services.photos import photo_colours_record
from catalog.services.tokens import token_create
from editing.models import ColourWish
from editing.shopper import wishes
from tests.catalog.factories import VariantFactory, active_product

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
COLOURS = {
    "red": ("red", 41.0, 62.0, 42.0),
    "navy": ("blue", 16.0, 6.0, -22.0),
    "white": ("white", 97.0, 0.0, 1.0),
    "green": ("green", 46.0, -32.0, 17.0),
}


def shaped(
    angle: float, colour: str = "white", *, kind: str = "shoe", version: str = "v1", **fields: object
) -> Product:
    """A product of that colour whose shape lies at this angle."""
    import math

    product = active_product(kind=kind, **fields)
    family, lightness, a, b = COLOURS[colour]
    photo = product.photos.get()
    product.photos.update(colour_family=family, colour_lab_l=lightness, colour_lab_a=a, colour_lab_b=b)
    search_index.product_reindex(product)
    vector = [math.cos(math.radians(angle)), math.sin(math.radians(angle)), *[0.0] * 126]
    search_index.shape_record(photo=photo, vector=vector, version=version)
    return product


def add_variant(product: Product, colour: str, name: str) -> None:
    family, lightness, a, b = COLOURS[colour]
    entry = SearchEntry.objects.get(product=product, variant=None)
    variant = VariantFactory(
        photo=product.photos.get(), product=product, colour_name=name, colour_family=family, slug=name.lower(),
        colour_lab_l=lightness, colour_lab_a=a, colour_lab_b=b,
    )  # fmt: skip
    search_index.product_reindex(product)
    search_index.variant_shape_record(variant=variant, vector=list(entry.shape_vector), version=entry.shape_version)


def shown(page: str) -> list[str]:
    return [title.strip() for title in re.findall(r'<h3><a href="([^"]+)"', page)]


def ask(client: Client, words: str, product: Product | None = None, **headers: str) -> str:
    query = {"words": words} | ({"product": product.slug} if product else {})
    response = client.get("/in-colour/", query, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_a_product_that_comes_in_red_is_shown_in_red(client: Client):
    product = shaped(0)
    shaped(1, "red")
    add_variant(product, "red", "Crimson")
    add_variant(product, "navy", "Ink")
    page = ask(client, "show me this in red", product)
    assert "Yes, it comes in red" in page
    assert shown(page) == [f"/products/{product.slug}/crimson/"]
    assert "Ask for it" not in page
    variants.variant_withdraw(variant=product.published_variants.get(slug="crimson"))
    assert "Not in red yet" in ask(client, "red", product)


def test_a_product_photographed_in_red_says_so(client: Client):
    assert "It is red as photographed" in ask(client, "red", shaped(0, "red"))


def test_else_the_red_products_of_its_kind_that_are_most_like_it(client: Client):
    product = shaped(0)
    far, near, middle = (shaped(angle, "red") for angle in (80, 10, 40))
    shaped(2, "navy")
    shaped(3, "red", kind="shirt")
    shaped(4, "red", version="v2")
    recoloured = shaped(5, "white")
    add_variant(recoloured, "red", "Poppy")
    page = ask(client, "red", product)
    expected = [f"/products/{recoloured.slug}/poppy/", *(item.get_absolute_url() for item in (near, middle, far))]
    assert shown(page) == expected


def test_without_a_shape_the_nearest_colours_answer(client: Client):
    product, red = active_product(kind="shirt"), shaped(0, "red", kind="shirt")
    product.photos.update(colour_family="white", colour_lab_l=97, colour_lab_a=0, colour_lab_b=0)
    search_index.product_reindex(product)
    assert shown(ask(client, "red", product)) == [red.get_absolute_url()]


def test_drafts_and_other_shops_that_closed_are_not_found(client: Client):
    product, red = shaped(0), shaped(1, "red")
    closed = shaped(2, "red")
    Product.objects.filter(pk=red.pk).update(status="archived")
    search_index.product_reindex(Product.objects.get(pk=red.pk))
    closed.merchant.is_active = False
    closed.merchant.save()
    search_index.merchant_reindex(closed.merchant_id)
    assert shown(ask(client, "red", product)) == []
    assert client.get("/in-colour/", {"words": "red", "product": red.slug}).status_code == 404


def test_the_box_of_the_home_page_finds_kinds_and_words(client: Client):
    shoe, shirt = shaped(0, "red", title="Canvas Runner"), shaped(0, "red", kind="shirt", title="Linen Shirt")
    other = shaped(1, "red", title="Leather Boot", tags=["leather"], description="")
    assert set(shown(ask(client, "red"))) == {item.get_absolute_url() for item in (shoe, shirt, other)}
    assert shown(ask(client, "red shirts")) == [shirt.get_absolute_url()]
    assert shown(ask(client, "red leather shoes")) == [other.get_absolute_url()]
    assert "Everything in red" in ask(client, "red velvet")


def test_what_is_not_wanted_is_left_out(client: Client):
    red, navy, white = (shaped(at, colour) for at, colour in enumerate(("red", "navy", "white")))
    assert set(shown(ask(client, "not red"))) == {navy.get_absolute_url(), white.get_absolute_url()}
    assert set(shown(ask(client, "zapatos que no sean blancos"))) == {navy.get_absolute_url(), red.get_absolute_url()}
    assert shown(ask(client, "red or navy, not navy")) == [red.get_absolute_url()]
    recoloured = shaped(9, "red")
    add_variant(recoloured, "green", "Fern")
    assert f"/products/{recoloured.slug}/fern/" in shown(ask(client, "not red"))
    assert "Not in not red" not in ask(client, "not red", white)


def test_words_that_are_not_wanted_leave_out_products_that_say_them(client: Client):
    shaped(0, "white", kind="shirt", title="Striped Shirt")
    plain_shirt = shaped(1, "white", kind="shirt", title="Oxford Shirt", description="Plain.")
    assert shown(ask(client, "Hemd ohne Streifen")) == [plain_shirt.get_absolute_url()]


def test_a_title_that_names_the_colour_counts_whatever_the_photo_measures(client: Client):
    dark, green = shaped(0, "white", title="Harbour Sneaker, Navy"), shaped(1, "green")
    assert shown(ask(client, "navy")) == [dark.get_absolute_url()]
    assert green.get_absolute_url() not in shown(ask(client, "navy sneakers"))


def test_two_colours_find_both(client: Client):
    navy, white = shaped(0, "navy"), shaped(1, "white")
    assert shown(ask(client, "navy/white sneakers")) == [item.get_absolute_url() for item in (navy, white)]


def test_words_that_no_text_has_do_not_hide_the_colour(client: Client):
    red = shaped(0, "red")
    page = ask(client, "red velvet")
    assert shown(page) == [red.get_absolute_url()]
    assert "No product says “velvet”" in page


def test_what_cannot_be_searched_is_said(client: Client):
    page = ask(client, "RAL 5010")
    assert "is a number of a colour standard" in page
    assert "such as blue" in page
    assert "We cannot search by “red sole”" in ask(client, "black shoes with red sole")
    assert "Did you mean" in ask(client, "blurple")


@pytest.mark.parametrize("words", ["blurple", "<script>alert(1)</script>", ""])
def test_what_is_no_colour_gets_a_clear_answer(client: Client, words: str):
    for product in (None, shaped(0)):
        page = ask(client, words, product)
        assert "<script>alert" not in page
        assert "is no colour that we know" in page or "Write a colour, or choose one" in page
        assert "words=purple" in page


def test_similar_items_are_on_the_product_page_nearest_first(client: Client):
    product = shaped(0)
    others = [shaped(angle) for angle in (30, 10, 20)]
    page = client.get(product.get_absolute_url()).content.decode()
    section = page[page.index("Similar items") :].split("</section>")[0]
    assert shown(section) == [others[at].get_absolute_url() for at in (1, 2, 0)]


def test_the_number_of_queries_does_not_grow(client: Client):
    """Among them: a savepoint, the setting of the scan and its release, for each approximate search; and four for the shopper's role."""
    product = shaped(0)
    numbers = []
    for count in (2, 6):
        for number in range(count):
            add_variant(shaped(number + 1), "red", f"Red{number}")
        for call in (
            lambda: client.get(product.get_absolute_url()),
            lambda: ask(client, "red", product, **HTMX),
            lambda: ask(client, "dark red", product, **HTMX),
            lambda: ask(client, "red shoes"),
        ):
            with CaptureQueriesContext(connection) as captured:
                call()
            numbers.append(len(captured))
    # the last one also looks into titles, as there are fewer than a page's worth
    assert numbers == [16, 15, 17, 13] * 2


def _wish(client: Client, product: Product, words: str = "dark red", **extra: str) -> int:
    return client.post("/wishes/", {"product": product.slug, "words": words}, **extra).status_code


def test_a_wish_counts_once_per_shopper_and_day(client: Client, as_owner: Client, owner):
    product = shaped(0, merchant=owner.merchant)
    for _ in range(3):
        assert _wish(client, product) == 200
    assert _wish(client, product, REMOTE_ADDR="192.0.2.7") == 200
    assert _wish(client, product, REMOTE_ADDR="2001:db8::1") == 200
    assert _wish(client, product, REMOTE_ADDR="2001:db8::2") == 200  # the same household
    assert _wish(client, product, HTTP_X_FORWARDED_FOR="198.51.100.9") == 200  # nobody believes this header
    wish = ColourWish.objects.get()
    assert (wish.product, wish.words, wish.count) == (product, "dark red", 3)
    assert "dark red" in as_owner.get("/merchant/colourways/").content.decode()


def test_wishes_are_limited_for_each_shopper(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wishes, "PER_SHOPPER", wishes.Rate(name="wishes", count=2, seconds=86_400))
    product = shaped(0)
    assert [_wish(client, product, words) for words in ("red", "blue", "green")] == [200, 200, 429]
    assert ColourWish.objects.count() == 2


def test_a_wish_for_nothing_is_refused(client: Client):
    assert _wish(client, shaped(0), "blurple") == 404
    for slug, status in (("nothing", 404), ("a\x00b", 400)):
        assert client.post("/wishes/", {"product": slug, "words": "red"}).status_code == status
        assert client.get("/in-colour/", {"product": slug, "words": "red"}).status_code == status
    assert client.get("/wishes/").status_code == 405


def test_the_shop_sets_no_cookie_before_something_is_asked_for(client: Client):
    product = shaped(0)
    assert not client.get(product.get_absolute_url()).cookies
    assert not client.get("/").cookies


def _program(merchant, *scopes: str) -> APIClient:
    _, secret = token_create(merchant=merchant, name="test", scopes=list(scopes), by=None)
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return api


def test_programs_search_within_their_own_shop(owner):
    mine = {"merchant": owner.merchant}
    product = shaped(0, **mine)
    far, near = shaped(30, "red", **mine), shaped(10, "red", **mine)
    recoloured = shaped(20, **mine)
    add_variant(recoloured, "red", "Poppy")
    shaped(1, "red")  # another shop's
    api = _program(owner.merchant, "catalog:read")
    numbers = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            similar = api.get(f"/api/v1/products/{product.pk}/similar/?limit=5").json()
        numbers.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            answer = api.get(f"/api/v1/products/{product.pk}/in-colour/", {"words": "red"}).json()
        numbers.append(len(captured))
        shaped(40, "red", **mine)
    assert numbers[2:] == [16, 16]  # five of them are the wall between merchants and the token's last use
    assert [item["product"] for item in similar["results"]][:3] == [near.pk, recoloured.pk, far.pk]
    assert answer["colour"] == {"name": "red", "hex": "#c1121f", "family": "red"}
    assert [item["product"] for item in answer["results"]][:3] == [near.pk, recoloured.pk, far.pk]
    assert answer["results"][1]["variant"]["slug"] == "poppy"
    assert answer["results"][1]["url"].endswith(f"/products/{recoloured.slug}/poppy/")
    own = api.get(f"/api/v1/products/{recoloured.pk}/in-colour/", {"words": "red"}).json()
    assert ([variant["slug"] for variant in own["own"]], own["results"]) == (["poppy"], [])


@pytest.mark.parametrize("query", ["words=red&limit=0", "words=red&limit=51", "limit=5", "words="])
def test_programs_get_clear_errors(owner, query: str):
    product = shaped(0, merchant=owner.merchant)
    answer = _program(owner.merchant, "catalog:read").get(f"/api/v1/products/{product.pk}/in-colour/?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


def test_strangers_and_other_scopes_get_nothing(owner, stranger):
    product = shaped(0, merchant=owner.merchant)
    for part in ("similar/", "in-colour/?words=red"):
        address = f"/api/v1/products/{product.pk}/{part}"
        assert _program(stranger.merchant, "catalog:read").get(address).status_code == 404
        assert _program(owner.merchant, "edits:read").get(address).status_code == 403


def two_tone(colour: str, second: str, **fields: object) -> Product:
    product = shaped(0, colour, **fields)
    photo = product.photos.get()
    lab = [Lab(l=row[1], a=row[2], b=row[3]) for row in (COLOURS[colour], COLOURS[second])]
    photo_colours_record(photo=photo, colours=lab)
    search_index.shape_record(photo=photo, vector=[1.0, *[0.0] * 127], version="v1")
    return product


def test_a_two_tone_product_is_found_under_both_colours_once(client: Client):
    product, red = two_tone("navy", "white"), shaped(1, "red")
    address = product.get_absolute_url()
    assert [address in shown(ask(client, words)) for words in ("navy", "white", "red")] == [True, True, False]
    assert shown(ask(client, "white", red)) == [address]  # its second colour has its shape too
    assert shown(ask(client, "shoes not white")) == [red.get_absolute_url()]
    assert [found.product for found in similar_items(red)] == [product]
    assert product in storefront_products(StorefrontFilter(colour="white"))
    page = client.get(address).content.decode()
    assert f"{product.title}, blue and white" in page


def test_of_navy_and_white_what_is_both_comes_first(client: Client):
    navy, white, both = shaped(0, "navy"), shaped(1, "white"), two_tone("white", "navy")
    assert shown(ask(client, "navy and white shoes"))[0] == both.get_absolute_url()
    assert set(shown(ask(client, "navy and white shoes"))) == {one.get_absolute_url() for one in (navy, white, both)}


def test_a_product_that_turns_out_to_have_one_colour_is_no_longer_found_under_two(client: Client):
    product = two_tone("navy", "white")
    photo_colours_record(photo=product.photos.get(), colours=[Lab(l=16, a=6, b=-22)])
    assert product.get_absolute_url() not in shown(ask(client, "white"))
    assert SearchEntry.objects.filter(product=product).count() == 1
