"""Stores that answer as their public documentation says, as far as we use it: real HTTP servers on this machine.

Shopify's Admin GraphQL API: https://shopify.dev/docs/api/admin-graphql/latest/mutations/productSet
Saleor: https://docs.saleor.io/api-reference/products/mutations/product-bulk-create
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "shpat_of_the_test"


@dataclass
class StubStore:
    """What both have in common: products by id, calls by name, and trouble on demand."""

    header: str = "X-Shopify-Access-Token"
    value: str = TOKEN
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)  # to come, before it answers well again
    throttled: int = 0
    lost: int = 0  # answers to come that never arrive, though the work was done
    next_id: int = 1

    def __enter__(self) -> Any:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/admin/api/2025-10/graphql.json"

    def answer(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        name, reply = next((name, reply) for name, reply in self.operations() if name in query)
        self.calls.append(name)
        return {"data": {name: reply(variables)}}

    def operations(self) -> list[tuple[str, Callable[[dict[str, Any]], Any]]]:
        raise NotImplementedError

    def new_id(self, kind: str) -> str:
        self.next_id += 1
        return f"gid://stub/{kind}/{self.next_id}"


class StubShopify(StubStore):
    def operations(self) -> list[tuple[str, Callable[[dict[str, Any]], Any]]]:
        return [
            ("productSet", self._set), ("productDelete", self._delete), ("productByIdentifier", self._find),
            ("shop", lambda _: {"name": "Harbour at Shopify", "currencyCode": "EUR"}),
        ]  # fmt: skip

    def _find(self, variables: dict[str, Any]) -> Any:
        handle = variables["handle"]
        found = next(((key, row) for key, row in self.products.items() if row["handle"] == handle), None)
        if found is None:
            return None
        own = next((row for row in found[1].get("metafields", []) if row["namespace"] == "colorway"), None)
        return {"id": found[0], "metafield": own and {"value": own["value"]}}

    def _set(self, variables: dict[str, Any]) -> Any:
        sent, identifier = variables["input"], variables.get("identifier") or {}
        problems = self._problems(sent)
        if "id" in identifier and identifier["id"] not in self.products:
            problems = [{"field": ["id"], "message": "Product does not exist", "code": "PRODUCT_DOES_NOT_EXIST"}]
        if problems:
            return {"product": None, "userErrors": problems}
        known = identifier.get("id") or next(
            (key for key, row in self.products.items() if row["handle"] == identifier.get("handle")), None
        )
        key = known or self.new_id("Product")
        self.products[key] = sent
        return {"product": {"id": key}, "userErrors": []}

    def _problems(self, sent: dict[str, Any]) -> list[dict[str, Any]]:
        """The rules of options and variants that are easily broken."""
        options = {row["name"]: {value["name"] for value in row["values"]} for row in sent["productOptions"]}
        chosen = [tuple(sorted((o["optionName"], o["name"]) for o in row["optionValues"])) for row in sent["variants"]]
        files = {row["filename"] for row in sent["files"]}
        found = []
        if len(set(chosen)) < len(chosen):
            found.append("The variant already exists")
        if any(value not in options.get(name, set()) for row in chosen for name, value in row):
            found.append("Option value does not exist")
        if any(len(row["optionValues"]) != len(options) for row in sent["variants"]):
            found.append("Every option needs a value")
        if any(row["file"]["filename"] not in files for row in sent["variants"]):
            found.append("A variant's file must be among the product's files")
        if not all(row["originalSource"].startswith("http") for row in sent["files"]):
            found.append("originalSource must be a URL")
        return [{"field": ["input"], "message": message, "code": "INVALID"} for message in found]

    def _delete(self, variables: dict[str, Any]) -> Any:
        key = variables["input"]["id"]
        if self.products.pop(key, None) is None:
            return {"deletedProductId": None, "userErrors": [{"field": ["id"], "message": "Product does not exist"}]}
        return {"deletedProductId": key, "userErrors": []}


class StubSaleor(StubStore):
    def operations(self) -> list[tuple[str, Callable[[dict[str, Any]], Any]]]:
        return [
            ("productBulkCreate", self._create), ("productUpdate", self._update), ("productBulkDelete", self._delete),
            ("productVariantBulkCreate", self._add), ("productVariantBulkUpdate", self._change),
            ("productVariantBulkDelete", self._drop), ("productMediaCreate", self._media),
            ("productMediaBulkDelete", self._unmedia), ("product(", self._find), ("shop", lambda _: {"name": "Harbour at Saleor"}),
        ]  # fmt: skip

    def answer(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        made = super().answer(query, variables)
        return {"data": {name.rstrip("("): reply for name, reply in made["data"].items()}}

    def _find(self, variables: dict[str, Any]) -> Any:
        rows = self.products.items()
        return next(
            ({"id": key, "variants": row["variants"], "media": row["media"]} for key, row in rows
             if row["externalReference"] == variables["reference"]), None,
        )  # fmt: skip

    def _create(self, variables: dict[str, Any]) -> Any:
        results = []
        for sent in variables["products"]:
            if any(row["externalReference"] == sent["externalReference"] for row in self.products.values()):
                error = {"path": "externalReference", "message": "Already exists.", "code": "UNIQUE"}
                results.append({"product": None, "errors": [error]})
                continue
            key = self.new_id("Product")
            variants = [{**row, "id": self.new_id("Variant")} for row in sent["variants"]]
            media = [{**row, "id": self.new_id("Media")} for row in sent["media"]]
            self.products[key] = {**sent, "variants": variants, "media": media}
            results.append({"product": {"id": key}, "errors": []})
        return {"results": results, "errors": []}

    def _update(self, variables: dict[str, Any]) -> Any:
        self.products[variables["id"]] |= variables["input"]
        return {"product": {"id": variables["id"]}, "errors": []}

    def _add(self, variables: dict[str, Any]) -> Any:
        rows = [{**row, "id": self.new_id("Variant")} for row in variables["variants"]]
        self.products[variables["product"]]["variants"] += rows
        return {"results": [{"errors": []} for _ in rows], "errors": []}

    def _change(self, variables: dict[str, Any]) -> Any:
        known = {row["id"]: row for row in self.products[variables["product"]]["variants"]}
        for sent in variables["variants"]:
            known[sent["id"]] |= sent
        return {"results": [{"errors": []} for _ in variables["variants"]], "errors": []}

    def _drop(self, variables: dict[str, Any]) -> Any:
        for product in self.products.values():
            product["variants"] = [row for row in product["variants"] if row["id"] not in variables["ids"]]
        return {"errors": []}

    def _media(self, variables: dict[str, Any]) -> Any:
        sent = variables["input"]
        made = {"id": self.new_id("Media"), "mediaUrl": sent["mediaUrl"], "alt": sent["alt"]}
        self.products[sent["product"]]["media"].append(made)
        return {"media": made, "errors": []}

    def _unmedia(self, variables: dict[str, Any]) -> Any:
        for product in self.products.values():
            product["media"] = [row for row in product["media"] if row["id"] not in variables["ids"]]
        return {"errors": []}

    def _delete(self, variables: dict[str, Any]) -> Any:
        gone = [self.products.pop(key) for key in variables["ids"] if key in self.products]
        return {"count": len(gone), "errors": []}


def _handler(store: StubStore) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.headers.get(store.header) != store.value:
                self._say(401, {"errors": "[API] Invalid API key or access token"})
            elif store.statuses:
                self._say(store.statuses.pop(0), {})
            elif store.throttled:
                store.throttled -= 1
                self._say(200, {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]})
            else:
                made = store.answer(sent["query"], sent["variables"])
                if store.lost:
                    store.lost -= 1
                    self.close_connection = True
                    return
                self._say(200, made)

        def _say(self, status: int, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler
