"""A day's work: from a product to its colours, lists that can be searched, swatch files, and second thoughts."""

import struct

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from editing.lifecycle import requests as services
from editing.lifecycle.states import JobStatus, RequestStatus
from editing.models import ColourWish, EditRequest, Palette
from editing.swatch_files import read_swatches
from gpu_worker.contract.jobs import NamedSwatch
from tests.catalog.factories import active_product
from tests.editing.factories import asked_by, rendered

pytestmark = pytest.mark.django_db
ASKED = services.Colourways(swatches=[NamedSwatch(name="Rust", colour="#b7410e")])


def _request(merchant, title: str = "Autumn", **fields: object) -> EditRequest:
    product = active_product(merchant=merchant, **fields)
    photos = list(product.photos.select_related("product"))
    return services.request_colourways(merchant=merchant, by=None, photos=photos, asked=ASKED, title=title)


def test_a_product_leads_to_colourways_and_studio(as_owner: Client, owner):
    product = active_product(merchant=owner.merchant)
    page = as_owner.get(f"/merchant/products/{product.pk}/").content.decode()
    photo = product.photos.get()
    assert f"photos={photo.pk}" in page and "Make colourways" in page
    assert reverse("editing:studio", args=[photo.pk]) in page


def test_a_title_and_a_photo_that_disagree_are_shown(as_owner: Client, owner):
    product = active_product(merchant=owner.merchant, title="Runner, Navy")  # its photo is red
    page = as_owner.get(f"/merchant/products/{product.pk}/").content.decode()
    assert "The title says navy, the photo shows red" in page
    product = active_product(merchant=owner.merchant, title="Red Runner")
    assert "The title says" not in as_owner.get(f"/merchant/products/{product.pk}/").content.decode()


def test_requests_are_filtered_and_searched(as_owner: Client, owner):
    _request(owner.merchant, "Autumn")
    other = _request(owner.merchant, "Spring", sku="ZX-9")
    page = lambda query: as_owner.get(f"/merchant/colourways/{query}").content.decode()  # noqa: E731
    assert "Autumn" in page("?q=autu") and "Spring" not in page("?q=autu")
    assert "Spring" in page("?q=zx-9") and "Autumn" not in page("?q=zx-9")
    EditRequest.objects.filter(pk=other.pk).update(status=RequestStatus.FAILED)
    assert "Spring" in page("?status=failed") and "Autumn" not in page("?status=failed")
    assert "No such request" in page("?q=nothing")
    assert page("?status=nonsense")


def test_the_studio_lists_pages_and_finds(as_owner: Client, owner):
    for number in range(26):
        active_product(merchant=owner.merchant, title=f"Number {number:02}")
    first = as_owner.get(reverse("editing:studio-index")).content.decode()
    assert "Number 25" in first and "Number 01" not in first
    assert "Number 01" in as_owner.get(reverse("editing:studio-index") + "?page=2").content.decode()
    found = as_owner.get(reverse("editing:studio-index") + "?q=number 07").content.decode()
    assert "Number 07" in found and "Number 25" not in found


def test_what_was_cancelled_can_be_made_after_all(as_owner: Client, owner):
    row = _request(owner.merchant)
    as_owner.post(f"/merchant/colourways/{row.key}/cancel/")
    assert "Make the rest after all" in as_owner.get(row.get_absolute_url()).content.decode()
    as_owner.post(f"/merchant/colourways/{row.key}/retry/")
    row.refresh_from_db()
    assert row.status == RequestStatus.QUEUED
    assert row.jobs.get().status in {JobStatus.WAITING, JobStatus.SENT}


def test_what_was_rejected_is_asked_for_again_or_changed(as_owner: Client, owner):
    (variant,) = rendered(asked_by(owner, colours=1))
    variant.status, variant.reason = "rejected", "Colour is off"
    variant.save()
    page = as_owner.get(reverse("editing:variant", args=[variant.key])).content.decode()
    again = f"/merchant/colourways/new/?photos={variant.photo_id}&amp;swatch=Signal%20red%7C%23c1121f"
    assert again in page
    assert reverse("editing:studio", args=[variant.photo_id]) in page
    form = as_owner.get(again.replace("&amp;", "&")).content.decode()
    assert 'value="Signal red|#c1121f" checked' in form


