"""What the mark in the pixels survives, and whether photos without one are left in peace.

    python -m benchmarks.mark_survival PHOTOS... --limit 12

Each photo's whole product is marked, as an edit of all of it would be; then the file is treated as people treat files.
A row counts the photos whose number was read back. The last row counts unmarked photos in which a mark was "found".
"""

import argparse
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from gpu_worker.origin.detect import find_mark
from gpu_worker.photos.decode import decode_photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.photos.watermark import watermarked
from gpu_worker.segmentation.product_mask import find_product

NUMBER = 173
_KINDS = {".jpg", ".jpeg", ".png", ".webp"}
Picture = Image.Image


def saved(picture: Picture, kind: str, quality: int) -> Picture:
    out = io.BytesIO()
    picture.save(out, kind, quality=quality)
    return Image.open(io.BytesIO(out.getvalue()))


def scaled(picture: Picture, factor: float) -> Picture:
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, Image.Resampling.LANCZOS)


def cropped(picture: Picture, share: float) -> Picture:
    """`share` of each side is gone, most of it at the left and below."""
    width, height = picture.size
    cut = (0.7 * share * width, 0.3 * share * height, (1 - 0.3 * share) * width, (1 - 0.7 * share) * height)
    return picture.crop(tuple(round(side) for side in cut))  # type: ignore[arg-type]


TREATED: dict[str, Callable[[Picture], Picture]] = {
    "as made (WebP 92)": lambda picture: picture,
    "JPEG 75": lambda picture: saved(picture, "JPEG", 75),
    "JPEG 50": lambda picture: saved(picture, "JPEG", 50),
    "50 %": lambda picture: scaled(picture, 0.5),
    "150 %": lambda picture: scaled(picture, 1.5),
    "10 % cropped": lambda picture: cropped(picture, 0.1),
    "25 % cropped": lambda picture: cropped(picture, 0.25),
    "10 % cropped, 50 %, JPEG 75": lambda picture: saved(scaled(cropped(picture, 0.1), 0.5), "JPEG", 75),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=12, help="photos of each folder")
    options = parser.parse_args()
    counts, sizes, false, noise = dict.fromkeys(TREATED, 0), [], 0, []
    for path in files(options.photos, options.limit):
        photo = decode_photo(path.read_bytes())
        try:
            product = find_product(photo).alpha > 128
        except PhotoError:
            continue
        sizes.append(max(photo.pixels.shape))
        marked = watermarked(photo.pixels, product, NUMBER)
        noise.append(float((marked[product].astype(int) - photo.pixels[product]).std()))
        made = saved(Image.fromarray(marked), "WEBP", 92).convert("RGB")
        for name, treat in TREATED.items():
            found = find_mark(treat(made))
            counts[name] += found is not None and found.number == NUMBER
        false += find_mark(Image.fromarray(photo.pixels)) is not None
    told = f"{len(sizes)} photos of {min(sizes)} to {max(sizes)} px; mark of {np.median(noise):.1f} levels"
    rows = [told, *(f"{name}: {count} of {len(sizes)}" for name, count in counts.items())]
    sys.stdout.write("\n".join([*rows, f"unmarked, but one was found: {false} of {len(sizes)}"]) + "\n")
    return 0


def files(folders: list[Path], limit: int) -> Iterator[Path]:
    for folder in folders:
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _KINDS)
        yield from found[:: max(1, len(found) // limit)][:limit]


if __name__ == "__main__":
    sys.exit(main())
