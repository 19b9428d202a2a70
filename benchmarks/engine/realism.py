"""Are photos that were made red like photos of red products? Kernel distance on AlexNet features, against the baselines.

Held-out photos of other colours are given the colours of real products: each photo the dominant colour of one real photo
drawn at random, the same for every method; Reinhard gets that photo itself as its model. The distance is to real photos
of the colour, in the made photos' own mixture of article types: else it tells how white shoes are sneakers, not how white
was made. `--labels` names a CSV with id, base_colour and article_type.
"""

import csv
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engine.common import arguments, engine_of, finish, held_out_photos, projected
from gpu_worker.baselines.recolouring import hue_rotation, reinhard
from gpu_worker.contract.marks import SolverOptions
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.engine.values import Pixels
from gpu_worker.measures.colour import Float, ciede2000, fast_lab, lab_to_rgb, region_colour, rgb_to_hex
from gpu_worker.measures.realism import kernel_distance, picture_features
from gpu_worker.photos.decode import decode_photo
from gpu_worker.segmentation.dominant import dominant_region
from gpu_worker.segmentation.parts import find_parts

COLOURS = {"red": ("Red",), "navy": ("Navy Blue",), "tan": ("Tan", "Beige"), "black": ("Black",), "white": ("White",)}
METHODS = ("engine", "hue rotation", "Reinhard", "unchanged")
_REAL = 150
_TYPICAL = 18.0  # CIEDE2000 from the label's median colour
_DRAWS = 400
_DARK, _LIGHT = 40.0, 70.0  # L* of the photos before


def main() -> None:
    options = arguments(__doc__, labels="", colours=",".join(COLOURS))
    engine = engine_of(options)
    labels, at_hand = _labels(Path(options.labels)), {path.stem for path in options.photos.glob("*.webp")}
    photos = [(name, projected(engine, photo)) for name, photo in held_out_photos(options.photos, options.limit)]
    report: dict[str, Any] = {}
    sheet = []
    for colour in options.colours.split(","):
        names = COLOURS[colour]
        others = [p for name, p in photos if p is not None and labels[name][0] not in names]
        wanted = Counter(labels[name][1] for name, p in photos if p is not None and labels[name][0] not in names)
        real = _real(engine, options.photos, _like({n: labels[n] for n in labels if n in at_hand}, names, wanted))
        if len(real) < 10:
            continue
        made = [_made(engine, projection, real[(7 * i) % len(real)]) for i, projection in enumerate(others)]
        sources = np.array([_colour(engine, projection)[0] for projection in others])
        report[colour] = {"real": len(real), "made": len(made)} | _distances(engine, real, made, sources)
        sheet.append([p.photo.pixels for p in real[:10]])
        sheet += [[pictures[method] for pictures in made[:10]] for method in ("unchanged", *METHODS[:3])]
        sys.stderr.write(f"{colour} {report[colour]}\n")
    finish(f"realism-{options.kind}", report, sheet, cell=128)


def _labels(path: Path) -> dict[str, tuple[str, str]]:
    """Colour and article type by id."""
    with path.open() as file:
        return {row["id"]: (row["base_colour"], row["article_type"]) for row in csv.DictReader(file)}


def _like(labels: dict[str, tuple[str, str]], colours: tuple[str, ...], wanted: Counter[str]) -> list[str]:
    """Names of the colour, at most as many of each article type as its share of the wanted ones allows."""
    taken: Counter[str] = Counter()
    chosen = []
    for name in sorted(labels, key=lambda n: n[::-1]):  # in no order that means anything
        colour, article = labels[name]
        if colour in colours and taken[article] < _REAL * wanted[article] / wanted.total():
            taken[article] += 1
            chosen.append(name)
    return chosen


def _real(engine: Engine, folder: Path, names: list[str]) -> list[Projection]:
    found = [projected(engine, decode_photo((folder / f"{name}.webp").read_bytes())) for name in names]
    kept = [p for p in found if p is not None]
    colours = np.array([_colour(engine, p) for p in kept])
    typical = np.median(colours, axis=0)  # labels name any colour a product shows: keep those that are mostly of it
    return [p for p, colour in zip(kept, colours, strict=True) if ciede2000(colour, typical) < _TYPICAL]


def _made(engine: Engine, projection: Projection, model: Projection) -> dict[str, Pixels]:
    target = _colour(engine, model)
    photo, alpha = projection.photo.pixels, projection.mask.alpha
    model_lab = fast_lab(model.photo.pixels.astype(np.float32) / np.float32(255))[model.mask.alpha > 242]
    swatch = rgb_to_hex(lab_to_rgb(target))
    return {
        "engine": engine.recolour(projection, [swatch], options=SolverOptions(steps=1))[0].pixels,
        "hue rotation": hue_rotation(photo, alpha, target),
        "Reinhard": reinhard(photo, alpha, model_lab.mean(0).astype(np.float64), model_lab.std(0).astype(np.float64)),
        "unchanged": photo,
    }


def _colour(engine: Engine, projection: Projection) -> Float:
    region = dominant_region(find_parts(projection.frame, engine.manifold.kind))
    return region_colour(fast_lab(projection.frame.image)[region]).lab


def _distances(engine: Engine, real: list[Projection], made: list[dict[str, Pixels]], sources: Float) -> dict[str, Any]:
    """`sources` (N,) is the L* that the made photos had; from dark and from light ones are reported apart too."""
    wanted = picture_features([p.photo.pixels for p in real], engine.perceptual)
    found = {m: picture_features([p[m] for p in made], engine.perceptual) for m in METHODS}
    random = np.random.default_rng(0)
    draws: dict[str, list[float]] = {method: [] for method in METHODS}
    for _ in range(_DRAWS):
        mine = np.unique(random.integers(0, len(made), len(made)))
        theirs = np.unique(random.integers(0, len(real), len(real)))
        for method in METHODS:
            draws[method].append(kernel_distance(found[method][mine], wanted[theirs]))
    result: dict[str, Any] = {}
    for method in METHODS:
        low, high = np.percentile(draws[method], [2.5, 97.5])
        value = kernel_distance(found[method], wanted)
        result[method] = {"distance": round(value, 4), "interval_95": [round(float(low), 4), round(float(high), 4)]}
    own = np.array(draws["engine"])
    for method in ("hue rotation", "Reinhard"):
        ratio = own / np.array(draws[method])
        result[f"engine_over_{method}"] = [round(float(np.percentile(ratio, q)), 3) for q in (2.5, 50, 97.5)]
    for name, chosen in (("dark", sources < _DARK), ("light", sources >= _LIGHT)):
        if chosen.sum() >= 10:
            apart = {m: round(kernel_distance(found[m][chosen], wanted), 4) for m in METHODS}
            result[f"from_{name}"] = {"made": int(chosen.sum())} | apart
    return result


if __name__ == "__main__":
    main()
