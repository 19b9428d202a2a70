"""The storefront under load: `python -m benchmarks.storefront --products 10000 --rate 20 --seconds 60`.

Starts servers of its own, fills the shop, and asks one web process for pages at fixed moments, whether or not the
earlier answers have come (an open loop). A page's time runs from the moment at which it was due, so that waiting in a
queue counts. Prints a table and the number of queries of each page.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import django
import psutil
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deploy.local import ownership
from deploy.local.stack import Stack


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=20.0, help="Requests a second.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--port", type=int, default=18_765)
    parser.add_argument("--json", type=Path, help="Where to write the figures.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder))
        stack.start()
        stack.migrate()
        ownership.lend(stack.credentials)
        try:
            os.environ.update(
                stack.environment, DJANGO_SETTINGS_MODULE="deploy.settings", STATIC_ROOT=f"{folder}/static"
            )
            report = run(options)
        finally:
            stack.stop()
    sys.stdout.write(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))


def run(options: argparse.Namespace) -> dict[str, Any]:
    django.setup()
    from benchmarks.storefront_rows import fill  # models can be imported from here on

    call_command("collectstatic", interactive=False, verbosity=0)
    fill(options.products)
    addresses = pages()
    queries = {name: count_queries(address) for name, address in addresses.items()}
    with web(options.port) as process:
        before = sum(process.cpu_times()[:2])
        times = load(addresses, options)
        used = sum(process.cpu_times()[:2]) - before
    return {
        "products": options.products,
        "rate": options.rate,
        "seconds": options.seconds,
        "cpu_ms_per_request": round(1000 * used / (options.rate * options.seconds), 1),
        "load_average": os.getloadavg()[0],
        "pages": {name: figures(times[name]) | {"queries": queries[name]} for name in addresses},
        "all": figures(list(itertools.chain.from_iterable(times.values()))),
    }


def pages() -> dict[str, str]:
    variant = apps.get_model("catalog", "PublishedVariant").objects.select_related("product").latest("pk")
    return {
        "home": "/",
        "home, kind": "/?kind=shoe",
        "home, colour": "/?colour=red",
        "home, kind and colour": "/?kind=shirt&colour=blue",
        "home, words": "/?q=harbour+sneaker",
        "home, price": "/?sort=price",
        "home, page 200": "/?page=200",
        "shop": "/shops/shop-3/",
        "product": variant.product.get_absolute_url(),
        "variant": variant.get_absolute_url(),
        "product in red": f"/in-colour/?words=red&product={variant.product.slug}",
        "product in dusty rose": f"/in-colour/?words=dusty+rose&product={variant.product.slug}",
        "navy sneakers": "/in-colour/?words=navy+sneakers",
        "anything in red": "/in-colour/?words=red",
        "find by photo": "/find-by-photo/",
    }


def count_queries(address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answers {response.status_code}")
    return len(queries)


@contextlib.contextmanager
def web(port: int) -> Iterator[psutil.Process]:
    """One web process, as `make demo` starts it."""
    command = [
        "uvicorn",
        "deploy.asgi:application",
        "--port",
        str(port),
        "--no-access-log",
        "--no-proxy-headers",
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen([sys.executable, "-m", *command])
    try:
        deadline = time.monotonic() + 60
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the web process does not answer")
            time.sleep(0.1)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    try:
        fetch(port, "/healthz")
    except OSError:
        return False
    return True


def fetch(port: int, address: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address} answers {answer.status}")
    finally:
        connection.close()


def load(addresses: dict[str, str], options: argparse.Namespace) -> dict[str, list[float]]:
    """Milliseconds of each page, asked for in turn at the given rate."""
    for address in addresses.values():
        fetch(options.port, address)  # the first one of each compiles its template
    times: dict[str, list[float]] = {name: [] for name in addresses}
    start = time.monotonic() + 0.5

    def ask(number: int, name: str, address: str) -> None:
        due = start + number / options.rate
        time.sleep(max(0.0, due - time.monotonic()))
        fetch(options.port, address)
        times[name].append((time.monotonic() - due) * 1000)

    in_turn = itertools.islice(itertools.cycle(addresses.items()), int(options.rate * options.seconds))
    with ThreadPoolExecutor(max_workers=64) as pool:
        for future in [pool.submit(ask, number, *page) for number, page in enumerate(in_turn)]:
            future.result()
    return times


def figures(times: list[float]) -> dict[str, float]:
    twentieths = statistics.quantiles(times, n=20)
    return {
        "requests": len(times),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(twentieths[18], 1),
        "max_ms": round(max(times), 1),
    }


def table(report: dict[str, Any]) -> str:
    head = f"{report['products']} products, {report['rate']:g} requests/s, one web process"
    head += f" ({report['cpu_ms_per_request']} ms of CPU a request; load average {report['load_average']:.1f})\n\n"
    lines = [f"{'page':24}{'queries':>8}{'requests':>10}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}"]
    for name, row in [*report["pages"].items(), ("all", report["all"])]:
        queries = row.get("queries", "")
        lines.append(
            f"{name:24}{queries:>8}{row['requests']:>10}{row['p50_ms']:>9}{row['p95_ms']:>9}{row['max_ms']:>9}"
        )
    return head + "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
