"""What goes on behind a free-form hole? python -m benchmarks.engine.completion --kind KIND --photos FOLDER

Held-out photos with a hole of a twentieth to a quarter of the product, painted over in one colour as a hand would be. LPIPS and mean
absolute error in the hole against the photo: OpenCV's two inpainters, and ours. `lower` is by how much ours is below the better of
OpenCV's. Outside the hole ours must be the photo, bit for bit. A run that was killed goes on where it was.
"""

import time
from collections import defaultdict
from functools import partial

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.engine.begun import Begun, Measured
from benchmarks.engine.common import arguments, engine_of, enlarged, finish, held_out_photos, summary
from benchmarks.engine.holes import free_form_hole
from gpu_worker.engine.facade import Engine
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
    rows = []
    name = f"completion-{options.kind}" + (f"-{options.side}" if options.side else "")
    begun = Begun(name)
    for stem, original in held_out_photos(options.photos, options.limit):
        photo = enlarged(original, options.side)
        try:
            product = find_product(photo, KIND_SETTINGS[options.kind]).alpha >= 128
        except PhotoError:
            continue
        hole = free_form_hole(product, random)
        measured = begun.measured(stem, partial(_measured, engine, photo, hole))
        for figure, value in measured.figures.items():
            found[figure].append(value)
        rows.append(measured.pictures)
    worst = max(found.pop("changed outside"))
    report = {figure: summary(values) for figure, values in found.items()}
    best = min(np.mean(found[f"LPIPS, {method}"]) for method in ("telea", "navier-stokes"))
    report["lower"] = {"LPIPS, means": round(1 - float(np.mean(found["LPIPS, ours"])) / float(best), 3)}
    report["values changed outside the hole"] = {"worst": int(worst)}
    finish(name, report, rows[:24], cell=max(192, options.side // 3))
    begun.forget()


def _measured(engine: Engine, photo: Photo, hole: NDArray[np.bool_]) -> Measured:
    """Photo, spoiled photo and the three completions."""
    spoiled = photo.pixels.copy()
    spoiled[hole] = HAND
    marked = (hole * np.uint8(255)).astype(np.uint8)
    started = time.perf_counter()
    ours = complete(Photo(pixels=spoiled), marked, engine.manifold).photo.pixels
    figures = {"seconds, ours": time.perf_counter() - started}
    pictures = {
        "telea": np.asarray(cv2.inpaint(spoiled, marked, RADIUS, cv2.INPAINT_TELEA), np.uint8),
        "navier-stokes": np.asarray(cv2.inpaint(spoiled, marked, RADIUS, cv2.INPAINT_NS), np.uint8),
        "ours": ours,
    }
    for method, picture in pictures.items():
        figures[f"LPIPS, {method}"] = lpips_within(picture, photo.pixels, hole)
        figures[f"mean absolute error, {method}"] = float(
            np.abs(picture[hole] - photo.pixels[hole].astype(float)).mean()
        )
    figures["changed outside"] = float((ours != spoiled)[~hole].sum())
    return Measured(figures, [photo.pixels, spoiled, *pictures.values()])


def lpips_within(a: Pixels, b: Pixels, where: NDArray[np.bool_]) -> float:
    pair = [torch.from_numpy(np.ascontiguousarray(x)).permute(2, 0, 1)[None].float() / 127.5 - 1 for x in (a, b)]
    mask = torch.from_numpy(where.astype(np.float32))[None, None]
    with torch.no_grad():
        return float(shared_perceptual().lpips(pair[0], pair[1], mask))


if __name__ == "__main__":
    main()
