"""How well the views of a product agree in colour: the largest CIEDE2000 between two views of a set.

    python -m benchmarks.engine.views FOLDER --kind shoe

FOLDER holds photos called NAME-1.png, NAME-2.png, ... or NAME-front.png, NAME-back.png; those of one NAME are views of one
product, the first of them in its name's order (front before back) leads.
"""

import argparse
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np

from gpu_worker.engine.facade import Engine
from gpu_worker.engine.loaded import bundle_of
from gpu_worker.measures.colour import ciede2000
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.tasks.gallery import edited_colour

SWATCHES = {
    "Signal red": "#c1121f", "Deep navy": "#1d3557", "Moss": "#606c38", "Mustard": "#d4a017", "Blush": "#e8a0a8",
    "Graphite": "#3d3f43", "Mint": "#b8e0c8", "Cobalt": "#1e4fd9",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kind", default="shoe")
    parser.add_argument("--only", default="", help="Names that begin so.")
    chosen = parser.parse_args()
    engine = Engine.load(bundle_of(chosen.kind))
    for name, files in sets_in(chosen.folder).items():
        if name.startswith(chosen.only) and len(files) > 1:
            report(engine, name, [decode_photo(file.read_bytes()) for file in files])


def sets_in(folder: Path) -> dict[str, list[Path]]:
    found = defaultdict(list)
    for file in sorted(folder.iterdir(), key=lambda file: (file.stem.endswith("back"), file.name)):
        if file.suffix.lower() in {".png", ".jpg", ".webp"}:
            found[file.stem.rpartition("-")[0]].append(file)
    return found


def report(engine: Engine, name: str, photos: list[Photo]) -> None:
    material = engine.material(photos[0])
    alone, led = (colours(engine, photos, given) for given in (None, material))
    print(f"{name}: {len(photos)} views, material Lab {np.round(material, 1)}")
    for index, swatch in enumerate(SWATCHES):
        print(
            f"  {swatch:12} each by itself {spread(alone[:, index]):5.2f}   led by the first {spread(led[:, index]):5.2f}"
        )
    print(f"  worst: {max(spread(alone[:, i]) for i in range(len(SWATCHES))):.2f} and "
          f"{max(spread(led[:, i]) for i in range(len(SWATCHES))):.2f} CIEDE2000")  # fmt: skip


def colours(engine: Engine, photos: list[Photo], material: tuple[float, float, float] | None) -> np.ndarray:
    """(views, swatches, 3) measured Lab, as variants bear it."""
    measured = []
    for number, photo in enumerate(photos):
        projection = engine.project(photo, method="encoder")
        led = material if number else None
        made = engine.recolour(projection, list(SWATCHES.values()), material=led)
        measured.append([edited_colour(photo.pixels, variant) for variant in made])
    return np.array(measured, np.float32)


def spread(labs: np.ndarray) -> float:
    return max(float(ciede2000(one, other)) for one, other in combinations(labs, 2))


if __name__ == "__main__":
    main()
