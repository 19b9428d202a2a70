"""Pictures as files: their names, their forms, the rules of marketplaces, and the ZIP that is sent while it is made."""

import csv
import io
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from catalog.models import Colourway, Membership, Product, User
from catalog.tenancy.wall import merchant_inside
from editing.publishing.exports.archive import archive
from editing.publishing.exports.presets import PRESETS
from editing.publishing.exports.renditions import is_white_behind, rendition
from editing.publishing.feeds import addresses
from tests.catalog.test_api import program
from tests.editing.publishing.shelf import BOX, XMP, alpha, on_the_shelf, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(owner: Membership, reviewer: User) -> Product:
    return on_the_shelf(owner, reviewer)


def _zip(client: Client, **chosen: Any) -> zipfile.ZipFile:
    answer = client.get(reverse("editing:pictures-zip"), chosen)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer)))


def test_the_zip_holds_every_view_of_every_colour_under_speaking_names(shelf: Product, as_owner: Client):
    file = _zip(as_owner)
    product = shelf.title.lower().replace(" ", "-")
    names = [f"{product}/{colour}-{view}.webp" for colour in ("signal-red", "deep-navy") for view in ("front", "back")]
    assert file.namelist() == [*names, "pictures.csv"]
    assert file.testzip() is None
    assert file.read(names[0]) == picture("#c1121f")  # byte for byte
    listed = list(csv.DictReader(io.StringIO(file.read("pictures.csv").decode("utf-8-sig"))))
    assert [(row["file"], row["colour"], row["view"], row["alteration"]) for row in listed][:2] == [
        (names[0], "Signal red", "front", "modified"), (names[1], "Signal red", "back", "modified"),
    ]  # fmt: skip
    assert listed[0]["alt_text"] == f"{shelf.title} in Signal red, front"
    assert listed[0]["sku"] == f"{shelf.sku}-SIG"


def test_a_name_that_is_taken_gets_a_number(shelf: Product, as_owner: Client):
    assert _zip(as_owner, name="{sku}").namelist()[:2] == [
        f"{shelf.sku}-SIG.webp".lower(), f"{shelf.sku}-SIG-2.webp".lower(),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["../../{sku}", "/etc/{sku}", "{sku}/../../x"])
def test_no_name_leads_out_of_the_folder(shelf: Product, as_owner: Client, name: str):
    assert not [entry for entry in _zip(as_owner, name=name).namelist() if ".." in entry or entry.startswith("/")]


def test_the_download_is_named_after_product_and_day(shelf: Product, as_owner: Client):
    answer = as_owner.get(reverse("editing:pictures-zip"), {"product": shelf.pk, "preset": "square"})
    assert 'filename="harbour-sneaker-' in answer["Content-Disposition"]
    assert answer["Content-Disposition"].endswith('-square.zip"')


def test_a_square_has_the_product_at_85_per_cent_on_pure_white():
    made = Image.open(io.BytesIO(rendition(picture("#c1121f"), alpha(), PRESETS["square"])))
    assert (made.size, made.format) == ((2000, 2000), "JPEG")
    assert is_white_behind(made)
    product = made.convert("L").point([255] * 200 + [0] * 56).getbbox()
    width, height = product[2] - product[0], product[3] - product[1]
    assert abs(width - 1700) <= 4
    assert abs(width / height - (BOX[2] - BOX[0]) / (BOX[3] - BOX[1])) < 0.02
    assert abs((product[0] + product[2]) / 2 - 1000) <= 2


def test_cut_out_is_transparent_and_on_white_is_white():
    cut = Image.open(io.BytesIO(rendition(picture("#c1121f"), alpha(), PRESETS["transparent"])))
    assert (cut.mode, cut.getpixel((5, 5))[3], cut.getpixel((300, 300))) == ("RGBA", 0, (193, 18, 31, 255))
    white = Image.open(io.BytesIO(rendition(picture("#c1121f"), alpha(), PRESETS["white"])))
    assert (white.size, white.getpixel((5, 5))) == ((600, 600), (255, 255, 255))


