"""The three projection methods on held-out photos: L of Zhu et al. 2016 (pixels and conv4), LPIPS, time."""

import sys
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.engine.common import arguments, engine_of, finish, held_out_photos, summary
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.photos.errors import PhotoError
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.segmentation.frame import crop_to_frame

METHODS = ("encoder", "optimisation", "hybrid")


def main() -> None:
    options = arguments(__doc__, loss="lpips", space="w+")
    engine = engine_of(options)
    figures: dict[str, dict[str, list[float]]] = {method: {} for method in METHODS}
    sheet = []
    for name, photo in held_out_photos(options.photos, options.limit):
        row = [photo.pixels]
        for method in METHODS:
            settings = ProjectionSettings(method=method, loss=options.loss, space=options.space)  # type: ignore[arg-type]
            try:
                projection = engine.project(photo, settings=settings)
            except PhotoError:
                break
            for figure, value in measured(engine, projection).items():
                figures[method].setdefault(figure, []).append(value)
            row.append(projection.reconstruction)
        sheet.append(row)
        sys.stderr.write(f"{name}\n")
    report: dict[str, Any] = {m: {f: summary(v) for f, v in values.items()} for m, values in figures.items()}
    finish(f"projection-{options.kind}", report, sheet, cell=128)


def measured(engine: Engine, projection: Projection) -> dict[str, float]:
    """Over the whole frame, pixels in [-1, 1]."""
    frame = crop_to_frame(projection.photo, projection.mask, engine.manifold.kind, engine.manifold.resolution)
    target = torch.from_numpy(frame.image.transpose(2, 0, 1))[None] * 2 - 1
    found = torch.from_numpy(projection.reconstruction.transpose(2, 0, 1).astype(np.float32))[None] / 127.5 - 1
    with torch.no_grad():
        pixels = float(F.mse_loss(found, target))
        conv4 = float(F.mse_loss(engine.perceptual.conv4(found), engine.perceptual.conv4(target)))
        lpips = float(engine.perceptual.lpips(found, target))
    return {
        "pixels": pixels,
        "conv4": conv4,
        "paper_loss": pixels + 0.002 * conv4,
        "lpips": lpips,
        "seconds": projection.seconds,
    }


if __name__ == "__main__":
    main()
