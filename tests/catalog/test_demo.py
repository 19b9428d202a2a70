from decimal import Decimal

import pytest

from catalog.models import Photo, Product, ProductKind, Role, User
from catalog.services import demo
from tests.catalog.pictures import photo_bytes

pytestmark = pytest.mark.django_db


def test_the_demo_is_seeded_once_however_often_it_starts():
    picture = demo.DemoPicture(
        key="DEMO-1",
        kind=ProductKind.SHOE,
        title="Harbour Sneaker",
        data=photo_bytes(),
        file_name="demo.png",
        price=Decimal("79.00"),
    )
    for _ in range(2):
        merchant = demo.merchant_ensure(name="Demo", slug="demo")
        user = demo.user_ensure(email="Owner@example.com", password="shown once", name="Olu")
        demo.member_ensure(merchant=merchant, user=user, role=Role.OWNER)
        (product,) = demo.products_ensure(merchant=merchant, pictures=[picture])
    assert (Product.objects.count(), Photo.objects.count(), User.objects.count()) == (1, 1, 1)
    assert (product.status, product.synthetic, product.merchant.memberships.count()) == ("active", True, 1)


def test_a_changed_password_of_the_demo_is_kept():
    user = demo.user_ensure(email="owner@example.com", password="first", name="Olu")
    user.set_password("my own")
    user.save()
    demo.user_ensure(email="owner@example.com", password="first", name="Olu")
    user.refresh_from_db()
    assert user.check_password("my own")
