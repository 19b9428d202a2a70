"""The studio that our products are photographed in: lights, camera, and a picture with its exact map of parts.

Cycles renders the product alone before white, and its shadow on a white floor apart and smaller, which saves half
the time; what the shadow takes from the floor is then taken from the white. Metres, degrees, watts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from deploy.renders.last import Array

PARTS = ("background", "upper", "sole", "laces", "lining", "toe cap", "eyelets", "print", "elastic")
# A colour a part, so that a map is a picture too.
PALETTE = (
    (255, 255, 255), (58, 110, 165), (120, 120, 120), (214, 96, 77), (230, 200, 120), (90, 160, 110), (40, 40, 40),
    (160, 90, 170), (110, 80, 60),
)  # fmt: skip

BRIGHTEST = 0.86  # of white is the most that a product gives back: white rubber stands out from the white ground
DARKEST = 0.4  # of the floor's light is left in the deepest shadow: the ground shines through, as on a light table
WHITE = 0.5  # of the floor's light and above is white, as retouchers set it: the shadow stays near the product


@dataclass(frozen=True)
class View:
    """Where the camera stands: `turn` from the product's outer side towards its toe, `tilt` above the floor."""

    turn: float
    tilt: float
    width: int = 1200
    height: int = 800
    fill: float = 0.86
    distance: float = 2.2


