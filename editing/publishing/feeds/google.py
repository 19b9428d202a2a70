"""The feed for Google Merchant Center: RSS 2.0 with the g namespace, as its product data specification asks.

Each colour and size is an item with the group's id; the group itself is none. The linked pictures keep their IPTC digital
source type, because they are the stored files themselves.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from catalog.models import Merchant
from editing.publishing.feeds.rows import SoldRow

CONTENT_TYPE = "application/xml; charset=utf-8"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
_TAIL = "</channel></rss>\n"
_CATEGORY = {"shoe": "187", "shirt": "212"}  # of Google's taxonomy: shoes; shirts and tops
MORE_IMAGES = 10
_ALLOWED = str.maketrans({code: None for code in range(32) if code not in (9, 10, 13)})  # the others are no XML


def feed(merchant: Merchant, home: str, rows: Iterator[SoldRow]) -> Iterator[bytes]:
    """The feed's pieces, one for each item. An item without a price is left out: Google takes none."""
    head = _tag("title", merchant.name) + _tag("link", home) + _tag("description", f"Products of {merchant.name}")
    yield (_HEAD + head).encode()
    for row in rows:
        if row.price is not None:
            yield _item(row, merchant).encode()
    yield _TAIL.encode()


def _item(row: SoldRow, merchant: Merchant) -> str:
    first, *more = row.images
    values = [
        ("g:id", row.sku[:50]),
        ("g:item_group_id", row.group),
        ("g:title", row.title[:150]),
        ("g:description", (row.product.description or row.title)[:5000]),
        ("g:link", row.page),
        ("g:image_link", first.address),
        *(("g:additional_image_link", image.address) for image in more[:MORE_IMAGES]),
        ("g:availability", "in_stock" if row.is_available else "out_of_stock"),
        ("g:price", f"{row.price:.2f} {merchant.currency}"),
        ("g:condition", "new"),
        ("g:brand", merchant.name[:70]),
        ("g:google_product_category", _CATEGORY[row.product.kind]),
        ("g:color", row.colour[:40]),
        *([("g:size", row.size)] if row.size else []),
        ("g:mpn", row.sku[:70]),
    ]
    return "<item>" + "".join(_tag(name, value) for name, value in values) + "</item>\n"


def _tag(name: str, value: str) -> str:
    return f"<{name}>{escape(value.translate(_ALLOWED))}</{name}>"
