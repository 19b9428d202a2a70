"""Recall and speed of search: `python -m benchmarks.search --products 100000`.

Starts a PostgreSQL of its own, fills it with published products whose shapes are drawn from a manifold's latent space
and whose colours from the families of `catalog.colours`, and compares the product's own queries with exact search.
Times are those inside the database server (EXPLAIN ANALYZE, planning included), those that its process was on a
processor (what compares on a machine with other work) and those of the whole call.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

OWN_SHOP = 10_000  # products of the one merchant that is searched exactly
VARIANTS = (0, 0, 1, 1, 2, 4)  # published colours of a product, in turn
VERSION = "benchmark-1"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument(
        "--bundle", type=Path, help="A manifold whose latents are drawn; without, a mixture of normals."
    )
    parser.add_argument("--keep", type=Path, help="A folder in which the filled database stays for another run.")
    parser.add_argument("--only", default="", help="Only the searches whose name has this in it: 'one shop'.")
    options = parser.parse_args()
    from deploy.local import ownership
    from deploy.local.stack import Stack

    with tempfile.TemporaryDirectory() as temporary:
        stack = Stack(options.keep or Path(temporary))
        stack.start()
        stack.migrate()
        ownership.lend(stack.credentials)
        try:
            os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="deploy.settings")
            run(options)
        finally:
            stack.stop()


def run(options: argparse.Namespace) -> None:
    import django

    django.setup()

    from catalog.models import SearchEntry

    rng = np.random.default_rng(7)
    latents = shapes(options.products, options.bundle, rng)
    if not SearchEntry.objects.exists():
        fill(options.products, latents, rng)
    say(f"{options.products} products, {SearchEntry.objects.count()} search entries, {index_sizes()}")
    times = ("db p50", "db p95", "cpu p50", "cpu p95", "call p95")
    say(f"{'query':<34} {'recall@10':>9} {'worst':>6} " + " ".join(f"{name:>8}" for name in times) + "  (ms)")
    for name, approximate, exact in cases(options.queries, latents, rng):
        if options.only in name:
            say(measure(name, approximate, exact))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def shapes(count: int, bundle: Path | None, rng: np.random.Generator) -> NDArray[np.float32]:
    """(count, 128) latents."""
    if bundle is None:
        centres = rng.normal(size=(200, 128)).astype(np.float32)
        return centres[rng.integers(200, size=count)] + 0.7 * rng.normal(size=(count, 128)).astype(np.float32)
    import torch

    from gpu_worker.manifold.bundle import load_bundle

    torch.manual_seed(7)
    with torch.no_grad():
        latents = load_bundle(bundle, device="cpu").mapping(torch.randn(count, 128))
    return np.asarray(latents.numpy(), np.float32)


def fill(count: int, latents: NDArray[np.float32], rng: np.random.Generator) -> None:
    from django.db import connection

    from deploy.local.ownership import as_owner

    started = time.perf_counter()
    with as_owner(), connection.cursor() as cursor:
        for statement in _ROWS:
            cursor.execute(statement, {"count": count, "own": OWN_SHOP})
        cursor.execute("SELECT id, product_id, photo_id, merchant_id FROM benchmark_rows ORDER BY id")
        rows = cursor.fetchall()
        _without_vector_indexes(cursor, lambda: _copy_entries(cursor, rows, latents, rng))
        cursor.execute("VACUUM ANALYZE catalog_searchentry")
    say(f"filled and indexed in {time.perf_counter() - started:.0f} s")


_PRODUCT = "'shoe', 'Shoe ' || n, 'p-' || n, 's-' || n, '', '{}', 'active', false, now(), now()"
_LAB = "'#000000', 0, 0, 0, 'black'"
_PHOTO = "'', '', 'photos/' || id, 'image/png', 1, 100, 100, '{}'::jsonb, " + _LAB + ", '', '', 0, true, now()"
_ROWS = (
    "INSERT INTO catalog_merchant (name, slug, currency, is_active, created_at) "
    "SELECT 'Shop ' || n, 'shop-' || n, 'EUR', true, now() FROM generate_series(1, 100) n",
    "INSERT INTO catalog_product (merchant_id, kind, title, slug, sku, description, tags, status, synthetic, created_at,"
    f" updated_at) SELECT CASE WHEN n <= %(own)s THEN 1 ELSE 2 + n %% 99 END, {_PRODUCT}"
    " FROM generate_series(1, %(count)s) n",
    "INSERT INTO catalog_photo (product_id, sha256, source_sha256, object_key, content_type, size, width, height,"
    " thumbnails, colour_hex, colour_lab_l, colour_lab_a, colour_lab_b, colour_family, alt_text, original_name, position,"
    f" is_primary, created_at) SELECT id, {_PHOTO} FROM catalog_product ORDER BY id",
    "CREATE TEMPORARY TABLE benchmark_rows AS SELECT photo.id, product.id AS product_id, photo.id AS photo_id,"
    " merchant_id FROM catalog_photo photo JOIN catalog_product product ON product.id = product_id",
)


def _copy_entries(
    cursor: Any, rows: list[tuple[int, ...]], latents: NDArray[np.float32], rng: np.random.Generator
) -> None:
    from catalog.colours import FAMILIES, family_of, lab_from_hex

    labs = np.array([lab_from_hex(member).as_vector() for members in FAMILIES.values() for member in members])
    palette = labs[rng.integers(len(labs), size=4096)] + rng.normal(scale=6, size=(4096, 3))
    from catalog.colours import Lab

    families = [family_of(Lab(l=lightness, a=a, b=b)) for lightness, a, b in palette]
    live = [number for index, _ in enumerate(rows) for number in range(VARIANTS[index % len(VARIANTS)])]
    cursor.execute(
        "INSERT INTO catalog_publishedvariant (product_id, photo_id, slug, colour_name, swatch_hex, colour_lab_l,"
        " colour_lab_a, colour_lab_b, colour_family, object_key, content_type, width, height, thumbnails, sequence_key,"
        " provenance, position, published_at) SELECT row.product_id, row.photo_id, 'v-' || number, 'V', '#000000', 0, 0, 0,"
        " 'black', 'variants/' || row.id || '-' || number, 'image/webp', 100, 100, '{}', '', '{}', number, now()"
        " FROM benchmark_rows row, generate_series(1, 4) number WHERE number <= (ARRAY[0, 0, 1, 1, 2, 4])"
        "[1 + (row.id - (SELECT min(id) FROM benchmark_rows)) %% 6] RETURNING id, product_id",
        [],
    )
    variants: dict[int, list[int]] = {}
    for variant, product in cursor.fetchall():
        variants.setdefault(product, []).append(variant)
    assert sum(map(len, variants.values())) == len(live)
    columns = (
        "merchant_id, product_id, photo_id, variant_id, kind, is_public, colour_family, colour_vector, shape_vector"
    )
    with cursor.copy(f"COPY catalog_searchentry ({columns}, shape_version, updated_at) FROM STDIN") as copy:
        for index, (_, product, photo, merchant) in enumerate(rows):
            shape = "[" + ",".join(f"{value:.6g}" for value in latents[index]) + "]"
            for variant in (None, *variants.get(product, ())):
                pick = int(rng.integers(4096))
                lab = palette[pick] + rng.normal(scale=1.5, size=3)  # no two alike, else there is no first ten
                colour = "[" + ",".join(f"{value:.6g}" for value in lab) + "]"
                copy.write_row(
                    (merchant, product, photo, variant, "shoe", True, families[pick], colour, shape, VERSION, "now")
                )  # fmt: skip


def _without_vector_indexes(cursor: Any, work: Callable[[], None]) -> None:
    """Building an HNSW index over what is there is much quicker than row by row."""
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%%USING hnsw%%'", [])
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    work()
    cursor.execute("SET maintenance_work_mem = '1GB'")
    for _, definition in indexes:
        cursor.execute(definition)


def index_sizes() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_size_pretty(pg_relation_size(oid)) FROM pg_class"
            " WHERE relname LIKE 'search%%shoe' ORDER BY relname",
            [],
        )
        return ", ".join(f"{name} {size}" for name, size in cursor.fetchall())


Case = tuple[str, Callable[[int], list[int]], Callable[[int], list[int]]]


def cases(
    queries: int, latents: NDArray[np.float32], rng: np.random.Generator
) -> Iterator[tuple[str, list[Any], list[Any]]]:
    """(name, the product's calls, the same ones exactly)."""
    from catalog.models import Merchant, SearchEntry
    from catalog.search import queries as search
    from catalog.search.words import understand

    own = SearchEntry.objects.filter(variant=None)
    asked = list(own.filter(pk__in=rng.choice(list(own.values_list("pk", flat=True)), queries, replace=False)))
    shapes_asked = [search.shape_of(entry) for entry in asked]
    shop = Merchant.objects.order_by("pk").first()
    yield (
        "similar items",
        [lambda shape=shape: search.similar(shape, limit=10) for shape in shapes_asked],
        [lambda shape=shape: _exactly(lambda: search.similar(shape, limit=10)) for shape in shapes_asked],
    )
    for words in ("red", "black", "purple", "navy", "dark red", "mint"):
        colour = understand(words).colour
        yield (
            f"similar items in {words}",
            [lambda shape=s, c=colour: search.similar_in_colour(shape, c, limit=10) for s in shapes_asked],
            [
                lambda shape=s, c=colour: _exactly(lambda: search.similar_in_colour(shape, c, limit=10))
                for s in shapes_asked
            ],
        )
    for words in ("red", "navy"):
        colour = understand(words).colour
        calls = [lambda c=colour: search.in_colour(c, kind="shoe", limit=10)] * (queries // 5)
        exact = [lambda c=colour: _exactly(lambda: search.in_colour(c, kind="shoe", limit=10))] * (queries // 5)
        yield f"products in {words}", calls, exact
    of_shop = [lambda shape=shape: search.similar(shape, limit=10, merchant=shop) for shape in shapes_asked]
    yield f"similar items of one shop ({OWN_SHOP})", of_shop, [lambda call=call: _exactly(call) for call in of_shop]
    nearest = _nearest_as_drawn(latents, shop)
    yield "as drawn, of one shop", of_shop, [lambda pk=entry.product_id: nearest(pk) for entry in asked]


def _nearest_as_drawn(latents: NDArray[np.float32], shop: Any) -> Callable[[int], list[Any]]:
    """Ten of the shop's products by the shapes in the precision that they had before they were stored."""
    from catalog.models import Product, SearchEntry

    products = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    own = np.array(Product.objects.filter(merchant=shop).order_by("pk").values_list("pk", flat=True))
    place = {pk: index for index, pk in enumerate(products)}
    units = latents / np.linalg.norm(latents, axis=1, keepdims=True)
    units_of_shop = units[[place[pk] for pk in own]]

    def nearest(product: int) -> list[Any]:
        closeness = np.where(own == product, -np.inf, units_of_shop @ units[place[product]])
        return [SearchEntry(product_id=pk) for pk in own[np.argsort(-closeness)[:10]]]

    return nearest


def _exactly(call: Callable[[], Any]) -> Any:
    """The same call while the planner may not use an index on vectors."""
    from unittest.mock import patch

    from catalog.search import queries as search

    same = search._exact
    with (
        patch.object(search, "CosineDistance", lambda *a: same(_cosine(*a))),
        patch.object(search, "L2Distance", lambda *a: same(_l2(*a))),
    ):
        return call()


def _cosine(*arguments: Any) -> Any:
    from pgvector.django import CosineDistance

    return CosineDistance(*arguments)


def _l2(*arguments: Any) -> Any:
    from pgvector.django import L2Distance

    return L2Distance(*arguments)


def measure(name: str, calls: list[Any], exact: list[Any]) -> str:
    for call in calls[:5]:
        call()
    outside, recalls = [], []
    for call, truth in zip(calls, exact, strict=True):
        started = time.perf_counter()
        found = [entry.product_id for entry in call()]
        outside.append(1000 * (time.perf_counter() - started))
        right = {entry.product_id for entry in truth()}
        recalls.append(len(right & set(found)) / len(right) if right else 1.0)
    inside, on_processor = zip(*map(in_database, calls[:100]), strict=True)
    middle, high = (np.percentile([inside, on_processor], share, axis=1) for share in (50, 95))
    return (
        f"{name:<34} {statistics.mean(recalls):>9.4f} {min(recalls):>6.2f} {middle[0]:>8.2f} {high[0]:>8.2f} "
        f"{middle[1]:>8.2f} {high[1]:>8.2f} {np.percentile(outside, 95):>8.2f}"
    )


def in_database(call: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds that the server plans and executes for the queries of a call, and that it is on a processor."""
    from django.db import connection

    total = on_processor = 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal total, on_processor
        if sql.lstrip().upper().startswith("SELECT"):
            with connection.cursor() as cursor:
                before = int(server.read_text().split()[0])  # nanoseconds
                cursor.cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
                on_processor += (int(server.read_text().split()[0]) - before) / 1e6
                plan = cursor.fetchone()[0]
                plan = plan if isinstance(plan, list) else json.loads(plan)
                total += plan[0]["Planning Time"] + plan[0]["Execution Time"]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        call()
    return total, on_processor


if __name__ == "__main__":
    main()
