"""What a product's page says to search engines: schema.org as JSON-LD.

It is data and not a script, so that the strict content security policy lets it pass.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from catalog.models import Alteration, Photo, Product, PublishedVariant
from catalog.templatetags.shop import alt_text, own_colour, picture_alt, primary

_SOURCE_TYPE = {
    Alteration.MODIFIED: "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource",
    Alteration.GENERATED: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
}
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
Absolute = Callable[[str], str]


def product_json_ld(product: Product, absolute: Absolute) -> SafeString:
    """The group with a product for each colour, as `<script>` holds it. Wants `with_page`."""
    shown: Iterable[PublishedVariant] = product.live_variants  # type: ignore[attr-defined]
    own: Photo | None = primary(product.all_photos)  # type: ignore[attr-defined]
    sold = [_in_own_colour(product, own, absolute), *(_in_colour(product, row, absolute) for row in shown)]
    group: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "ProductGroup",
        "name": product.title,
        "description": product.description or product.title,
        "url": absolute(product.get_absolute_url()),
        "productGroupID": f"group-{product.sku}"[:50],
        "brand": {"@type": "Brand", "name": product.merchant.name},
        "variesBy": ["https://schema.org/color"],
        "hasVariant": sold,
    }
    text = json.dumps(group, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(text)  # noqa: S308  every < of it is escaped


def _in_own_colour(product: Product, photo: Photo | None, absolute: Absolute) -> dict[str, Any]:
    image = None
    if photo is not None:
        address = absolute(reverse("catalog:photo-picture", args=[photo.pk]))
        image = _image(address, alt_text(photo), Alteration(photo.alteration))
    colour, page = own_colour(product, photo), product.get_absolute_url()
    return _sold(product, colour, product.sku, product.price, None, page, image, absolute)


def _in_colour(product: Product, row: PublishedVariant, absolute: Absolute) -> dict[str, Any]:
    sold = row.colourway
    row.product = product
    address = absolute(reverse("catalog:picture", args=[row.pk]))
    image = _image(address, picture_alt(row), row.alteration)
    price = product.price if sold.price is None else sold.price
    page = row.get_absolute_url()
    return _sold(product, row.colour_name, sold.sku or product.sku, price, sold.stock, page, image, absolute)


def _sold(
    product: Product, colour: str, sku: str, price: Any, stock: int | None, page: str, image: dict[str, Any] | None,
    absolute: Absolute,
) -> dict[str, Any]:  # fmt: skip
    made: dict[str, Any] = {
        "@type": "Product", "name": f"{product.title} in {colour}", "sku": sku, "color": colour, "url": absolute(page),
    }  # fmt: skip
    if image:
        made["image"] = image
    if price is not None:
        availability = "InStock" if stock is None or stock > 0 else "OutOfStock"
        made["offers"] = {
            "@type": "Offer", "url": absolute(page), "price": f"{price:.2f}", "priceCurrency": product.merchant.currency,
            "availability": f"https://schema.org/{availability}", "itemCondition": "https://schema.org/NewCondition",
        }  # fmt: skip
    return made


def _image(address: str, caption: str, alteration: Alteration) -> dict[str, Any]:
    kind = {"digitalSourceType": _SOURCE_TYPE[alteration]} if alteration in _SOURCE_TYPE else {}
    return {"@type": "ImageObject", "contentUrl": address, "caption": caption, **kind}
