"""Render our own products into `editing/demo/pictures`: `python -m deploy.renders.make plimsoll`, with bpy installed.

pip install bpy celery pillow numpy
python -m deploy.renders.make [PRODUCT ...] [--views side,quarter] [--width 1000] [--samples 16] [--to FOLDER]
"""

import argparse
from dataclasses import replace
from pathlib import Path

from deploy.renders import scene, shoes
from deploy.renders.listed import PICTURES, listed
from deploy.renders.scene import View

VIEWS = {"quarter": View(24, 19), "side": View(0, 6, height=640), "top": View(0, 84, height=560), "back": View(-48, 20)}


def make(product: str, views: list[str], folder: Path, width: int, samples: int, rows: int) -> None:
    """Render the named views of one product: NAME.jpg and NAME.parts.png."""
    folder.mkdir(parents=True, exist_ok=True)
    scene.studio()
    things = shoes.SHOES[product]({}, rows)
    for name in views:
        view = VIEWS[name]
        view = replace(view, width=width, height=view.height * width // view.width)
        picture, parts = scene.photograph(things, view, samples)
        picture.save(folder / f"{name}.jpg", quality=86, optimize=True)
        parts.save(folder / f"{name}.parts.png", optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("products", nargs="*", choices=[[], *sorted(shoes.SHOES)], help="those of the demo by default")
    parser.add_argument("--views", help="as in the demo by default")
    parser.add_argument("--width", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--rows", type=int, default=560, help="stations of the last's grid")
    parser.add_argument("--to", type=Path, default=PICTURES)
    given = parser.parse_args()
    views = listed("shoe")
    for product in given.products or views:
        asked = given.views.split(",") if given.views else views.get(product, ["quarter", "side"])
        make(product, asked, given.to / product, given.width, given.samples, given.rows)


if __name__ == "__main__":
    main()
