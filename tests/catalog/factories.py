"""Rows for tests. Their photos name objects that are not in the store; tests that need them upload."""

import datetime
import hashlib
from decimal import Decimal
from functools import cache
from typing import Any

import factory
from django.contrib.auth.hashers import make_password

from catalog.models import (
    Colourway,
    Membership,
    Merchant,
    Photo,
    Product,
    ProductStatus,
    PublishedVariant,
    Role,
    User,
)
from catalog.services import search_index

PASSWORD = "a long enough password"


@cache
def _hashed_password() -> str:
    """Hashed once: a good hash is slow."""
    return make_password(PASSWORD)


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda number: f"person{number}@example.com")

    password = factory.LazyFunction(_hashed_password)


class MerchantFactory(factory.django.DjangoModelFactory[Merchant]):
    class Meta:
        model = Merchant

    name = factory.Sequence(lambda number: f"Merchant {number}")
    slug = factory.Sequence(lambda number: f"merchant-{number}")


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    merchant = factory.SubFactory(MerchantFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.OWNER


class ProductFactory(factory.django.DjangoModelFactory[Product]):
    class Meta:
        model = Product

    merchant = factory.SubFactory(MerchantFactory)
    kind = "shoe"
    title = factory.Sequence(lambda number: f"Harbour Sneaker {number}")
    slug = factory.Sequence(lambda number: f"harbour-sneaker-{number}")
    sku = factory.Sequence(lambda number: f"HS-{number:05}")
    price = Decimal("79.90")
    description = "A canvas sneaker with a stitched sole."
    tags = ["canvas"]


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class PhotoFactory(factory.django.DjangoModelFactory[Photo]):
    class Meta:
        model = Photo

    product = factory.SubFactory(ProductFactory)
    sha256 = factory.Sequence(lambda number: _sha(f"photo {number}"))
    source_sha256 = factory.SelfAttribute("sha256")
    object_key = factory.LazyAttribute(lambda photo: f"photos/{photo.sha256}")
    content_type = "image/jpeg"
    size = 120_000
    width = height = 1200
    thumbnails = factory.LazyAttribute(
        lambda photo: {width: f"thumbs/{_sha(photo.sha256 + width)}" for width in ("160", "320", "640", "1280")}
    )
    colour_hex = "#c1121f"
    colour_lab_l, colour_lab_a, colour_lab_b = 41.0, 62.0, 42.0
    colour_family = "red"
    original_name = "sneaker.jpg"


class ColourwayFactory(factory.django.DjangoModelFactory[Colourway]):
    class Meta:
        model = Colourway

    product = factory.SubFactory(ProductFactory)
    merchant = factory.SelfAttribute("product.merchant")
    name = "Navy"
    swatch_hex = "#1d3557"


class VariantFactory(factory.django.DjangoModelFactory[PublishedVariant]):
    class Meta:
        model = PublishedVariant

    photo = factory.SubFactory(PhotoFactory)
    product = factory.SelfAttribute("photo.product")
    colourway = factory.SubFactory(ColourwayFactory, product=factory.SelfAttribute("..product"))
    slug = factory.Sequence(lambda number: f"navy-{number}")
    colour_name = "Navy"
    swatch_hex = "#1d3557"
    colour_lab_l, colour_lab_a, colour_lab_b = 22.0, 1.0, -22.0
    colour_family = "blue"
    object_key = factory.Sequence(lambda number: f"variants/{_sha(f'variant {number}')}")
    width = height = 1200
    thumbnails = factory.LazyAttribute(lambda variant: {"320": f"thumbs/{_sha(variant.object_key)}"})
    published_at = factory.Faker("past_datetime", tzinfo=datetime.UTC)


def active_product(**fields: Any) -> Product:
    """An active product with its primary photo and its search entry."""
    product = ProductFactory(status=ProductStatus.ACTIVE, **fields)
    PhotoFactory(product=product, is_primary=True)
    search_index.product_reindex(product)
    return product
