"""One row for everything that can be bought: each colour of a product in each size. The product itself is never a row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse

from catalog import naming
from catalog.models import Alteration, Colourway, Photo, Product, PublishedVariant
from catalog.templatetags.shop import alt_text, own_colour, picture_alt
from editing.publishing.exports.pictures import pages
from editing.publishing.selectors import of

Absolute = Callable[[str], str]  # from a path to an address


@dataclass(frozen=True, kw_only=True)
class RowImage:
    address: str
    alt: str
    alteration: Alteration


@dataclass(frozen=True, kw_only=True)
class SoldRow:
    """Something that can be bought."""

    product: Product
    sku: str
    group: str
    colour: str
    size: str
    price: Decimal | None
    stock: int | None
    page: str
    images: list[RowImage] = field(default_factory=list)

    @property
    def title(self) -> str:
        return " · ".join(part for part in (self.product.title, self.colour, self.size) if part)

    @property
    def is_available(self) -> bool:
        return self.stock is None or self.stock > 0


def rows(merchant_id: int, products: QuerySet[Product], absolute: Absolute) -> Iterator[SoldRow]:
    """The rows of a merchant's products with a photo, product by product."""
    for page in pages(merchant_id, products):
        for product in page:
            yield from rows_of(product, absolute)


def rows_of(product: Product, absolute: Absolute) -> Iterator[SoldRow]:
    """The photographed colour first, then the colourways in their order. Wants `with_pictures`."""
    photos = list(of(product, "all_photos"))
    if photos:
        yield from _sized(
            product, None, photos[0], [_photo_image(photo, product, absolute) for photo in photos], absolute
        )
    for colourway in of(product, "live_colourways"):
        shown = list(of(colourway, "live_pictures"))
        images = [_picture_image(row, product, absolute) for row in shown]
        yield from _sized(product, colourway, shown[0], images, absolute)


def _sized(
    product: Product, colourway: Colourway | None, lead: Photo | PublishedVariant, images: list[RowImage],
    absolute: Absolute,
) -> Iterator[SoldRow]:  # fmt: skip
    sku = (colourway.sku if colourway else "") or product.sku
    if isinstance(lead, PublishedVariant):
        page, colour = reverse("catalog:variant", args=[product.slug, lead.slug]), lead.colour_name
    else:
        page, colour = product.get_absolute_url(), own_colour(product, lead)
    own_price = colourway.price if colourway else None
    for size in product.sizes or [""]:
        yield SoldRow(
            product=product, sku=f"{sku}-{naming.code(size)}" if size else sku, group=f"group-{product.sku}"[:50],
            colour=colour, size=size, price=product.price if own_price is None else own_price,
            stock=colourway.stock if colourway else None, page=absolute(page), images=images,
        )  # fmt: skip


def _photo_image(photo: Photo, product: Product, absolute: Absolute) -> RowImage:
    photo.product = product
    address = absolute(reverse("catalog:photo-picture", args=[photo.pk]))
    return RowImage(address=address, alt=alt_text(photo), alteration=Alteration(photo.alteration))


def _picture_image(row: PublishedVariant, product: Product, absolute: Absolute) -> RowImage:
    row.product = product
    address = absolute(reverse("catalog:picture", args=[row.pk]))
    return RowImage(address=address, alt=picture_alt(row), alteration=row.alteration)
