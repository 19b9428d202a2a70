from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Merchant, Photo, Product
from tests.catalog.factories import MerchantFactory
from tests.catalog.pictures import photo_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Merchant:
    return MerchantFactory(slug="mine")


def _import(*arguments: object) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_photos", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def _folder(tmp_path: Path, **files: bytes) -> Path:
    for name, data in files.items():
        (tmp_path / name.replace("__", ".")).write_bytes(data)
    return tmp_path


def test_a_folder_becomes_products_and_again_changes_nothing(tmp_path: Path, merchant: Merchant):
    folder = _folder(tmp_path, lake_loafer__png=photo_bytes(), runner__jpg=photo_bytes("JPEG"), notes__txt=b"hello")
    out, _ = _import(folder)
    assert "2 photos brought in, 0 were there already, 0 rows refused." in out
    assert set(Product.objects.values_list("title", "sku", "status")) == {
        ("Lake loafer", "lake_loafer", "active"),
        ("Runner", "runner", "active"),
    }
    out, _ = _import(folder)
    assert "0 photos brought in, 2 were there already" in out
    assert Photo.objects.count() == 2


def test_a_bad_photo_leaves_nothing_and_the_rest_comes_in(tmp_path: Path, merchant: Merchant):
    folder = _folder(tmp_path, bad__png=b"nothing", good__png=photo_bytes())
    out, err = _import(folder, "--draft")
    assert "1 photos brought in, 0 were there already, 1 rows refused." in out
    assert err.startswith("bad.png: This is not a picture")
    assert list(Product.objects.values_list("sku", "status")) == [("good", "draft")]


CSV = """file,kind,title,sku,price,tags,description
a.png,shirt,Linen Shirt,LS-1,49.90,"linen, summer",Soft.
b.png,shirt,Linen Shirt,LS-1,49.90,"linen, summer",Soft.
missing.png,shoe,Gone,G-1,,,
a.png,hat,Hat,H-1,,,
a.png,shoe,Dear,D-1,a lot,,
../a.png,shoe,Outside,O-1,,,
,shoe,Nameless,N-1,,,
c.png,,,,,,
"""


def test_a_csv_says_what_the_photos_show(tmp_path: Path, merchant: Merchant):
    folder = _folder(
        tmp_path, a__png=photo_bytes(), b__png=photo_bytes(colour="#000"), c__png=photo_bytes(), rows__csv=CSV.encode()
    )
    out, err = _import(folder, "--csv", folder / "rows.csv", "--merchant", "mine")
    assert "3 photos brought in, 0 were there already, 5 rows refused." in out
    assert [line.split(":")[0] for line in err.splitlines()] == ["line 4", "line 5", "line 6", "line 7", "line 8"]
    for line, reason in zip(err.splitlines(), ("no file", "kind", "price", "outside", "No file"), strict=True):
        assert reason in line
    shirt = Product.objects.get(sku="LS-1")
    assert (shirt.kind, shirt.tags, str(shirt.price), shirt.photos.count()) == (
        "shirt",
        ["linen", "summer"],
        "49.90",
        2,
    )
    assert Product.objects.get(sku="c").kind == "shoe"


def test_a_row_changes_a_product_that_exists(tmp_path: Path, merchant: Merchant):
    folder = _folder(tmp_path, a__png=photo_bytes(), rows__csv=b"file,sku,price\na.png,LS-1,10")
    _import(folder, "--csv", folder / "rows.csv")
    (folder / "rows.csv").write_text("file,sku,price\na.png,LS-1,12.50")
    _import(folder, "--csv", folder / "rows.csv")
    assert str(Product.objects.get().price) == "12.50"


def test_what_cannot_start_says_why(tmp_path: Path, merchant: Merchant):
    folder = _folder(tmp_path, rows__csv=b"picture\na.png", bad__png=b"")
    for arguments, reason in (
        ([folder / "none"], "not a folder"),
        ([folder, "--merchant", "none"], "No merchant none"),
        ([folder, "--csv", folder / "rows.csv"], "column 'file'"),
        ([folder, "--csv", folder / "none.csv"], "No such file"),
        ([folder], "Nothing could be brought in"),
    ):
        with pytest.raises(CommandError, match=reason):
            _import(*arguments)
    MerchantFactory()
    with pytest.raises(CommandError, match="--merchant"):
        _import(folder)
