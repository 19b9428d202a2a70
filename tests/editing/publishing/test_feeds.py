"""Feeds say what the pages say."""

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse

from catalog import storage
from catalog.models import Colourway, Membership, Product, PublishedVariant, User
from catalog.services.colourways import colourway_update
from editing.publishing.colourways import colourway_change
from editing.publishing.feeds import addresses
from editing.publishing.stores.goods import goods_of
from tests.editing.publishing.shelf import on_the_shelf

pytestmark = pytest.mark.django_db
G = "{http://base.google.com/ns/1.0}"


@pytest.fixture
def shelf(owner: Membership, reviewer: User) -> Product:
    return on_the_shelf(owner, reviewer, colour_name="Chalk")


def _feed(product: Product, name: str) -> bytes:
    address = reverse("editing:feed", args=[product.merchant.slug, addresses.secret_of(product.merchant), name])
    return b"".join(Client().get(address))


def _items(product: Product) -> list[dict[str, list[str]]]:
    root = ET.fromstring(_feed(product, "google.xml"))  # noqa: S314
    return [
        {tag: [found.text or "" for found in item.findall(tag)] for tag in {child.tag for child in item}}
        for item in root.iter("item")
    ]


def test_google_gets_each_colour_as_an_item_and_the_product_as_none(shelf: Product):
    items = _items(shelf)
    assert [item[f"{G}color"] for item in items] == [["Chalk"], ["Signal red"], ["Deep navy"]]
    assert [item[f"{G}id"] for item in items] == [[shelf.sku], [f"{shelf.sku}-SIG"], [f"{shelf.sku}-DEE"]]
    groups = {item[f"{G}item_group_id"][0] for item in items}
    assert groups == {f"group-{shelf.sku}"}
    assert not groups & {item[f"{G}id"][0] for item in items}
    assert items[1][f"{G}price"] == ["79.90 EUR"]


def test_the_colour_is_the_one_on_the_page_and_the_picture_is_of_that_colour(shelf: Product):
    for item in _items(shelf)[1:]:
        page = Client().get(item[f"{G}link"][0]).content.decode()
        assert f">{item[f'{G}color'][0]}</span>" in page
        picture = Client().get(item[f"{G}image_link"][0])
        published = PublishedVariant.objects.get(colour_name=item[f"{G}color"][0], is_lead=True)
        assert (picture.status_code, published.object_key in picture["Location"]) == (302, True)
        assert len(item[f"{G}additional_image_link"]) == 1
        assert b"compositeWithTrainedAlgorithmicMedia" in storage.get(published.object_key).data


def test_sizes_share_one_set_of_pictures(shelf: Product):
    Product.objects.filter(pk=shelf.pk).update(sizes=["41", "42"])
    items = _items(shelf)
    assert len(items) == 6
    assert [item[f"{G}id"][0] for item in items[2:4]] == [f"{shelf.sku}-SIG-41", f"{shelf.sku}-SIG-42"]
    assert items[2][f"{G}image_link"] == items[3][f"{G}image_link"]
    rows = list(csv.DictReader(io.StringIO(_feed(shelf, "shopify.csv").decode())))
    pictures = [row["Product image URL"] for row in rows if row["Product image URL"]]
    assert len(pictures) == len(set(pictures)) == 6


def test_what_is_sold_out_and_what_costs_more(shelf: Product):
    colourway_change(colourway=shelf.colourways.first(), fields={"stock": 0, "price": "89.50"})
    item = _items(shelf)[1]
    assert (item[f"{G}availability"], item[f"{G}price"]) == (["out_of_stock"], ["89.50 EUR"])


