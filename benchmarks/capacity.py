"""What a catalogue of any size needs, from measured costs of one: `python -m benchmarks.capacity --photos FOLDER`.

Bytes are measured here, on the folder's photos; times come from the pages named beside them. Everything grows with the number of
variants or of requests, so that the sheet is multiplication; what does not (memory of indexes in one server) is said in docs/capacity.md.
"""

import argparse
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from catalog import images
from catalog.images.thumbnails import thumbnails
from gpu_worker.photos.encode import encode_pixels

SHOPS = {"a shop": 10_000, "a platform": 10_000_000, "everybody": 1_000_000_000}  # variants
PER_PHOTO = 5  # variants
CORE_SECONDS = 2.8  # to render one at 12 megapixels: 1.40 s on two cores (docs/engine.md)
FIRST_CORE_SECONDS = (
    4.6  # a photo's latent and frame, and its first variant at 1024 px: 2.3 s on two cores (docs/engine.md)
)
ANSWERS_A_SECOND = 55  # recorded by two results workers on two cores (docs/operations.md)
ANSWERS_A_JOB = 4.4  # with two variants (docs/operations.md)
ENTRY_BYTES = 1_150  # a row of search with its approximate indexes: 87 and 180 MB of 233,330 (docs/search.md)
PAGE_CORE_SECONDS = 0.0226  # a page of the storefront (docs/search.md)
PAGES_A_DAY = 0.1  # for each variant: an assumption
BUSY_HOUR = 0.1  # of a day's pages: an assumption
DAY = 86_400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="Photos whose sizes count.")
    options = parser.parse_args()
    files = sorted(
        path for path in options.photos.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"}
    )
    original, rendered, small = measure(files)
    sys.stdout.write(
        f"{len(files)} photos, medians: kept {original / 1e3:.0f} kB, a variant {rendered / 1e3:.0f} kB, "
        f"its thumbnails {small / 1e3:.0f} kB\n\n{sheet(original, rendered, small)}\n"
    )


def measure(files: Iterable[Path]) -> tuple[float, float, float]:
    """Medians in bytes: the photo as kept, a variant of its size, the thumbnails of either."""
    kept, rendered, small = [], [], []
    for file in files:
        clean = images.clean_photo(file.read_bytes(), file.name)
        kept.append(len(clean.data))
        rendered.append(len(encode_pixels(np.asarray(clean.image.convert("RGB"))).data))
        small.append(sum(len(thumbnail.data) for thumbnail in thumbnails(clean.image)))
    return statistics.median(kept), statistics.median(rendered), statistics.median(small)


def sheet(original: float, rendered: float, small: float) -> str:
    stored = (original + small) / PER_PHOTO + 2 * rendered + small  # a variant as rendered, and its published copy
    rows = {
        "variants": lambda n: n,
        "objects, TB": lambda n: n * stored / 1e12,
        "search rows and indexes, GB": lambda n: n * (1 + 1 / PER_PHOTO) * ENTRY_BYTES / 1e9,
        "CPU cores to render all within 30 days": lambda n: n * _core_seconds() / (30 * DAY),
        "pairs of results workers for that": lambda n: n * ANSWERS_A_JOB / 2 / ANSWERS_A_SECOND / (30 * DAY),
        "CPU cores of the storefront in the busy hour": lambda n: (
            n * PAGES_A_DAY * BUSY_HOUR / 3600 * PAGE_CORE_SECONDS
        ),
    }
    lines = ["| | " + " | ".join(SHOPS) + " |", "| --- " * (len(SHOPS) + 1) + "|"]
    lines += [
        f"| {name} | " + " | ".join(_figure(of(count)) for count in SHOPS.values()) + " |" for name, of in rows.items()
    ]
    return "\n".join(lines)


def _figure(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.2g}"


def _core_seconds() -> float:
    """Of one variant, with its share of what is done once for each photo."""
    return CORE_SECONDS + FIRST_CORE_SECONDS / PER_PHOTO


if __name__ == "__main__":
    main()