def test_make_it_brings_the_photo_of_a_shoppers_wish(as_owner: Client, owner):
    product = active_product(merchant=owner.merchant)
    ColourWish.objects.create(product=product, words="rust", hex="#b7410e", count=3)
    assert f"photos={product.photos.get().pk}&amp;swatch=rust" in as_owner.get("/merchant/colourways/").content.decode()


# --- Swatch files ----------------------------------------------------------------------------------------------------


def _ase() -> bytes:
    def block(name: str, model: bytes, *numbers: float) -> bytes:
        text = (name + "\0").encode("utf-16-be")
        body = struct.pack(">H", len(name) + 1) + text + model + struct.pack(f">{len(numbers)}f", *numbers) + b"\0\2"
        return struct.pack(">HI", 1, len(body)) + body

    blocks = [
        block("Rust", b"RGB ", 183 / 255, 65 / 255, 14 / 255),
        block("Ink", b"CMYK", 1.0, 0.5, 0.0, 0.5),
        block("Grey", b"Gray", 0.5),
        block("Red", b"LAB ", 0.54, 81.0, 70.0),
    ]
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def _aco() -> bytes:
    first = struct.pack(">2H", 1, 1) + struct.pack(">5H", 0, 183 * 257, 65 * 257, 14 * 257, 0)
    name = "Rust\0"
    second = struct.pack(">2H", 2, 1) + struct.pack(">5H", 0, 183 * 257, 65 * 257, 14 * 257, 0)
    return first + second + struct.pack(">I", len(name)) + name.encode("utf-16-be")


def test_swatches_from_ase_in_each_of_its_models():
    found = {swatch["name"]: swatch["colour"] for swatch in read_swatches("a.ase", _ase())}
    assert (found["Rust"], found["Ink"], found["Grey"]) == ("#b7410e", "#004080", "#808080")
    assert found["Red"].startswith("#f")  # Adobe's Lab of pure red


@pytest.mark.parametrize("data", [_aco(), _aco()[:14]], ids=["with names", "without"])
def test_swatches_from_aco(data: bytes):
    assert read_swatches("a.aco", data)[0]["colour"] == "#b7410e"
    assert read_swatches("a.aco", _aco()) == [{"name": "Rust", "colour": "#b7410e"}]


@pytest.mark.parametrize("text", ["name,hex\nRust,#b7410e\n", "Rust;183;65;14\n", "\ufeffb7410e,Rust\n"])
def test_swatches_from_tables(text: str):
    assert read_swatches("a.csv", text.encode()) == [{"name": "Rust", "colour": "#b7410e"}]


@pytest.mark.parametrize("data", [b"", b"ASEF\0\1\0\0\0\0\0\x09", _ase()[:60], b"name,hex\n", b"\0\1\0\x09"])
def test_a_swatch_file_without_colours_or_cut_short_is_refused(as_owner: Client, data: bytes):
    form = {"name": "Autumn", "colours": "", "file": SimpleUploadedFile("a.ase", data or b" ")}
    assert as_owner.post("/merchant/colourways/palettes/", form).status_code == 422
    assert not Palette.objects.exists()


def test_a_palette_takes_lines_and_a_file_together(as_owner: Client):
    form = {"name": "Autumn", "colours": "Moss #606c38\nnavy", "file": SimpleUploadedFile("a.ase", _ase())}
    assert as_owner.post("/merchant/colourways/palettes/", form).status_code == 302
    names = [swatch["name"] for swatch in Palette.objects.get().swatches]
    assert names == ["Moss", "navy", "Rust", "Ink", "Grey", "Red"]


def test_lines_that_are_no_colour_are_named_by_number_and_not_counted(as_owner: Client, owner):
    page = as_owner.post(
        "/merchant/colourways/palettes/", {"name": "A", "colours": "Rust #b7410e\nblurple\nMoss #60"}
    ).content.decode()
    assert "No colour in line 2 (“blurple”), 3 (“Moss #60”)" in page
    photo = active_product(merchant=owner.merchant).photos.get()
    estimate = as_owner.get(
        "/merchant/colourways/estimate/", {"photos": photo.pk, "hex_list": "Rust #b7410e\nblurple"}
    ).content.decode()
    assert "1 variant" in estimate and "line 2" in estimate
