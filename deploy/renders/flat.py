"""A draped shirt seen from straight above: the picture, and its exact map of parts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from scipy.spatial import Delaunay, cKDTree

from deploy.renders.light import Array, Raster, lit, raster
from deploy.renders.paint import BACK, FRONT, OVER, PARTS, Canvas
from deploy.renders.pattern import HIGH, WIDE, Points, curve, inside
from deploy.renders.shirts import Shirt

FINE = 1.25  # pixels rendered for one of the picture's, each way


@dataclass(frozen=True, kw_only=True)
class Draped:
    """The simulated mesh: points (N, 3) in mm, triangles, and their canvas coordinates (F, 3, 2)."""

    points: Array
    faces: NDArray[np.int32]
    uv: Array


def fine(given: Draped) -> Draped:
    """Each triangle in four, and the new points smoothed, so that folds are round."""
    a, b, c = given.faces.T
    edges = np.sort(np.concatenate([np.stack(p, 1) for p in ((a, b), (b, c), (c, a))]), axis=1)
    single, place = np.unique(edges, axis=0, return_inverse=True)
    ab, bc, ca = np.split(place.ravel() + len(given.points), 3)
    points = np.concatenate([given.points, given.points[single].mean(axis=1)])
    faces = np.concatenate([np.stack(f, 1) for f in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))])
    u, v, w = (given.uv[:, k] for k in range(3))
    uv, vw, wu = (u + v) / 2, (v + w) / 2, (w + u) / 2
    corners = np.concatenate([np.stack(f, 1) for f in ((u, uv, wu), (uv, v, vw), (wu, vw, w), (uv, vw, wu))])
    return Draped(points=_smoothed(points, faces), faces=faces.astype(np.int32), uv=corners)


def _smoothed(points: Array, faces: NDArray[np.int32], rounds: int = 2) -> Array:
    """Heights relaxed towards their neighbours'; outlines stay where they are."""
    from_, to = (
        np.concatenate([faces[:, [0, 1, 2]].ravel(), faces[:, [1, 2, 0]].ravel()]),
        np.concatenate([faces[:, [1, 2, 0]].ravel(), faces[:, [0, 1, 2]].ravel()]),
    )
    count = np.bincount(to, minlength=len(points))
    out = points.copy()
    for _ in range(rounds):
        mean = np.bincount(to, out[from_, 2], minlength=len(points)) / np.maximum(count, 1)
        out[:, 2] = 0.4 * out[:, 2] + 0.6 * mean
    return out


def cut(given: Draped, shirt: Shirt) -> Draped:
    """Without what lies above the shirt's own neckline in front, where its pattern is cut lower."""
    half = curve(shirt.pattern.neck_front, 3)
    hole = np.concatenate([half, [[88, 70], [-88, 70]], (half * (-1, 1))[::-1]])
    middle = given.uv.mean(axis=1)
    at = np.stack([(middle[:, 0] * 3 - 0.5) * WIDE, (middle[:, 1] - 1) * HIGH + 60], axis=1)
    gone = (middle[:, 0] * 3 < 1) & inside(hole, at)
    return Draped(points=given.points, faces=given.faces[~gone], uv=given.uv[~gone])


def with_collar(given: Draped, shirt: Shirt) -> Draped:
    """The shirt with its collar laid about the neck, following the cloth beneath."""
    points, faces, uv = [given.points], [given.faces], [given.uv]
    for outline, above in shirt.collar:
        for side in (1, -1):
            flat, triangles = _piece(outline, side)
            canvas = np.stack([(flat[:, 0] / WIDE + 0.5 + OVER) / 3, (flat[:, 1] - 60) / HIGH + 1], axis=1)
            faces.append(triangles + sum(len(p) for p in points))
            points.append(_laid(given, flat, above))
            uv.append(canvas[triangles])
    return Draped(points=np.concatenate(points), faces=np.concatenate(faces).astype(np.int32), uv=np.concatenate(uv))


def _piece(outline: Points, side: int) -> tuple[Array, NDArray[np.int32]]:
    line = curve([*outline, outline[0]], 3)
    low, high = line.min(axis=0), line.max(axis=0)
    grid = np.stack(np.meshgrid(np.arange(low[0], high[0], 4), np.arange(low[1], high[1], 4)), axis=-1).reshape(-1, 2)
    mask = inside(line, grid)
    points = np.concatenate([line[:-1], grid[mask]])
    triangles = Delaunay(points).simplices
    triangles = triangles[inside(line, points[triangles].mean(axis=1))]
    points = points * (side, 1)
    a, b, c = (points[triangles[:, k]] for k in range(3))
    turned = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0] < 0
    triangles[turned] = triangles[turned][:, ::-1]
    return points, triangles.astype(np.int32)


