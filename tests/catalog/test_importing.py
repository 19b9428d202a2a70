"""Many products from a browser: three layouts of names, tables of eight languages, and archives from strangers."""

import io
import stat
import unicodedata
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.errors import InvalidInput
from catalog.importing import services
from catalog.importing.archive import Archive
from catalog.importing.names import named
from catalog.importing.table import read_price, read_table
from catalog.models import ImportStatus, Photo, Product, ProductImport
from tests.catalog.pictures import photo_bytes

pytestmark = pytest.mark.django_db


def photo(number: int = 0) -> bytes:
    return photo_bytes("JPEG", size=(300, 200), colour=(200, number * 17 % 250, 40))


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return buffer.getvalue()


def sent(client: Client, files: dict[str, bytes], **fields: str) -> ProductImport:
    """A plan of one ZIP, or of files sent beside each other."""
    uploads = [SimpleUploadedFile(name, data) for name, data in files.items()]
    response = client.post("/merchant/import/", {"files": uploads, "kind": "shoe", **fields})
    assert response.status_code == 302, response.content.decode()
    return ProductImport.objects.latest("pk")


def brought_in(client: Client, files: dict[str, bytes], **fields: str) -> ProductImport:
    row = sent(client, files, **fields)
    assert client.post(f"/merchant/import/{row.key}/begin/").status_code == 302
    while services.import_go_on(row.pk):
        pass
    row.refresh_from_db()
    return row


def skus() -> dict[str, int]:
    return {product.sku: product.photos.count() for product in Product.objects.all()}


