import re

import pytest
from django.test import Client

from catalog.models import ProductStatus
from catalog.services import search_index, variants
from tests.catalog.factories import MerchantFactory, PhotoFactory, ProductFactory, VariantFactory, active_product

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def titles(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    return re.findall(r'<h3><a href="[^"]+" hx-boost="false">([^<]+)</a></h3>', page)


def _fill(count: int) -> None:
    merchant = MerchantFactory()
    for _ in range(count):
        product = active_product(merchant=merchant)
        VariantFactory(photo=product.photos.get(), product=product)
        search_index.product_reindex(product)


@pytest.mark.parametrize("address", ["/", "/?colour=red", "/?kind=shoe&q=sneaker&sort=price", "/?page=1&shop="])
def test_the_number_of_queries_does_not_grow_with_the_catalogue(
    client: Client, address: str, django_assert_num_queries
):
    """Count, page, primary photos, variants, merchants and colours of the filter; and four for the shopper's role."""
    for count in (2, 10):
        _fill(count)
        with django_assert_num_queries(10):
            client.get(address)


def test_a_product_page_takes_a_constant_number_of_queries(client: Client, django_assert_num_queries):
    """Product, photos, variants; its shape, which is not known here; the row of others, of which there are none; the role."""
    _fill(6)
    product = active_product()
    for _ in range(2):
        PhotoFactory.create_batch(3, product=product, position=5)
        variant = VariantFactory(photo=product.photos.first(), product=product)
        with django_assert_num_queries(9):
            client.get(product.get_absolute_url())
        with django_assert_num_queries(10):  # and the colourway's other views
            client.get(variant.get_absolute_url())


def test_only_active_products_of_active_merchants_are_shown(client: Client):
    shown = active_product(title="Shown")
    ProductFactory(title="Draft")
    ProductFactory(title="Archived", status=ProductStatus.ARCHIVED)
    gone = active_product(title="Gone", merchant=MerchantFactory(is_active=False))
    assert titles(client, "/") == ["Shown"]
    assert client.get(shown.get_absolute_url()).status_code == 200
    for hidden in (gone, ProductFactory()):
        assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get(f"/shops/{gone.merchant.slug}/").status_code == 404


def test_the_grid_is_filtered_by_kind_colour_shop_and_words(client: Client):
    red = active_product(title="Red Runner", kind="shoe")
    shirt = active_product(title="Linen Shirt", kind="shirt")
    shirt.photos.update(colour_family="blue")
    search_index.product_reindex(shirt)
    assert titles(client, "/?kind=shirt") == ["Linen Shirt"]
    assert titles(client, "/?colour=red") == ["Red Runner"]
    assert titles(client, "/?colour=blue") == ["Linen Shirt"]
    assert titles(client, "/?q=runners") == ["Red Runner"]
    assert titles(client, f"/?shop={shirt.merchant.slug}") == ["Linen Shirt"]
    assert titles(client, f"/shops/{red.merchant.slug}/") == ["Red Runner"]
    assert titles(client, "/?kind=shirt&colour=red") == []


def test_a_product_is_found_in_the_colours_of_its_variants(client: Client):
    product = active_product(title="Red Runner")
    variant = VariantFactory(photo=product.photos.get(), product=product)
    search_index.product_reindex(product)
    assert titles(client, "/?colour=blue") == ["Red Runner"]
    variants.variant_withdraw(variant=variant)
    assert titles(client, "/?colour=blue") == []


def test_a_filter_by_colour_shows_each_product_in_that_colour(client: Client):
    product = active_product(title="Red Runner")
    variant = VariantFactory(photo=product.photos.get(), product=product)
    search_index.product_reindex(product)
    blue, red = (client.get(f"/?colour={colour}").content.decode() for colour in ("blue", "red"))
    assert variant.thumbnails["320"] in blue
    assert f'<a href="{variant.get_absolute_url()}" hx-boost="false">Red Runner' in blue
    assert variant.thumbnails["320"] not in red
    assert f'<a href="{product.get_absolute_url()}" hx-boost="false">Red Runner' in red


def test_only_colours_that_something_has_can_be_chosen(client: Client):
    product = active_product(title="Red Runner")
    offered = lambda address: [name for name, _ in client.get(address).context["offered"]]  # noqa: E731
    assert offered("/") == offered(f"/shops/{product.merchant.slug}/") == ["red"]
    variant = VariantFactory(photo=product.photos.get(), product=product)
    search_index.product_reindex(product)
    assert offered("/") == ["red", "blue"]
    variants.variant_withdraw(variant=variant)
    assert offered("/") == ["red"]
    assert offered("/?colour=blue") == ["red", "blue"]  # what is chosen can be seen
    other = active_product(merchant=MerchantFactory())
    other.photos.update(colour_family="green")
    search_index.product_reindex(other)
    assert offered(f"/shops/{product.merchant.slug}/") == ["red"]


@pytest.mark.parametrize("colour", ["navy", "NAVY", "Deep  Navy", "deep-navy", "blue", "marineblau", "%231d3557"])
def test_a_link_that_names_a_colour_opens_with_it(client: Client, colour: str):
    product = active_product()
    VariantFactory(photo=product.photos.get(), product=product, colour_name="Deep  Navy", slug="deep-navy")
    page = client.get(f"{product.get_absolute_url()}?colour={colour}").content.decode()
    assert 'Colour: <span aria-live="polite">Deep  Navy' in page
    assert "/deep-navy/" in page[page.index("canonical") :][:200]


@pytest.mark.parametrize("colour", ["red", "", "blurple", "green"])
def test_a_link_that_names_another_colour_opens_as_photographed(client: Client, colour: str):
    product = active_product()
    VariantFactory(photo=product.photos.get(), product=product)
    page = client.get(f"{product.get_absolute_url()}?colour={colour}").content.decode()
    assert 'Colour: <span aria-live="polite">as photographed' in page


def test_a_product_page_shows_more_of_its_merchant(client: Client):
    product = active_product()
    other = active_product(merchant=product.merchant, title="Another")
    assert titles(client, product.get_absolute_url()) == [other.title]


def test_the_grid_is_sorted_by_price(client: Client):
    for price in ("20.00", None, "10.00"):
        active_product(title=f"At {price}", price=price)
    assert titles(client, "/?sort=price") == ["At 10.00", "At 20.00", "At None"]
    assert titles(client, "/?sort=-price") == ["At 20.00", "At 10.00", "At None"]


@pytest.mark.parametrize("query", ["kind=hat", "colour=ultraviolet", "shop=none", "sort=random", "page=999", "page=x"])
def test_a_value_that_nobody_can_choose_shows_the_page_all_the_same(client: Client, query: str):
    active_product(title="Shown")
    assert titles(client, f"/?{query}") == ["Shown"]


def test_pages_divide_the_grid(client: Client):
    for number in range(30):
        active_product(title=f"Number {number:02}")
    first, second = titles(client, "/"), titles(client, "/?page=2")
    assert (len(first), len(second)) == (24, 6)
    assert first[0] == "Number 29"
    assert not set(first) & set(second)


def test_htmx_gets_the_results_and_history_gets_the_page(client: Client):
    active_product()
    part = client.get("/", headers=HTMX).content.decode()
    assert part.lstrip().startswith("<section")
    whole = client.get("/", headers={**HTMX, "HX-History-Restore-Request": "true"}).content.decode()
    assert whole.startswith("<!doctype html>")


def test_a_variant_has_its_own_page_until_it_is_withdrawn(client: Client):
    product = active_product()
    variant = VariantFactory(photo=product.photos.get(), product=product, colour_name="Deep Navy")
    page = client.get(variant.get_absolute_url()).content.decode()
    assert "in Deep Navy" in page
    assert "Recoloured" in page
    assert client.get(variant.get_absolute_url(), headers=HTMX).content.decode().lstrip().startswith("<article")
    variants.variant_withdraw(variant=variant)
    assert client.get(variant.get_absolute_url()).status_code == 404
    assert "Deep Navy" not in client.get(product.get_absolute_url()).content.decode()


def test_what_merchants_write_is_escaped(client: Client):
    attack = '<script>alert(1)</script>"onload='
    product = active_product(title=attack, description=attack, tags=[attack])
    product.photos.update(alt_text=attack)
    for address in ("/", product.get_absolute_url()):
        assert attack not in client.get(address).content.decode()


def test_pages_bear_a_strict_policy_and_nothing_inline(client: Client, as_owner: Client):
    product = active_product()
    for someone, address in ((client, "/"), (client, product.get_absolute_url()), (as_owner, "/merchant/")):
        response = someone.get(address)
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        page = response.content.decode()
        assert not re.search(r"<script(?![^>]*(\bsrc=|type=\"application/ld\+json\"))", page)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", page)


def test_shoppers_get_no_cookie(client: Client):
    active_product()
    assert not client.get("/").cookies


@pytest.mark.parametrize("address", ["/nothing/", "/products/nothing/", "/shops/nothing/"])
def test_a_missing_page_says_so_kindly(client: Client, address: str):
    response = client.get(address)
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
