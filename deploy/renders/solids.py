"""From surfaces in millimetres to Blender objects in metres."""

from typing import Any

import bpy
import numpy as np

from deploy.renders.cut import Surface

MM = 0.001


def solid(name: str, surface: Surface, material: Any, part: str, weld: float = 0.02) -> Any:
    """A smooth-shaded object of one part of a left shoe (outer side towards -y); points closer than `weld` mm become one."""
    mesh = bpy.data.meshes.new(name)
    points = np.ascontiguousarray(surface.points * (MM, -MM, MM), np.float32)
    faces = surface.faces[:, ::-1]
    if faces.shape[1] == 4:
        flat = faces[:, 0] == faces[:, 1]
        loops = np.concatenate([faces[~flat].ravel(), faces[flat][:, 1:].ravel()])
        sizes = np.concatenate([np.full((~flat).sum(), 4), np.full(flat.sum(), 3)])
    else:
        loops, sizes = faces.ravel(), np.full(len(faces), 3)
    mesh.vertices.add(len(points))
    mesh.vertices.foreach_set("co", points.ravel())
    mesh.loops.add(len(loops))
    mesh.loops.foreach_set("vertex_index", loops.astype(np.int32))
    mesh.polygons.add(len(sizes))
    mesh.polygons.foreach_set("loop_start", np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32))
    layer = mesh.uv_layers.new(name="cloth")
    layer.data.foreach_set("uv", (surface.cloth[loops] * MM).astype(np.float32).ravel())
    mesh.validate()
    mesh.update()
    mesh.polygons.foreach_set("use_smooth", np.ones(len(mesh.polygons), bool))
    if weld:
        _weld(mesh, weld * MM)
    mesh.materials.append(material)
    thing = bpy.data.objects.new(name, mesh)
    thing["part"] = part
    bpy.context.scene.collection.objects.link(thing)
    return thing


def _weld(mesh: Any, distance: float) -> None:
    import bmesh

    work = bmesh.new()
    work.from_mesh(mesh)
    bmesh.ops.remove_doubles(work, verts=work.verts, dist=distance)
    work.to_mesh(mesh)
    work.free()
