"""One 3D model in several colourways, the same picture in each, to measure against:

python -m deploy.renders.model MODEL.usdc --textures diffuseBeach.jpg,diffuseMidnight.jpg --to FOLDER [--width 1000] [--samples 16]

Needs bpy, as `deploy.renders.make` does. The textures lie beside the model and take the place of its own. Writes SIDE/TEXTURE.png for
six sides, and SIDE/mask.png, the product's exact mask.
"""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from PIL import Image

from deploy.renders import scene
from deploy.renders.scene import View

SIDES = {
    "outer": View(0, 7, height=700),
    "quarter": View(28, 18),
    "heel": View(-40, 18),
    "inner": View(180, 7, height=700),
    "inner quarter": View(148, 18),
    "above": View(14, 48),
}
DISTANCE = 1.6  # metres


def load(model: Path) -> Any:
    """The model's one mesh on the floor, its toe along x."""
    before = set(bpy.data.objects)
    bpy.ops.wm.usd_import(filepath=str(model), import_lights=False, create_world_material=False)
    (thing,) = (found for found in set(bpy.data.objects) - before if found.type == "MESH")
    thing["part"] = "upper"
    bpy.context.view_layer.update()
    lowest = min((thing.matrix_world @ vertex.co).z for vertex in thing.data.vertices)
    root = thing
    while root.parent:
        root = root.parent
    root.location.z -= lowest
    return thing


def dress(thing: Any, texture: Path) -> None:
    """Put a picture in the place of the base colour's."""
    tree = thing.data.materials[0].node_tree
    (link,) = tree.nodes["Principled BSDF"].inputs["Base Color"].links
    link.from_node.image = bpy.data.images.load(str(texture), check_existing=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--textures", required=True, help="Files beside the model.")
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--width", type=int, default=1000)
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--sides", help="Some of: " + ", ".join(SIDES))
    given = parser.parse_args()
    scene.studio()
    thing = load(given.model)
    for side in given.sides.split(",") if given.sides else SIDES:
        view = SIDES[side]
        view = replace(
            view, width=given.width, height=view.height * given.width // view.width, distance=DISTANCE, fill=0.8
        )
        folder = given.to / side
        folder.mkdir(parents=True, exist_ok=True)
        for texture in given.textures.split(","):
            dress(thing, given.model.parent / texture)
            picture, parts = scene.photograph([thing], view, given.samples)
            picture.save(folder / f"{Path(texture).stem}.png")
        Image.fromarray(np.uint8(255 * (np.asarray(parts) > 0))).save(folder / "mask.png")


if __name__ == "__main__":
    main()
