"""Our six shirts: a pattern each, what is sewn on it, and the stuff it is made of."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from deploy.renders.paint import BACK, FRONT, OVER, Canvas, linear
from deploy.renders.pattern import LONG, Pattern, Points, curve

CAMP_NECK: Points = [(0, -168), (22, -128), (58, -60), (88, 0)]
SHIRT_NECK: Points = [(0, -92), (40, -74), (70, -40), (88, 0)]


@dataclass(frozen=True, kw_only=True)
class Shirt:
    """`paint` draws on the canvas; `collar` holds the outlines of what lies about the neck, each at its height in mm."""

    pattern: Pattern
    colour: str
    paint: Callable[[Canvas, "Shirt"], None]
    collar: tuple[tuple[Points, float], ...] = ()
    seed: int = 1
    sheen: float = 0.10


def _band(canvas: Canvas, shirt: Shirt, panel: int, width: float, colour: str = "") -> None:
    """A ribbed neckband of `width` mm sewn along the neck."""
    half = curve(shirt.pattern.neck_back if panel == BACK else shirt.pattern.neck_front, 2)
    whole = np.concatenate([half[::-1], half * (-1, 1)])
    away = canvas.near([whole])
    along = np.arctan2(canvas.x, -(canvas.y - 30)) * 95
    band = away < width
    canvas.fill(panel, band, "collar", colour)
    canvas.rib(panel, band, along, 3.0, 0.25)
    canvas.height[panel] += 1.2 * np.exp(-(((away - width / 2) / (width * 0.42)) ** 2))
    canvas.height[panel] -= 0.9 * np.exp(-(((away - width) / 1.1) ** 2))
    canvas.stitch(panel, [whole], width + 3)


def _sleeves(canvas: Canvas, shirt: Shirt) -> None:
    """What lies beyond the armhole is sleeve; both are joined by a seam."""
    armhole = curve(shirt.pattern.armhole, 2)
    far = np.array([[armhole[-1, 0], -900], [700, -900], [700, 60], [armhole[0, 0], 60]])
    outline = np.concatenate([armhole, far])
    for panel in (FRONT, BACK):
        for mirrored in (outline, outline * (-1, 1)):
            canvas.fill(panel, canvas.shape(mirrored), "sleeves")
        canvas.seam(panel, shirt.pattern.both(shirt.pattern.armhole))


def _hems(canvas: Canvas, shirt: Shirt, hem: float = 20, cuff: float = 18) -> None:
    """Turned hems below and at the sleeves: a thicker edge under two rows of stitches."""
    for lines, width in (
        (shirt.pattern.both(shirt.pattern.hem), hem),
        (shirt.pattern.both(shirt.pattern.cuff), cuff),
    ):
        away = canvas.near(lines)
        for panel in (FRONT, BACK):
            canvas.raise_(panel, away < width, 0.7)
            canvas.stitch(panel, lines, width)
            canvas.stitch(panel, lines, width - 4)


def _ribs(canvas: Canvas, shirt: Shirt, width: float = 62) -> None:
    """Knitted ribs at the hem and the cuffs, drawn in."""
    for lines, part, angle in (
        (shirt.pattern.both(shirt.pattern.hem), "body", 0.0),
        (shirt.pattern.both(shirt.pattern.cuff), "cuffs", 0.32),
    ):
        away = canvas.near(lines)
        for panel in (FRONT, BACK):
            mask = away < width
            canvas.fill(panel, mask, part)
            canvas.rib(panel, mask, np.abs(canvas.x) * np.cos(angle) + canvas.y * np.sin(angle), 4.2, 0.5)
            canvas.height[panel] -= 1.4 * np.exp(-(((away - width) / 2.2) ** 2))
            canvas.height[panel] += (
                1.3 * canvas.noise(9, 4) * np.exp(-np.maximum(away - width, 0) / 14) * (away > width)
            )


def _placket(canvas: Canvas, top: float, bottom: float, width: float, buttons: Points, colour: str) -> None:
    """A band down the front's middle with stitched edges, and its buttons."""
    half = width / 2
    edges = [np.array([(x, top), (x, bottom)]) for x in (-half, half)]
    mask = (np.abs(canvas.x) < half) & (canvas.y < top) & (canvas.y > bottom)
    canvas.fill(FRONT, mask, "placket")
    canvas.raise_(FRONT, mask, 1.6, 0.8)
    canvas.stitch(FRONT, edges, 3.5)
    canvas.height[FRONT] -= 0.8 * np.exp(-((canvas.near(edges[1:]) / 1.0) ** 2))
    for x, y in buttons:
        hole = (np.abs(canvas.x - x) < 0.7) & (np.abs(canvas.y - y) < 8)
        canvas.colour[FRONT][hole] *= 0.6
        canvas.button(FRONT, x, y, colour)


