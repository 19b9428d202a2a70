"""Two panels sewn into a shirt and let fall: Blender's cloth gives the folds."""

from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from mathutils import Vector, geometry

from deploy.renders.pattern import HIGH, WIDE, Array, Pattern, inside


@dataclass(frozen=True, kw_only=True)
class Drape:
    """How a shirt is blown up and let fall. `pressure` holds it open; `growth` is cloth to spare, which folds."""

    pressure: float = 1.5
    growth: float = 0.006
    bending: float = 3
    frames: int = 40
    seed: int = 1


def _panel(pattern: Pattern, back: bool, step: float) -> tuple[Array, list[list[int]]]:
    """A panel's points and triangles: its outline, and a grid of triangles inside."""
    outline = pattern.outline(back, step)
    xs = np.arange(-WIDE / 2, WIDE / 2, step)
    ys = np.arange(-HIGH + 60, 60, step * 0.866)
    grid = np.stack([np.add.outer(np.arange(len(ys)) % 2 * step / 2, xs).ravel(), np.repeat(ys, len(xs))], axis=1)
    within = inside(outline, grid) & (_distance(grid, outline) > step * 0.6)
    points = np.concatenate([outline, grid[within]])
    edges = [(k, (k + 1) % len(outline)) for k in range(len(outline))]
    placed, _, faces, *_ = geometry.delaunay_2d_cdt([Vector(p) for p in points], edges, [], 1, 1e-4)
    return np.array([tuple(p) for p in placed]), [list(f) for f in faces]


def _distance(points: Array, outline: Array) -> Any:
    best = np.full(len(points), np.inf)
    for place in outline:
        best = np.minimum(best, np.hypot(*(points - place).T))
    return best


def sewn(pattern: Pattern, step: float = 9.0) -> Any:
    """The shirt as one flat mesh, front above back, sharing the points of its seams; UV in canvas fractions."""
    seams = {tuple(np.round(p, 2)) for p in pattern.seams(step)}
    places: list[tuple[float, float, float]] = []
    faces: list[list[int]] = []
    uvs: list[tuple[float, float]] = []
    shared: dict[tuple[float, ...], int] = {}
    for back in (False, True):
        points, triangles = _panel(pattern, back, step)
        number = []
        for point in points:
            key = tuple(np.round(point, 2))
            if key in seams and key in shared:
                number.append(shared[key])
                continue
            if key in seams:
                shared[key] = len(places)
            number.append(len(places))
            places.append((point[0], point[1], 0.0 if key in seams else -4.0 if back else 4.0))
        for triangle in triangles:
            a, b, c = points[triangle]
            if ((b - a)[0] * (c - a)[1] - (b - a)[1] * (c - a)[0] > 0) == back:
                triangle = triangle[::-1]
            faces.append([number[k] for k in triangle])
            uvs += [(((points[k][0] / WIDE + 0.5) + back) / 3, (points[k][1] - 60) / HIGH + 1) for k in triangle]
    mesh = bpy.data.meshes.new("shirt")
    mesh.from_pydata(places, [], faces)
    mesh.uv_layers.new(name="cloth").data.foreach_set("uv", np.array(uvs, np.float32).ravel())
    mesh.polygons.foreach_set("use_smooth", np.ones(len(mesh.polygons), bool))
    thing = bpy.data.objects.new("shirt", mesh)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def drape(thing: Any, given: Drape) -> None:
    """Simulate in decimetres (a unit of 100 mm, where the solver is at ease), then set the mesh to what came of it."""
    mesh = thing.data
    count = len(mesh.vertices)
    places = np.empty(count * 3, np.float32)
    mesh.vertices.foreach_get("co", places)
    places = places.reshape(-1, 3) * 0.01
    rng = np.random.default_rng(given.seed)
    places[:, 2] += rng.normal(0, 0.01, count)
    mesh.vertices.foreach_set("co", places.ravel())
    _solver(thing, given)
    scene = bpy.context.scene
    for frame in range(1, given.frames + 1):
        scene.frame_set(frame)
    seen = thing.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    places = np.empty(count * 3, np.float32)
    seen.vertices.foreach_get("co", places)
    thing.modifiers.clear()
    for other in [o for o in bpy.data.objects if o.name.startswith("table")]:
        bpy.data.objects.remove(other)
    done = places.reshape(-1, 3) * 100
    done[:, 2] -= done[:, 2].min() - 1
    mesh.vertices.foreach_set("co", done.ravel())
    mesh.update()


def _solver(thing: Any, given: Drape) -> None:
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = 1, given.frames
    scene.frame_set(1)
    cloth = thing.modifiers.new("cloth", "CLOTH")
    s, c = cloth.settings, cloth.collision_settings
    s.quality, s.mass, s.time_scale, s.air_damping = 6, 0.25, 1.0, 1.5
    s.tension_stiffness = s.compression_stiffness = 25
    s.shear_stiffness, s.bending_stiffness = 12, given.bending
    s.tension_damping = s.compression_damping = s.shear_damping = 20
    s.shrink_min = s.shrink_max = -given.growth
    s.use_pressure, s.uniform_pressure_force = True, given.pressure
    s.keyframe_insert("uniform_pressure_force", frame=1)
    s.keyframe_insert("uniform_pressure_force", frame=round(given.frames * 0.25))
    s.uniform_pressure_force = 0.0
    s.keyframe_insert("uniform_pressure_force", frame=round(given.frames * 0.33))
    s.effector_weights.gravity = 1.0
    cloth.point_cache.frame_end = given.frames
    c.use_self_collision, c.self_distance_min, c.distance_min, c.collision_quality = True, 0.03, 0.03, 2
    mesh = bpy.data.meshes.new("table")
    mesh.from_pydata([(-20, -20, -0.3), (20, -20, -0.3), (20, 20, -0.3), (-20, 20, -0.3)], [], [(0, 1, 2, 3)])
    table = bpy.data.objects.new("table", mesh)
    scene.collection.objects.link(table)
    table.modifiers.new("collision", "COLLISION")
    table.collision.cloth_friction = 20


def arrays(thing: Any) -> dict[str, Any]:
    """The mesh as arrays: points (N, 3) in mm, triangles (F, 3), canvas coordinates (F, 3, 2)."""
    mesh = thing.data
    points, uv = np.empty(len(mesh.vertices) * 3, np.float32), np.empty(len(mesh.loops) * 2, np.float32)
    faces = np.empty(len(mesh.loops), np.int32)
    mesh.vertices.foreach_get("co", points)
    mesh.loops.foreach_get("vertex_index", faces)
    mesh.uv_layers[0].data.foreach_get("uv", uv)
    return {"points": points.reshape(-1, 3), "faces": faces.reshape(-1, 3), "uv": uv.reshape(-1, 3, 2)}
