"""Changing colourways as they are sold; what else knows them is told."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from catalog.errors import InvalidInput
from catalog.models import Colourway, Product
from catalog.services import colourways as catalog_services
from editing.publishing.stores.outbox import product_changed
from editing.publishing.webhooks import services as webhooks


@transaction.atomic
def colourway_change(*, colourway: Colourway, fields: Mapping[str, Any]) -> Colourway:
    """Change a locked colourway's name, SKU, price or stock, before or after its approval. Raises CatalogError."""
    before = {name: getattr(colourway, name) for name in fields}
    catalog_services.colourway_update(colourway=colourway, fields=fields)
    if any(getattr(colourway, name) != value for name, value in before.items()):
        colourway.variants.update(colour_name=colourway.name)
        webhooks.announce_set(colourway, "colourway.changed")
        product_changed(colourway.product_id)
    return colourway


@transaction.atomic
def colourways_change(*, product: Product, rows: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Change several colourways of one product, all or none, and put them in the order of `rows`. Raises CatalogError."""
    known = {row.key: row for row in product.colourways.select_for_update().select_related("product")}
    unknown = [key for key in rows if key not in known]
    if unknown:
        raise InvalidInput("One of these colourways is gone. Load the page again.")
    for key, fields in rows.items():
        colourway_change(colourway=known[key], fields=fields)
    order = [*rows, *(key for key in known if key not in rows)]
    catalog_services.colourways_order(product=product, keys=[str(key) for key in order])
