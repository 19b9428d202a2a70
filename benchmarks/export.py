"""A ZIP of 10,000 variants that is sent while it is made: pictures a second, and memory against a ZIP of 1,000.

    python -m benchmarks.export --count 10000 --preset original

Starts servers of its own.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import django
import numpy as np

from deploy.local.stack import Stack

COLOURS, VIEWS, OBJECTS, SIDE = 4, 2, 20, 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--preset", default="original")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder))
        stack.start()
        stack.migrate()
        try:
            os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="deploy.settings")
            django.setup()
            measure(options, Path(folder))
        finally:
            stack.stop()


def measure(options: argparse.Namespace, folder: Path) -> None:
    products = filled(options.count)
    some = products.filter(
        pk__lte=sorted(products.values_list("pk", flat=True))[options.count // 10 // (COLOURS * VIEWS)]
    )
    for name, chosen in (("a tenth", some), ("all", products)):
        started = time.perf_counter()
        pictures, size = streamed(chosen, options.preset, folder / "export.zip")
        seconds, peak = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(
            f"{name}: {pictures} pictures, {size / 1e6:.0f} MB in {seconds:.0f} s, {pictures / seconds:.0f} a second; "
            f"peak memory so far {peak:.0f} MB\n"
        )  # fmt: skip


def streamed(products: Any, preset: str, file: Path) -> tuple[int, int]:
    """Written piece by piece as a browser would, and opened to see that it is whole."""
    from editing.publishing.exports.archive import archive
    from editing.publishing.exports.presets import PRESETS

    merchant = products.values_list("merchant_id", flat=True)[0]
    with file.open("wb") as target:
        for piece in archive(merchant, products, PRESETS[preset], "{product_sku}/{colour}-{view}", with_photos=False):
            target.write(piece)
    size = file.stat().st_size
    with zipfile.ZipFile(file) as whole:
        count = len(whole.namelist()) - 1
    file.unlink()
    return count, size


def filled(count: int) -> Any:
    """Products of one merchant, each with live colourways in two views. They share some stored pictures."""
    from django.utils import timezone

    from catalog.models import Colourway, Merchant, Photo, Product, PublishedVariant

    keys, now = stored(), timezone.now()
    merchant = Merchant.objects.create(name="Harbour", slug="harbour")
    products = Product.objects.bulk_create(
        Product(
            merchant=merchant, kind="shoe", title=f"Sneaker {n}", slug=f"sneaker-{n}", sku=f"S-{n}", status="active"
        )
        for n in range(count // (COLOURS * VIEWS))
    )
    look = {
        "width": SIDE,
        "height": SIDE,
        "colour_lab_l": 40.0,
        "colour_lab_a": 0.0,
        "colour_lab_b": 0.0,
        "colour_family": "red",
    }
    photos = Photo.objects.bulk_create(
        Photo(
            product=product, sha256=f"{product.pk:032}{view:032}", source_sha256="0" * 64, object_key=keys[0], size=1,
            content_type="image/webp", colour_hex="#808080", view=("front", "back")[view], position=view,
            is_primary=not view, **look,
        )
        for product in products for view in range(VIEWS)
    )  # fmt: skip
    sold = Colourway.objects.bulk_create(
        Colourway(merchant=merchant, product=p, name=f"Colour {n}", swatch_hex="#808080", sku=f"{p.sku}-{n}", position=n)
        for p in products for n in range(COLOURS)
    )  # fmt: skip
    by_product = {photo.product_id: photos[at : at + VIEWS] for at, photo in enumerate(photos) if photo.is_primary}
    PublishedVariant.objects.bulk_create(
        PublishedVariant(
            product=row.product, colourway=row, photo=photo, is_lead=photo.is_primary, slug=f"colour-{row.position}",
            colour_name=row.name, swatch_hex="#808080", published_at=now,
            object_key=f"{keys[(row.position * VIEWS + photo.position) % OBJECTS]}", **look,
        )
        for row in sold for photo in by_product[row.product_id][: VIEWS]
    )  # fmt: skip
    return Product.objects.filter(merchant=merchant)


def stored() -> list[str]:
    """Different pictures of a usual size for the web."""
    import io

    from PIL import Image

    from catalog import storage

    keys, chance = [], np.random.default_rng(1)
    for _ in range(OBJECTS):
        out = io.BytesIO()
        noise = chance.integers(0, 255, (SIDE // 8, SIDE // 8, 3), dtype=np.uint8)
        Image.fromarray(noise).resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(out, "WEBP", quality=92)
        keys.append(storage.put("variants", out.getvalue(), content_type="image/webp"))
    return keys


if __name__ == "__main__":
    main()
