"""Cutting patterns out of a shell: lines where a field crosses a level, and pieces with clean rounded edges.

A field holds one number (mm) per point of the shell's grid, negative inside the piece.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deploy.renders.last import Array, Shell, grid_normals

Faces = NDArray[np.int64]
AROUND = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))


@dataclass(frozen=True)
class Surface:
    """A mesh: points (n, 3) mm, triangles or quads (m, 3 or 4) and, per point, cloth coordinates (n, 2) mm."""

    points: Array
    faces: Faces
    cloth: Array


def joined(*surfaces: Surface) -> Surface:
    """Several surfaces as one; triangles beside quads become quads with a repeated last corner."""
    starts = np.cumsum([0] + [len(s.points) for s in surfaces[:-1]])
    faces = [f.faces if f.faces.shape[1] == 4 else np.column_stack([f.faces, f.faces[:, 2]]) for f in surfaces]
    return Surface(
        np.concatenate([s.points for s in surfaces]),
        np.concatenate([f + start for f, start in zip(faces, starts, strict=True)]),
        np.concatenate([s.cloth for s in surfaces]),
    )


def near(field: Array, point: tuple[float, ...]) -> int:
    """The index of the row of `field` (n, k) nearest to `point`."""
    return int(np.argmin(((field - np.asarray(point)) ** 2).sum(axis=1)))


def polygon(x: Array, y: Array, corners: Array) -> Array:
    """The signed distance of the points (x, y) to a closed polygon (n, 2): negative inside."""
    shape, px, py = x.shape, x.ravel(), y.ravel()
    best = np.full(px.shape, np.inf)
    inside = np.zeros(px.shape, bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        ex, ey = bx - ax, by - ay
        t = np.clip(((px - ax) * ex + (py - ay) * ey) / max(ex * ex + ey * ey, 1e-9), 0, 1)
        best = np.minimum(best, (px - ax - t * ex) ** 2 + (py - ay - t * ey) ** 2)
        crossing = (ay > py) != (by > py)
        inside ^= crossing & (px < ex * (py - ay) / (ey if ey else 1e-9) + ax)
    distance: Array = np.where(inside, -1.0, 1.0) * np.sqrt(best)
    return distance.reshape(shape)


def smooth_polygon(corners: tuple[tuple[float, float], ...], rounds: int = 4) -> Array:
    """`corners` with their corners cut (Chaikin), closed."""
    ring = np.asarray(corners, float)
    for _ in range(rounds):
        after = np.roll(ring, -1, axis=0)
        ring = np.stack([ring * 0.75 + after * 0.25, ring * 0.25 + after * 0.75], axis=1).reshape(-1, 2)
    return ring


def union(a: Array, b: Array, radius: float = 0.0) -> Array:
    """The union of two fields; `radius` mm rounds the corner between them."""
    if not radius:
        return np.minimum(a, b)
    h = np.maximum(radius - np.abs(a - b), 0) / radius
    blended: Array = np.minimum(a, b) - h * h * radius / 4
    return blended


def _snapped(field: Array) -> tuple[Array, Array, Array]:
    """Grid places (rows, columns) moved on to the zero line where it passes nearest, and the field there."""
    rows, columns = field.shape
    i, j = (a.astype(float) for a in np.mgrid[:rows, :columns])
    best = np.full(field.shape, 0.5)
    di, dj = np.zeros(field.shape), np.zeros(field.shape)
    padded = np.pad(field, 1, mode="edge")
    for a, b in AROUND:
        other = padded[1 + a : 1 + a + rows, 1 + b : 1 + b + columns]
        crosses = field * other < 0
        share = np.where(crosses, field / np.where(crosses, field - other, 1), 1.0)
        closer = np.asarray(share <= best)
        best = np.where(closer, share, best)
        di, dj = np.where(closer, share * a, di), np.where(closer, share * b, dj)
    moved = (di != 0) | (dj != 0)
    return i + di, j + dj, np.where(moved, 0.0, field)


def sample(values: Array, i: Array, j: Array) -> Array:
    """`values` (rows, columns, ...) read between the grid's places, bilinear."""
    rows, columns = values.shape[:2]
    a, b = np.clip(i.astype(int), 0, rows - 2), np.clip(j.astype(int), 0, columns - 2)
    f, g = i - a, j - b
    if values.ndim == 3:
        f, g = f[..., None], g[..., None]
    top = values[a, b] * (1 - g) + values[a, b + 1] * g
    low = values[a + 1, b] * (1 - g) + values[a + 1, b + 1] * g
    read: Array = top * (1 - f) + low * f
    return read


def _triangles(field: Array) -> Faces:
    """The triangles on the negative side of a snapped field."""
    rows, columns = field.shape
    at = np.arange(rows * columns).reshape(rows, columns)
    quads = np.stack([at[:-1, :-1], at[1:, :-1], at[1:, 1:], at[:-1, 1:]], axis=-1).reshape(-1, 4)
    value = field.ravel()[quads]
    odd = ((value[:, 0] > 0) & (value[:, 2] == 0)) | ((value[:, 2] > 0) & (value[:, 0] == 0))
    odd |= (value[:, 1] == 0) & (value[:, 3] == 0) & (value[:, 0] * value[:, 2] <= 0)
    plain, other = quads[~odd], quads[odd]
    faces = np.concatenate([plain[:, [0, 1, 2]], plain[:, [0, 2, 3]], other[:, [0, 1, 3]], other[:, [1, 2, 3]]])
    corners = field.ravel()[faces]
    return np.asarray(faces[(corners <= 0).all(axis=1)], np.int64)


