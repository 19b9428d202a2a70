"""What shoe uppers have in common: the opening, seams, bindings, tongue and laces, on any last. Millimetres."""

from typing import NamedTuple

import numpy as np

from deploy.renders.cut import Surface, contours, joined, sample, union
from deploy.renders.last import Array, Keys, Shell, spline
from deploy.renders.trim import band, disc, evenly, ring, sheet, stitches


class Stitch(NamedTuple):
    """A row's stitches, mm: how long, how far apart, how thick the thread."""

    length: float = 2.6
    gap: float = 1.0
    thread: float = 0.65


PLAIN = Stitch()


def opening(shell: Shell, collar: Keys, throat: float = 0.0, gap: float = 10.0, corner: float = 12.0) -> Array:
    """The field of the opening: above the collar line (x, z) and, to x = `throat`, within `gap` mm of the ridge."""
    x, z = shell.points[..., 0], shell.points[..., 2]
    above = (spline(collar, np.clip(x.ravel(), collar[0][0], collar[-1][0])).reshape(x.shape) - z) * 0.93
    if not throat:
        return above
    between = np.hypot(shell.over, np.maximum(x - throat, 0)) - gap
    return union(above, np.where(x > 90, between, 50.0), corner)


def lines(shell: Shell, field: Array, level: float, keep: Array | None = None) -> list[tuple[Array, Array]]:
    """The lines where `field` is `level`, in the runs where `keep` is negative: (points, normals)."""
    runs = []
    for places, points in contours(shell, field, level):
        normals = sample(shell.normals, places[:, 0], places[:, 1])
        inside = np.ones(len(points), bool) if keep is None else sample(keep, places[:, 0], places[:, 1]) < 0
        edges = np.flatnonzero(np.diff(inside.astype(int))) + 1
        for run in np.split(np.arange(len(points)), edges):
            if len(run) > 12 and inside[run[0]]:
                runs.append((points[run], normals[run]))
    return runs


def seams(shell: Shell, field: Array, level: float, keep: Array | None, stitch: Stitch) -> list[Surface]:
    """Stitches along the lines where `field` is `level`."""
    return [stitches(p, n, stitch.length, stitch.gap, stitch.thread) for p, n in lines(shell, field, level, keep)]


def edging(
    shell: Shell,
    field: Array,
    width: float,
    height: float,
    sink: float = 0.0,
    level: float = 0.0,
    keep: Array | None = None,
    square: float = 2.0,
) -> Surface:
    """A binding along the longest line where `field` is `level`, its middle `sink` mm below the surface."""
    parts = []
    for points, normals in lines(shell, field, level, keep):
        closed = bool(np.linalg.norm(points[0] - points[-1]) < 1.5)
        table = np.column_stack([points - normals * sink, normals])
        table = evenly(table[:-1] if closed else table, 0.7, closed, smooth=30)
        parts.append(band(table[:, :3], table[:, 3:], width, height, closed, square))
    return joined(*parts)


def on(shell: Shell, x: Array, over: Array) -> tuple[Array, Array]:
    """The points and normals of the shell at places given by x and by the distance over from the ridge."""
    keep = (shell.station > 0.3) & (np.abs(shell.over) < 75)
    px, po, pp, pn = shell.points[..., 0][keep], shell.over[keep], shell.points[keep], shell.normals[keep]
    points, normals = [], []
    for a, b in zip(x.ravel(), over.ravel(), strict=True):
        d = (px - a) ** 2 + (po - b) ** 2
        best = np.argpartition(d, 6)[:6]
        weight = 1 / (d[best] + 0.02)
        points.append((pp[best] * weight[:, None]).sum(axis=0) / weight.sum())
        normals.append(pn[best].mean(axis=0))
    n = np.array(normals)
    n /= np.linalg.norm(n, axis=1, keepdims=True)
    return np.array(points).reshape(*x.shape, 3), n.reshape(*x.shape, 3)


def tongue(
    shell: Shell,
    throat: float,
    top: float,
    beyond: float,
    half: float = 24.0,
    below: float = 2.0,
    thickness: float = 2.5,
    lean: float = 0.0,
) -> Surface:
    """A tongue from `throat` (x) back to `top` and `beyond` mm further up; `lean` bends its end forward, in radians."""
    x = np.linspace(throat, top, 36)[:, None] * np.ones((1, 31))
    over = np.linspace(-half, half, 31)[None] * np.linspace(0.8, 1.0, 36)[:, None]
    points, normals = on(shell, x, over)
    points = points - normals * below
    for _ in range(12):
        points[1:-1, 1:-1] = (points[:-2, 1:-1] + points[2:, 1:-1] + points[1:-1, :-2] + points[1:-1, 2:]) / 4
    step = (points[-1] - points[-6]).mean(axis=0)
    step /= np.linalg.norm(step)
    q = np.linspace(-1, 1, 31)
    rows = []
    row = points[-1]
    for k in range(1, 25):
        angle = lean * k / 24
        turned = np.array(
            [step[0] * np.cos(angle) + step[2] * np.sin(angle), 0.0, step[2] * np.cos(angle) - step[0] * np.sin(angle)]
        )
        reach = beyond / 24 * (1 - 0.35 * np.abs(q) ** 5 * (k / 24) ** 2)
        row = row + turned * reach[:, None]
        rows.append(row)
    grid = np.concatenate([points, np.array(rows)])
    return sheet(grid, thickness, thickness * 1.2)


