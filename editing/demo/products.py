"""The products of the demo shops: our own, rendered by `deploy.renders`, as `pictures/products.json` lists them."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from catalog.models import ProductKind
from catalog.services.demo import DemoPicture

PICTURES = Path(__file__).parent / "pictures"


def listed() -> list[dict[str, Any]]:
    """Every product: its folder, SKU, kind, words, and views, the main one first."""
    found: list[dict[str, Any]] = json.loads((PICTURES / "products.json").read_text())
    return found


def pictures(kind: ProductKind, known: set[str]) -> Iterator[DemoPicture]:
    """The demo products of a kind with their pictures, but for those known by SKU."""
    return (_product(row) for row in listed() if row["kind"] == kind and row["sku"] not in known)


def _product(row: dict[str, Any]) -> DemoPicture:
    (name, data), *others = [
        (f"{row['folder']}-{view}.jpg", (PICTURES / row["folder"] / f"{view}.jpg").read_bytes())
        for view in row["views"]
    ]
    return DemoPicture(
        key=row["sku"],
        kind=ProductKind(row["kind"]),
        title=row["title"],
        data=data,
        file_name=name,
        others=tuple(others),
        price=Decimal(row["price"]),
        description=row["description"],
        tags=tuple(row["tags"]),
    )