def _pocket(canvas: Canvas, x: float, y: float, wide: float = 100, high: float = 118) -> None:
    outline = np.array(
        [(x, y), (x + wide, y), (x + wide, y - high + 18), (x + wide / 2, y - high), (x, y - high + 18)], float
    )
    mask = canvas.shape(outline)
    closed = np.concatenate([outline, outline[:1]])
    canvas.fill(FRONT, mask, "pocket")
    canvas.raise_(FRONT, mask, 1.3, 0.8)
    canvas.stitch(FRONT, [closed], 2.5)
    canvas.stitch(FRONT, [np.array([(x, y - 25), (x + wide, y - 25)])], 0)
    canvas.seam(FRONT, [closed], 0.35, 0.5)


def _collar(canvas: Canvas, shirt: Shirt) -> None:
    for outline, _ in shirt.collar:
        line = curve([*outline, outline[0]], 2)
        for lines in ([line], [line * (-1, 1)]):
            canvas.stitch(OVER, lines, 4.5)
    canvas.height[OVER] += 0.4 * canvas.noise(14, 14)


def _shoulders(canvas: Canvas, shirt: Shirt) -> None:
    """The yoke's seam, forward of the shoulder in front and across the back."""
    front = [(92, -30), (160, -48), (222, -76)]
    canvas.seam(FRONT, shirt.pattern.both(front), 0.3, 0.6)
    canvas.stitch(FRONT, shirt.pattern.both(front), 2.5)
    canvas.seam(BACK, shirt.pattern.both([(0, -110), (214, -112)]), 0.3, 0.6)
    canvas.stitch(BACK, shirt.pattern.both([(0, -110), (214, -112)]), 2.5)


def tee(canvas: Canvas, shirt: Shirt) -> None:
    _sleeves(canvas, shirt)
    for panel in (FRONT, BACK):
        _band(canvas, shirt, panel, 19)
    _hems(canvas, shirt)
    canvas.folds(5)
    canvas.grain(0.035, 0.012)


def striped(canvas: Canvas, shirt: Shirt) -> None:
    """Navy stripes 11 mm wide, 27 mm apart, across body and sleeves; the shoulders are plain."""
    _sleeves(canvas, shirt)
    sleeve = canvas.part[FRONT] == 2
    along = np.where(sleeve, canvas.y * 0.42 + np.abs(canvas.x) * 1.0 - 30, -canvas.y)
    stripe = (np.mod(along + 1.2 * canvas.noise(30, 30), 27) < 11) & (canvas.y < -130)
    for panel in (FRONT, BACK):
        canvas.colour[panel][stripe] = linear("#22304f")
        _band(canvas, shirt, panel, 16, shirt.colour)
    _hems(canvas, shirt, 22, 20)
    canvas.folds(5)
    canvas.grain(0.04, 0.014)


def polo(canvas: Canvas, shirt: Shirt) -> None:
    """Honeycomb knit, ribbed collar, a short placket with two buttons."""
    _sleeves(canvas, shirt)
    _collar(canvas, shirt)
    _placket(canvas, -70, -232, 32, [(0, -112), (0, -196)], "#e8e3d6")
    canvas.seam(FRONT, [np.array([(-16, -232), (16, -232)])], 0.4, 0.8)
    _hems(canvas, shirt)
    comb = np.sin(canvas.x * 2.6) * np.sin(canvas.y * 2.2)
    canvas.height[[FRONT, BACK]] += 0.16 * comb
    canvas.colour[[FRONT, BACK]] *= (1 + 0.05 * comb)[..., None].astype(np.float32)
    canvas.rib(OVER, np.ones_like(comb, bool), canvas.x * 0.75 + canvas.y * 0.65, 2.6, 0.15)
    canvas.folds(4.6)
    canvas.grain(0.03, 0.012)


