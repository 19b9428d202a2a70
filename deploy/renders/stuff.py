"""The materials that shoes are made of, as Blender node trees. Colours are sRGB hex; sizes are millimetres.

Every texture is computed: a weave follows a surface's cloth coordinates (its UV map, in metres); grain and nap are
noise in space. Cycles runs from the package index (`pip install bpy`), at build time alone.
"""

from typing import Any

import bpy

MM = 0.001


def linear(colour: str) -> tuple[float, float, float, float]:
    """An sRGB hex colour in the linear light that Cycles works in, with alpha 1."""
    parts = [int(colour.lstrip("#")[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return r, g, b, 1.0


class Tree:
    """A material under construction: nodes by type, with their inputs set or linked by name."""

    def __init__(self, name: str, colour: str, roughness: float, **inputs: float) -> None:
        self.material: Any = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.nodes: Any = self.material.node_tree.nodes
        self.links: Any = self.material.node_tree.links
        self.shader: Any = self.nodes["Principled BSDF"]
        self.shader.inputs["Base Color"].default_value = linear(colour)
        self.shader.inputs["Roughness"].default_value = roughness
        for key, value in inputs.items():
            self.shader.inputs[key.replace("_", " ")].default_value = value

    def add(self, kind: str, output: int | str = 0, **inputs: Any) -> Any:
        """A new node's output socket. Inputs named `_0`, `_1` are taken by place; sockets are linked, values set."""
        node = self.nodes.new(f"ShaderNode{kind}")
        for key, value in inputs.items():
            if key.startswith("set_"):
                setattr(node, key[4:], value)
        for key, value in inputs.items():
            if key.startswith("set_"):
                continue
            socket = node.inputs[int(key[1:]) if key[1:].isdigit() else key.replace("_", " ")]
            if isinstance(value, bpy.types.NodeSocket):
                self.links.new(value, socket)
            else:
                socket.default_value = value
        return node.outputs[output]

    def maths(self, operation: str, *values: Any) -> Any:
        """A Math node."""
        return self.add("Math", set_operation=operation, **{f"_{k}": v for k, v in enumerate(values)})

    def noise(self, size: float, detail: float = 3.0) -> Any:
        """Noise in space with features of about `size` mm, 0 to 1."""
        return self.add(
            "TexNoise", "Fac" if "Fac" in NOISE else 0, Vector=self.place(), Scale=1 / (size * MM), Detail=detail
        )

    def place(self) -> Any:
        """Where a point lies on the object, in metres."""
        return self.add("TexCoord", "Object")

    def cloth(self) -> tuple[Any, Any]:
        """The two cloth coordinates, in metres."""
        split = self.nodes.new("ShaderNodeSeparateXYZ")
        self.links.new(self.add("TexCoord", "UV"), split.inputs[0])
        return split.outputs[0], split.outputs[1]

    def bump(self, height: Any, depth: float, strength: float = 1.0, under: Any = None) -> Any:
        """Let `height` (0 to 1) stand for `depth` mm of relief; returns the normal, and sets the shader's."""
        extra = {"Normal": under} if under is not None else {}
        normal = self.add("Bump", Height=height, Distance=depth * MM, Strength=strength, **extra)
        self.links.new(normal, self.shader.inputs["Normal"])
        return normal

    def tint(self, factor: Any, colour: str, low: float, high: float) -> None:
        """The base colour times a value between `low` and `high` as `factor` goes from 0 to 1."""
        value = self.add("MapRange", Value=factor, To_Min=low, To_Max=high)
        mixed = self.add("VectorMath", set_operation="SCALE", _0=linear(colour)[:3], Scale=value)
        self.links.new(mixed, self.shader.inputs["Base Color"])

    def rough(self, factor: Any, low: float, high: float) -> None:
        """Roughness between `low` and `high` as `factor` goes from 0 to 1."""
        value = self.add("MapRange", Value=factor, To_Min=low, To_Max=high)
        self.links.new(value, self.shader.inputs["Roughness"])


NOISE = ("Fac",)


def canvas(name: str, colour: str, thread: float = 0.9) -> Any:
    """A plain weave of threads `thread` mm wide."""
    tree = Tree(name, colour, 0.9, Sheen_Weight=0.25, Sheen_Roughness=0.5, Specular_IOR_Level=0.15)
    u, v = tree.cloth()
    waves = [tree.maths("SINE", tree.maths("MULTIPLY", c, 3.1416 / (thread * MM))) for c in (u, v)]
    weave = tree.maths("MULTIPLY_ADD", tree.maths("MULTIPLY", *waves), 0.5, 0.5)
    slub = tree.noise(3.0, 5)
    height = tree.maths("MULTIPLY_ADD", slub, 0.5, weave)
    under = tree.bump(tree.noise(35, 2), 1.6, 0.6)
    tree.bump(height, 0.28, 0.85, under)
    tree.tint(tree.maths("MULTIPLY_ADD", slub, 0.8, tree.maths("MULTIPLY", weave, 0.5)), colour, 0.72, 1.16)
    return tree.material


def leather(name: str, colour: str, grain: float = 1.1, gloss: float = 0.42, depth: float = 0.12) -> Any:
    """Smooth-finished leather with pebbles of `grain` mm and pores; `gloss` is its roughness."""
    tree = Tree(name, colour, gloss, Coat_Weight=0.12, Coat_Roughness=0.3, Specular_IOR_Level=0.45)
    cells = tree.add("TexVoronoi", "Distance", Vector=tree.place(), Scale=1 / (grain * MM))
    wide = tree.noise(14, 3)
    under = tree.bump(wide, 0.6, 0.5)
    tree.bump(tree.maths("MULTIPLY_ADD", tree.noise(0.5, 2), 0.4, cells), depth, 0.8, under)
    tree.tint(tree.noise(40, 2), colour, 0.94, 1.04)
    tree.rough(tree.noise(6, 4), gloss - 0.08, gloss + 0.14)
    return tree.material


def suede(name: str, colour: str) -> Any:
    """Napped leather: dull, cloudy, with a soft shine at its edges."""
    tree = Tree(name, colour, 0.95, Sheen_Weight=0.55, Sheen_Roughness=0.4, Specular_IOR_Level=0.1)
    nap = tree.noise(0.45, 4)
    cloud = tree.noise(16, 5)
    tree.bump(nap, 0.3, 0.8, tree.bump(cloud, 1.0, 0.5))
    tree.tint(tree.maths("MULTIPLY_ADD", nap, 0.5, tree.maths("MULTIPLY", cloud, 0.6)), colour, 0.62, 1.3)
    return tree.material


def knit(name: str, colour: str, second: str = "", stitch: float = 1.9) -> Any:
    """A knitted mesh: columns of little Vs `stitch` mm wide with dark pits between them."""
    tree = Tree(name, colour, 0.85, Sheen_Weight=0.3, Specular_IOR_Level=0.2)
    u, v = tree.cloth()
    across = tree.maths("MULTIPLY", v, 6.2832 / (stitch * MM))
    slant = tree.maths("MULTIPLY", tree.maths("ABSOLUTE", tree.maths("SINE", tree.maths("MULTIPLY", across, 0.5))), 1.6)
    rows = tree.maths("SINE", tree.maths("ADD", tree.maths("MULTIPLY", u, 6.2832 / (stitch * 1.1 * MM)), slant))
    columns = tree.maths("COSINE", across)
    height = tree.maths("MULTIPLY_ADD", tree.maths("ADD", rows, columns), 0.25, 0.5)
    tree.bump(height, 0.5, 0.9, tree.bump(tree.noise(30, 2), 1.0, 0.5))
    tree.tint(tree.maths("MULTIPLY_ADD", tree.noise(4, 4), 0.5, tree.maths("MULTIPLY", height, 0.7)), colour, 0.45, 1.2)
    return tree.material


def rubber(name: str, colour: str, roughness: float = 0.5, texture: float = 0.0) -> Any:
    """Moulded rubber or foam; `texture` mm of fine relief."""
    tree = Tree(name, colour, roughness, Specular_IOR_Level=0.4)
    wide = tree.noise(9, 4)
    under = tree.bump(wide, 0.25, 0.5)
    if texture:
        tree.bump(tree.noise(0.7, 2), texture, 0.8, under)
    tree.tint(wide, colour, 0.965, 1.02)
    tree.rough(wide, roughness - 0.08, roughness + 0.1)
    return tree.material


def thread(name: str, colour: str, gap: float = 1.0) -> Any:
    """Braided cord or tape: a fine herringbone along its length."""
    tree = Tree(name, colour, 0.85, Sheen_Weight=0.3, Specular_IOR_Level=0.15)
    u, v = tree.cloth()
    slant = tree.maths("ADD", u, tree.maths("ABSOLUTE", v))
    wave = tree.maths("MULTIPLY_ADD", tree.maths("SINE", tree.maths("MULTIPLY", slant, 6.2832 / (gap * MM))), 0.5, 0.5)
    tree.bump(wave, 0.2, 0.8)
    tree.tint(tree.maths("MULTIPLY_ADD", tree.noise(2, 3), 0.4, tree.maths("MULTIPLY", wave, 0.6)), colour, 0.75, 1.1)
    return tree.material


def metal(name: str, colour: str = "#b9b6ae", roughness: float = 0.28) -> Any:
    """Nickel or brass."""
    return Tree(name, colour, roughness, Metallic=1.0).material


def lining(name: str, colour: str) -> Any:
    """Soft woven lining."""
    return canvas(name, colour, 0.6)
