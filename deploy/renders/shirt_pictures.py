"""Photograph our shirts: `python -m deploy.renders.shirt_pictures linden-tee`, with bpy, numpy, scipy and pillow.

A cut (short or long sleeves) is sewn and let fall once in Blender, and kept in the folder of drapes; every shirt of
that cut lies as it fell, with folds, seams and stuff of its own.
"""

import argparse
from pathlib import Path

import numpy as np

from deploy.renders import flat
from deploy.renders.listed import PICTURES, listed
from deploy.renders.paint import Canvas
from deploy.renders.pattern import LONG, Pattern
from deploy.renders.shirts import SHIRTS, Shirt

WIDTH = 800


def draped(shirt: Shirt, folder: Path) -> flat.Draped:
    """The cut's mesh as it fell, simulated where the folder does not have it yet."""
    long = shirt.pattern.cuff == LONG["cuff"]
    kept = folder / f"{'long' if long else 'short'}.npz"
    if not kept.exists():
        _fall(kept, long)
    with np.load(kept) as data:
        return flat.Draped(points=data["points"].astype(float), faces=data["faces"], uv=data["uv"].astype(float))


def _fall(kept: Path, long: bool) -> None:
    from deploy.renders import cloth

    thing = cloth.sewn(Pattern(**LONG) if long else Pattern())
    cloth.drape(thing, cloth.Drape())
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.savez(kept, **cloth.arrays(thing))


def photograph(name: str, views: list[str], to: Path, drapes: Path, colour: str = "") -> None:
    """Write NAME/VIEW.jpg and NAME/VIEW.parts.png; `colour` is another colourway's, all else exactly the same."""
    shirt = SHIRTS[name]
    canvas = Canvas(colour or shirt.colour, shirt.seed)
    shirt.paint(canvas, shirt)
    given = flat.with_collar(flat.cut(flat.fine(draped(shirt, drapes)), shirt), shirt)
    span = np.ptp(given.points[:, :2], axis=0).max()
    folder = to / name
    folder.mkdir(parents=True, exist_ok=True)
    for view in views:
        picture, parts = flat.picture(given, shirt, canvas, WIDTH, span / WIDTH / 0.88, back=view == "back")
        picture.save(folder / f"{view}.jpg", quality=86, optimize=True)
        parts.save(folder / f"{view}.parts.png", optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shirts", nargs="*", choices=[[], *sorted(SHIRTS)], help="those of the demo by default")
    parser.add_argument("--views", help="front and back; as in the demo by default")
    parser.add_argument("--to", type=Path, default=PICTURES)
    parser.add_argument("--drapes", type=Path, default=Path("build/drapes"))
    parser.add_argument("--colour", default="", help="another colour for the cloth, such as #7a2f35")
    given = parser.parse_args()
    views = listed("shirt")
    for name in given.shirts or views:
        photograph(
            name,
            given.views.split(",") if given.views else views.get(name, ["front"]),
            given.to,
            given.drapes,
            given.colour,
        )


if __name__ == "__main__":
    main()
