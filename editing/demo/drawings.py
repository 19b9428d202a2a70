"""Stand-in product pictures, drawn: what the demo shows before anybody has uploaded a photo.

Outlines are Bezier-smoothed polygons in a unit square; light, folds and weave are laid over them, so that recolouring
has something to keep. Every such product is marked synthetic.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

SIZE = 960
_OVER = 2  # drawn larger and shrunk, for smooth edges
Points = Sequence[tuple[float, float]]
Field = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One coloured piece; later pieces lie on top."""

    outline: Points
    colour: str
    relief: float = 0.16  # how strongly light and folds show


def draw(parts: Sequence[Part], *, seed: int) -> bytes:
    """A product on white as PNG."""
    picture = np.ones((SIZE, SIZE, 3), np.float32)
    light, weave = _light(seed), _weave(seed)
    picture *= 1 - 0.10 * _soft_shadow(parts)[..., None]
    for number, part in enumerate(parts):
        mask = _mask(part.outline)
        shade = 1 + part.relief * (light + 0.55 * _bulge(mask) - 0.25) + 0.02 * weave
        if number % 2:
            shade = 1 + (shade - 1) * 0.8
        surface = np.clip(_rgb(part.colour)[None, None] * shade[..., None] + 0.02, 0, 1)
        seam = 0.22 * _edge(mask)[..., None]
        picture = picture * (1 - mask[..., None]) + surface * (1 - seam) * mask[..., None]
    buffer = io.BytesIO()
    Image.fromarray((picture * 255).round().astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def _rgb(colour: str) -> NDArray[np.float32]:
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def _mask(outline: Points) -> Field:
    side = SIZE * _OVER
    image = Image.new("L", (side, side))
    ImageDraw.Draw(image).polygon([(x * side, y * side) for x, y in smooth(outline)], fill=255)
    return np.asarray(image.resize((SIZE, SIZE), Image.Resampling.LANCZOS), np.float32) / np.float32(255)


def smooth(outline: Points, steps: int = 12) -> list[tuple[float, float]]:
    """A closed Catmull-Rom curve through the points; a point that comes twice is a corner."""
    points = np.array(outline, float)
    curve: list[tuple[float, float]] = []
    for i in range(len(points)):
        a, b, c, d = (points[(i + k) % len(points)] for k in (-1, 0, 1, 2))
        if np.array_equal(b, c):
            continue
        for t in np.linspace(0, 1, steps, endpoint=False):
            p = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            curve.append((float(p[0]), float(p[1])))
    return curve


def _blurred(field: Field, radius: float) -> Field:
    image = Image.fromarray((np.clip(field, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / np.float32(255)


def _bulge(mask: Field) -> Field:
    """Cloth and leather curve away from us towards their outline."""
    return _blurred(mask, SIZE * 0.035) * 2 - 1


def _edge(mask: Field) -> Field:
    return np.clip(1.0 - _blurred(mask, 3) * 1.15, 0, 1) * (mask > 0.02)


def _light(seed: int) -> Field:
    """Light from above left, and a few soft folds."""
    noise = np.random.default_rng(seed)
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) / SIZE
    folds = np.zeros_like(x)
    for _ in range(6):
        angle, pitch, phase = noise.uniform(0.9, 2.2), noise.uniform(8, 26), noise.uniform(0, 6.3)
        folds += np.sin((np.cos(angle) * x + np.sin(angle) * y) * pitch + phase + 2 * np.sin(3 * y + phase)) / 6
    return 0.9 * folds + 0.6 * (0.55 - y) + 0.3 * (0.5 - x)


def _weave(seed: int) -> Field:
    grain = np.random.default_rng(seed + 1).standard_normal((SIZE, SIZE)).astype(np.float32)
    threads = np.sin(np.arange(SIZE, dtype=np.float32) * 1.9)
    return 0.5 * grain + 0.5 * (threads[None] + threads[:, None])


def _soft_shadow(parts: Sequence[Part]) -> Field:
    whole = np.max([_mask(part.outline) for part in parts], axis=0)
    return _blurred(np.roll(whole, SIZE // 90, 0), SIZE * 0.012) * (whole < 0.5)


def mirrored(points: Points) -> list[tuple[float, float]]:
    """A left half, top to bottom, closed with its mirror image."""
    return [*points, *[(1 - x, y) for x, y in reversed(points)]]
