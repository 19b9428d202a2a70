"""The rows of the shop that `benchmarks.storefront` asks for pages. Import it after `django.setup()`."""

import random
from collections.abc import Iterable
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone

from catalog.colours import FAMILIES, Lab, lab_from_hex
from catalog.models import (
    SHAPE_DIMENSIONS,
    Colourway,
    Merchant,
    Photo,
    Product,
    ProductKind,
    ProductStatus,
    PublishedVariant,
    SearchEntry,
)
from deploy.local.ownership import as_owner

VARIANTS = (0, 0, 1, 2, 4, 6)  # published colours of a product, in turn
MERCHANTS = 25
_WORDS = ("Harbour", "Ridge", "Linden", "Fjord", "Garden", "Studio", "Marais", "Vela")

Shade = tuple[str, str, Lab]  # family, hex number, place
SHADES: list[Shade] = [(family, shade, lab_from_hex(shade)) for family, shades in FAMILIES.items() for shade in shades]


def fill(count: int) -> None:
    """Rows as uploads make them; their pictures are never fetched."""
    chance = random.Random(7)
    products = _products(count, chance)
    photos = _photos(products, chance)
    _search_entries(products, [*photos, *_variants(photos, chance)])
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _products(count: int, chance: random.Random) -> list[Product]:
    merchants = Merchant.objects.bulk_create(
        Merchant(name=f"Shop {number}", slug=f"shop-{number}") for number in range(MERCHANTS)
    )
    return Product.objects.bulk_create(
        Product(
            merchant=merchants[number % MERCHANTS],
            kind=(ProductKind.SHOE, ProductKind.SHIRT)[number % 2],
            title=f"{chance.choice(_WORDS)} {('Sneaker', 'Shirt')[number % 2]} {number}",
            slug=f"product-{number}",
            sku=f"SKU-{number}",
            description="A product with a description of an ordinary length. " * 4,
            price=f"{chance.randint(20, 200)}.90",
            status=ProductStatus.ACTIVE,
        )
        for number in range(count)
    )


def _photos(products: Iterable[Product], chance: random.Random) -> list[Photo]:
    return Photo.objects.bulk_create(
        Photo(
            product=product,
            sha256=f"{product.pk:064}",
            source_sha256=f"{product.pk:064}",
            object_key=f"photos/{product.pk}",
            content_type="image/jpeg",
            size=200_000,
            is_primary=True,
            colour_hex="#808080",
            **looks(f"p{product.pk}", chance.choice(SHADES)),
        )
        for product in products
    )


def _variants(photos: Iterable[Photo], chance: random.Random) -> list[PublishedVariant]:
    wanted = [
        (photo, index, shade)
        for number, photo in enumerate(photos)
        for index, shade in enumerate(chance.sample(SHADES, VARIANTS[number % len(VARIANTS)]))
    ]
    colourways = Colourway.objects.bulk_create(
        Colourway(
            merchant=photo.product.merchant, product=photo.product, name=shade[0].title(), swatch_hex=shade[1],
            position=index,
        )
        for photo, index, shade in wanted
    )  # fmt: skip
    return PublishedVariant.objects.bulk_create(
        PublishedVariant(
            product=photo.product,
            photo=photo,
            colourway=colourway,
            slug=f"colour-{index}",
            colour_name=shade[0].title(),
            swatch_hex=shade[1],
            object_key=f"variants/{photo.pk}-{index}",
            published_at=timezone.now(),
            **looks(f"v{photo.pk}-{index}", shade),
        )
        for colourway, (photo, index, shade) in zip(colourways, wanted, strict=True)
    )


def looks(name: str, shade: Shade) -> dict[str, Any]:
    family, _, lab = shade
    thumbnails = {width: f"thumbs/{name}-{width}" for width in ("160", "320", "640", "1280")}
    place = {"colour_lab_l": lab.l, "colour_lab_a": lab.a, "colour_lab_b": lab.b}
    return {"thumbnails": thumbnails, "colour_family": family, "width": 1600, "height": 1600, **place}


def _search_entries(products: list[Product], sources: Iterable[Photo | PublishedVariant]) -> None:
    """A variant has the shape of its product."""
    shapes = np.random.default_rng(7).normal(size=(len(products), SHAPE_DIMENSIONS)).astype(np.float32)
    shape_of = dict(zip((product.pk for product in products), shapes, strict=True))
    SearchEntry.objects.bulk_create(
        SearchEntry(
            merchant=source.product.merchant,
            product=source.product,
            photo=source if isinstance(source, Photo) else source.photo,
            variant=source if isinstance(source, PublishedVariant) else None,
            kind=source.product.kind,
            is_public=True,
            colour_family=source.colour_family,
            colour_vector=[source.colour_lab_l, source.colour_lab_a, source.colour_lab_b],
            shape_vector=shape_of[source.product_id],
            shape_version="benchmark-1",
        )
        for source in sources
    )
