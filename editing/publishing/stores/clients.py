"""One client for each kind of store."""

from typing import Protocol

from editing.models import Store, StoreKind
from editing.publishing.stores import saleor, shopify
from editing.publishing.stores.goods import Goods


class Client(Protocol):
    def check(self, store: Store) -> str: ...

    def push(self, store: Store, goods: Goods, remote_id: str) -> str: ...

    def remove(self, store: Store, remote_id: str) -> None: ...


CLIENTS: dict[str, Client] = {StoreKind.SHOPIFY: shopify, StoreKind.SALEOR: saleor}