@pytest.mark.parametrize("preset", PRESETS)
def test_every_form_keeps_the_mark_of_the_machine(preset: str):
    made = rendition(picture("#c1121f"), alpha(), PRESETS[preset])
    image = Image.open(io.BytesIO(made))
    image.load()
    found = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    assert (found.encode() if isinstance(found, str) else found) == XMP


def test_what_a_marketplace_would_refuse_is_said_before(shelf: Product, as_owner: Client):
    page = as_owner.get(reverse("editing:exports"), {"preset": "amazon", "photos": "on"}).content.decode()
    assert "6 pictures</strong>" in page
    assert "6 pictures: smaller than 1000 px" in page
    Colourway.objects.filter(product=shelf).first().variants.update(alpha_key="")
    shelf.colourways.last().variants.update(alpha_key="")
    page = as_owner.get(reverse("editing:exports"), {"preset": "square"}, headers={"HX-Request": "true"})
    assert "4 pictures: its cut-out is not known yet" in page.content.decode()


def test_an_unknown_field_is_explained(shelf: Product, as_owner: Client):
    page = as_owner.get(reverse("editing:exports"), {"name": "{price}"})
    assert (page.status_code, "There is no {price}" in page.content.decode()) == (422, True)


def test_only_ones_own_leave(shelf: Product, as_stranger: Client):
    assert _zip(as_stranger, product=shelf.pk).namelist() == ["pictures.csv"]


def test_formulas_in_titles_stay_text(shelf: Product, as_owner: Client):
    Product.objects.update(title="=HYPERLINK(1)")
    listed = b"".join(as_owner.get(reverse("editing:pictures-csv"))).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(listed)))["product"] == "'=HYPERLINK(1)"


def test_queries_grow_with_pages_and_not_with_products(shelf: Product, owner: Membership, reviewer: User):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            pieces = list(
                archive(
                    owner.merchant.pk, owner.merchant.products.all(), PRESETS["original"], "{sku}", with_photos=True
                )
            )
        assert pieces
        return len(found)

    few = queries()
    for _ in range(3):
        on_the_shelf(owner, reviewer)
    assert queries() == few


def _read_outside(answer: Any, merchant_id: int) -> list[str]:
    """The statements about rows that were run outside the merchant's wall while the body was read."""
    outside: list[str] = []

    def look(execute: Any, statement: str, *rest: Any) -> Any:
        if merchant_inside() != merchant_id and not statement.startswith(_OF_TRANSACTIONS):
            outside.append(statement)
        return execute(statement, *rest)

    with connection.execute_wrapper(look):
        assert b"".join(answer)
    return outside


_OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")


def test_what_is_sent_while_it_is_made_is_read_inside_the_wall(shelf: Product, as_owner: Client, owner: Membership):
    """Also when the view, and its transaction, are long over."""
    feed = addresses.secret_of(owner.merchant)
    for address in (
        reverse("editing:pictures-zip") + "?photos=on", reverse("editing:pictures-csv"), "/merchant/log/export/",
        reverse("editing:feed", args=[owner.merchant.slug, feed, "google.xml"]),
    ):  # fmt: skip
        assert _read_outside(as_owner.get(address), owner.merchant_id) == [], address


def test_programs_take_them_out_too(shelf: Product, owner: Membership, stranger: Membership):
    api, strange = program(owner.merchant, "catalog:read"), program(stranger.merchant, "catalog:read")
    answer = api.get("/api/v1/exports/pictures.zip", {"preset": "square", "name": "{sku}-{view}"})
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer))).namelist()[0] == f"{shelf.sku}-sig-front.jpg".lower()
    assert api.get("/api/v1/exports/pictures.zip", {"preset": "nothing"}).status_code == 400
    assert strange.get("/api/v1/exports/pictures.csv").status_code == 200
    assert len(b"".join(strange.get("/api/v1/exports/pictures.csv")).splitlines()) == 1
    assert b"g:item_group_id" in b"".join(api.get("/api/v1/exports/google.xml"))