def _laid(given: Draped, flat: Array, above: float) -> Array:
    """Where the cloth beneath has moved to, and `above` mm over it."""
    corners = given.uv.reshape(-1, 2)
    front = corners[:, 0] * 3 < 1
    at = np.stack([(corners[front, 0] * 3 - 0.5) * WIDE, (corners[front, 1] - 1) * HIGH + 60], axis=1)
    moved = given.points[given.faces.ravel()[front]]
    far, near = cKDTree(at).query(flat, k=24)
    weight = 1 / (far + 2.0)
    weight /= weight.sum(axis=1, keepdims=True)
    shift = (weight[..., None] * (moved[near][..., :2] - at[near])).sum(axis=1)
    high = (weight * moved[near][..., 2]).sum(axis=1)
    return np.column_stack([flat + shift, high + above])


def _look(field: Array, seen: Raster, order: int) -> Array:
    """The canvas field (3, H, W) at each pixel; the surface's inside is looked at through its own panel."""
    panel = np.clip((seen.u * 3).astype(int), 0, 2)
    x = (seen.u * 3 - panel) * field.shape[2]
    y = (1 - seen.v) * field.shape[1]
    out = np.zeros(seen.u.shape)
    for k in (FRONT, BACK, OVER):
        here = (panel == k) & seen.covered
        out[here] = ndimage.map_coordinates(field[k], [y[here], x[here]], order=order, mode="nearest")
    return out


def picture(given: Draped, shirt: Shirt, canvas: Canvas, width: int, mm: float, back: bool = False,
            ground: bool = True) -> tuple[Image.Image, Image.Image]:  # fmt: skip
    """The photo and its palette image of parts, `width` pixels square at `mm` a pixel."""
    points = given.points * ((-1, 1, -1) if back else (1, 1, 1))
    points = points - (0, 0, points[:, 2].min() - 1)
    size = round(width * FINE)
    seen = raster(points, given.faces, given.uv, (size, size), mm / FINE)
    seen = _closed(seen)
    height = _softened(seen)
    detail = np.where(seen.inner, 0, _look(canvas.height, seen, 1))
    light = lit(height, _filled(height + detail, seen.covered), seen.covered, mm / FINE)
    colour = np.stack([_look(canvas.colour[..., k], seen, 1) for k in range(3)], axis=-1)
    shade = np.where(seen.inner, 0.8, 1.0) * light
    cloth = colour * shade[..., None] + shirt.sheen * _sheen(_filled(height + detail, seen.covered), mm / FINE)[
        ..., None
    ] * colour.mean(axis=-1, keepdims=True)
    floor = np.clip(1 - (1 - light) * 1.05 + 0.02, 0, 1) if ground else np.ones_like(light)
    shown = np.where(seen.covered[..., None], cloth, floor[..., None])
    small = Image.fromarray(np.uint8(_srgb(shown) * 255 + 0.5)).resize((width, width), Image.Resampling.LANCZOS)
    return small, _parts(seen, canvas, width)


def _closed(seen: Raster) -> Raster:
    """Pixels that fell between samples take their nearest neighbour's values."""
    covered = ndimage.binary_closing(seen.covered, iterations=2)
    place = ndimage.distance_transform_edt(~seen.covered, return_distances=False, return_indices=True)
    filled = [np.where(covered, field[tuple(place)], field) for field in (seen.height, seen.u, seen.v, seen.inner)]
    return Raster(height=filled[0], u=filled[1], v=filled[2], inner=filled[3].astype(bool), covered=covered)


def _softened(seen: Raster) -> Array:
    """Heights without the mesh's facets, blurred within the cloth alone."""
    inside = seen.covered.astype(float)
    over = ndimage.gaussian_filter(seen.height * inside, 1.6) / np.maximum(ndimage.gaussian_filter(inside, 1.6), 1e-3)
    jump = np.abs(over - seen.height) > 3
    return np.where(seen.covered, np.where(jump, seen.height, over), 0.0)


def _filled(field: Array, covered: NDArray[np.bool_]) -> Array:
    """The field carried on beyond the cloth's edge, so that no edge is taken for a slope."""
    place = ndimage.distance_transform_edt(~covered, return_distances=False, return_indices=True)
    return np.asarray(field[tuple(place)])


def _sheen(height: Array, mm: float) -> Array:
    """The soft shine of fibres where cloth turns away from the eye."""
    dy, dx = np.gradient(ndimage.gaussian_filter(height, 1), mm)
    return np.asarray((1 - 1 / np.sqrt(1 + dx**2 + dy**2)) * 2)


def _srgb(light: Array) -> Array:
    c = np.clip(light, 0, 1)
    return np.where(c <= 0.0031308, c * 12.92, 1.055 * c ** (1 / 2.4) - 0.055)


def _parts(seen: Raster, canvas: Canvas, width: int) -> Image.Image:
    index = np.where(seen.covered, _look(canvas.part.astype(np.float32), seen, 0).round(), 0)
    index = np.where(seen.inner & seen.covered, PARTS.index("lining"), index)
    image = Image.fromarray(np.uint8(index)).resize((width, width), Image.Resampling.NEAREST).convert("P")
    image.putpalette(
        [
            255,
            255,
            255,
            58,
            110,
            165,
            90,
            160,
            110,
            214,
            96,
            77,
            230,
            200,
            120,
            160,
            90,
            170,
            120,
            120,
            120,
            40,
            40,
            40,
            110,
            80,
            60,
        ]
    )
    return image
