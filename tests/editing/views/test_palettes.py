"""A merchant's palettes: kept, changed, deleted, refused, and offered."""

import re
from html import unescape

import pytest
from django.test import Client

from catalog.models import Membership
from editing.models import EditJob, Palette
from tests.catalog.factories import MerchantFactory
from tests.editing.factories import photo_of

pytestmark = pytest.mark.django_db
PAGE = "/merchant/colourways/palettes/"
AUTUMN = {"name": "Autumn", "colours": "Rust #b7410e\nDark moss #3a4a2a, #fa0"}


def test_a_palette_is_kept_and_offered(as_owner: Client, owner: Membership):
    answer = as_owner.post(PAGE, AUTUMN, follow=True)
    assert "Autumn is kept." in answer.content.decode()
    kept = Palette.objects.get(merchant=owner.merchant)
    assert [tuple(swatch.values()) for swatch in kept.swatches] == [
        ("Rust", "#b7410e"),
        ("Dark moss", "#3a4a2a"),
        ("#ffaa00", "#ffaa00"),
    ]
    photo_of(owner)
    assert 'value="Dark moss|#3a4a2a"' in as_owner.get("/merchant/colourways/new/").content.decode()


def test_names_with_blanks_slashes_quotes_and_pictures_arrive_as_they_were_written(as_owner: Client, owner: Membership):
    names = ["Navy blue", "Black/White", 'Rock "n" roll', "Été 🌊", "A|B", "<b>Bold</b>", "D'Or & co"]
    as_owner.post(PAGE, {"name": "Odd/“ones” 🌊", "colours": "\n".join(f"{n} #1d355{i}" for i, n in enumerate(names))})
    photo = photo_of(owner)
    page = as_owner.get("/merchant/colourways/new/").content.decode()
    offered = [unescape(value) for value in re.findall(r'name="swatch" value="([^"]*)"', page)][: len(names)]
    sent = {"photos": photo.pk, "swatch": offered, "regions": "dominant"}
    assert as_owner.post("/merchant/colourways/new/", sent).status_code == 302
    assert [swatch["name"] for swatch in EditJob.objects.get(task="render").asked["swatches"]] == names


def test_a_season_has_one_palette(as_owner: Client, owner: Membership):
    for name in ("Spring", "Autumn"):
        as_owner.post(PAGE, {**AUTUMN, "name": name, "is_season": "on"})
    assert list(Palette.objects.values_list("name", "is_season")) == [("Autumn", True), ("Spring", False)]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": ""}, "This field is required"),
        ({"colours": "Blurple"}, "No colour in line 1"),
        ({"colours": "\n".join(f"C{n} #0000{n:02d}" for n in range(25))}, "1 to 24 colours"),
        ({"name": "Spring"}, "There is a palette called Spring."),
    ],
)
def test_what_cannot_be_kept_is_told_and_not_lost(as_owner: Client, owner: Membership, sent: dict[str, str], told: str):
    Palette.objects.create(merchant=owner.merchant, name="Spring", swatches=[])
    answer = as_owner.post(PAGE, AUTUMN | sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert (AUTUMN | sent)["colours"].splitlines()[0] in page
    assert Palette.objects.count() == 1


def test_a_palette_is_changed_and_deleted(as_owner: Client, owner: Membership):
    palette = Palette.objects.create(
        merchant=owner.merchant, name="Autumn", swatches=[{"name": "Rust", "colour": "#b7410e"}]
    )
    address = f"{PAGE}{palette.pk}/"
    assert "Rust #b7410e" in as_owner.get(address).content.decode()
    as_owner.post(address, {"name": "Winter", "colours": "Ice #ddeeff"})
    palette.refresh_from_db()
    assert (palette.name, palette.swatches) == ("Winter", [{"name": "Ice", "colour": "#ddeeff"}])
    assert "Winter is gone" in as_owner.post(f"{address}delete/", follow=True).content.decode()
    assert not Palette.objects.exists()


def test_another_shops_palette_is_not_there(as_owner: Client):
    palette = Palette.objects.create(merchant=MerchantFactory(), name="Theirs", swatches=[])
    assert as_owner.get(f"{PAGE}{palette.pk}/").status_code == 404
    assert as_owner.post(f"{PAGE}{palette.pk}/delete/").status_code == 404
    assert Palette.objects.exists()
