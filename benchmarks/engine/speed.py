"""Times and memory: preview step, swatch variants at 1024 px, whole run, a 12-megapixel photo. Medians of several runs.

The photo is the first held-out one, enlarged. On CUDA the device's queue is waited for.
"""

import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from benchmarks.engine.common import SWATCHES, arguments, engine_of, enlarged, finish, held_out_photos
from gpu_worker.contract.marks import ColourBrush, SolverOptions, Stroke, Swatch
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.measures.colour import hex_to_rgb, rgb_to_lab
from gpu_worker.photos.encode import encode_pixels
from gpu_worker.segmentation.dominant import dominant_region
from gpu_worker.segmentation.parts import find_parts
from gpu_worker.transfer.recolour import dye_photo, prepare_region, solve_dyes

TWELVE = 3464  # pixels a side: 12 megapixels


def main() -> None:
    options = arguments(__doc__, runs=5)
    engine = engine_of(options)
    _, photo = next(iter(held_out_photos(options.photos, 1)))
    middle = enlarged(photo, 1024)
    projection = engine.project(middle)
    colours = list(SWATCHES.values())
    latent, version = projection.w_plus_bytes(), engine.manifold.version
    report: dict[str, Any] = {"threads": options.threads, "device": options.device}

    def timed(name: str, work: Callable[[], Any], runs: int = options.runs) -> None:
        report[name] = median_ms(work, runs)

    session = engine.session(projection)
    stroke = Stroke(points=[(0.4, 0.5), (0.6, 0.5)], radius=0.05)
    for name, wish in (
        ("swatch", Swatch(colour="#c1121f")),
        ("brush", ColourBrush(strokes=[stroke], colour="#c1121f")),
    ):
        for realism in (0.0, 0.1):
            session.update([wish], SolverOptions(steps=500, realism=realism))
            timed(f"preview_step_{name}_realism_{realism}_ms", session.step, 12)
    timed("preview_on_photo_448_ms", lambda: session.render(448))
    timed("one_swatch_1024_from_latent_ms", lambda: from_latent(engine, middle, latent, version, colours[3:4]))
    timed("eight_swatches_1024_from_latent_ms", lambda: from_latent(engine, middle, latent, version, colours), 3)
    timed("whole_run_1024_from_photo_ms", lambda: encoded(engine, engine.project(middle), colours[3:4]), 3)
    large = enlarged(photo, TWELVE)
    timed("transfer_alone_12mp_ms", transfer_alone(engine.restore(large, latent, version), engine))
    timed("one_swatch_12mp_from_latent_ms", lambda: variant_only(engine, large, latent, version), 3)
    report["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    finish(f"speed-{options.kind}-{options.device}", report)


def median_ms(work: Callable[[], Any], runs: int) -> float:
    work()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        times.append(1000 * (time.perf_counter() - started))
    return round(float(np.median(times)), 1)


def from_latent(engine: Engine, photo: Any, latent: bytes, version: str, colours: list[str]) -> None:
    encoded(engine, engine.restore(photo, latent, version), colours)


def encoded(engine: Engine, projection: Projection, colours: list[str]) -> None:
    for variant in engine.recolour(projection, colours):
        encode_pixels(variant.pixels, "webp")


def variant_only(engine: Engine, photo: Any, latent: bytes, version: str) -> None:
    """Mask, solution, transfer and measures; encoding is the caller's choice of format."""
    engine.recolour(engine.restore(photo, latent, version), ["#c1121f"])


def transfer_alone(projection: Projection, engine: Engine) -> Callable[[], Any]:
    photo, alpha = projection.photo.pixels, projection.mask.alpha
    chosen = dominant_region(find_parts(projection.frame, engine.manifold.kind))
    region = prepare_region(photo, alpha, projection.frame, chosen)
    dyes = solve_dyes(region, [rgb_to_lab(hex_to_rgb("#c1121f"))])
    return lambda: dye_photo(photo, alpha, region, dyes)


if __name__ == "__main__":
    main()
