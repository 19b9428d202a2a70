"""The wall's own column says of every row what its product and its merchant say, whoever changed them last."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from catalog.models import Colourway, Photo, Product, ProductStatus, PublishedVariant
from catalog.tenancy import roles
from tests.catalog.factories import MerchantFactory, PhotoFactory, ProductFactory, VariantFactory, active_product

TABLES = [model._meta.db_table for model in (Photo, Colourway, PublishedVariant)]
_WRONG = """
    SELECT count(*) FROM {table} c JOIN catalog_product p ON p.id = c.product_id JOIN catalog_merchant m ON m.id = p.merchant_id
    WHERE c.on_sale <> (p.status = 'active' AND m.is_active)
"""


def _on_sale(table: str) -> set[bool]:
    with connection.cursor() as cursor:
        cursor.execute(_WRONG.format(table=table))
        assert cursor.fetchone() == (0,), table
        cursor.execute(f"SELECT DISTINCT on_sale FROM {table}")  # noqa: S608  names of ours
        return {value for (value,) in cursor.fetchall()}


def _changes(product: Product) -> dict[str, Callable[[], object]]:
    rows, shop = Product.objects.filter(pk=product.pk), product.merchant
    other = MerchantFactory(is_active=False)
    return {
        "draft": lambda: rows.update(status=ProductStatus.DRAFT),
        "active": lambda: rows.update(status=ProductStatus.ACTIVE),
        "archived": lambda: rows.update(status=ProductStatus.ARCHIVED),
        "active again": lambda: rows.update(status=ProductStatus.ACTIVE),
        "shop closed": lambda: type(shop).objects.filter(pk=shop.pk).update(is_active=False),
        "shop opened": lambda: type(shop).objects.filter(pk=shop.pk).update(is_active=True),
        "to a closed shop": lambda: rows.update(merchant=other),
    }


@pytest.mark.django_db
def test_rows_follow_their_product_and_their_shop():
    product = active_product()
    VariantFactory(photo=product.photos.get(), product=product)
    seen = {}
    for name, change in _changes(product).items():
        change()
        seen[name] = [_on_sale(table) for table in TABLES]
    on, off = [{True}] * 3, [{False}] * 3
    assert seen == {
        "draft": off, "active": on, "archived": off, "active again": on,
        "shop closed": off, "shop opened": on, "to a closed shop": off,
    }  # fmt: skip


@pytest.mark.django_db
def test_a_row_that_goes_to_another_product_asks_that_one():
    shown, hidden = active_product(), ProductFactory(status=ProductStatus.DRAFT)
    Photo.objects.filter(product=shown).update(product=hidden)
    assert _on_sale("catalog_photo") == {False}


@pytest.mark.django_db(transaction=True)
def test_a_photo_that_is_being_added_and_a_product_that_is_withdrawn_wait_for_each_other():
    """Either could read what the other has not yet said, and a draft's photo would be on sale."""
    product, added, withdrawn = active_product(), threading.Event(), threading.Event()

    def withdraw() -> None:
        added.wait(10)
        Product.objects.filter(pk=product.pk).update(status=ProductStatus.DRAFT)
        withdrawn.set()
        connection.close()

    thread = threading.Thread(target=withdraw)
    thread.start()
    with transaction.atomic():
        PhotoFactory(product=product)
        added.set()
        _until(lambda: withdrawn.is_set() or _somebody_waits())
        assert not withdrawn.is_set()
    thread.join(10)
    assert _on_sale("catalog_photo") == {False}


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_the_shopper_is_shown_by_it():
    assert all(roles.SHOP_ROWS[table].endswith("on_sale") for table in TABLES)
