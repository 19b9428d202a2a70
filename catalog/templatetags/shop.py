"""What pages say about photos, colours and prices."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog import storage
from catalog.models import Photo, Product, PublishedVariant
from catalog.services.merchants import buy_address

register = template.Library()

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


@register.inclusion_tag("catalog/_image.html")
def image(source: Photo | PublishedVariant | None, sizes: str, alt: str = "", eager: bool = False) -> dict[str, Any]:
    """A picture in the width that the screen needs. `sizes` is the HTML attribute of that name."""
    if source is None or not source.thumbnails:
        return {"source": None}
    widths = sorted(source.thumbnails, key=int)
    middle = next((width for width in widths if int(width) >= 320), widths[-1])
    return {
        "source": source,
        "url": storage.delivery_url(source.thumbnails[middle]),
        "candidates": [(storage.delivery_url(source.thumbnails[width]), width) for width in widths if int(width) > 160],
        "sizes": sizes,
        "alt": alt,
        "eager": eager,
    }


@register.simple_tag
def swatch(hex_colour: str) -> SafeString:
    """A dot of the colour. The fill is an attribute, because pages allow no inline styles."""
    return format_html(
        '<svg class="swatch" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="9" fill="{}"/></svg>',
        hex_colour,
    )


@register.filter
def price(product: Product) -> str:
    return "" if product.price is None else _money(product.price, product.merchant.currency)


@register.filter
def price_in(product: Product, variant: PublishedVariant | None) -> str:
    """The colourway's own price, else the product's."""
    own = variant.colourway.price if variant else None
    return price(product) if own is None else _money(own, product.merchant.currency)


def _money(amount: Decimal, currency: str) -> str:
    digits = f"{amount:,.0f}" if currency == "JPY" else f"{amount:,.2f}"
    return f"{_SYMBOLS[currency]}{digits}" if currency in _SYMBOLS else f"{digits} {currency}"


@register.filter
def first_of(items: list[Any]) -> Any:
    return items[0] if items else None


@register.filter
def after_first(items: list[Any], count: int) -> int:
    """How many items are left beyond `count`."""
    return max(len(items) - count, 0)


@register.filter
def largest(source: Photo | PublishedVariant | None) -> str:
    """The address of the largest picture that everybody may see: originals are private."""
    if isinstance(source, PublishedVariant):
        return storage.delivery_url(source.object_key)
    if source is None or not source.thumbnails:
        return ""
    return storage.delivery_url(source.thumbnails[max(source.thumbnails, key=int)])


@register.simple_tag
def buy_link(product: Product, variant: PublishedVariant | None) -> str:
    return buy_address(product, variant)


@register.simple_tag(takes_context=True)
def in_asked_colour(context: template.Context, product: Product) -> PublishedVariant | None:
    """The variant that shows a product in the family that the grid is filtered by; None where its photo does."""
    chosen = context.get("chosen")
    family = chosen.colour if chosen else ""
    photos: list[Photo] = product.primary_photos  # type: ignore[attr-defined]
    if not family or any(family == own for photo in photos for _, own in photo.colours):
        return None
    variants: list[PublishedVariant] = product.live_variants  # type: ignore[attr-defined]
    return next((variant for variant in variants if variant.colour_family == family), None)


@register.filter
def primary(photos: list[Photo]) -> Photo | None:
    return next((photo for photo in photos if photo.is_primary), None)


@register.filter
def own_colour(product: Product, photo: Photo | None) -> str:
    """What the photographed colour is called: by the merchant, else by its family, or both families."""
    return product.colour_name or (photo.colour_words.capitalize() if photo else "")


@register.filter
def picture_alt(picture: PublishedVariant) -> str:
    """What the merchant wrote, else title, colour and view."""
    if picture.alt_text:
        return picture.alt_text
    view = f", {picture.photo.get_view_display().lower()}" if picture.photo.view else ""
    return f"{picture.product.title} in {picture.colour_name}{view}"


@register.filter
def alt_text(photo: Photo | None) -> str:
    """What the merchant wrote, else what is known anyway."""
    if photo is None:
        return ""
    return photo.alt_text or f"{photo.product.title}, {photo.colour_words}"
