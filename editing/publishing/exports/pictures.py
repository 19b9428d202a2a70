"""Which pictures leave, in an order and with names of their own. Read product by product, so that any number can leave."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from catalog import naming
from catalog.models import Alteration, Colourway, Photo, Product, PublishedVariant
from catalog.templatetags.shop import alt_text, own_colour, picture_alt
from catalog.tenancy.wall import briefly_as
from editing.models import Variant
from editing.publishing.exports.presets import Preset
from editing.publishing.selectors import of, with_pictures

PAGE = 50  # products that are read at once
NAME_FIELDS = ("product", "sku", "product_sku", "colour", "view", "number", "size")
DEFAULT_NAME = "{product}/{colour}-{view}"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture that leaves."""

    product: Product
    colourway: Colourway | None  # None: as photographed
    photo: Photo
    number: int  # within its colour, from 1
    object_key: str
    content_type: str
    width: int
    height: int
    alpha_key: str
    alt: str
    alteration: Alteration

    @property
    def colour(self) -> str:
        return self.colourway.name if self.colourway else own_colour(self.product, self.photo)

    @property
    def sku(self) -> str:
        return (self.colourway.sku if self.colourway else "") or self.product.sku


def pictures(merchant_id: int, products: QuerySet[Product], *, with_photos: bool) -> Iterator[Picture]:
    """The live pictures of all colourways of a merchant's products, and on wish the photos themselves."""
    for page in pages(merchant_id, products):
        with briefly_as(merchant_id):
            alphas = _alphas(page)
        for product in page:
            if with_photos:
                yield from _photos(product, alphas)
            for colourway in of(product, "live_colourways"):
                yield from _of(product, colourway, alphas)


def pages(merchant_id: int, products: QuerySet[Product]) -> Iterator[list[Product]]:
    """Page by page, each within the merchant's wall: a body is made after its view has left it."""
    last = 0
    while True:
        with briefly_as(merchant_id):
            page = list(with_pictures(products.filter(pk__gt=last).order_by("pk"))[:PAGE])
        if not page:
            return
        yield page
        last = page[-1].pk


def _alphas(page: list[Product]) -> dict[int, str]:
    """By photo, the product's opacity as a worker found it. A recoloured product keeps its photo's outline."""
    rows = Variant.objects.filter(photo__product__in=page, colourway__kind="colour").exclude(alpha_key="")
    return dict(rows.order_by("pk").values_list("photo", "alpha_key"))


def _photos(product: Product, alphas: dict[int, str]) -> Iterator[Picture]:
    for number, photo in enumerate(of(product, "all_photos"), 1):
        photo.product = product
        yield Picture(
            product=product, colourway=None, photo=photo, number=number, object_key=photo.object_key,
            content_type=photo.content_type, width=photo.width, height=photo.height,
            alpha_key=alphas.get(photo.pk, ""), alt=alt_text(photo), alteration=Alteration(photo.alteration),
        )  # fmt: skip


def _of(product: Product, colourway: Colourway, alphas: dict[int, str]) -> Iterator[Picture]:
    shown: list[PublishedVariant] = list(of(colourway, "live_pictures"))
    for number, row in enumerate(shown, 1):
        row.product = product
        yield Picture(
            product=product, colourway=colourway, photo=row.photo, number=number, object_key=row.object_key,
            content_type=row.content_type, width=row.width, height=row.height,
            alpha_key=alphas.get(row.photo_id, "") if colourway.kind == "colour" else "", alt=picture_alt(row),
            alteration=row.alteration,
        )  # fmt: skip


def name_of(picture: Picture, pattern: str, preset: Preset) -> str:
    """The file's path in the ZIP, without its ending. Letters that file systems dislike are left out."""
    values: dict[str, str | int] = {
        "product": naming.file_part(picture.product.title) or "product",
        "sku": naming.file_part(picture.sku) or "sku",
        "product_sku": naming.file_part(picture.product.sku) or "sku",
        "colour": naming.file_part(picture.colour) or "colour",
        "view": picture.photo.view or f"view{picture.number}",
        "number": picture.number,
        "size": str(preset.side or max(picture.width, picture.height)),
    }
    parts = (part.strip(". ") for part in naming.fill(pattern, values).split("/"))
    return "/".join(part for part in parts if part)[:180]


def file_extension(picture: Picture, preset: Preset) -> str:
    if preset.format != "original":
        return preset.extension
    return {"image/jpeg": "jpg", "image/png": "png"}.get(picture.content_type, "webp")


def problems_of(picture: Picture, preset: Preset) -> list[str]:
    """What the place would not take, or what cannot be made."""
    found = []
    if preset.needs_cut_out and not picture.alpha_key:
        found.append("its cut-out is not known yet: it leaves with its own background")
    if max(picture.width, picture.height) < preset.least_side:
        found.append(f"smaller than {preset.least_side} px")
    if preset.no_person and picture.photo.view == "worn" and picture.number == 1:
        found.append("worn, as the main picture")
    return found
