"""Saleor's GraphQL API: products are known again by their external reference, and made in bulk.

https://docs.saleor.io/developer/bulks/bulk-products
"""

import json
from typing import Any

from editing.models import Store
from editing.publishing.stores import graphql
from editing.publishing.stores.errors import StoreRefused
from editing.publishing.stores.goods import Goods, SoldVariant
from editing.publishing.stores.seal import unseal

OPTIONS = (
    "channel",
    "product_type",
    "category",
    "colour_attribute",
)  # ids at the store, asked for when it is connected

_SHOP = "query { shop { name } }"
_FIND = """query find($reference: String!) {
  product(externalReference: $reference) { id variants { id externalReference } media { id alt } }
}"""
_CREATE = """mutation create($products: [ProductBulkCreateInput!]!) {
  productBulkCreate(products: $products, errorPolicy: REJECT_FAILED_ROWS) {
    results { product { id } errors { path message code } } errors { message }
  }
}"""
_UPDATE = """mutation update($id: ID!, $input: ProductInput!) {
  productUpdate(id: $id, input: $input) { product { id } errors { field message } }
}"""
_ADD_VARIANTS = """mutation add($product: ID!, $variants: [ProductVariantBulkCreateInput!]!) {
  productVariantBulkCreate(product: $product, variants: $variants, errorPolicy: REJECT_EVERYTHING) {
    results { errors { message } } errors { message }
  }
}"""
_CHANGE_VARIANTS = """mutation change($product: ID!, $variants: [ProductVariantBulkUpdateInput!]!) {
  productVariantBulkUpdate(product: $product, variants: $variants, errorPolicy: REJECT_EVERYTHING) {
    results { errors { message } } errors { message }
  }
}"""
_DROP_VARIANTS = "mutation drop($ids: [ID!]!) { productVariantBulkDelete(ids: $ids) { errors { message } } }"
_ADD_MEDIA = """mutation media($input: ProductMediaCreateInput!) {
  productMediaCreate(input: $input) { media { id } errors { message } }
}"""
_DROP_MEDIA = "mutation unmedia($ids: [ID!]!) { productMediaBulkDelete(ids: $ids) { errors { message } } }"
_DELETE = "mutation remove($ids: [ID!]!) { productBulkDelete(ids: $ids) { count errors { message } } }"


def check(store: Store) -> str:
    """The store's own name. Raises StoreRefused."""
    missing = [name for name in OPTIONS if not store.options.get(name)]
    if missing:
        raise StoreRefused(f"Saleor needs {', '.join(name.replace('_', ' ') for name in missing)} as well.")
    return str((_call(store, _SHOP, {}).get("shop") or {}).get("name") or store.name)


def push(store: Store, goods: Goods, remote_id: str) -> str:
    """Make the store's product what ours is; answers its id there. Raises StoreRefused."""
    found = _call(store, _FIND, {"reference": goods.reference}).get("product")
    return _change(store, goods, found) if found else _create(store, goods)


def _create(store: Store, goods: Goods) -> str:
    wanted = {
        **_said(goods), "slug": goods.handle, "externalReference": goods.reference,
        "productType": store.options["product_type"], "category": store.options["category"],
        "media": [{"mediaUrl": picture.address, "alt": picture.alt} for picture in goods.pictures],
        "channelListings": [{"channelId": store.options["channel"], "isPublished": True, "visibleInListings": True}],
        "variants": [_variant(store, variant) for variant in goods.variants],
    }  # fmt: skip
    answer = _call(store, _CREATE, {"products": [wanted]})["productBulkCreate"]
    result = (answer.get("results") or [{}])[0]
    graphql.check_user_errors([*(result.get("errors") or []), *(answer.get("errors") or [])])
    return str(result["product"]["id"])


def _change(store: Store, goods: Goods, found: dict[str, Any]) -> str:
    product = str(found["id"])
    _do(store, _UPDATE, "productUpdate", {"id": product, "input": {**_said(goods), "slug": goods.handle}})
    known = {row["externalReference"]: row["id"] for row in found["variants"]}
    wanted = {variant.sku: variant for variant in goods.variants}
    if new := [_variant(store, row) for sku, row in wanted.items() if sku not in known]:
        _do(store, _ADD_VARIANTS, "productVariantBulkCreate", {"product": product, "variants": new})
    if old := [_changed(store, row, known[sku]) for sku, row in wanted.items() if sku in known]:
        _do(store, _CHANGE_VARIANTS, "productVariantBulkUpdate", {"product": product, "variants": old})
    if gone := [remote for sku, remote in known.items() if sku not in wanted]:
        _do(store, _DROP_VARIANTS, "productVariantBulkDelete", {"ids": gone})
    _replace_media(store, goods, product, [row["id"] for row in found["media"]])
    return product


def _replace_media(store: Store, goods: Goods, product: str, old: list[str]) -> None:
    """New pictures first, so that the product is never without one."""
    for picture in goods.pictures:
        wanted = {"product": product, "mediaUrl": picture.address, "alt": picture.alt[:250]}
        _do(store, _ADD_MEDIA, "productMediaCreate", {"input": wanted})
    if old:
        _do(store, _DROP_MEDIA, "productMediaBulkDelete", {"ids": old})


def remove(store: Store, remote_id: str) -> None:
    """Delete our product; one that is gone is gone. Raises StoreRefused."""
    _do(store, _DELETE, "productBulkDelete", {"ids": [remote_id]})


def _do(store: Store, query: str, name: str, variables: dict[str, Any]) -> None:
    answer = _call(store, query, variables)[name]
    rows = [row for result in answer.get("results") or [] for row in result.get("errors") or []]
    graphql.check_user_errors([*rows, *(answer.get("errors") or [])])


def _call(store: Store, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    return graphql.call(store.url, {"Authorization": f"Bearer {unseal(store.sealed_token)}"}, query, variables)


def _said(goods: Goods) -> dict[str, Any]:
    return {"name": goods.title, "description": _rich_text(goods.description)}


def _rich_text(text: str) -> str:
    """Saleor's descriptions are EditorJS documents."""
    blocks = [{"type": "paragraph", "data": {"text": part}} for part in text.split("\n\n") if part.strip()]
    return json.dumps({"blocks": blocks})


def _variant(store: Store, variant: SoldVariant) -> dict[str, Any]:
    colour = {"id": store.options["colour_attribute"], "dropdown": {"value": variant.colour}}
    return {"sku": variant.sku, "externalReference": variant.sku, "attributes": [colour], **_sold(store, variant)}


def _changed(store: Store, variant: SoldVariant, remote: str) -> dict[str, Any]:
    made = _sold(store, variant)
    listings = made.pop("channelListings", [])
    return {"id": remote, **made, "channelListings": {"create": listings} if listings else {}}


def _sold(store: Store, variant: SoldVariant) -> dict[str, Any]:
    name = " / ".join(part for part in (variant.colour, variant.size) if part)
    listing = [{"channelId": store.options["channel"], "price": variant.price}] if variant.price else []
    return {"name": name, "trackInventory": variant.stock is not None, "channelListings": listing}
