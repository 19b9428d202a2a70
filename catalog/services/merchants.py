"""What a merchant decides about their shop."""

from urllib.parse import quote, urlsplit

from django.db import transaction

from catalog.errors import InvalidInput
from catalog.models import Merchant, Product, PublishedVariant

_PLACEHOLDERS = ("{sku}", "{colour}")


@transaction.atomic
def merchant_update(*, merchant: Merchant, store_link: str, shows_previews: bool) -> Merchant:
    """Raises InvalidInput for a store address that leads nowhere."""
    locked = Merchant.objects.select_for_update().get(pk=merchant.pk)
    locked.store_link, locked.shows_previews = checked_link(store_link.strip()), shows_previews
    locked.save(update_fields=["store_link", "shows_previews"])
    return locked


def checked_link(pattern: str) -> str:
    if not pattern:
        return ""
    rest = pattern
    for placeholder in _PLACEHOLDERS:
        rest = rest.replace(placeholder, "x")
    parts = urlsplit(rest) if rest.isprintable() and " " not in rest else urlsplit("")
    problem = ""
    if parts.scheme not in {"https", "http"} or "." not in (parts.hostname or ""):
        problem = "Write the whole address, beginning with https://."
    elif "{" in rest or "}" in rest:
        problem = "Only {sku} and {colour} can be filled in."
    elif any(placeholder in pattern.split("/")[2] for placeholder in _PLACEHOLDERS):
        problem = "The store's own name cannot be filled in, only what follows it."
    if problem:
        raise InvalidInput(problem, extra={"store_link": [problem]})
    return pattern


def buy_address(product: Product, variant: PublishedVariant | None) -> str:
    """Where shoppers buy it; empty where the merchant has not said. Wants the product's merchant."""
    pattern = product.merchant.store_link
    colour = variant.colour_name if variant else ""
    return pattern.replace("{sku}", quote(product.sku, safe="")).replace("{colour}", quote(colour, safe=""))
