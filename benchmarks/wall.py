"""What the second wall costs: `python -m benchmarks.wall --products 10000 --rounds 20`.

The same pages are asked for in turn with the policies and without them, in one process, so that whatever else the machine
does strikes both alike. Without means before the wall was there: row-level security off, and neither a transaction around what
programs ask for nor a shopper's role around pages of the shop. Prints the median and the 95th percentile of each, and their ratio.
"""

import argparse
import itertools
import os
import statistics
import tempfile
import time
from collections import defaultdict
from contextlib import nullcontext
from pathlib import Path

import django
from django.apps import apps
from django.db import connection
from django.test import Client

from deploy.local import ownership
from deploy.local.ownership import as_owner
from deploy.local.stack import Stack

Times = dict[tuple[str, bool], list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20, help="Of five requests of each page, with and without.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder))
        stack.start()
        stack.migrate()
        ownership.lend(stack.credentials)
        try:
            os.environ.update(
                stack.environment, DJANGO_SETTINGS_MODULE="deploy.settings", ANONYMOUS_PER_MINUTE="10000000"
            )
            django.setup()
            print(table(measure(options.products, options.rounds)))
        finally:
            connection.close()
            stack.stop()


def measure(products: int, rounds: int) -> Times:
    from benchmarks.storefront import pages
    from benchmarks.storefront_rows import fill

    fill(products)
    asked = [(name, address, Client()) for name, address in pages().items()]
    asked += [(name, address, _program()) for name, address in _programs_pages().items()]
    times: Times = defaultdict(list)
    for is_walled in itertools.islice(itertools.cycle([False, True, True, False]), 2 * rounds):
        _build_or_break(is_walled)
        for name, address, client in asked:
            client.get(address)
            times[name, is_walled] += [_milliseconds(client, address) for _ in range(5)]
    return times


def _program() -> Client:
    from catalog.services.tokens import token_create

    merchant = apps.get_model("catalog", "Merchant").objects.get(slug="shop-3")
    _, secret = token_create(merchant=merchant, name="benchmark", scopes=["catalog:read"], by=None)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def _programs_pages() -> dict[str, str]:
    product = apps.get_model("catalog", "Product").objects.filter(merchant__slug="shop-3").latest("pk")
    return {
        "API: products": "/api/v1/products/",
        "API: similar": f"/api/v1/products/{product.pk}/similar/",
        "API: in colour": f"/api/v1/products/{product.pk}/in-colour/?words=red",
    }


def _build_or_break(is_walled: bool) -> None:
    from catalog.api import base
    from catalog.models import RateCount
    from catalog.tenancy import access, policies
    from catalog.tenancy.wall import as_shopper, walled

    base.walled = walled if is_walled else lambda _merchant, _person, call: call
    access.as_shopper = as_shopper if is_walled else lambda _person=None: nullcontext()
    RateCount.objects.all().delete()  # the limits are not what is measured
    tables = [policy.table for app in apps.get_app_configs() for policy in policies.policies(app)]
    with as_owner(), connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f'ALTER TABLE "{name}" {"ENABLE" if is_walled else "DISABLE"} ROW LEVEL SECURITY')


def _milliseconds(client: Client, address: str) -> float:
    started = time.perf_counter()
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    return (time.perf_counter() - started) * 1000


def table(times: Times) -> str:
    names = list(dict.fromkeys(name for name, _ in times))
    lines = [f"{'page':24}{'p50 without':>12}{'with':>8}{'p95 without':>12}{'with':>8}{'p50':>8}{'p95':>8}"]
    shop = [name for name in names if not name.startswith("API")]
    groups = {name: [name] for name in names} | {
        "all of the shop": shop,
        "all of the API": sorted(set(names) - set(shop)),
    }
    for title, group in groups.items():
        without, behind = ([t for name in group for t in times[name, side]] for side in (False, True))
        (a50, a95), (b50, b95) = _figures(without), _figures(behind)
        lines.append(f"{title:24}{a50:>12.2f}{b50:>8.2f}{a95:>12.2f}{b95:>8.2f}{b50 / a50:>8.3f}{b95 / a95:>8.3f}")
    return "\n".join(lines)


def _figures(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[18]


if __name__ == "__main__":
    main()