def oxford(canvas: Canvas, shirt: Shirt) -> None:
    """White across coloured yarn, full placket, button-down collar, pocket, cuffs."""
    _sleeves(canvas, shirt)
    _shoulders(canvas, shirt)
    _collar(canvas, shirt)
    _pocket(canvas, 62, -205)
    _placket(canvas, -60, -740, 34, [(0, y) for y in (-84, -170, -258, -346, -434, -522, -610)], "#f1efe8")
    cuff = canvas.near(shirt.pattern.both(shirt.pattern.cuff))
    for panel in (FRONT, BACK):
        canvas.fill(panel, cuff < 62, "cuffs")
        canvas.raise_(panel, cuff < 62, 1.4)
        canvas.stitch(panel, shirt.pattern.both(shirt.pattern.cuff), 58)
        canvas.stitch(panel, shirt.pattern.both(shirt.pattern.cuff), 4)
    for x in (-86, 86):
        canvas.button(OVER, x, -98, "#f1efe8", 4.2)
    _hems(canvas, replace(shirt, pattern=replace(shirt.pattern, cuff=[(2000, 0), (2001, 0)])), 9, 0)
    canvas.folds(6.2)
    canvas.grain(0.07, 0.05)


def sweat(canvas: Canvas, shirt: Shirt) -> None:
    """Melange loopback with ribbed neck, cuffs and hem, and the old V at the neck."""
    _sleeves(canvas, shirt)
    _ribs(canvas, shirt)
    for panel in (FRONT, BACK):
        _band(canvas, shirt, panel, 26)
    v = [np.array([(-34, -122), (0, -168), (34, -122)], float)]
    canvas.stitch(FRONT, v, 0, 0.2)
    canvas.stitch(FRONT, v, 3, 0.2)
    for panel in (FRONT, BACK, OVER):
        fleck = canvas.noise(0.5, 2.2) + 0.6 * canvas.noise(2.0, 0.5)
        canvas.colour[panel] *= np.clip(1 + 0.16 * fleck, 0.4, 1.8)[..., None].astype(np.float32)
    canvas.folds(7)
    canvas.grain(0.06, 0.02)


def camp(canvas: Canvas, shirt: Shirt) -> None:
    """Slubbed linen, an open collar, a pocket, wooden buttons."""
    _sleeves(canvas, shirt)
    _shoulders(canvas, shirt)
    _collar(canvas, shirt)
    _pocket(canvas, 58, -228, 108, 124)
    _placket(canvas, -150, -740, 30, [(0, y) for y in (-196, -296, -396, -496, -596)], "#5a4030")
    _hems(canvas, shirt, 24, 26)
    for panel in (FRONT, BACK, OVER):
        slub = np.maximum(canvas.noise(0.5, 14), 0) ** 2 + np.maximum(canvas.noise(14, 0.5), 0) ** 2
        canvas.colour[panel] *= (1 + 0.022 * slub)[..., None].astype(np.float32)
        canvas.height[panel] += 0.12 * slub
    canvas.folds(6.4)
    canvas.grain(0.06, 0.05, 0.03)


# A point given twice is a corner.
_STAND: Points = [(0, 26), (48, 24), (84, 14), (94, 2), (88, -26), (50, -42), (0, -46)]
_LEAF: Points = [
    (94, 4), (104, -28), (98, -72), (90, -116), (90, -116), (48, -98), (5, -84), (5, -84), (30, -60), (66, -20), (84, 12),
]  # fmt: skip
_LAPEL: Points = [
    (94, 4), (110, -40), (124, -104), (124, -104), (84, -112), (84, -112), (100, -140), (100, -140), (52, -158), (4, -172),
    (4, -172), (34, -108), (64, -50), (84, 12),
]  # fmt: skip

SHIRTS = {
    "linden-tee": Shirt(pattern=Pattern(), colour="#3f6d8c", paint=tee),
    "breton": Shirt(pattern=Pattern(**LONG), colour="#e4dccb", paint=striped, seed=2),
    "green-polo": Shirt(pattern=Pattern(neck_front=SHIRT_NECK), colour="#3f6650", paint=polo, seed=3, collar=((_STAND, 9), (_LEAF, 7))),
    "oxford": Shirt(
        pattern=Pattern(**LONG, neck_front=SHIRT_NECK), colour="#9db8d6", paint=oxford, seed=4, collar=((_STAND, 9), (_LEAF, 8))
    ),
    "loopback": Shirt(pattern=Pattern(**LONG), colour="#9a9a98", paint=sweat, seed=5),
    "camp": Shirt(pattern=Pattern(neck_front=CAMP_NECK), colour="#c08a5e", paint=camp, seed=6, collar=((_STAND, 9), (_LAPEL, 6))),
}  # fmt: skip
