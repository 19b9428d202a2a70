"""Soles: rings of levels round a last's feather line, closed at the bottom. Lengths in millimetres."""

from collections.abc import Sequence

import numpy as np

from deploy.renders.cut import Surface, joined
from deploy.renders.last import Array, Shell, plan_normals
from deploy.renders.trim import grid_faces

Level = tuple[Array | float, Array | float]
Levels = Sequence[Level]


def feather(shell: Shell) -> Array:
    """The feather line, closed, from the heel along the outer side to the toe and back: (n, 3)."""
    return np.concatenate([shell.points[:, 0], shell.points[-2:0:-1, -1]])


def outwards(line: Array) -> Array:
    """Unit plan normals (n, 2) of a closed line, outwards."""
    wrapped = np.concatenate([line[-3:], line, line[:3]])[:, :2]
    return -plan_normals(wrapped)[3:-3]


def wall(line: Array, levels: Levels) -> Surface:
    """A strip round a closed `line`: for each level, from the top down, how far out of it and at which height."""
    out = outwards(line)
    rows = []
    for away, height in levels:
        plan = line[:, :2] + out * np.broadcast_to(away, len(line))[:, None]
        rows.append(np.column_stack([plan, np.broadcast_to(height, len(line))]))
    points = np.stack(rows)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    down = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=2).mean(axis=1))])
    cloth = np.stack(np.broadcast_arrays(length[None], down[:, None]), axis=-1)
    faces = grid_faces(len(levels), len(line), wrap_columns=True)
    return Surface(points.reshape(-1, 3), faces, cloth.reshape(-1, 2))


def floor(line: Array, away: Array | float, height: Array | float, upward: bool, dish: float = 0.0) -> Surface:
    """The face within a closed line moved `away` mm out, at `height`; `dish` mm lower in the middle."""
    plan = line[:, :2] + outwards(line) * np.broadcast_to(away, len(line))[:, None]
    edge = np.column_stack([plan, np.broadcast_to(height, len(line))])
    half = len(line) // 2 + 1
    left, right = edge[:half], edge[-np.arange(half)]
    t = np.linspace(0, 1, 24)[None, :, None]
    points = left[:, None] * (1 - t) + right[:, None] * t
    points[..., 2] -= dish * np.sin(np.pi * t[..., 0])
    faces = grid_faces(half, 24)
    flat = points.reshape(-1, 3)
    return Surface(flat, faces if upward else faces[:, ::-1], flat[:, :2])


def rounded(
    top: float,
    bottom: Array | float,
    height: Array | float,
    away: float,
    lean: float = 0.0,
    radius: float = 1.5,
    inner: float = -4.0,
) -> Levels:
    """The levels of a strip `away` mm out from `height + top` down to `bottom`, with rounded lips, `lean` mm wider below."""
    turn = np.linspace(0, np.pi / 2, 6)
    upper = np.asarray(height) + top
    levels: list[Level] = [(inner, upper)]
    levels += [(away - radius + radius * np.sin(a), upper - radius + radius * np.cos(a)) for a in turn]
    for share in np.linspace(0.1, 0.9, 7):
        levels.append((away + lean * share, (upper - radius) * (1 - share) + (np.asarray(bottom) + radius) * share))
    levels += [
        (away + lean - radius + radius * np.cos(a), np.asarray(bottom) + radius - radius * np.sin(a)) for a in turn
    ]
    return levels


def slab(line: Array, levels: Levels) -> Surface:
    """A strip closed below: its last level is the rim of the bottom."""
    away, height = levels[-1]
    return joined(wall(line, levels), floor(line, away, height, upward=False))
