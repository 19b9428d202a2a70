"""A link to the merchant's own store, and favourites."""

import pytest
from django.test import Client

from catalog.models import Merchant
from catalog.services.merchants import buy_address
from tests.catalog.factories import VariantFactory, active_product

pytestmark = pytest.mark.django_db
LINK = "https://shop.example/p/{sku}?colour={colour}"


def test_an_owner_says_where_products_are_bought(as_owner: Client, owner, client: Client):
    page = as_owner.post("/merchant/settings/", {"store_link": LINK, "shows_previews": "on"}, follow=True)
    assert "Saved." in page.content.decode()
    merchant = Merchant.objects.get(pk=owner.merchant.pk)
    assert (merchant.store_link, merchant.shows_previews) == (LINK, True)
    product = active_product(merchant=merchant, sku="HS 1/2")
    variant = VariantFactory(photo=product.photos.get(), product=product, colour_name="Navy & white")
    assert "https://shop.example/p/HS%201%2F2?colour=" in client.get(product.get_absolute_url()).content.decode()
    assert buy_address(product, variant) == "https://shop.example/p/HS%201%2F2?colour=Navy%20%26%20white"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "shop.example/{sku}",
        "https://",
        "https://{sku}.example/",
        "https://a.example/{price}",
        "https://a b.example",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(as_owner: Client, owner, link: str):
    assert as_owner.post("/merchant/settings/", {"store_link": link}).status_code == 422
    assert Merchant.objects.get(pk=owner.merchant.pk).store_link == ""


def test_without_an_address_nothing_is_for_sale_here(client: Client):
    assert "Buy from" not in client.get(active_product().get_absolute_url()).content.decode()


def test_favourites_are_shown_in_the_order_in_which_they_were_kept(client: Client):
    first, second, gone = active_product(title="First"), active_product(title="Second"), active_product(title="Gone")
    gone.status = "archived"
    gone.save()
    address = f"/favourites/?products={second.slug},{gone.slug},nothing,{first.slug},{second.slug}"
    response = client.get(address)
    page = response.content.decode()
    assert page.index("Second</a>") < page.index("First</a>")
    assert "Gone</a>" not in page
    assert not response.cookies
    assert "None yet" in client.get("/favourites/").content.decode()
    assert client.get("/favourites/?products=%00,a%00b").status_code == 400


def test_the_number_of_queries_for_favourites_is_constant(client: Client, django_assert_num_queries):
    for count in (2, 6):
        slugs = ",".join(active_product().slug for _ in range(count))
        with django_assert_num_queries(7):  # four for the shopper's role
            client.get(f"/favourites/?products={slugs}")


def test_the_photo_leads_to_its_largest_public_picture(client: Client):
    product = active_product()
    photo = product.photos.get()
    page = client.get(product.get_absolute_url()).content.decode()
    link = page[page.index("data-zoom") :][:400]
    assert photo.thumbnails["1280"] in link
    assert photo.object_key not in page  # originals are private
