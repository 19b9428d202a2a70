"""How does a generated change get into the photo? python -m benchmarks.engine.compositing --kind KIND --photos FOLDER

The manifold's red shoe (or shirt) put into held-out photos by the engine and by five published ways: structure (SSIM of normalised
luminance gradients against the photo), LPIPS of the grey pictures, CIEDE2000 of the product to the swatch, seconds of all of them, and the
kernel distance of the pictures to the photos themselves, both grey, so that a colour is no difference.
"""

import time
from collections import defaultdict
from typing import Any

import numpy as np

from benchmarks.engine.common import arguments, engine_of, finish, held_out_photos, projected, summary
from gpu_worker.baselines.table import METHODS, compare_methods
from gpu_worker.engine.values import Pixels
from gpu_worker.measures.realism import kernel_distance, picture_features


def main() -> None:
    options = arguments(__doc__, swatch="#c1121f")
    engine = engine_of(options)
    found: dict[str, dict[str, list[float]]] = {method: defaultdict(list) for method in METHODS}
    pictures: dict[str, list[Pixels]] = defaultdict(list)
    rows, seconds = [], []
    for _, photo in held_out_photos(options.photos, options.limit):
        projection = projected(engine, photo, "encoder")
        if projection is None:
            continue
        started = time.perf_counter()
        made, measured = compare_methods(engine, projection, options.swatch)
        seconds.append(time.perf_counter() - started)
        rows.append([photo.pixels, *made.values()])
        pictures["photo"].append(grey(photo.pixels))
        for method in METHODS:
            pictures[method].append(grey(made[method]))
            for name, value in measured[method].items():
                found[method][name].append(value)
    report: dict[str, Any] = {m: {name: summary(v) for name, v in found[m].items()} for m in METHODS}
    real = picture_features(pictures["photo"], engine.perceptual)
    for method in METHODS:
        report[method]["grey kernel distance"] = kernel_distance(
            picture_features(pictures[method], engine.perceptual), real
        )
    report["seconds of all"] = summary(seconds)
    finish(f"compositing-{options.kind}", report, rows[:12])


def grey(pixels: Pixels) -> Pixels:
    return np.repeat(np.round(pixels @ np.array((0.299, 0.587, 0.114)))[..., None], 3, 2).astype(np.uint8)


if __name__ == "__main__":
    main()