def eyelets(shell: Shell, field: Array, places: Array, edge: float) -> tuple[Array, Array]:
    """Where eyelets sit: at each x of `places`, `edge` mm outside the opening: (n, 2 sides, 3) points and normals."""
    found = []
    for side in (-1, 1):
        mask = (np.sign(shell.over) == side) & (shell.station > 0.3) & (field > 0)
        points, normals = shell.points[mask], shell.normals[mask]
        cost = (field[mask] - edge) ** 2
        best = [
            np.argmin(cost + (points[:, 0] - x) ** 2 + np.where(np.abs(shell.over[mask]) > 45, 1e4, 0)) for x in places
        ]
        found.append((points[best], normals[best]))
    return np.stack([f[0] for f in found], axis=1), np.stack([f[1] for f in found], axis=1)


def rings(points: Array, normals: Array, radius: float, thickness: float) -> tuple[Surface, Surface]:
    """Metal eyelets and the dark in them."""
    spots = list(zip(points.reshape(-1, 3), normals.reshape(-1, 3), strict=True))
    return (
        joined(*[ring(p + n * 0.3, n, radius, thickness) for p, n in spots]),
        joined(*[disc(p + n * 0.25, n, radius) for p, n in spots]),
    )


def lace(
    shell: Shell,
    start: Array,
    start_up: Array,
    end: Array,
    end_up: Array,
    width: float,
    height: float,
    lift: float = 2.0,
    bow: float = 0.0,
) -> Surface:
    """A lace from one eyelet over the tongue into another, `lift` mm above the surface between."""
    t = np.linspace(0.04, 0.96, 13)
    ends = [
        shell.over[tuple(np.unravel_index(np.argmin(((shell.points - p) ** 2).sum(axis=2)), shell.over.shape))]
        for p in (start, end)
    ]
    x = start[0] * (1 - t) + end[0] * t
    over = ends[0] * (1 - t) + ends[1] * t
    points, normals = on(shell, x, over)
    raised = points + normals * (lift + bow * np.sin(np.pi * t))[:, None]
    line = np.concatenate(
        [[start - start_up * 2.5, start - start_up * 0.3], raised, [end - end_up * 0.3, end - end_up * 2.5]]
    )
    up = np.concatenate([[start_up] * 2, normals, [end_up] * 2])
    table = evenly(np.column_stack([line, up]), 0.8, smooth=16)
    return band(table[:, :3], table[:, 3:], width, height, square=2.6)


def crossed(
    shell: Shell, points: Array, normals: Array, width: float, height: float, lift: float = 2.0, bar: bool = True
) -> Surface:
    """Criss-cross lacing through eyelets (n, 2, 3), from the toe (first) up, with a bar at the bottom."""
    laces = [lace(shell, points[0, 0], normals[0, 0], points[0, 1], normals[0, 1], width, height, lift)] if bar else []
    for k in range(len(points) - 1):
        for side, extra in ((0, 0.0), (1, height * 0.9)):
            a, b = (k, side), (k + 1, 1 - side)
            laces.append(lace(shell, points[a], normals[a], points[b], normals[b], width, height, lift, extra))
    return joined(*laces)


def swell(shell: Shell, field: Array, start: float, end: float, height: float) -> Array:
    """A padded band between `start` and `end` mm into `field`, `height` mm at its fullest."""
    t = np.clip((field - start) / (end - start), 0, 1)
    padded: Array = height * np.sin(np.pi * t) ** 1.2
    return padded


def wrinkles(shell: Shell, seed: int, size: float = 28.0, height: float = 0.5) -> Array:
    """Gentle unevenness of a made thing, in mm: a few waves in random directions."""
    random = np.random.default_rng(seed)
    total = np.zeros(shell.over.shape)
    for _ in range(14):
        wave = random.normal(size=3) / size * 2.2
        total += np.sin(shell.points @ wave + random.uniform(0, 6.28))
    return total * height / 4
