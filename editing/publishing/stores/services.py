"""Connecting stores, publishing to them, and undoing it."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from catalog.errors import InvalidInput
from catalog.models import Merchant, Product, User
from editing.models import ItemStatus, Store, StoreItem, StoreKind
from editing.publishing.outbound.guard import checked_url
from editing.publishing.stores import outbox
from editing.publishing.stores.clients import CLIENTS
from editing.publishing.stores.errors import StoreRefused
from editing.publishing.stores.seal import seal

MAX_STORES = 10
SHOPIFY_PATH = "/admin/api/2025-10/graphql.json"


def store_connect(
    *, merchant: Merchant, kind: StoreKind, address: str, token: str, options: dict[str, Any], by: User | None
) -> Store:
    """Keep a store once it has answered to its token. Raises InvalidInput."""
    if merchant.stores.count() >= MAX_STORES:
        raise InvalidInput(f"A shop has at most {MAX_STORES} stores.")
    if not token.strip():
        raise InvalidInput("The access token is missing.", extra={"token": ["The access token is missing."]})
    store = Store(
        merchant=merchant, kind=kind, name=kind.label, url=checked_url(_endpoint(kind, address)), options=options
    )
    store.sealed_token, store.created_by = seal(token.strip()), by
    try:
        store.name = CLIENTS[kind].check(store)[:80]
    except StoreRefused as error:
        raise InvalidInput(error.message, extra={"token": [error.message]}) from error
    store.save()
    return store


def _endpoint(kind: StoreKind, address: str) -> str:
    """What people type of a Shopify shop is its name; the rest of the address is known."""
    address = address.strip()
    if "://" not in address:
        address = f"https://{address}"
    if kind == StoreKind.SHOPIFY and address.count("/") <= 3:
        return address.rstrip("/") + SHOPIFY_PATH
    return address


@transaction.atomic
def store_publish(*, store: Store, products: QuerySet[Product] | Sequence[Product]) -> tuple[uuid.UUID, int]:
    """Have these products in the store as they are now. Answers the publication, by which it is undone, and how many."""
    batch, rows = uuid.uuid4(), list(products)
    StoreItem.objects.bulk_create(
        [StoreItem(merchant_id=store.merchant_id, store=store, product=product) for product in rows],
        ignore_conflicts=True, batch_size=500,
    )  # fmt: skip
    items = StoreItem.objects.filter(store=store, product__in=rows)
    items.filter(Q(remote_id="") | Q(is_wanted=False)).update(batch=batch)  # what was there already is no part of it
    return batch, _ask(items, is_wanted=True)


@transaction.atomic
def store_take_off(*, store: Store, products: QuerySet[Product] | Sequence[Product]) -> int:
    """Take these products off the store again; what was the merchant's own there is not touched."""
    return _ask(StoreItem.objects.filter(store=store, product__in=list(products)), is_wanted=False)


@transaction.atomic
def publication_undo(*, store: Store, batch: uuid.UUID) -> int:
    """Take off what this publication brought; what was in the store before it stays."""
    return _ask(StoreItem.objects.filter(store=store, batch=batch), is_wanted=False)


def _ask(items: QuerySet[StoreItem], **change: Any) -> int:
    count = items.update(
        **change, status=ItemStatus.WAITING, attempts=0, problem="", next_at=Now(), changed_at=timezone.now()
    )  # fmt: skip
    transaction.on_commit(outbox.wake)
    return count


@transaction.atomic
def store_disconnect(*, store: Store) -> None:
    """Forget a locked store and its token. What is in it stays there: take it off before."""
    store.delete()
