"""What lies along lines: piping, stitches, laces, eyelets; and sheets with rounded edges. Lengths in millimetres."""

import numpy as np

from deploy.renders.cut import Faces, Surface, joined
from deploy.renders.last import Array


def evenly(line: Array, gap: float, closed: bool = False, smooth: int = 0) -> Array:
    """`line` (n, k) resampled every `gap` mm or so; `smooth` passes of a three-point mean first."""
    if closed:
        line = np.concatenate([line, line[:1]])
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line[:, :3], axis=0), axis=1))])
    count = max(round(length[-1] / gap), 3)
    even = np.linspace(0, length[-1], count + 1)
    table = np.column_stack([np.interp(even, length, line[:, k]) for k in range(line.shape[1])])
    if closed:
        table = table[:-1]
    for _ in range(smooth):
        if closed:
            table = (np.roll(table, 1, axis=0) + 2 * table + np.roll(table, -1, axis=0)) / 4
        else:
            table[1:-1] = (table[:-2] + 2 * table[1:-1] + table[2:]) / 4
    return table


def grid_faces(rows: int, columns: int, wrap_rows: bool = False, wrap_columns: bool = False) -> Faces:
    """The quads of a grid of rows by columns points."""
    i = np.arange(rows if wrap_rows else rows - 1)[:, None]
    j = np.arange(columns if wrap_columns else columns - 1)[None]
    n, m = (i + 1) % rows, (j + 1) % columns
    faces: Faces = np.stack([i * columns + j, i * columns + m, n * columns + m, n * columns + j], axis=-1).reshape(
        -1, 4
    )
    return faces


def frames(line: Array, up: Array, closed: bool = False) -> tuple[Array, Array]:
    """Across and up unit vectors along a line, from wanted up vectors (n, 3)."""
    along = (np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)) if closed else np.gradient(line, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    across = np.cross(up, along)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    return across, np.cross(along, across)


def band(line: Array, up: Array, width: float, height: float, closed: bool = False, square: float = 2.0) -> Surface:
    """A rope swept along `line` (n, 3): a superellipse `width` by `height` whose flat side looks along `up` (n, 3)."""
    across, upright = frames(line, up, closed)
    angle = np.linspace(0, 2 * np.pi, 17)[:-1]
    c, s = (np.sign(f(angle)) * np.abs(f(angle)) ** (2 / square) for f in (np.cos, np.sin))
    ring = across[:, None] * (c * width / 2)[None, :, None] + upright[:, None] * (s * height / 2)[None, :, None]
    points = line[:, None] + ring
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    cloth = np.stack(np.broadcast_arrays(length[:, None], (angle * (width + height) / 4)[None]), axis=-1)
    faces = grid_faces(len(line), 16, wrap_rows=closed, wrap_columns=True)
    body = Surface(points.reshape(-1, 3), faces, cloth.reshape(-1, 2))
    if closed:
        return body
    caps = [np.array([[0, k, k + 1, k + 1] for k in range(1, 15)])]
    caps.append(caps[0][:, [0, 2, 1, 1]] + (len(line) - 1) * 16)
    return Surface(body.points, np.concatenate([body.faces, *caps]), body.cloth)


def stitches(line: Array, up: Array, length: float = 2.6, gap: float = 1.0, thread: float = 0.65) -> Surface:
    """A row of stitches along `line` (n, 3) on a surface with normals `up` (n, 3): each a small rounded grain."""
    table = evenly(np.column_stack([line, up]), 0.4, smooth=3)
    step = max(round((length + gap) / 0.4), 2)
    half = max(round(length / 0.8), 1)
    middles = np.arange(half, len(table) - half, step)
    along = table[middles + half, :3] - table[middles - half, :3]
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    normal = table[middles, 3:]
    side = np.cross(normal, along)
    a, b = np.linspace(-1, 1, 7), np.linspace(0, 2 * np.pi, 9)[:-1]
    swell = np.sqrt(np.clip(1 - np.abs(a) ** 3, 0.02, 1))
    lift = 0.25 * thread - 0.35 * thread * a**4
    local_x = np.repeat((a * length / 2)[:, None], 8, axis=1)
    local_y = swell[:, None] * np.cos(b) * thread / 2
    local_z = swell[:, None] * np.sin(b) * thread / 2 + lift[:, None]
    centre = table[middles, :3]
    points = centre[:, None, None] + sum(
        v[:, None, None] * local[None, :, :, None]
        for v, local in ((along, local_x), (side, local_y), (normal, local_z))
    )
    one = grid_faces(7, 8, wrap_columns=True)
    faces = np.concatenate([one + k * 56 for k in range(len(middles))])
    flat = points.reshape(-1, 3)
    return Surface(flat, faces, flat[:, :2])


def ring(centre: Array, up: Array, radius: float, thickness: float) -> Surface:
    """A torus (an eyelet) lying on a surface with normal `up`."""
    up = up / np.linalg.norm(up)
    first = np.cross(up, np.array([0.3, 1.0, 0.2]))
    first /= np.linalg.norm(first)
    second = np.cross(up, first)
    t = np.linspace(0, 2 * np.pi, 41)[:-1, None]
    line = centre + radius * (np.cos(t) * first + np.sin(t) * second)
    return band(line, np.repeat(up[None], 40, axis=0), thickness, thickness * 0.8, closed=True)


def disc(centre: Array, up: Array, radius: float) -> Surface:
    """A flat disc (the dark of an eyelet)."""
    up = up / np.linalg.norm(up)
    first = np.cross(up, np.array([0.3, 1.0, 0.2]))
    first /= np.linalg.norm(first)
    second = np.cross(up, first)
    t = np.linspace(0, 2 * np.pi, 25)[:-1, None]
    points = np.concatenate([[centre], centre + radius * (np.cos(t) * first + np.sin(t) * second)])
    faces = np.array([[0, 1 + k, 1 + (k + 1) % 24] for k in range(24)])
    return Surface(points, faces, points[:, :2])


def sheet(points: Array, thickness: float, edge: float) -> Surface:
    """A cloth of `thickness` mm over a grid of points (rows, columns, 3), closed, its border rounded over `edge` mm."""
    d_rows, d_columns = np.gradient(points, axis=0), np.gradient(points, axis=1)
    normal = np.cross(d_rows, d_columns)
    normal /= np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-9)
    rows, columns = points.shape[:2]
    a = np.concatenate([np.zeros((1, columns)), np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=2), axis=0)])
    b = np.concatenate(
        [np.zeros((rows, 1)), np.cumsum(np.linalg.norm(np.diff(points, axis=1), axis=2), axis=1)], axis=1
    )
    depth = np.minimum(np.minimum(a, a[-1:] - a), np.minimum(b, b[:, -1:] - b))
    half = thickness / 2 * np.sqrt(1 - (1 - np.clip(depth / edge, 0, 1)) ** 2)
    cloth = np.stack([a, b], axis=-1).reshape(-1, 2)
    top = (points + normal * half[..., None]).reshape(-1, 3)
    low = (points - normal * half[..., None]).reshape(-1, 3)
    faces = grid_faces(rows, columns)
    return joined(Surface(top, faces, cloth), Surface(low, faces[:, ::-1], cloth))
