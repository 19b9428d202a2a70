"""What a store is told about one product: the same for every kind of store."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from catalog import naming, storage
from catalog.models import Colourway, Photo, Product, PublishedVariant
from catalog.templatetags.shop import alt_text, own_colour, picture_alt
from editing.publishing.selectors import of, with_pictures


@dataclass(frozen=True, kw_only=True)
class Picture:
    key: str  # of the object; its address changes from hour to hour
    alt: str
    extension: str

    @property
    def address(self) -> str:
        return storage.delivery_url(self.key)

    @property
    def name(self) -> str:
        """The same picture has the same name."""
        return f"{hashlib.sha256(self.key.encode()).hexdigest()[:16]}.{self.extension}"


@dataclass(frozen=True, kw_only=True)
class SoldVariant:
    sku: str
    colour: str
    size: str
    price: str
    stock: int | None
    picture: Picture


@dataclass(frozen=True, kw_only=True)
class Goods:
    """One product with everything that can be bought of it."""

    reference: str  # ours, by which the store's product is known again
    handle: str
    title: str
    description: str
    vendor: str
    kind: str
    tags: list[str]
    currency: str
    colours: list[str]
    sizes: list[str]
    pictures: list[Picture]
    variants: list[SoldVariant]

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def goods_of(product_id: int) -> Goods | None:
    """The product as it is now; None where nothing of it is in the shop any more."""
    product = with_pictures(Product.objects.filter(pk=product_id, status="active", merchant__is_active=True)).first()
    photos: list[Photo] = list(of(product, "all_photos")) if product else []
    if product is None or not photos:
        return None
    own = [_photo(product, photo) for photo in photos]
    sets: list[tuple[Colourway | None, str, list[Picture]]] = [(None, own_colour(product, photos[0]), own)]
    for colourway in of(product, "live_colourways"):
        pictures = [_picture(product, row) for row in of(colourway, "live_pictures")]
        sets.append((colourway, colourway.name, pictures))
    named = naming.told_apart([colour for _, colour, _ in sets], limit=60)
    return Goods(
        reference=f"colorway-{product.pk}",
        handle=product.slug,
        title=product.title,
        description=product.description,
        vendor=product.merchant.name,
        kind=product.get_kind_display(),
        tags=list(product.tags),
        currency=product.merchant.currency,
        colours=named,
        sizes=list(product.sizes),
        pictures=list({picture.key: picture for _, _, pictures in sets for picture in pictures}.values()),
        variants=[
            variant
            for (colourway, _, pictures), name in zip(sets, named, strict=True)
            for variant in _sold(product, colourway, name, pictures[0])
        ],
    )


def _sold(product: Product, colourway: Colourway | None, colour: str, picture: Picture) -> list[SoldVariant]:
    sku = (colourway.sku if colourway else "") or product.sku
    own_price = colourway.price if colourway else None
    price = product.price if own_price is None else own_price
    return [
        SoldVariant(
            sku=f"{sku}-{naming.code(size)}" if size else sku, colour=colour, size=size,
            price="" if price is None else f"{price:.2f}", stock=colourway.stock if colourway else None, picture=picture,
        )
        for size in product.sizes or [""]
    ]  # fmt: skip


def _photo(product: Product, photo: Photo) -> Picture:
    photo.product = product
    largest: Any = max(photo.thumbnails, key=int, default="")
    key = str(photo.thumbnails[largest]) if largest else photo.object_key
    return Picture(key=key, alt=alt_text(photo), extension="webp" if largest else photo.content_type.rpartition("/")[2])


def _picture(product: Product, row: PublishedVariant) -> Picture:
    row.product = product
    return Picture(key=row.object_key, alt=picture_alt(row), extension=row.content_type.rpartition("/")[2])
