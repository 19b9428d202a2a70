"""What is on the cloth: colours, parts, seams, stitches, ribs, plackets and buttons, drawn on the flat pattern.

A canvas holds three panels side by side (front, back, and what lies on top: collars), each `WIDE` by `HIGH` mm at
`DENSE` pixels a mm. Heights are in mm above the cloth and shade like the folds do.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from deploy.renders.pattern import HIGH, WIDE, Array

DENSE = 1.5
FRONT, BACK, OVER = 0, 1, 2
PARTS = ("background", "body", "sleeves", "collar", "placket", "cuffs", "pocket", "buttons", "lining")
Mask = NDArray[np.bool_]


def linear(colour: str) -> Array:
    """An sRGB hex colour in linear light, (3,)."""
    c = np.array([int(colour.lstrip("#")[k : k + 2], 16) / 255 for k in (0, 2, 4)])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


class Canvas:
    """`colour` (3, H, W, 3) in linear light, `height` (3, H, W) in mm, `part` (3, H, W) indices into PARTS."""

    def __init__(self, colour: str, seed: int) -> None:
        self.h, self.w = round(HIGH * DENSE), round(WIDE * DENSE)
        self.rng = np.random.default_rng(seed)
        self.colour = np.broadcast_to(linear(colour), (3, self.h, self.w, 3)).astype(np.float32)
        self.height = np.zeros((3, self.h, self.w), np.float32)
        self.part = np.ones((3, self.h, self.w), np.uint8)
        self.part[OVER] = PARTS.index("collar")
        y, x = np.mgrid[: self.h, : self.w]
        self.x, self.y = x / DENSE - WIDE / 2, 60 - y / DENSE

    def _pixels(self, line: Array) -> list[tuple[float, float]]:
        return [((x + WIDE / 2) * DENSE, (60 - y) * DENSE) for x, y in line]

    def shape(self, outline: Array) -> Mask:
        """The inside of a closed line."""
        image = Image.new("1", (self.w, self.h))
        ImageDraw.Draw(image).polygon(self._pixels(outline), fill=1)
        return np.asarray(image)

    def near(self, lines: list[Array]) -> Array:
        """Distance to the nearest of the lines, in mm."""
        image = Image.new("1", (self.w, self.h), 1)
        for line in lines:
            ImageDraw.Draw(image).line(self._pixels(line), fill=0)
        return np.asarray(ndimage.distance_transform_edt(np.asarray(image)) / DENSE)

    def noise(self, along: float, across: float) -> Array:
        """Noise of unit deviation, with features of the given sizes in mm."""
        by = max(1, int(min(along, across) * DENSE / 3))  # wide features are made small and enlarged
        raw = self.rng.normal(size=(-(-self.h // by), -(-self.w // by))).astype(np.float32)
        soft = ndimage.gaussian_filter(raw, (along * DENSE / by, across * DENSE / by), mode="wrap")
        if by > 1:
            soft = ndimage.zoom(soft, by, order=1)[: self.h, : self.w]
        return np.asarray(soft / soft.std())

    def fill(self, panel: int, mask: Mask, part: str, colour: str = "") -> None:
        self.part[panel][mask] = PARTS.index(part)
        if colour:
            self.colour[panel][mask] = linear(colour)

    def seam(self, panel: int, lines: list[Array], pucker: float = 0.5, depth: float = 0.9) -> None:
        """A groove with cloth drawn in on both its sides."""
        away = self.near(lines)
        self.height[panel] -= depth * np.exp(-((away / 1.3) ** 2))
        self.height[panel] += 0.5 * np.exp(-(((away - 4) / 2.5) ** 2))
        self.height[panel] += pucker * self.noise(3.5, 3.5) * np.exp(-away / 9)

    def stitch(self, panel: int, lines: list[Array], off: float, light: float = 0.12) -> None:
        """A row of stitches `off` mm from the lines, and the small trough that it presses."""
        away = np.abs(self.near(lines) - off)
        row = np.exp(-((away / 0.75) ** 2))
        dash = 0.5 + 0.5 * np.sin((self.x + self.y * 0.9) * 2 * np.pi / 3.2)
        self.height[panel] -= 0.35 * np.exp(-((away / 1.6) ** 2))
        self.colour[panel] *= (1 + row * (light * dash - 0.16))[..., None].astype(np.float32)
        self.height[panel] += 0.16 * self.noise(2.2, 2.2) * np.exp(-away / 4)

    def raise_(self, panel: int, mask: Mask, by: float, soft: float = 1.0) -> None:
        """One more layer of cloth over `mask`, its edge rounded over `soft` mm."""
        self.height[panel] += by * ndimage.gaussian_filter(mask.astype(np.float32), soft * DENSE * 0.6)

    def rib(self, panel: int, mask: Mask, phase: Array, pitch: float = 3.2, depth: float = 0.4) -> None:
        """Knitted ribs: `phase` in mm runs across them."""
        wave = np.sin(phase * 2 * np.pi / pitch)
        self.height[panel] += np.where(mask, depth * wave, 0)
        self.colour[panel] *= np.where(mask, 0.93 + 0.07 * wave, 1)[..., None].astype(np.float32)

    def folds(self, amount: float, length: float = 75) -> None:
        """Long soft folds, `amount` mm high: down the body, and running out from under the arms."""
        for panel in (FRONT, BACK):
            sway = self.noise(90, 90) * 26
            field = self.noise(length, 13) + 0.7 * self.noise(30, 22)
            rows = np.clip(np.arange(self.h)[:, None] + sway * 0.4, 0, self.h - 1)
            columns = np.clip(np.arange(self.w)[None] + sway * DENSE, 0, self.w - 1)
            body = ndimage.map_coordinates(field, [rows, columns], order=1)
            self.height[panel] += amount * 0.5 * body * (0.45 + 0.55 / (1 + np.exp((self.y + 330) / 70)))
            for side in (-1, 1):
                self._rays(panel, side, amount)

    def _rays(self, panel: int, side: int, amount: float) -> None:
        """Folds from under one arm, fading over a hand's width."""
        dx, dy = (self.x - side * 262) * side, self.y + 246
        away, turn = np.hypot(dx, dy), np.arctan2(dy, -dx)
        wave = np.sin(turn * 8 + 1.1 * self.noise(40, 40) + self.rng.uniform(0, 6))
        self.height[panel] += amount * wave * np.exp(-away / 85) * np.clip(away / 45, 0, 1) ** 1.5 * 1.5

    def button(self, panel: int, x: float, y: float, colour: str, size: float = 5.5) -> None:
        away = np.hypot(self.x - x, self.y - y)
        disc = away < size
        self.fill(panel, disc, "buttons", colour)
        rim = np.exp(-(((away - size * 0.8) / (size * 0.16)) ** 2))
        self.height[panel] = np.where(disc, 2.6 + 0.6 * rim, self.height[panel])
        for dx, dy in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
            hole = np.hypot(self.x - x - dx * size * 0.2, self.y - y - dy * size * 0.2) < 0.8
            self.colour[panel][hole & disc] *= 0.25

    def grain(self, weave: float, slub: float, cloud: float = 0.02) -> None:
        """The yarns: unevenness along and across in colour and height, and a slow clouding."""
        for panel in (FRONT, BACK, OVER):
            yarn = self.noise(0.45, 5) + self.noise(5, 0.45)
            fine = self.noise(0.35, 0.35)
            tint = 1 + slub * yarn + weave * 0.5 * fine + cloud * self.noise(18, 18)
            self.colour[panel] *= np.clip(tint, 0.3, 1.7)[..., None].astype(np.float32)
            self.height[panel] += weave * 0.55 * fine + slub * 0.4 * yarn