LAYOUTS = {
    "numbers": {"HS-1.png": 1, "HS-1.2.png": 2, "HS-2.PNG": 3},
    "folders": {"shop/HS-1/1.jpg": 1, "shop/HS-1/2.JPEG": 2, "shop/HS-2/1.jpg": 3},
    "one folder around it all": {"photos/HS-1.jpg": 1, "photos/HS-1.2.jpg": 2, "photos/HS-2.jpg": 3},
    "views": {"HS-1/front.jpg": 1, "HS-1/back.jpg": 2, "HS-2/front.jpg": 3},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_usual_layouts_of_names(as_owner: Client, layout: str):
    archive = zipped({name: photo(number) for name, number in LAYOUTS[layout].items()})
    brought_in(as_owner, {"products.zip": archive})
    assert skus() == {"HS-1": 2, "HS-2": 1}


def test_a_photo_in_another_colour_is_a_product_of_its_own(as_owner: Client):
    files = {f"HS-1.color.{colour}.png": photo(at) for at, colour in enumerate(("red", "light blue"))}
    files |= {"HS-1.png": photo(7), "HS-1.farbe.red.2.png": photo(8)}
    brought_in(as_owner, {"products.zip": zipped(files)})
    assert skus() == {"HS-1": 1, "HS-1-red": 2, "HS-1-light-blue": 1}
    assert Product.objects.get(sku="HS-1-red").title == "HS 1, red"


def test_names_say_whose_photo_a_file_is():
    found = named(["a/HS.2/1.jpg", "a/HS.2/2.jpg", "b/Nike Air (3).jpg", "b/x.colour.Dark Red.2.jpg"])
    assert [(name.sku, name.colour, name.number) for name in found.values()] == [
        ("HS.2", "", 1), ("HS.2", "", 2), ("Nike Air", "", 3), ("x", "Dark Red", 2),
    ]  # fmt: skip


TABLE = (
    "Artikelnummer;Bezeichnung;Preis;Art;Farbe;Bild 1;Bild 2;Lager\nHS-1;Hafenschuh;49,90 €;Schuhe;Blau;a.jpg;B.JPG;7\n"
)


def test_a_table_with_german_headers_and_photos_beside_it(as_owner: Client, client: Client):
    row = sent(as_owner, {"liste.csv": TABLE.encode("cp1252"), "A.jpg": photo(1), "b.jpg": photo(2)})
    page = as_owner.get(f"/merchant/import/{row.key}/").content.decode()
    assert "Hafenschuh, Blau" in page and "Not used: the column Lager" in page
    as_owner.post(f"/merchant/import/{row.key}/begin/")
    services.import_go_on(row.pk)
    product = Product.objects.get()
    assert (product.sku, product.title, str(product.price), product.kind) == (
        "HS-1",
        "Hafenschuh, Blau",
        "49.90",
        "shoe",
    )
    assert product.photos.count() == 2


@pytest.mark.parametrize("header", ["Farbe", "Couleur", "Colour", "color", "COLORE", "Kleur", "kolor", "Cor"])
def test_the_colour_column_in_eight_languages(header: str):
    table = read_table(f"sku,{header}\nX,Navy\n".encode())
    assert (table.rows[0].fields["colour"], table.ignored) == ("Navy", [])


@pytest.mark.parametrize(
    ("text", "price"),
    [("49.90", "49.90"), ("49,90 €", "49.90"), ("1.299,00", "1299.00"), ("1,299.00", "1299.00"), ("$1,299", "1299")],
)
def test_prices_as_people_write_them(text: str, price: str):
    assert str(read_price(text)) == price


def test_names_composed_and_decomposed_are_the_same(as_owner: Client):
    name = "Scarpà blù (1) #2.JPG"
    table = f"sku,photo\nS-1,{unicodedata.normalize('NFC', name)}\n"
    row = brought_in(
        as_owner, {"a.zip": zipped({"list.csv": table.encode(), unicodedata.normalize("NFD", name): photo()})}
    )
    assert [outcome["error"] for outcome in row.outcomes] == [""]
    assert skus() == {"S-1": 1}


def test_the_same_file_twice_changes_nothing(as_owner: Client):
    files = {"list.csv": TABLE.encode(), "a.jpg": photo(1), "b.jpg": photo(2)}
    brought_in(as_owner, files)
    before = list(Product.objects.values("pk", "title", "price", "updated_at")), list(Photo.objects.values_list("pk"))
    row = sent(as_owner, files)
    assert "already as they should be" in as_owner.get(f"/merchant/import/{row.key}/").content.decode()
    again = brought_in(as_owner, files)
    assert [outcome["does"] for outcome in again.outcomes] == ["same"]
    assert (
        list(Product.objects.values("pk", "title", "price", "updated_at")),
        list(Photo.objects.values_list("pk")),
    ) == before


def test_photos_alone_rename_no_product_that_is_there(as_owner: Client):
    brought_in(as_owner, {"list.csv": TABLE.encode(), "a.jpg": photo(1), "b.jpg": photo(2)})
    brought_in(as_owner, {"more.zip": zipped({"HS-1/1.jpg": photo(9), "HS-1/2.jpg": photo(10)})})
    assert Product.objects.get().title == "Hafenschuh, Blau"
    assert skus() == {"HS-1": 4}


def test_a_product_whose_photo_failed_is_counted_as_failed_and_the_rest_comes_in(as_owner: Client):
    table = "sku,photo\nGOOD,a.jpg\nBAD,a.jpg;broken.jpg\nGONE,missing.jpg\nLONE,\n"
    archive = zipped({"list.csv": table.encode(), "a.jpg": photo(1), "broken.jpg": photo(2)[:400]})
    row = sent(as_owner, {"a.zip": archive})
    page = as_owner.get(f"/merchant/import/{row.key}/").content.decode()
    assert "line 3" in page and "missing.jpg" in page and "broken.jpg" in page
    row = brought_in(as_owner, {"a.zip": archive})
    assert {outcome["sku"]: outcome["does"] for outcome in row.outcomes} == {
        "GOOD": "new", "BAD": "failed", "GONE": "failed", "LONE": "failed",
    }  # fmt: skip
    assert skus() == {"GOOD": 1}
    assert "<strong>3</strong> failed" in as_owner.get(f"/merchant/import/{row.key}/").content.decode()


def test_all_photos_of_a_cell_and_of_a_second_column_arrive_in_their_order(as_owner: Client):
    names = [f"{letter}.jpg" for letter in "cabedf"]
    table = f'sku,title,photo,photo\nHS-1,Boot,"{", ".join(names[:5])}",{names[5]}\n'
    brought_in(as_owner, {"list.csv": table.encode(), **{name: photo(n) for n, name in enumerate(names)}})
    rows = Photo.objects.order_by("position")
    assert [row.original_name for row in rows] == names
    assert [row.is_primary for row in rows] == [True, False, False, False, False, False]


def test_a_photo_that_only_its_decoder_finds_broken_leaves_nothing_of_its_product(as_owner: Client):
    whole = photo_bytes("PNG", size=(300, 200))
    at = whole.index(b"IDAT") + 20
    import struct
    import zlib

    length = struct.unpack(">I", whole[at - 24 : at - 20])[0]
    body = bytearray(whole[at - 20 : at - 16 + length])
    body[40:60] = bytes(20)
    broken = whole[: at - 20] + bytes(body) + struct.pack(">I", zlib.crc32(bytes(body))) + whole[at - 16 + length + 4 :]
    row = brought_in(as_owner, {"a.zip": zipped({"B-1.png": broken, "G-1.jpg": photo()})})
    assert {outcome["sku"]: outcome["does"] for outcome in row.outcomes} == {"B-1": "failed", "G-1": "new"}
    assert skus() == {"G-1": 1}


def _linked() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        link = zipfile.ZipInfo("link.jpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("good.jpg", photo())
    return buffer.getvalue()


def test_links_and_names_that_lead_out_are_left_out_with_a_sentence(as_owner: Client):
    row = sent(as_owner, {"a.zip": _linked()})
    assert row.plan["left_out"] == [["link.jpg", "This is a link to another file, not a photo."]]
    evil = zipped(
        {"../../etc/a.jpg": photo(), "C:\\a.jpg": photo(), "/b.jpg": photo(), "run.exe": b"MZ", "ok.jpg": photo(3)}
    )
    row = sent(as_owner, {"a.zip": evil})
    assert [product["sku"] for product in row.plan["products"]] == ["ok"]
    assert len(row.plan["left_out"]) == 4
    assert "leads out of the archive" in as_owner.get(f"/merchant/import/{row.key}/").content.decode()


def test_a_bomb_costs_no_more_than_its_limit(as_owner: Client):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made, made.open("HS-1.jpg", "w") as entry:
        for _ in range(40):
            entry.write(bytes(1_000_000))
    row = sent(as_owner, {"a.zip": buffer.getvalue()})
    assert row.plan["products"][0]["error"] == "HS-1.jpg: The file is larger than 25 MB."


def test_what_is_no_archive_or_too_much_is_refused(as_owner: Client, monkeypatch: pytest.MonkeyPatch):
    for files in (
        {"a.zip": b"nothing"},
        {"a.zip": zipped({"a.txt.exe": b""})},
        {"a.zip": zipped({}), "b.zip": b""},
        {},
    ):
        uploads = [SimpleUploadedFile(name, data) for name, data in files.items()]
        response = as_owner.post("/merchant/import/", {"files": uploads, "kind": "shoe"})
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
    many = zipped({f"{number}.jpg": b"" for number in range(10)})
    monkeypatch.setattr("catalog.importing.archive.MAX_ENTRIES", 9)
    with pytest.raises(InvalidInput, match="10 files"):
        Archive(io.BytesIO(many))
    assert not ProductImport.objects.exists()


def test_an_import_whose_worker_died_goes_on_where_it_was(as_owner: Client, monkeypatch: pytest.MonkeyPatch):
    row = sent(as_owner, {"a.zip": zipped({f"S-{number}.jpg": photo(number) for number in range(4)})})
    as_owner.post(f"/merchant/import/{row.key}/begin/")
    done = services.product_bring_in
    calls = iter(range(10))

    def dies(*arguments: object) -> object:
        if next(calls) == 2:
            raise SystemExit
        return done(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "product_bring_in", dies)
    with pytest.raises(SystemExit):
        services.import_go_on(row.pk)
    assert not services.import_go_on(row.pk)  # somebody seems to be at it
    ProductImport.objects.update(beat_at=None)
    assert services.imports_go_on() == 1
    services.import_go_on(row.pk)
    row.refresh_from_db()
    assert (row.status, row.position, row.archive_key) == (ImportStatus.DONE, 4, "")
    assert len(skus()) == 4


def test_an_import_is_the_merchants_alone(as_owner: Client, as_viewer: Client, as_stranger: Client):
    row = sent(as_owner, {"a.zip": zipped({"S-1.jpg": photo()})})
    for client in (as_viewer, as_stranger):
        assert client.get(f"/merchant/import/{row.key}/").status_code == 404
        assert client.post(f"/merchant/import/{row.key}/begin/").status_code == 404
    assert as_viewer.get("/merchant/import/").status_code == 404
    row.refresh_from_db()
    assert row.status == ImportStatus.PLANNED


def test_an_import_can_be_dropped(as_owner: Client):
    row = sent(as_owner, {"a.zip": zipped({"S-1.jpg": photo()})})
    as_owner.post(f"/merchant/import/{row.key}/drop/")
    as_owner.post(f"/merchant/import/{row.key}/begin/")
    assert not services.import_go_on(row.pk)
    assert skus() == {}


def test_new_products_go_into_the_shop_where_that_is_wished(as_owner: Client):
    brought_in(as_owner, {"a.zip": zipped({"S-1.jpg": photo()})}, activates="on")
    assert Product.objects.get().status == "active"


def test_several_products_are_changed_at_once(as_owner: Client, as_stranger: Client):
    brought_in(as_owner, {"a.zip": zipped({f"S-{number}.jpg": photo(number) for number in range(3)})})
    first, second, third = Product.objects.order_by("sku")
    form = {"products": [first.pk, second.pk], "status": "active", "tag": "Spring", "price": "59.90"}
    as_stranger.post("/merchant/products/bulk/", form)
    assert not Product.objects.filter(status="active").exists()
    page = as_owner.post("/merchant/products/bulk/", form, follow=True).content.decode()
    assert "2 products changed." in page
    assert Product.objects.filter(status="active", tags=["spring"], price="59.90").count() == 2
    third.refresh_from_db()
    assert (third.status, third.tags, third.price) == ("draft", [], None)
    assert "Choose at least one product" in as_owner.post("/merchant/products/bulk/", {}, follow=True).content.decode()
