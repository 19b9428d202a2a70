"""Swatch accuracy, background, structure and round trip of colour edits: 50 photos x 8 swatches, two sizes.

The dye does not depend on the latent, so photos are projected by the encoder alone to save time.
"""

import sys
from typing import Any

import numpy as np

from benchmarks.engine.common import (
    SWATCHES,
    arguments,
    engine_of,
    enlarged,
    finish,
    held_out_photos,
    projected,
    summary,
)
from gpu_worker.contract.marks import SolverOptions
from gpu_worker.engine.facade import Engine, Projection, Variant
from gpu_worker.measures.colour import ciede2000, fast_lab
from gpu_worker.measures.structure import border_of, structure_kept
from gpu_worker.segmentation.dominant import dominant_region
from gpu_worker.segmentation.parts import find_parts
from gpu_worker.transfer.recolour import prepare_region, region_matte

FEW = SolverOptions(steps=2)
ROUND_TRIP = ("#c1121f", "#1f4fc1", "#c1121f")


def main() -> None:
    options = arguments(__doc__, side=0)
    engine = engine_of(options)
    figures: dict[str, list[float]] = {}
    per_swatch: dict[str, list[float]] = {}
    sheet = []
    for name, photo in held_out_photos(options.photos, options.limit):
        projection = projected(engine, enlarged(photo, options.side))
        if projection is None:
            continue
        variants = engine.recolour(projection, list(SWATCHES.values()), options=FEW)
        for colour, variant in zip(SWATCHES, variants, strict=True):
            per_swatch.setdefault(colour, []).append(variant.measures["swatch_de2000"])
            for figure in ("swatch_de2000", "background_changed", "structure", "grey_lpips"):
                figures.setdefault(figure, []).append(variant.measures[figure])
        figures.setdefault("structure_away_from_borders", []).extend(within(projection, variants, options.kind))
        figures.setdefault("round_trip_de2000", []).append(round_trip(engine, projection))
        figures.setdefault("untouched_de2000", []).append(untouched(projection, variants[3].pixels, options.kind))
        sheet.append([projection.photo.pixels, *(variant.pixels for variant in variants)])
        sys.stderr.write(f"{name} {np.median([v.measures['swatch_de2000'] for v in variants]):.2f}\n")
    report: dict[str, Any] = {figure: summary(values) for figure, values in figures.items()}
    report["swatch_de2000_of"] = {colour: summary(values) for colour, values in per_swatch.items()}
    finish(f"swatches-{options.kind}-{options.side or 'own'}", report, sheet, cell=160)


def round_trip(engine: Engine, projection: Projection) -> float:
    """Median CIEDE2000 over the region between red, and red after blue."""
    photo = projection.photo
    pictures = []
    for colour in ROUND_TRIP:
        variant = engine.recolour(projection, [colour], options=FEW)[0]
        pictures.append(variant.pixels)
        changed = type(photo)(pixels=variant.pixels)
        again = projected(engine, changed)
        assert again is not None
        projection = again
    region = _matte(projection, engine.manifold.kind) > 242
    first, last = (
        fast_lab(picture.astype(np.float32) / np.float32(255))[region] for picture in (pictures[0], pictures[2])
    )
    return float(np.median(ciede2000(first, last)))


def within(projection: Projection, variants: list[Variant], kind: str) -> list[float]:
    """Structure of each variant but where what is dyed borders on what is not."""
    photo, alpha = projection.photo.pixels, projection.mask.alpha
    border = border_of(_matte(projection, kind), alpha)
    return [structure_kept(photo, variant.pixels, alpha, border) for variant in variants]


def untouched(projection: Projection, result: np.ndarray, kind: str) -> float:
    """95th percentile of CIEDE2000 over the product outside the region: prints, soles, skin."""
    outside = (projection.mask.alpha == 255) & (_matte(projection, kind) == 0)
    if outside.sum() < 20:
        return 0.0
    before, after = (
        fast_lab(p.astype(np.float32) / np.float32(255))[outside] for p in (projection.photo.pixels, result)
    )
    return float(np.percentile(ciede2000(before, after), 95))


def _matte(projection: Projection, kind: str) -> np.ndarray:
    photo, alpha = projection.photo.pixels, projection.mask.alpha
    chosen = dominant_region(find_parts(projection.frame, kind))
    return region_matte(photo, alpha, prepare_region(photo, alpha, projection.frame, chosen))


if __name__ == "__main__":
    main()
