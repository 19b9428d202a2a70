"""A colourway as something sold: name, SKU, price, stock, order, descriptions."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import naming
from catalog.errors import Conflict, InvalidInput
from catalog.models import Colourway, Membership, PublishedVariant, User, View
from catalog.photo_views import view_named
from catalog.services import colourways as services
from editing.models import Variant
from editing.publishing.colourways import colourway_change
from editing.services import sets
from tests.catalog.factories import ColourwayFactory, ProductFactory
from tests.catalog.test_api import program
from tests.editing.factories import asked_by, photo_of, rendered

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(owner: Membership, reviewer: User) -> list[Colourway]:
    """Two colourways of one product in the shop."""
    for variant in rendered(asked_by(owner, photo_of(owner, view="front"))):
        sets.set_approve(rows=sets.locked_set(variant.key), by=reviewer)
    return list(Colourway.objects.order_by("position"))


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{sku}-{colour:3}", "AB-1-SIG"), ("{colour:-3}/{sku}", "RED/AB-1"), ("{sku}.{number:3}", "AB-1.007"),
        ("{colour}", "SIGNAL-RED"),
    ],
)  # fmt: skip
def test_patterns_make_names(pattern: str, name: str):
    values = {"sku": "AB-1", "colour": naming.code("Signal red"), "number": 7}
    assert naming.fill(pattern, values) == name


@pytest.mark.parametrize("pattern", ["{size}", "{colour", "plain", "{colour:x}", ""])
def test_patterns_that_name_nothing_are_explained(pattern: str):
    with pytest.raises(InvalidInput):
        naming.check(pattern, services.SKU_FIELDS)


def test_accents_and_other_letters_stay_readable():
    assert (naming.code("Bleu marine é"), naming.code("Weiß"), naming.code("Тёмный")) == (
        "BLEU-MARINE-E", "WEISS", "ТЕМНЫИ",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("AB-1_front.jpg", View.FRONT), ("ab1.BACK.JPG", View.BACK), ("schuh-links.png", View.LEFT),
        ("front-left.png", View.UNKNOWN), ("backpack.jpg", View.UNKNOWN), ("IMG_1.jpg", View.UNKNOWN),
        ("Rückseite.jpg", View.BACK),
    ],
)  # fmt: skip
def test_a_files_name_says_its_view(name: str, view: View):
    assert view_named(name) == view


def test_a_colourway_gets_its_sku_when_it_goes_into_the_shop(sold: list[Colourway], owner: Membership):
    sku = sold[0].product.sku
    assert [row.sku for row in sold] == [f"{sku}-SIG", f"{sku}-DEE"]
    other = ColourwayFactory(product=sold[0].product, name="Signal orange")
    services.sku_ensure(other)
    assert other.sku == f"{sku}-SIG-2"


def test_renaming_after_approval_shows_everywhere_and_keeps_the_address(sold: list[Colourway], as_owner: Client):
    published = PublishedVariant.objects.get(colourway=sold[0])
    colourway_change(colourway=sold[0], fields={"name": "Poppy"})
    published.refresh_from_db()
    assert (published.colour_name, published.slug) == ("Poppy", "signal-red")
    assert Variant.objects.get(published=published).colour_name == "Poppy"
    assert "Poppy" in Client().get(published.get_absolute_url()).content.decode()


def test_the_table_is_saved_as_a_whole_or_not_at_all(sold: list[Colourway], as_owner: Client):
    address = reverse("editing:sold", args=[sold[0].product_id])
    assert "Signal red" in as_owner.get(address).content.decode()

    def sent(first: dict[str, str], second: dict[str, str]) -> dict[str, object]:
        rows = zip(sold, (first, second), strict=True)
        fields = {f"{row.key}-{name}": value for row, values in rows for name, value in values.items()}
        return fields | {"colourway": [str(row.key) for row in sold]}

    good = {"name": "Poppy", "sku": "P-1", "price": "89.50", "stock": "12", "order": "2"}
    wrong = {"name": "Navy", "sku": "P-1", "price": "", "stock": "", "order": "1"}
    page = as_owner.post(address, sent(good, wrong))
    assert (page.status_code, "The SKU P-1 is in use." in page.content.decode()) == (422, True)
    assert sorted(Colourway.objects.values_list("name", flat=True)) == ["Deep navy", "Signal red"]
    assert as_owner.post(address, sent(good, wrong | {"sku": ""})).status_code == 302
    rows = Colourway.objects.order_by("position").values_list("name", "sku", "price", "stock")
    assert [(name, sku, str(price), stock) for name, sku, price, stock in rows] == [
        ("Navy", "", "None", None), ("Poppy", "P-1", "89.50", 12),
    ]  # fmt: skip
    shop = Client().get(sold[0].product.get_absolute_url()).content.decode()
    assert shop.index(">Navy</a>") < shop.index(">Poppy</a>")


def test_its_own_price_and_sku_are_on_its_page(sold: list[Colourway]):
    colourway_change(colourway=sold[0], fields={"price": "89.50", "sku": "P-1"})
    page = Client().get(PublishedVariant.objects.get(colourway=sold[0]).get_absolute_url()).content.decode()
    assert "€89.50" in page
    assert "P-1" in page


def test_a_products_sku_is_no_colourways(sold: list[Colourway]):
    with pytest.raises(Conflict):
        colourway_change(colourway=sold[0], fields={"sku": sold[0].product.sku})


def test_the_pattern_is_previewed_and_kept(sold: list[Colourway], as_owner: Client, owner: Membership):
    address, sku = reverse("editing:skus"), sold[0].product.sku
    part = as_owner.get(address, {"pattern": "{sku}.{number:2}"}, headers={"HX-Request": "true"}).content.decode()
    assert f"{sku}.01" in part
    assert "There is no {size}" in as_owner.get(address, {"pattern": "{size}"}).content.decode()
    assert as_owner.post(address, {"pattern": "{size}"}).status_code == 422
    as_owner.post(address, {"pattern": "{sku}.{number:2}", "renumber": "on"})
    owner.merchant.refresh_from_db()
    assert owner.merchant.sku_pattern == "{sku}.{number:2}"
    assert list(Colourway.objects.order_by("position").values_list("sku", flat=True)) == [f"{sku}.01", f"{sku}.02"]


def test_descriptions_are_made_and_can_be_written_in_bulk(sold: list[Colourway], as_owner: Client):
    pictures = {row.colour_name: row for row in PublishedVariant.objects.all()}
    address = reverse("editing:sold", args=[sold[0].product_id])
    assert f"{sold[0].product.title} in Signal red, front" in as_owner.get(address).content.decode()
    sent = {f"alt-{pictures['Signal red'].pk}": "A red shoe from the front", f"alt-{pictures['Deep navy'].pk}": ""}
    as_owner.post(reverse("editing:sold-describe", args=[sold[0].product_id]), sent)
    page = Client().get(pictures["Signal red"].get_absolute_url()).content.decode()
    assert 'alt="A red shoe from the front"' in page


def test_a_shape_variant_is_a_design_with_a_name_of_its_own(owner: Membership):
    product = ProductFactory(merchant=owner.merchant)
    designs = [
        services.colourway_create(product=product, kind="design", name="", swatch_hex="#ffffff") for _ in range(2)
    ]
    assert [row.name for row in designs] == ["Design 1", "Design 2"]


def test_strangers_and_viewers_change_nothing(sold: list[Colourway], as_viewer: Client, as_stranger: Client):
    address = reverse("editing:sold", args=[sold[0].product_id])
    assert (as_viewer.get(address).status_code, as_stranger.get(address).status_code) == (200, 404)
    for client in (as_viewer, as_stranger):
        assert client.post(address, {}).status_code == 404
        assert client.post(reverse("editing:sold-withdraw", args=[sold[0].key])).status_code == 404
    assert PublishedVariant.objects.filter(withdrawn_at=None).count() == 2


def test_the_page_costs_the_same_for_few_and_many(sold: list[Colourway], as_owner: Client, owner: Membership):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert as_owner.get(reverse("editing:sold", args=[sold[0].product_id])).status_code == 200
        return len(found)

    few = queries()
    photo = sold[0].product.photos.get()
    for _ in range(2):
        rendered(asked_by(owner, photo, colours=3))
    assert queries() == few


def test_programs_change_colourways(sold: list[Colourway], owner: Membership, stranger: Membership):
    api, strange = program(owner.merchant, "edits:read", "edits:write"), program(stranger.merchant, "edits:write")
    address = f"/api/v1/colourways/{sold[0].key}/"
    picture = PublishedVariant.objects.get(colourway=sold[0])
    assert strange.patch(address, {"name": "Mine"}, format="json").status_code == 404
    answer = api.patch(
        address, {"name": "Poppy", "price": "89.50", "alt_texts": {str(picture.pk): "A red shoe"}}, format="json"
    ).json()
    assert (answer["name"], answer["price"], answer["kind"]) == ("Poppy", "89.50", "colour")
    assert [(row["view"], row["alt_text"], row["alteration"]) for row in answer["pictures"]] == [
        ("front", "A red shoe", "modified")
    ]
    assert api.patch(address, {"alt_texts": {"1": "x"}}, format="json").status_code == 400
    listed = api.get("/api/v1/colourways/", {"product": sold[0].product_id}).json()["results"]
    assert [row["name"] for row in listed] == ["Deep navy", "Poppy"]
    assert api.post(f"{address}withdraw/").json()["pictures"] == []
    assert api.post(f"{address}withdraw/").status_code == 409
