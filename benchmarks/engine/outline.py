"""How far is the found outline from the true one? Held-out photos with outlines beyond doubt, their products dyed pale.

For kinds that have a network. The error is the area by which mask and truth differ, as a share of the product's: by the
photo alone, and with the silhouette network's opinion. Photos are those of `gpu_worker.training.segmentation.silhouette`,
none of them trained on.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.engine.common import arguments, finish, summary
from gpu_worker.photos.decode import Photo, Pixels
from gpu_worker.photos.errors import NotOneProduct
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS
from gpu_worker.segmentation.product_mask import find_product
from gpu_worker.training.segmentation.silhouette import Example, certain_examples, pale_photo


def main() -> None:
    options = arguments(__doc__)
    settings = KIND_SETTINGS[options.kind]
    ways = {
        "photo alone": replace(settings, silhouette=""),
        "with silhouette": replace(settings, silhouette=options.kind),
    }
    random = np.random.default_rng(0)
    errors: dict[str, list[float]] = {way: [] for way in ways}
    refused = dict.fromkeys(ways, 0)
    sheet = []
    for example in certain_examples(options.photos, options.kind, held_out=True, most=options.limit):
        photo = Photo(pixels=pale_photo(example, random))
        row = [photo.pixels, _as_picture(np.round(example.alpha * 255).astype(np.uint8))]
        for way, chosen in ways.items():
            try:
                alpha = find_product(photo, chosen).alpha
            except NotOneProduct:
                refused[way] += 1
                alpha = np.zeros(photo.pixels.shape[:2], np.uint8)
            errors[way].append(_error(alpha, example))
            row.append(_as_picture(alpha))
        sheet.append(row)
    report: dict[str, Any] = {way: summary(values) | {"refused": refused[way]} for way, values in errors.items()}
    finish(f"outline-{options.kind}", report, [a + b for a, b in zip(sheet[::2], sheet[1::2], strict=False)][:16])


def _error(alpha: Pixels, example: Example) -> float:
    return float(np.abs(alpha / 255 - example.alpha).sum() / example.alpha.sum())


def _as_picture(mask: Pixels) -> Pixels:
    return np.repeat(mask[..., None], 3, axis=2)


if __name__ == "__main__":
    main()