def test_shopify_reads_options_pictures_and_their_descriptions(shelf: Product):
    rows = list(csv.DictReader(io.StringIO(_feed(shelf, "shopify.csv").decode())))
    assert {row["URL handle"] for row in rows} == {shelf.slug}
    assert [row["Title"] for row in rows if row["Title"]] == [shelf.title]
    assert [row["Option1 value"] for row in rows if row["SKU"]] == ["Chalk", "Signal red", "Deep navy"]
    assert rows[2]["Image alt text"] == f"{shelf.title} in Signal red, front"
    variant = next(row for row in rows if row["SKU"] == f"{shelf.sku}-SIG")
    assert (variant["Price"], variant["Variant image URL"]) == ("79.90", rows[2]["Product image URL"])


def test_colours_that_a_store_would_take_for_one_are_told_apart(shelf: Product):
    """“Bleu marine” and “BLEU  MARINE” are one option in Shopify, which then refuses the second variant."""
    for name, hex_ in (("Bleu marine", "#c1121f"), ("BLEU  MARINE", "#1d3557")):
        row = Colourway.objects.get(product=shelf, swatch_hex=hex_)
        colourway_update(colourway=row, fields={"name": name})
    rows = list(csv.DictReader(io.StringIO(_feed(shelf, "shopify.csv").decode())))
    assert [row["Option1 value"] for row in rows if row["SKU"]] == ["Chalk", "Bleu marine", "BLEU  MARINE-2"]
    goods = goods_of(shelf.pk)
    assert goods is not None and goods.colours == ["Chalk", "Bleu marine", "BLEU  MARINE-2"]
    assert {variant.colour for variant in goods.variants} == set(goods.colours)


def test_odd_letters_break_no_feed(shelf: Product):
    Product.objects.update(title="Boots & <Co> \x0b ]]> 👟")
    assert "Boots & <Co>" in _items(shelf)[0][f"{G}title"][0]


def test_a_feeds_address_is_a_secret_that_can_be_renewed(shelf: Product, as_owner: Client, as_viewer: Client):
    old = reverse("editing:feed", args=[shelf.merchant.slug, addresses.secret_of(shelf.merchant), "google.xml"])
    wrong = reverse("editing:feed", args=[shelf.merchant.slug, "x" * 24, "google.xml"])
    assert (Client().get(old).status_code, Client().get(wrong).status_code) == (200, 404)
    assert as_viewer.post(reverse("editing:feeds-renew")).status_code == 404
    as_owner.post(reverse("editing:feeds-renew"))
    assert Client().get(old).status_code == 404


def test_withdrawn_pictures_and_drafts_have_no_address(shelf: Product):
    published = PublishedVariant.objects.first()
    address = reverse("catalog:picture", args=[published.pk])
    photo = reverse("catalog:photo-picture", args=[shelf.photos.first().pk])
    assert (Client().get(address).status_code, Client().get(photo).status_code) == (302, 302)
    Product.objects.update(status="draft")
    assert (Client().get(address).status_code, Client().get(photo).status_code) == (404, 404)


def test_a_page_says_to_search_engines_what_it_says_to_people(shelf: Product):
    Product.objects.update(description="</script><script>alert(1)</script>")
    page = Client().get(shelf.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    group = json.loads(found[1])
    assert (group["@type"], group["productGroupID"]) == ("ProductGroup", f"group-{shelf.sku}")
    sold = group["hasVariant"]
    assert [row["color"] for row in sold] == ["Chalk", "Signal red", "Deep navy"]
    assert sold[1]["offers"]["price"] == "79.90"
    kinds = [row["image"].get("digitalSourceType", "") for row in sold]
    assert kinds[0] == ""
    assert kinds[1].endswith("CompositeWithTrainedAlgorithmicMediaDigitalSource")


def test_the_page_says_what_google_would_not_take(shelf: Product, as_owner: Client):
    page = lambda: as_owner.get(reverse("editing:exports")).content.decode()  # noqa: E731
    assert "no price" not in page()
    Product.objects.filter(pk=shelf.pk).update(price=None)
    assert "1 product in the shop has no price" in page()
    assert _items(shelf) == []