def _compact(points: Array, faces: Faces, cloth: Array) -> Surface:
    used, inverse = np.unique(faces, return_inverse=True)
    return Surface(points[used], inverse.reshape(faces.shape), cloth[used])


def profile(depth: Array, thickness: float, edge: float) -> Array:
    """The height (mm) of a piece of leather or cloth at `depth` mm from its edge: rounded over `edge` mm."""
    near_edge = 1 - np.clip(depth / edge, 0, 1)
    height: Array = thickness * np.sqrt(1 - near_edge**2)
    return height


def piece(shell: Shell, field: Array, thickness: float, edge: float = 1.0, sink: float = 0.15) -> Surface:
    """The part of the shell inside `field`, `thickness` mm above it, rounded at its edges down to `sink` below."""
    i, j, snapped = _snapped(field)
    height = profile(-sample(field, i, j) * (snapped != 0), thickness, edge) if edge else thickness
    height = np.where(snapped == 0, -sink if edge else thickness, height)
    points = sample(shell.points, i, j) + sample(shell.normals, i, j) * height[..., None]
    cloth = np.stack([sample(shell.along, i, j), sample(shell.over, i, j)], axis=-1)
    return _compact(points.reshape(-1, 3), _triangles(snapped), cloth.reshape(-1, 2))


def stacked(shell: Shell, field: Array, thickness: float, edge: float = 1.0) -> Shell:
    """The shell with that piece on it: what a further piece lies on."""
    height = profile(np.maximum(-field, 0), thickness, edge)
    points = shell.points + shell.normals * height[..., None]
    return Shell(points, grid_normals(points), shell.station, shell.over, shell.along, shell.up)


def contours(shell: Shell, field: Array, level: float, smallest: float = 15.0) -> list[tuple[Array, Array]]:
    """The lines where `field` is `level`, longest first: (grid places (n, 2), points (n, 3)), `smallest` mm or more."""
    value = field - level
    value = np.where(value == 0, 1e-9, value)
    segments = _crossings(value)
    lines = [np.asarray(line) for line in _chained(segments)]
    placed = [(line, sample(shell.points, line[:, 0], line[:, 1])) for line in lines]
    placed = [p for p in placed if np.linalg.norm(np.diff(p[1], axis=0), axis=1).sum() >= smallest]
    return sorted(_mended(placed), key=lambda p: -np.linalg.norm(np.diff(p[1], axis=0), axis=1).sum())


def _crossings(value: Array) -> list[tuple[tuple[int, int, int], tuple[int, int, int], Array, Array]]:
    """Marching squares: each segment as its two crossed edges (row, column, direction) and its two places."""
    sign = value > 0
    cell = sign[:-1, :-1].astype(int) + sign[1:, :-1] + sign[1:, 1:] + sign[:-1, 1:]
    found = []
    for i, j in zip(*np.nonzero((cell > 0) & (cell < 4)), strict=True):
        ends = []
        for a, b, direction in ((i, j, 0), (i, j, 1), (i + 1, j, 1), (i, j + 1, 0)):
            c, d = (a + 1, b) if direction == 0 else (a, b + 1)
            if sign[a, b] != sign[c, d]:
                share = value[a, b] / (value[a, b] - value[c, d])
                ends.append(((int(a), int(b), direction), np.array([a + share * (c - a), b + share * (d - b)])))
        for first, second in zip(ends[::2], ends[1::2], strict=False):
            found.append((first[0], second[0], first[1], second[1]))
    return found


def _chained(segments: list[tuple[tuple[int, int, int], tuple[int, int, int], Array, Array]]) -> list[list[Array]]:
    at: dict[tuple[int, int, int], list[int]] = {}
    for k, (a, b, _, _) in enumerate(segments):
        at.setdefault(a, []).append(k)
        at.setdefault(b, []).append(k)
    left = set(range(len(segments)))
    ordered = sorted(left, key=lambda k: min(len(at[segments[k][0]]), len(at[segments[k][1]])))
    lines = []
    for start in ordered:
        if start not in left:
            continue
        a, b, p, q = segments[start]
        if len(at[b]) == 1:
            a, b, p, q = b, a, q, p
        line, edge = [p, q], b
        left.discard(start)
        while following := [k for k in at[edge] if k in left]:
            a, b, p, q = segments[following[0]]
            left.discard(following[0])
            edge, point = (b, q) if a == edge else (a, p)
            line.append(point)
        lines.append(line)
    return lines


def _mended(lines: list[tuple[Array, Array]]) -> list[tuple[Array, Array]]:
    """Lines whose ends meet on a seam, joined into one."""
    lines = list(lines)
    k = 0
    while k < len(lines):
        places, points = lines[k]
        for other in range(k + 1, len(lines)):
            options = [(a, b) for a in (1, -1) for b in (1, -1)]
            gaps = [np.linalg.norm(points[::a][-1] - lines[other][1][::b][0]) for a, b in options]
            if min(gaps) < 0.8:
                a, b = options[int(np.argmin(gaps))]
                further, beyond = lines.pop(other)
                lines[k] = (
                    np.concatenate([places[::a], further[::b]]),
                    np.concatenate([points[::a], beyond[::b]]),
                )
                break
        else:
            k += 1
    return lines
