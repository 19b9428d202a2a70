"""How near is a dyed photo to what a professional retoucher made of the same photo? Worn shirts, each in two colours.

`--photos` is a folder of PRODUCT-COLOUR_main.jpg and `pairs.csv`. Where the colours of a photo differ is the garment. The first photo of
a pair gets the second's colour as its swatch; nothing says where the garment is. Reported per pair: CIEDE2000 per pixel inside the
garment (median, 95th percentile), bleed (share of the person outside the garment that changed by more than 3), missed (share of the
garment that the retoucher changed and we did not), lightness against theirs in shadow folds, and the structure that either picture
loses where the garment borders on the person.
`python -m benchmarks.engine.retouched --kind shirt --photos FOLDER [--limit N]`
"""

import csv
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.engine.common import arguments, engine_of, finish, projected
from gpu_worker.contract.marks import SolverOptions
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.measures.colour import ciede2000, fast_lab, lab_to_rgb, region_colour, rgb_to_hex
from gpu_worker.measures.structure import border_of, structure_map
from gpu_worker.photos.decode import Pixels, decode_photo
from gpu_worker.training.segmentation.material import POOR, garment_of

FEW = SolverOptions(steps=1)
SEEN, ASKED = 3.0, 6.0  # CIEDE2000 from which a change is seen, and from which the retoucher meant one


@dataclass(frozen=True, kw_only=True)
class Pair:
    product: str
    first: str  # colours' names
    second: str

    @property
    def name(self) -> str:
        return f"{self.product} {self.first} {self.second}"


def main() -> None:
    options = arguments(__doc__)
    engine = engine_of(options)
    rows: dict[str, dict[str, float]] = {}
    refused = 0
    for pair in pairs_of(options.photos, options.limit):
        a, b = (_pixels(options.photos, pair.product, colour) for colour in (pair.first, pair.second))
        garment = garment_of(_all(options.photos, pair.product))
        projection = projected(engine, decode_photo(_path(options.photos, pair.product, pair.first).read_bytes()))
        if garment is None or projection is None:
            refused += projection is None
            continue
        rows[pair.name] = figures_of(a, b, dyed(engine, projection, b, garment), garment)
        sys.stderr.write(f"{pair.name} {rows[pair.name]}\n")
    finish("retouched", {"refused": refused, **_summed(rows), "pairs": rows})


def pairs_of(folder: Path, limit: int) -> list[Pair]:
    """Evenly over the folder."""
    with (folder / "pairs.csv").open() as lines:
        pairs = [Pair(product=r["product"], first=r["colour_a"], second=r["colour_b"]) for r in csv.DictReader(lines)]
    pairs = [pair for pair in pairs if pair.product not in POOR]
    return pairs[:: max(1, len(pairs) // max(1, limit))][:limit]


def dyed(engine: Engine, projection: Projection, other: Pixels, garment: Pixels) -> Pixels:
    """Ours in the colour that the garment has in `other`."""
    swatch = rgb_to_hex(lab_to_rgb(region_colour(_lab(other)[garment > 127]).lab))
    return engine.recolour(projection, [swatch], options=FEW)[0].pixels


def figures_of(a: Pixels, b: Pixels, ours: Pixels, garment: Pixels) -> dict[str, float]:
    before, theirs, made = _lab(a), _lab(b), _lab(ours)
    error, meant, changed = ciede2000(made, theirs), ciede2000(before, theirs), ciede2000(made, before)
    inside = cv2.erode(garment, np.ones((3, 3), np.uint8)) > 127
    near = cv2.dilate(garment, np.ones((7, 7), np.uint8)) > 127
    person = (a.min(2) < 235) & ~near
    asked = inside & (meant > ASKED)
    dark = inside & (before[..., 0] < np.percentile(before[..., 0][inside], 10))
    found = _border_losses(a, b, ours, garment, person) | {
        "median": np.median(error[inside]),
        "p95": np.percentile(error[inside], 95),
        "bleed": (changed[person] > SEEN).mean() if person.any() else 0,
        "missed": (changed[asked] < SEEN).mean() if asked.any() else 0,
        "fold lightness": np.median(made[..., 0][dark] - theirs[..., 0][dark]),
    }
    return {name: round(float(value), 4) for name, value in found.items()}


def _border_losses(a: Pixels, b: Pixels, ours: Pixels, garment: Pixels, person: NDArray[np.bool_]) -> dict[str, float]:
    """Structure that is lost where the garment borders on the person, in the retoucher's picture and in ours."""
    border = border_of(garment, np.where(person | (garment > 127), 255, 0).astype(np.uint8))
    pictures = {"their loss at borders": b, "our loss at borders": ours}
    return {name: 1 - float(structure_map(a, picture)[border].mean()) for name, picture in pictures.items()}


def _summed(rows: dict[str, dict[str, float]]) -> dict[str, Any]:
    def over(name: str, share: float) -> float:
        return round(float(np.percentile([row[name] for row in rows.values()], share)), 4)

    return {
        "count": len(rows),
        "median, of the pairs' medians": over("median", 50),
        "95th percentile within a pair, in the median pair; in the worst tenth": [over("p95", 50), over("p95", 90)],
        "bleed: median, p90": [over("bleed", 50), over("bleed", 90)],
        "missed: median, p90": [over("missed", 50), over("missed", 90)],
        "structure lost at the garment's borders, median: theirs, ours": [
            over("their loss at borders", 50),
            over("our loss at borders", 50),
        ],
    }


def _lab(pixels: Pixels) -> NDArray[np.float32]:
    return fast_lab(np.asarray(pixels, np.float32) / np.float32(255))


def _path(folder: Path, product: str, colour: str) -> Path:
    return folder / f"{product}-{colour}_main.jpg"


def _pixels(folder: Path, product: str, colour: str) -> Pixels:
    return decode_photo(_path(folder, product, colour).read_bytes()).pixels


def _all(folder: Path, product: str) -> list[Pixels]:
    return [decode_photo(path.read_bytes()).pixels for path in sorted(folder.glob(f"{product}-*_main.jpg"))]


if __name__ == "__main__":
    main()
