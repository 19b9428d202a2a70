"""What goes on behind a free-form hole? python -m benchmarks.engine.completion --kind KIND --photos FOLDER

Held-out photos with a hole of a twentieth to a quarter of the product, painted over in one colour as a hand would be. LPIPS and mean
absolute error in the hole against the photo: OpenCV's two inpainters, and ours. `lower` is by how much ours is below the better of
OpenCV's. Outside the hole ours must be the photo, bit for bit.
"""

import time
from collections import defaultdict

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.engine.common import arguments, engine_of, enlarged, finish, held_out_photos, summary
from benchmarks.engine.holes import free_form_hole
from gpu_worker.measures.perceptual import shared_perceptual
from gpu_worker.photos.decode import Photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.restoration.completion import complete
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS
from gpu_worker.segmentation.product_mask import find_product

Pixels = NDArray[np.uint8]
HAND = (202, 158, 134)
RADIUS = 4  # of OpenCV's inpainters


def main() -> None:
    options = arguments(__doc__, side=0)
    engine, random = engine_of(options), np.random.default_rng(0)
    found: dict[str, list[float]] = defaultdict(list)
    rows, worst = [], 0
    for _, original in held_out_photos(options.photos, options.limit):
        photo = enlarged(original, options.side)
        try:
            product = find_product(photo, KIND_SETTINGS[options.kind]).alpha >= 128
        except PhotoError:
            continue
        hole = free_form_hole(product, random)
        spoiled = photo.pixels.copy()
        spoiled[hole] = HAND
        marked = (hole * np.uint8(255)).astype(np.uint8)
        started = time.perf_counter()
        ours = complete(Photo(pixels=spoiled), marked, engine.manifold).photo.pixels
        found["seconds, ours"].append(time.perf_counter() - started)
        pictures = {
            "telea": np.asarray(cv2.inpaint(spoiled, marked, RADIUS, cv2.INPAINT_TELEA), np.uint8),
            "navier-stokes": np.asarray(cv2.inpaint(spoiled, marked, RADIUS, cv2.INPAINT_NS), np.uint8),
            "ours": ours,
        }
        for method, picture in pictures.items():
            found[f"LPIPS, {method}"].append(lpips_within(picture, photo.pixels, hole))
            found[f"mean absolute error, {method}"].append(
                float(np.abs(picture[hole] - photo.pixels[hole].astype(float)).mean())
            )
        worst = max(worst, int((ours != spoiled)[~hole].sum()))
        rows.append([photo.pixels, spoiled, *pictures.values()])
    report = {name: summary(values) for name, values in found.items()}
    best = min(np.mean(found[f"LPIPS, {method}"]) for method in ("telea", "navier-stokes"))
    report["lower"] = {"LPIPS, means": round(1 - float(np.mean(found["LPIPS, ours"])) / float(best), 3)}
    report["values changed outside the hole"] = {"worst": worst}
    finish(
        f"completion-{options.kind}" + (f"-{options.side}" if options.side else ""),
        report,
        rows[:24],
        cell=max(192, options.side // 3),
    )


def lpips_within(a: Pixels, b: Pixels, where: NDArray[np.bool_]) -> float:
    pair = [torch.from_numpy(np.ascontiguousarray(x)).permute(2, 0, 1)[None].float() / 127.5 - 1 for x in (a, b)]
    mask = torch.from_numpy(where.astype(np.float32))[None, None]
    with torch.no_grad():
        return float(shared_perceptual().lpips(pair[0], pair[1], mask))


if __name__ == "__main__":
    main()
