"""Shopify's Admin GraphQL API: `productSet` makes a product what it should be, however often it is called.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/productSet
"""

from typing import Any

from django.utils.html import linebreaks

from editing.models import Store
from editing.publishing.stores import graphql
from editing.publishing.stores.errors import StoreRefused
from editing.publishing.stores.goods import Goods, Picture, SoldVariant
from editing.publishing.stores.seal import unseal

NAMESPACE, REFERENCE = "colorway", "reference"
COLOUR, SIZE = "Color", "Size"

_SHOP = "query { shop { name currencyCode } }"
_FIND = """query find($handle: String!) {
  productByIdentifier(identifier: {handle: $handle}) { id metafield(namespace: "colorway", key: "reference") { value } }
}"""
_SET = """mutation set($input: ProductSetInput!, $identifier: ProductSetIdentifiers) {
  productSet(synchronous: true, input: $input, identifier: $identifier) {
    product { id } userErrors { field message code }
  }
}"""
_DELETE = """mutation remove($input: ProductDeleteInput!) {
  productDelete(input: $input) { deletedProductId userErrors { field message } }
}"""


def check(store: Store) -> str:
    """The store's own name. Raises StoreRefused."""
    return str((_call(store, _SHOP, {}).get("shop") or {}).get("name") or store.name)


def push(store: Store, goods: Goods, remote_id: str) -> str:
    """Make the store's product what ours is; answers its id there. Raises StoreRefused."""
    known = remote_id or _ours(store, goods)
    identifier = {"id": known} if known else {"handle": goods.handle}
    answer = _call(store, _SET, {"input": _input(goods), "identifier": identifier})["productSet"]
    errors = answer.get("userErrors") or []
    if known and any(row.get("code") in ("PRODUCT_DOES_NOT_EXIST", "NOT_FOUND") for row in errors):
        return push(store, goods, "")  # somebody deleted it there
    graphql.check_user_errors(errors)
    return str(answer["product"]["id"])


def _ours(store: Store, goods: Goods) -> str:
    """The product that an earlier try made, if any. Another one under this handle is the merchant's own: hands off."""
    found = _call(store, _FIND, {"handle": goods.handle}).get("productByIdentifier")
    if not found:
        return ""
    if ((found.get("metafield") or {}).get("value")) != goods.reference:
        raise StoreRefused(f"The store has another product under the address {goods.handle}. Rename one of the two.")
    return str(found["id"])


def remove(store: Store, remote_id: str) -> None:
    """Delete our product; one that is gone is gone. Raises StoreRefused."""
    answer = _call(store, _DELETE, {"input": {"id": remote_id}})["productDelete"]
    errors = [row for row in answer.get("userErrors") or [] if "exist" not in str(row.get("message")).lower()]
    graphql.check_user_errors(errors)


def _call(store: Store, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    return graphql.call(store.url, {"X-Shopify-Access-Token": unseal(store.sealed_token)}, query, variables)


def _input(goods: Goods) -> dict[str, Any]:
    options = [(COLOUR, goods.colours), *([(SIZE, goods.sizes)] if goods.sizes else [])]
    return {
        "handle": goods.handle,
        "title": goods.title,
        "descriptionHtml": linebreaks(goods.description, autoescape=True),
        "vendor": goods.vendor,
        "productType": goods.kind,
        "tags": goods.tags,
        "status": "ACTIVE",
        "metafields": [
            {"namespace": NAMESPACE, "key": REFERENCE, "type": "single_line_text_field", "value": goods.reference}
        ],
        "productOptions": [
            {"name": name, "position": number, "values": [{"name": value} for value in values]}
            for number, (name, values) in enumerate(options, 1)
        ],
        "files": [_file(picture) for picture in goods.pictures],
        "variants": [_variant(variant) for variant in goods.variants],
    }


def _variant(variant: SoldVariant) -> dict[str, Any]:
    chosen = [(COLOUR, variant.colour), *([(SIZE, variant.size)] if variant.size else [])]
    made: dict[str, Any] = {
        "sku": variant.sku,
        "optionValues": [{"optionName": name, "name": value} for name, value in chosen],
        "file": _file(variant.picture),
        "inventoryItem": {"sku": variant.sku, "tracked": variant.stock is not None},
        "inventoryPolicy": "DENY" if variant.stock is not None else "CONTINUE",
    }
    return made | ({"price": variant.price} if variant.price else {})


def _file(picture: Picture) -> dict[str, str]:
    return {
        "originalSource": picture.address, "filename": picture.name, "alt": picture.alt, "contentType": "IMAGE",
        "duplicateResolutionMode": "REPLACE",
    }  # fmt: skip
