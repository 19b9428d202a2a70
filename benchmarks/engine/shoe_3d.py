"""How near is a dyed picture of a shoe to the same shoe rendered in the other colour? Exact truth, from six sides, in three colourways.

`--photos` is a folder of SIDE/COLOURWAY.png with SIDE/mask.png, as `python -m deploy.renders.model` writes them. Each picture is dyed to
what its main material is in each other colourway; nothing says where that is. Reported for each dye: CIEDE2000 per pixel in the main
material (median, 95th percentile), missed (share of it that did not change), bleed (share of the product that is the same in both
colourways, sole, laces and lining, and changed), and the mask's IoU.
`python -m benchmarks.engine.shoe_3d --photos FOLDER`, with a sheet.
"""

import itertools
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.engine.common import OUT, arguments, engine_of, finish, projected
from gpu_worker.contract.marks import SolverOptions
from gpu_worker.measures.colour import ciede2000, fast_lab, lab_to_rgb, region_colour, rgb_to_hex
from gpu_worker.photos.decode import Pixels, decode_photo

FEW = SolverOptions(steps=1)
SEEN = 3.0  # CIEDE2000 from which a change is seen
ONE_MATERIAL = 14.0  # distance in a*, b* from the material's own within which its light and shade lie

Mask = NDArray[np.bool_]


def main() -> None:
    options = arguments(__doc__)
    engine = engine_of(options)
    rows: dict[str, dict[str, float]] = {}
    sheet = []
    for side in sorted(path for path in options.photos.iterdir() if path.is_dir()):
        mask = np.asarray(Image.open(side / "mask.png").convert("L")) > 127
        pictures = {path.stem: path for path in sorted(side.glob("*.png")) if path.stem != "mask"}
        projections = {name: projected(engine, decode_photo(path.read_bytes())) for name, path in pictures.items()}
        for first, second in itertools.permutations(pictures, 2):
            projection = projections[first]
            if projection is None:
                rows[f"{side.name}: {first} to {second}"] = {}
                continue
            truth = decode_photo(pictures[second].read_bytes()).pixels
            main_part = material(projection.photo.pixels, truth, mask)
            swatch = rgb_to_hex(lab_to_rgb(region_colour(_lab(truth)[main_part]).lab))
            ours = engine.recolour(projection, [swatch], options=FEW)[0].pixels
            found = figures_of(projection.photo.pixels, truth, ours, main_part, mask)
            found["mask IoU"] = _iou(projection.mask.alpha > 127, mask)
            rows[f"{side.name}: {first} to {second}"] = found
            sheet.append(np.hstack([projection.photo.pixels, ours, truth]))
            sys.stderr.write(f"{side.name} {first} {second} {found}\n")
    _save(sheet, OUT / "shoe_3d.jpg")
    finish("shoe_3d", {**_summed([row for row in rows.values() if row]), "dyes": rows})


def material(a: Pixels, b: Pixels, mask: Mask) -> Mask:
    """The main one of what is another colour in the two pictures: near the middle of it in both."""
    first, second = _lab(a), _lab(b)
    inside = cv2.erode(np.uint8(mask), np.ones((3, 3), np.uint8)) > 0
    changed = inside & (ciede2000(first, second) > 2 * SEEN)
    for lab in (first, second):
        middle = np.median(lab[..., 1:][changed], axis=0)
        changed = changed & (np.linalg.norm(lab[..., 1:] - middle, axis=2) < ONE_MATERIAL)
    return changed


def figures_of(a: Pixels, b: Pixels, ours: Pixels, main_part: Mask, mask: Mask) -> dict[str, float]:
    before, theirs, made = _lab(a), _lab(b), _lab(ours)
    error, changed = ciede2000(made, theirs), ciede2000(made, before)
    same = (cv2.erode(np.uint8(mask), np.ones((5, 5), np.uint8)) > 0) & (ciede2000(before, theirs) < SEEN / 2)
    found = {
        "median": np.median(error[main_part]),
        "p95": np.percentile(error[main_part], 95),
        "missed": (changed[main_part] < SEEN).mean(),
        "bleed": (changed[same] > SEEN).mean(),
    }
    return {name: round(float(value), 4) for name, value in found.items()}


def _summed(rows: list[dict[str, float]]) -> dict[str, Any]:
    def over(name: str) -> list[float]:
        return [round(float(np.percentile([row[name] for row in rows], share)), 4) for share in (50, 90)]

    return {"count": len(rows)} | {f"{name}: median, p90": over(name) for name in rows[0]}


def _iou(a: Mask, b: Mask) -> float:
    return round(float((a & b).sum() / (a | b).sum()), 4)


def _lab(pixels: Pixels) -> NDArray[np.float32]:
    return fast_lab(np.asarray(pixels, np.float32) / np.float32(255))


def _save(rows: list[Pixels], path: Path) -> None:
    """Photo, ours and truth, a row each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    width = min(row.shape[1] for row in rows)
    Image.fromarray(np.vstack([row[:, :width] for row in rows])).save(path, quality=88)


if __name__ == "__main__":
    main()
