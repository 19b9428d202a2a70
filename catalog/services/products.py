"""Creating and changing products."""

import secrets
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from catalog.errors import CatalogError, Conflict, InvalidInput, TransitionRefused
from catalog.models import Merchant, Product, ProductStatus
from catalog.services import search_index

EDITABLE = frozenset({"kind", "title", "sku", "description", "tags", "price", "synthetic", "colour_name", "sizes"})
MAX_TAGS, MAX_SIZES = 20, 40

# From each status, where a product may go.
MOVES: dict[ProductStatus, frozenset[ProductStatus]] = {
    ProductStatus.DRAFT: frozenset({ProductStatus.ACTIVE, ProductStatus.ARCHIVED}),
    ProductStatus.ACTIVE: frozenset({ProductStatus.DRAFT, ProductStatus.ARCHIVED}),
    ProductStatus.ARCHIVED: frozenset({ProductStatus.DRAFT, ProductStatus.ACTIVE}),
}


def product_create(*, merchant: Merchant, fields: Mapping[str, Any]) -> Product:
    """A new draft. Raises InvalidInput, with the fields at fault, and Conflict for a SKU in use."""
    product = Product(merchant=merchant, **_editable(fields))
    product.slug = f"{slugify(product.title)[:80] or product.kind}-{secrets.token_hex(4)}"
    return _save(product)


@transaction.atomic
def product_update(*, product: Product, fields: Mapping[str, Any]) -> Product:
    """Change a product that is locked for writing."""
    for name, value in _editable(fields).items():
        setattr(product, name, value)
    _save(product)
    search_index.product_reindex(product)
    return product


@transaction.atomic
def product_move(*, product: Product, status: ProductStatus) -> Product:
    """Change a locked product's status. Raises TransitionRefused."""
    current = ProductStatus(product.status)
    if status == current:
        return product
    if status not in MOVES[current]:
        raise TransitionRefused(f"A product cannot go from {current.value} to {status.value}.")
    if status == ProductStatus.ACTIVE and not product.photos.exists():
        raise TransitionRefused("Add a photo before you activate the product: shoppers buy what they see.")
    product.status = status
    product.save(update_fields=["status", "updated_at"])
    search_index.product_reindex(product)
    return product


@transaction.atomic
def products_change(
    *, products: Iterable[Product], status: ProductStatus | None, tag: str, price: Decimal | None
) -> list[str]:
    """Change locked products alike; sentences for those that cannot be. The others are changed."""
    problems = []
    for product in products:
        fields: dict[str, Any] = {"price": price} if price is not None else {}
        if tag:
            fields["tags"] = [*product.tags, tag]
        try:
            with transaction.atomic():
                if fields:
                    product_update(product=product, fields=fields)
                if status is not None:
                    product_move(product=product, status=status)
        except CatalogError as error:
            problems.append(f"{product.title}: {error.message}")
    return problems


def product_delete(*, product: Product) -> None:
    """Delete a locked product with its rows. Its stored objects may be shared; the garbage collection finds them."""
    product.delete()


def _editable(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(fields) - EDITABLE)
    if unknown:
        raise InvalidInput(
            "These fields cannot be set.", extra={name: ["This field cannot be set."] for name in unknown}
        )
    values = dict(fields)
    if "tags" in values:
        values["tags"] = clean_tags(values["tags"])
    if "sizes" in values:
        values["sizes"] = list(dict.fromkeys(size.strip() for size in values["sizes"] if size.strip()))[:MAX_SIZES]
    return values


def clean_tags(tags: list[str]) -> list[str]:
    """Lower case, without doubles, in the given order."""
    return list(dict.fromkeys(tag.strip().lower() for tag in tags if tag.strip()))[:MAX_TAGS]


def _save(product: Product) -> Product:
    try:
        product.full_clean(validate_unique=False, validate_constraints=False)
        with transaction.atomic():
            product.save()
    except ValidationError as error:
        raise InvalidInput("The product is not complete.", extra=error.message_dict) from error
    except IntegrityError as error:
        if "product_sku_unique_per_merchant" not in str(error):
            raise
        message = f"Another product has the SKU {product.sku}."
        raise Conflict(message, extra={"sku": [message]}) from error
    return product
