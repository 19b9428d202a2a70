"""The colourway form: what it takes, what it refuses, what it costs."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from catalog import storage
from catalog.models import Membership, Photo
from editing.forms import asked_swatches
from editing.models import EditJob, EditRequest, Palette
from tests.catalog.factories import PhotoFactory, ProductFactory
from tests.editing.factories import asked_by, photo_of

pytestmark = pytest.mark.django_db
FORM = "/merchant/colourways/new/"


@pytest.fixture
def photo(owner: Membership) -> Photo:
    return photo_of(owner)


def _send(client: Client, photos: list[int], swatches: list[str], **more: Any) -> Any:
    return client.post(FORM, {"photos": photos, "swatch": swatches, **more})


def test_chips_and_a_list_become_jobs(as_owner: Client, photo: Photo):
    answer = _send(as_owner, [photo.pk], ["Red|#c1121f"], hex_list="Dark moss #3a4a2a\n#1d3557, f80")
    made = EditRequest.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    job = EditJob.objects.get()
    assert job.spec["swatches"] == [
        {"name": "Red", "colour": "#c1121f"},
        {"name": "Dark moss", "colour": "#3a4a2a"},
        {"name": "#1d3557", "colour": "#1d3557"},
        {"name": "#ff8800", "colour": "#ff8800"},
    ]
    assert (job.spec["region"], job.spec["format"], made.variants_asked) == ("dominant", "webp", 4)


def test_a_colour_that_is_there_twice_counts_once():
    sent = QueryDict("swatch=Red%7C%23C1121F&hex_list=Other %23c1121f")
    assert asked_swatches(sent) == [{"name": "Red", "colour": "#C1121F"}]


def test_regions_are_candidates(as_owner: Client, photo: Photo):
    _send(as_owner, [photo.pk], ["Red|#c1121f"], regions=["dominant", "product"], lossless="on", mirror="grey")
    assert {job.spec["region"] for job in EditJob.objects.all()} == {"dominant", "product"}
    assert EditJob.objects.first().spec["format"] == "webp-lossless"
    assert EditJob.objects.first().spec["options"] == {"mirror": "grey"}
    assert EditRequest.objects.get().variants_asked == 2


@pytest.mark.parametrize(
    ("swatches", "more", "said"),
    [
        ([], {}, "Choose between 1 and 12 colours."),
        ([f"Grey|#{n:02x}{n:02x}{n:02x}" for n in range(13)], {}, "Choose between 1 and 12 colours."),
        (["Red|red"], {}, "such as #c1121f"),
        (["Red|#c1121f"], {"hex_list": "no colour at all"}, "such as #c1121f"),
        (["Red|#c1121f"], {"regions": ["sky"]}, "sky"),
        (["Red|#c1121f"], {"regions": ["painted"]}, "Paint the region on every photo"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    as_owner: Client, photo: Photo, swatches: list[str], more: dict[str, Any], said: str
):
    answer = _send(as_owner, [photo.pk], swatches, **more)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert f'name="photos" value="{photo.pk}" data-title="{photo.product.title}" checked' in page
    assert not EditRequest.objects.exists()


def test_without_a_photo_nothing_is_asked(as_owner: Client, photo: Photo, stranger: Membership):
    for photos in ([], [photo_of(stranger).pk], [10**9]):
        assert _send(as_owner, photos, ["Red|#c1121f"]).status_code == 422
    assert not EditRequest.objects.exists()


@pytest.mark.long
def test_500_products_in_12_colours_are_one_request_and_501_none(as_owner: Client, owner: Membership):
    products = ProductFactory.create_batch(501, merchant=owner.merchant)
    photos = PhotoFactory.build_batch(501)
    for photo, product in zip(photos, products, strict=True):
        photo.product, photo.is_primary = product, True
    Photo.objects.bulk_create(photos)
    swatches = [f"Grey {n}|#{n:02x}{n:02x}{n:02x}" for n in range(12)]
    assert _send(as_owner, [], swatches, everything="on").status_code == 422
    products[0].delete()
    with CaptureQueriesContext(connection) as queries:
        assert _send(as_owner, [], swatches, everything="on").status_code == 302
    made = EditRequest.objects.get()
    assert (made.variants_asked, made.jobs.count()) == (6000, 500)
    assert len(queries) < 30


def test_everything_means_what_the_words_find(as_owner: Client, owner: Membership):
    wanted = photo_of(owner)
    wanted.product.title = "Only this"
    wanted.product.save()
    photo_of(owner)
    _send(as_owner, [], ["Red|#c1121f"], everything="on", q="only this")
    assert EditJob.objects.get().photo == wanted


def test_the_season_is_kept_for_the_next_time(as_owner: Client, photo: Photo, owner: Membership):
    _send(as_owner, [photo.pk], ["Rust|#b7410e"], save_season="on")
    _send(as_owner, [photo.pk], ["Rust|#b7410e", "Teal|#008080"], save_season="on")
    season = Palette.objects.get()
    assert (season.merchant, season.is_season, len(season.swatches)) == (owner.merchant, True, 2)
    assert "Rust|#b7410e" in as_owner.get(FORM).content.decode()


def test_the_price_is_told_before_sending(as_owner: Client, photo: Photo, as_stranger: Client):
    address = reverse("editing:estimate")
    asked = {"photos": photo.pk, "swatch": "Red|#c1121f", "hex_list": "#1d3557", "regions": ["dominant", "product"]}
    said = as_owner.get(address, asked).content.decode()
    assert "4 variants" in said
    assert "About" in said
    assert "Choose photos" in as_owner.get(address).content.decode()
    assert "About" not in as_stranger.get(address, asked).content.decode()
    many = {"photos": photo.pk, "hex_list": " ".join(f"#{n:02x}0000\n" for n in range(13))}
    assert "at most 12 colours" in as_owner.get(address, many).content.decode()


def _mask(size: tuple[int, int] = (240, 240), colour: int = 255) -> SimpleUploadedFile:
    picture = Image.new("L", size)
    picture.paste(colour, (60, 60, 120, 120))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return SimpleUploadedFile("region.png", out.getvalue())


def test_a_painted_region_goes_with_its_photo(as_owner: Client, photo: Photo, as_stranger: Client):
    address = reverse("editing:photo-mask", args=[photo.pk])
    key = as_owner.post(address, {"mask": _mask()}).json()["key"]
    stored = storage.get(key)
    assert stored is not None
    assert Image.open(io.BytesIO(stored.data)).size == (photo.width, photo.height)
    sent = {"regions": ["painted"], f"mask-{photo.pk}": key}
    assert _send(as_owner, [photo.pk], ["Red|#c1121f"], **sent).status_code == 302
    assert EditJob.objects.get().spec["mask_key"] == key
    assert as_stranger.post(address, {"mask": _mask()}).status_code == 404


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (_mask(colour=0), "Nothing is painted"),
        (_mask(size=(240, 120)), "must have the shape of its photo"),
        (SimpleUploadedFile("a.png", b"GIF89a"), "could not be read"),
        (SimpleUploadedFile("a.png", b"\x89PNG" + b"0" * 2_000_001), "at most 2 MB"),
    ],
)
def test_a_region_that_is_none_is_refused(as_owner: Client, photo: Photo, mask: SimpleUploadedFile, said: str):
    mask.seek(0)
    answer = as_owner.post(reverse("editing:photo-mask", args=[photo.pk]), {"mask": mask})
    assert (answer.status_code, said in answer.json()["message"]) == (422, True)


def test_another_merchants_region_is_no_key(as_owner: Client, photo: Photo, stranger: Membership, as_stranger: Client):
    other = photo_of(stranger)
    key = as_stranger.post(reverse("editing:photo-mask", args=[other.pk]), {"mask": _mask()}).json()["key"]
    sent = {"regions": ["painted"], f"mask-{photo.pk}": key}
    assert _send(as_owner, [photo.pk], ["Red|#c1121f"], **sent).status_code == 422


def test_the_search_keeps_what_is_chosen(as_owner: Client, owner: Membership, photo: Photo):
    other = photo_of(owner)
    address = reverse("editing:photo-picks")
    found = as_owner.get(address, {"q": other.product.sku, "photos": photo.pk}).content.decode()
    assert f'value="{photo.pk}" data-title="{photo.product.title}" checked' in found
    assert f'value="{other.pk}" data-title="{other.product.title}">' in found


def test_the_lists_cost_the_same_for_few_and_many(as_owner: Client, owner: Membership):
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert as_owner.get(address).status_code == 200
        return len(found)

    asked_by(owner)
    few = [queries(FORM), queries(reverse("editing:requests"))]
    for _ in range(5):
        asked_by(owner, photo_of(owner), photo_of(owner))
    assert [queries(FORM), queries(reverse("editing:requests"))] == few


def test_a_shop_of_shoes_is_asked_about_shoes_alone(as_owner: Client, owner: Membership):
    photo_of(owner)
    page = as_owner.get(reverse("editing:colourways")).content.decode()
    assert "soles and laces stay" in page and "Upper</label>" in page and "mirror image of a shoe" in page
    assert "Collar" not in page and "(shoes)" not in page and "prints stay" not in page


def test_a_shop_of_both_is_told_which_part_is_whose(as_owner: Client, owner: Membership):
    for kind in ("shoe", "shirt"):
        PhotoFactory(product=ProductFactory(merchant=owner.merchant, kind=kind))
    page = as_owner.get(reverse("editing:colourways")).content.decode()
    assert "Upper (shoes)</label>" in page and "Collar (shirts)</label>" in page
    assert "soles, laces and prints stay" in page


def test_a_shop_of_shirts_hears_nothing_of_glossy_floors(as_owner: Client, owner: Membership):
    PhotoFactory(product=ProductFactory(merchant=owner.merchant, kind="shirt"))
    page = as_owner.get(reverse("editing:colourways")).content.decode()
    assert "glossy" not in page and "prints stay" in page