def studio(exposure: float = 0.0) -> None:
    """An empty scene with three soft lights, a bright room and a white floor."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine, scene.render.use_persistent_data = "CYCLES", True
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.exposure = exposure
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces, scene.cycles.glossy_bounces = 5, 3, 2
    _room(0.27)
    for place, size, power in (((-0.35, -0.6, 1.1), 0.6, 8.5), ((0.25, 0.05, 1.3), 0.8, 5), ((1.0, -0.6, 0.35), 0.4, 1.3),
                               ((0.3, 0.9, 0.8), 0.6, 4)):  # fmt: skip
        _light(place, size, power)
    mesh = bpy.data.meshes.new("floor")
    mesh.from_pydata([(-9, -9, 0), (9, -9, 0), (9, 9, 0), (-9, 9, 0)], [], [(0, 1, 2, 3)])
    mesh.materials.append(bpy.data.materials.new("floor"))
    mesh.materials[0].diffuse_color = (0.9, 0.9, 0.9, 1)
    scene.collection.objects.link(bpy.data.objects.new("floor", mesh))


def _room(strength: float) -> None:
    """Light from all round, of `strength`; the camera sees white."""
    world = bpy.data.worlds.new("room")
    bpy.context.scene.world = world
    world.use_nodes = True
    tree = world.node_tree
    path, add = tree.nodes.new("ShaderNodeLightPath"), tree.nodes.new("ShaderNodeMath")
    add.operation = "MAXIMUM"
    add.inputs[1].default_value = strength
    tree.links.new(path.outputs["Is Camera Ray"], add.inputs[0])
    tree.nodes["Background"].inputs[0].default_value = (1, 1, 1, 1)
    tree.links.new(add.outputs[0], tree.nodes["Background"].inputs[1])


def _light(place: tuple[float, float, float], size: float, power: float) -> None:
    lamp = bpy.data.lights.new("softbox", "AREA")
    lamp.energy, lamp.size = power, size
    thing = bpy.data.objects.new("softbox", lamp)
    thing.location = place
    thing.rotation_euler = (Vector((0.14, 0, 0.05)) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(thing)


def _corners(things: Sequence[Any]) -> Array:
    points = []
    for thing in things:
        raw = np.empty(len(thing.data.vertices) * 3, np.float32)
        thing.data.vertices.foreach_get("co", raw)
        matrix = np.array(thing.matrix_world)
        points.append(raw.reshape(-1, 3)[::7] @ matrix[:3, :3].T + matrix[:3, 3])
    return np.concatenate(points).astype(float)


def aim(things: Sequence[Any], view: View) -> None:
    """Put the camera where `view` says, so that the product fills `view.fill` of the frame and stands in its middle."""
    bpy.context.view_layer.update()
    points = _corners(things)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    turn, tilt = np.radians(view.turn), np.radians(view.tilt)
    towards = np.array([np.sin(turn) * np.cos(tilt), -np.cos(turn) * np.cos(tilt), np.sin(tilt)])
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.location = middle + towards * view.distance
    camera.rotation_euler = Vector(-towards).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.view_layer.update()
    to_camera = np.array(camera.matrix_world.inverted())
    seen = points @ to_camera[:3, :3].T + to_camera[:3, 3]
    flat = seen[:, :2] / -seen[:, 2:]
    low, high = flat.min(axis=0), flat.max(axis=0)
    span = max((high[0] - low[0]), (high[1] - low[1]) * view.width / view.height) / view.fill
    camera.data.sensor_width, camera.data.lens = 36, 36 / span
    camera.data.shift_x, camera.data.shift_y = (low + high) / 2 / span
    scene = bpy.context.scene
    scene.camera = camera
    scene.render.resolution_x, scene.render.resolution_y = view.width, view.height


def _render(path: Path, share: float, samples: int, denoise: bool = True, bits: str = "8") -> Array:
    scene = bpy.context.scene
    scene.render.resolution_percentage = round(share * 100)
    scene.cycles.samples, scene.cycles.use_denoising = samples, denoise
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode, scene.render.image_settings.color_depth = "RGBA", bits
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    return np.asarray(Image.open(path).convert("RGBA"), float) / 255


def _shadow(things: Sequence[Any], folder: Path, size: tuple[int, int], samples: int) -> Array:
    """How much of the floor's light is left at each pixel, 0 to 1: with the product over without it."""
    floor = bpy.data.objects["floor"]
    scene = bpy.context.scene
    floor.visible_camera, scene.render.film_transparent = True, False
    for thing in things:
        thing.visible_camera = False
    exposure, scene.view_settings.exposure = scene.view_settings.exposure, -1.5
    dark = _render(folder / "shadow.png", 0.2, samples)[..., :3].mean(axis=2)
    for thing in things:
        thing.hide_render = True
    bright = _render(folder / "floor.png", 0.2, max(samples // 4, 4))[..., :3].mean(axis=2)
    for thing in things:
        thing.hide_render, thing.visible_camera = False, True
    scene.view_settings.exposure = exposure
    left = np.clip((dark / np.maximum(bright, 0.01)) ** 2.2, 0, 1)
    left = np.clip(left / (WHITE * np.quantile(left, 0.6)), 0, 1)
    left = DARKEST + (1 - DARKEST) * left
    soft = Image.fromarray(np.uint8(left * 255)).filter(ImageFilter.GaussianBlur(1.2))
    return np.asarray(soft.resize(size, Image.Resampling.BICUBIC), float) / 255


def photograph(things: Sequence[Any], view: View, samples: int = 24) -> tuple[Image.Image, Image.Image]:
    """The picture, the product and its shadow on white, sRGB; and its exact map of parts."""
    aim(things, view)
    floor = bpy.data.objects["floor"]
    with TemporaryDirectory() as folder:
        left = _shadow(things, Path(folder), (view.width, view.height), samples)
        floor.visible_camera = False
        product = _render(Path(folder) / "product.png", 1.0, samples)[..., :3]
    index = _parts(things)
    mask = Image.fromarray(np.uint8(255 * (np.asarray(index) > 0)))
    covered = np.asarray(mask.filter(ImageFilter.GaussianBlur(0.6)), float) / 255
    bare = ((1 - covered) * (1 - left))[..., None]  # the share of white that the shadow takes
    light = product**2.2
    light = np.maximum(light - bare, light * (1 - bare)) * (1 - covered * (1 - BRIGHTEST))[..., None]
    light = np.minimum(light, _brightest(light, np.asarray(index) > 0, left))
    return Image.fromarray(np.uint8(light ** (1 / 2.2) * 255 + 0.5)), index


def _brightest(light: Array, inside: NDArray[np.bool_], left: Array) -> Array:
    """The most light that a pixel can have: the product's next to it, or the ground's: no bright rim between dark ones."""
    deep = np.asarray(Image.fromarray(np.uint8(255 * inside)).filter(ImageFilter.MinFilter(3)))[..., None] > 0
    product = Image.fromarray(np.uint8(np.where(deep, light, 0) ** (1 / 2.2) * 255 + 0.5))
    near = (np.asarray(product.filter(ImageFilter.MaxFilter(5)), float) / 255) ** 2.2
    limit: Array = np.where(deep, 1.0, np.maximum(near, left[..., None]))
    return limit


def _parts(things: Sequence[Any]) -> Image.Image:
    """The part at each pixel's middle: a palette image of indices into PARTS."""
    scene = bpy.context.scene
    override = bpy.data.materials.new("index")
    override.use_nodes = True
    nodes = override.node_tree.nodes
    nodes.clear()
    info, light, out = (nodes.new(f"ShaderNode{k}") for k in ("ObjectInfo", "Emission", "OutputMaterial"))
    override.node_tree.links.new(info.outputs["Color"], light.inputs["Color"])
    override.node_tree.links.new(light.outputs[0], out.inputs[0])
    for thing in things:
        grey = PARTS.index(thing["part"]) / 16
        thing.color = (grey, grey, grey, 1)
    layer, settings = bpy.context.view_layer, scene.view_settings
    layer.material_override, scene.render.film_transparent = override, True
    kept = settings.view_transform, settings.exposure, scene.cycles.filter_width
    settings.view_transform, settings.exposure, scene.cycles.filter_width = "Raw", 0, 0.01
    with TemporaryDirectory() as folder:
        shown = _render(Path(folder) / "index.png", 1.0, 1, denoise=False)
    layer.material_override, scene.render.film_transparent = None, False
    settings.view_transform, settings.exposure, scene.cycles.filter_width = kept
    image = Image.fromarray(np.uint8(np.where(shown[..., 3] > 0.5, np.rint(shown[..., 0] * 16), 0))).convert("P")
    image.putpalette([v for colour in PALETTE for v in colour])
    return image
