import io
import threading

import pytest
from django.db import connection

from catalog import storage
from catalog.errors import Conflict, ImageRefused, InvalidInput
from catalog.models import Photo, Product, ProductStatus, SearchEntry
from catalog.services import photos as services
from catalog.services import products as product_services
from catalog.signals import photo_added
from tests.catalog.factories import PhotoFactory, ProductFactory, VariantFactory, active_product
from tests.catalog.pictures import photo_bytes

pytestmark = pytest.mark.django_db


def _add(product: Product, colour: str = "#c1121f") -> Photo:
    return services.photo_add(product=product, name="a.png", data=photo_bytes(colour=colour), by=None)[0]


def test_a_photo_is_stored_under_the_hash_of_its_bytes(product: Product):
    photo = _add(product)
    stored = storage.get(photo.object_key)
    assert stored is not None
    assert stored.content_type == "image/png"
    assert photo.object_key == storage.content_key("photos", stored.data) == f"photos/{photo.sha256}"
    assert (photo.size, photo.width, photo.height) == (len(stored.data), 320, 240)
    assert set(photo.thumbnails) == {"160", "320"}
    assert all(storage.exists(key) for key in photo.thumbnails.values())
    assert photo.colour_family == "red"


def test_the_same_photo_twice_is_one_photo(product: Product):
    photo, is_new = services.photo_add(product=product, name="a.png", data=photo_bytes(), by=None)
    again, is_new_again = services.photo_add(product=product, name="b.png", data=photo_bytes(), by=None)
    assert (is_new, is_new_again) == (True, False)
    assert again == photo


def test_two_products_share_the_object_of_the_same_photo(product: Product):
    other = ProductFactory()
    assert _add(product).object_key == _add(other).object_key
    assert Photo.objects.count() == 2


def test_the_first_photo_is_the_primary_one(product: Product):
    first, second = _add(product), _add(product, "#000000")
    assert (first.is_primary, second.is_primary) == (True, False)
    assert (first.position, second.position) == (0, 1)


def test_bad_files_lose_nothing_of_the_rest(product: Product):
    files = [
        ("good.png", photo_bytes()),
        ("page.png", b"<html>"),
        ("C:\\photos\\second.jpg", photo_bytes("JPEG", colour="#000000")),
        ("good again.png", photo_bytes()),
    ]
    uploads = services.photos_add(product=product, files=[(name, io.BytesIO(data)) for name, data in files], by=None)
    assert [upload.name for upload in uploads] == ["good.png", "page.png", "second.jpg", "good again.png"]
    assert [bool(upload.error) for upload in uploads] == [False, True, False, False]
    assert [upload.is_new for upload in uploads] == [True, False, True, False]
    assert product.photos.count() == 2


def test_apps_above_hear_of_a_photo_once_it_is_committed(product: Product, django_capture_on_commit_callbacks):
    heard: list[Photo] = []

    def listen(photo: Photo, **_: object) -> None:
        heard.append(photo)

    photo_added.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=False) as callbacks:
            photo = _add(product)
            assert heard == []
        for callback in callbacks:
            if "photo_added" in repr(callback) or getattr(callback, "func", None) == photo_added.send:
                callback()
    finally:
        photo_added.disconnect(listen)
    assert heard == [photo]


def test_the_number_of_photos_is_limited(product: Product):
    PhotoFactory.create_batch(services.MAX_PHOTOS, product=product)
    with pytest.raises(InvalidInput, match="at most 20"):
        _add(product)


def test_an_unreachable_store_leaves_no_row_and_says_so(product: Product, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> str:
        raise storage.StorageError("down")

    monkeypatch.setattr(storage, "put", refuse)
    (upload,) = services.photos_add(product=product, files=[("a.png", io.BytesIO(photo_bytes()))], by=None)
    assert "could not be stored" in upload.error
    assert not product.photos.exists()


def test_another_photo_becomes_primary():
    product = active_product()
    second = PhotoFactory(product=product, position=1, colour_family="blue")
    services.photo_make_primary(photo=second)
    assert [photo.is_primary for photo in product.photos.all()] == [False, True]
    assert SearchEntry.objects.get(product=product).colour_family == "blue"


def test_photos_are_put_in_order(product: Product):
    photos = [PhotoFactory(product=product, position=index) for index in range(3)]
    services.photo_shift(photo=photos[2], steps=-1)
    assert list(product.photos.values_list("pk", flat=True)) == [photos[i].pk for i in (0, 2, 1)]
    with pytest.raises(InvalidInput):
        services.photos_order(product=product, photo_ids=[photos[0].pk])


def test_the_next_photo_inherits_being_primary(product: Product):
    first, second = PhotoFactory(product=product, is_primary=True), PhotoFactory(product=product, position=1)
    services.photo_delete(photo=first)
    second.refresh_from_db()
    assert second.is_primary


def test_the_only_photo_of_an_active_product_stays():
    product = active_product()
    with pytest.raises(Conflict, match="only photo"):
        services.photo_delete(photo=product.photos.get())
    assert product.photos.count() == 1


def test_a_photo_with_published_variants_stays(product: Product):
    photo = PhotoFactory(product=product)
    VariantFactory(photo=photo, product=product)
    with pytest.raises(Conflict, match="variants"):
        services.photo_delete(photo=photo)


def test_a_stream_is_read_no_further_than_the_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services.limits, "MAX_BYTES", 1000)
    stream = io.BytesIO(b"x" * 5000)
    with pytest.raises(ImageRefused, match="larger"):
        services.read_limited(stream)
    assert stream.tell() == 1001


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_the_same_moment_make_one_photo_and_one_primary():
    product = ProductFactory()
    barrier = threading.Barrier(4)
    colours = ["#c1121f", "#c1121f", "#000000", "#1d3557"]

    def upload(colour: str) -> None:
        barrier.wait()
        _add(product, colour)
        connection.close()

    threads = [threading.Thread(target=upload, args=[colour]) for colour in colours]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert product.photos.count() == 3
    assert product.photos.filter(is_primary=True).count() == 1
    assert sorted(product.photos.values_list("position", flat=True)) == [0, 1, 2]


def test_an_active_product_needs_its_photo_before(product: Product):
    _add(product)
    product_services.product_move(product=product, status=ProductStatus.ACTIVE)
    assert SearchEntry.objects.get(product=product).is_public
