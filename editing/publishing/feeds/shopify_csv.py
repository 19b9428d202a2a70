"""The CSV that Shopify's product import reads: a line for each variant, and a line for each further picture."""

import csv
import io
from collections.abc import Iterator
from itertools import groupby

from django.utils.html import linebreaks

from catalog import naming
from editing.publishing.exports.archive import harmless
from editing.publishing.feeds.rows import RowImage, SoldRow

COLUMNS = (
    "Title", "URL handle", "Description", "Vendor", "Type", "Tags", "Published on online store", "Status", "SKU",
    "Option1 name", "Option1 value", "Option2 name", "Option2 value", "Price", "Inventory tracker", "Inventory quantity",
    "Continue selling when out of stock", "Product image URL", "Image position", "Image alt text", "Variant image URL",
)  # fmt: skip
CONTENT_TYPE = "text/csv; charset=utf-8"


def lines(rows: Iterator[SoldRow]) -> Iterator[bytes]:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for _, group in groupby(rows, key=lambda row: row.product.pk):
        writer.writerows(_of_product(list(group)))
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
    yield out.getvalue().encode()


def _of_product(rows: list[SoldRow]) -> list[dict[str, object]]:
    """Lines of one product: what it is stands in the first one alone, every picture in one line of its own."""
    handle = rows[0].product.slug
    images, options = _images(rows), _options(rows)
    made: list[dict[str, object]] = []
    for number in range(max(len(rows), len(images))):
        line: dict[str, object] = {"URL handle": handle}
        if number < len(rows):
            line |= _variant(rows[number], options[rows[number].page])
        if number < len(images):
            line |= {
                "Product image URL": images[number].address, "Image position": number + 1,
                "Image alt text": harmless(images[number].alt),
            }  # fmt: skip
        made.append(line)
    made[0] |= _product(rows[0])
    return made


def _images(rows: list[SoldRow]) -> list[RowImage]:
    """Each picture once, whatever number of sizes share it."""
    return list({image.address: image for row in rows for image in row.images}.values())


def _product(row: SoldRow) -> dict[str, object]:
    product = row.product
    return {
        "Title": harmless(product.title), "Description": linebreaks(product.description, autoescape=True),
        "Vendor": harmless(product.merchant.name), "Type": product.get_kind_display(),
        "Tags": ", ".join(product.tags), "Published on online store": "TRUE", "Status": "active",
    }  # fmt: skip


def _options(rows: list[SoldRow]) -> dict[str, str]:
    """What each colour's option is called, by the colour's page: values that differ in case alone are one to a store."""
    colours = {row.page: row.colour for row in rows}
    return dict(zip(colours, naming.told_apart(colours.values(), limit=60), strict=True))


def _variant(row: SoldRow, option: str) -> dict[str, object]:
    sized = {"Option2 name": "Size", "Option2 value": harmless(row.size)} if row.size else {}
    counted = {"Inventory tracker": "shopify", "Inventory quantity": row.stock} if row.stock is not None else {}
    return {
        "SKU": harmless(row.sku), "Option1 name": "Color", "Option1 value": harmless(option), **sized, **counted,
        "Price": "" if row.price is None else f"{row.price:.2f}", "Continue selling when out of stock": "DENY",
        "Variant image URL": row.images[0].address,
    }  # fmt: skip
