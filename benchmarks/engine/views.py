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

from gpu_worker.measures.colour import ciede2000, hex_to_rgb, rgb_to_lab
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.segmentation.dominant import dominant_region, material_of
from gpu_worker.segmentation.frame import Frame, crop_to_frame
from gpu_worker.segmentation.parts import RESOLUTION, Parts, find_parts
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS
from gpu_worker.segmentation.product_mask import ProductMask, find_product
from gpu_worker.transfer.recolour import dye_photo, prepare_region, reached_colour, solve_dyes

View = tuple[Photo, ProductMask, Frame, Parts]

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
    for name, files in sets_in(chosen.folder).items():
        if name.startswith(chosen.only) and len(files) > 1:
            report(name, [seen(decode_photo(file.read_bytes()), chosen.kind) for file in files])


def sets_in(folder: Path) -> dict[str, list[Path]]:
    found = defaultdict(list)
    for file in sorted(folder.iterdir(), key=lambda file: (file.stem.endswith("back"), file.name)):
        if file.suffix.lower() in {".png", ".jpg", ".webp"}:
            found[file.stem.rpartition("-")[0]].append(file)
    return found


def seen(photo: Photo, kind: str) -> View:
    mask = find_product(photo, KIND_SETTINGS[kind])
    frame = crop_to_frame(photo, mask, kind, RESOLUTION)
    return photo, mask, frame, find_parts(frame, kind)


def report(name: str, views: list[View]) -> None:
    material = material_of(views[0][3])
    alone = np.array([colours(view, None) for view in views])
    led = np.array([colours(view, material if number else None) for number, view in enumerate(views)])
    own = [np.round(material_of(view[3]), 0).tolist() for view in views]
    print(f"{name}: {len(views)} views, dominant colours by themselves {own}", flush=True)
    for index, swatch in enumerate(SWATCHES):
        print(
            f"  {swatch:12} each by itself {spread(alone[:, index]):5.2f}   led by the first {spread(led[:, index]):5.2f}"
        )


def colours(view: View, material: np.ndarray | None) -> list[np.ndarray]:
    """Lab that the dyed material reaches, by swatch."""
    photo, mask, frame, parts = view
    region = prepare_region(photo.pixels, mask.alpha, frame, dominant_region(parts, material))
    dyes = solve_dyes(region, [rgb_to_lab(hex_to_rgb(colour)) for colour in SWATCHES.values()])
    return [reached_colour(made, mask.alpha, region) for made in dye_photo(photo.pixels, mask.alpha, region, dyes)]


def spread(labs: np.ndarray) -> float:
    return max(float(ciede2000(one, other)) for one, other in combinations(labs, 2))


if __name__ == "__main__":
    main()
