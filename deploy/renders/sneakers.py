"""Sneakers: a canvas plimsoll, a leather court shoe, a knitted runner. Each returns the objects of one left shoe."""

from dataclasses import replace
from typing import Any

import numpy as np

from deploy.renders import lasts, sole, stuff, upper
from deploy.renders.base import Colours, Shoe, begin, insole, lacing, sole_stitches, spring
from deploy.renders.last import spline
from deploy.renders.trim import band

LOW = ((-10, 92), (6, 90), (30, 80), (60, 73), (85, 77), (108, 97), (122, 116))


def plimsoll(colours: Colours, rows: int) -> list[Any]:
    """A canvas low-top with a rubber toe cap. Colours: upper, sole, laces, lining, stripe, thread."""
    c = {
        "upper": "#24406b",
        "sole": "#f1ede3",
        "laces": "#f4f2ec",
        "lining": "#e9e4d8",
        "stripe": "#24406b",
        "thread": "#e8e4da",
    }
    c |= colours
    canvas, rubber, thread = (
        stuff.canvas("canvas", c["upper"]),
        stuff.rubber("rubber", c["sole"], 0.48),
        stuff.thread("thread", c["thread"]),
    )
    lining = stuff.lining("lining", c["lining"])
    shoe = begin(lasts.SNEAKER, rows, LOW, canvas, lining, throat=186, seed=3, uneven=0.55, thickness=2.0)
    front = shoe.x - shoe.by_z((20, 168), (60, 176), (110, 190))
    quarter = shoe.lay("quarters", front, canvas, 0.8, edge=0.8)
    across = shoe.shell.points[..., 1]
    shoe.lay(
        "toe cap", np.maximum(84 - np.hypot(shoe.x - 150, across * 0.75 + 2), 190 - shoe.x), rubber, 1.5, "toe cap", 1.6
    )
    heel = np.where(shoe.shell.station > 0.2, 30.0, np.abs(across) - shoe.by_z((30, 17), (95, 9)))
    shoe.lay("heel stay", heel, canvas, 0.9, edge=0.9)
    shoe.sew(thread, (front, -2.2), (front, -5.0), (shoe.hole, 3.2), (heel, -2.0))
    stay = np.where(shoe.x > 100, shoe.hole - 19, 30.0)
    shoe.sew(thread, (stay, 0.0), keep=np.maximum(front + 3, 106 - shoe.x))
    shoe.sew(thread, (quarter, -2.2), keep=np.maximum(front - 4, 6 - shoe.hole))
    shoe.add("binding", upper.edging(shoe.shell, shoe.hole, 2.2, 3.2, 0.8), canvas, "upper")
    shoe.add("tongue", upper.tongue(shoe.shell, 196, 116, 15, lean=0.3), canvas, "upper")
    lacing(shoe, c, 178, 119, 6, 7.5, 7.0, 1.5, metal=stuff.metal("nickel"))
    _foxing(shoe, c, rubber, lining)
    return shoe.made


def _foxing(shoe: Shoe, c: Colours, rubber: Any, lining: Any) -> None:
    line = shoe.foot
    low, seat = spring(line), line[:, 2]
    shoe.add("foxing", sole.slab(line, sole.rounded(8.0, low, seat, 3.2, 1.2, 1.3)), rubber, "sole")
    stripe = [(a + 0.25, seat + b) for a, b in ((3.1, 4.6), (3.45, 4.5), (3.5, 3.2), (3.5, 1.9), (3.1, 1.8))]
    shoe.add("stripe", sole.wall(line, stripe), stuff.rubber("stripe", c["stripe"], 0.5), "sole")
    toe = np.clip((line[:, 0] - 236) / 5, 0, 1)
    shape = ((0.4, 1.0), (1.9, 0.93), (2.1, 0.5), (1.9, 0.07), (0.6, 0.0))
    bumper = [(2.9 + t * toe - 1.5 * (1 - toe), low + 3 + b * (seat - low - 2)) for t, b in shape]
    shoe.add("bumper", sole.wall(line, bumper), stuff.rubber("bumper", c["sole"], 0.6, 0.3), "sole")
    insole(shoe, line, lining)


def court(colours: Colours, rows: int) -> list[Any]:
    """A leather court shoe in panels. Colours: upper, accent, sole, laces, lining, thread."""
    c = {
        "upper": "#dcd7cc",
        "accent": "#1d5b46",
        "sole": "#e9e3d6",
        "laces": "#f5f3ee",
        "lining": "#d9d3c6",
        "thread": "#e3ded2",
    }
    c |= colours
    hide, accent = stuff.leather("leather", c["upper"]), stuff.leather("accent", c["accent"])
    thread, lining = stuff.thread("thread", c["thread"]), stuff.lining("lining", c["lining"])
    collar = ((-10, 98), (6, 95), (30, 82), (60, 76), (85, 80), (108, 98), (122, 117))
    shoe = begin(
        lasts.SNEAKER, rows, collar, hide, lining, throat=188, gap=10, seed=8, uneven=0.5, padding=3.2, thickness=3.5
    )
    x, up = shoe.x, shoe.shell.up
    bars = [shoe.drawn((104 + d, 18), (117 + d, 18), (150 + d, 84), (138 + d, 84), rounds=2) for d in (-14, 8)]
    for k, bar in enumerate(bars):
        bars[k] = shoe.lay("bar", np.maximum(bar, 14 - shoe.hole), accent, 0.9, "print")
    guard = shoe.lay("mudguard", up - shoe.by_x((150, -4), (178, 8), (222, 24), (285, 31)), hide, 1.1)
    counter = shoe.lay("counter", shoe.drawn((-30, -20), (-30, 74), (20, 74), (48, 62), (66, 36), (84, -20)), hide, 1.1)
    tab = shoe.lay("heel tab", shoe.drawn((-30, 68), (-30, 140), (44, 140), (30, 84), (22, 68)), accent, 1.2)
    stay = shoe.lay("eyestay", np.maximum(shoe.hole - 18, 92 - x), hide, 1.2)
    shoe.sew(thread, (bars[0], -1.6), (bars[1], -1.6), keep=14 - shoe.hole)
    shoe.sew(thread, (guard, -2.0), (guard, -4.4), (counter, -2.0), (tab, -2.0), (stay, -2.2), keep=4 - shoe.hole)
    shoe.sew(thread, (shoe.hole, 3.4), keep=96 - x)
    shoe.punch([(a, b) for a in (208, 215, 222, 229) for b in (-14, -7, 0, 7, 14)], 0.95)
    shoe.add("edge", upper.edging(shoe.shell, shoe.hole, 3.4, 4.0, 1.2), hide, "upper")
    shoe.add("tongue", upper.tongue(shoe.shell, 198, 114, 20, below=2.0, thickness=7, lean=0.35), hide, "upper")
    lacing(shoe, c, 180, 119, 6, 8.5, 7.5, 1.6)
    _cup(shoe, c, lining)
    return shoe.made


def _cup(shoe: Shoe, c: Colours, lining: Any) -> None:
    line = shoe.foot
    low, seat = spring(line, 10), line[:, 2]
    rubber = stuff.rubber("rubber", c["sole"], 0.5)
    levels = sole.rounded(9.5, low, seat, 3.4, 1.6, 1.6)
    shoe.add("cup sole", sole.slab(line, levels), rubber, "sole")
    groove = [(a + 0.2, low + b) for a, b in ((4.4, 6.6), (5.3, 6.3), (5.4, 5.4), (5.3, 4.5), (4.4, 4.2))]
    shoe.add("rib", sole.wall(line, groove), rubber, "sole")
    sewn = sole_stitches(line, 3.9, seat + 5.2, upward=False, length=3.4, gap=1.4, thread=0.9)
    shoe.add("sole stitches", sewn, stuff.thread("sole thread", c["thread"]), "sole", weld=0)
    insole(shoe, line, lining)


RUNNER = replace(
    lasts.SNEAKER,
    seat=((0, 37), (60, 33), (130, 28), (200, 25), (250, 29), (285, 38)),
    crest=tuple((s, x + 2, y, z + (11 - 6 * s)) for s, x, y, z in lasts.SNEAKER.crest),
)


def runner(colours: Colours, rows: int) -> list[Any]:
    """A knitted running shoe on a carved foam midsole. Colours: upper, accent, sole, tread, laces, lining."""
    c = {
        "upper": "#4a5a68",
        "accent": "#e2603c",
        "sole": "#f4f3f0",
        "tread": "#26282b",
        "laces": "#2a2d31",
        "lining": "#2b2e33",
    }
    c |= colours
    mesh, film = stuff.knit("knit", c["upper"]), stuff.rubber("film", c["accent"], 0.42)
    lining = stuff.lining("lining", c["lining"])
    collar = ((-14, 122), (4, 117), (28, 99), (60, 88), (86, 92), (110, 109), (124, 127))
    shoe = begin(RUNNER, rows, collar, mesh, lining, throat=184, gap=9, seed=5, uneven=0.6, padding=5.0, thickness=4.5)
    x, up = shoe.x, shoe.shell.up
    shoe.lay("toe film", up - shoe.by_x((190, -4), (225, 11), (262, 17), (290, 26)), film, 0.6, edge=0.7)
    shoe.lay(
        "heel clip",
        shoe.drawn((-30, 0), (-30, 84), (14, 82), (34, 66), (58, 56), (96, 20), (90, 0)),
        film,
        1.4,
        edge=1.6,
    )
    sweep = shoe.drawn((70, 12), (92, 12), (128, 62), (176, 52), (198, 40), (166, 66), (130, 84), (112, 70), rounds=3)
    shoe.lay("sweep", np.maximum(sweep, 10 - shoe.hole), film, 0.7, "print", 0.7)
    shoe.lay("eyestay", np.maximum(shoe.hole - 13, 98 - x), stuff.rubber("stay", c["laces"], 0.55), 0.8, edge=0.8)
    shoe.add(
        "collar",
        upper.edging(shoe.shell, shoe.hole, 4.6, 5.4, 1.8),
        stuff.knit("rib", c["lining"], stitch=1.4),
        "upper",
    )
    shoe.add(
        "tongue",
        upper.tongue(shoe.shell, 194, 116, 24, below=1.5, thickness=6, lean=0.4),
        stuff.knit("tongue", c["lining"]),
        "upper",
    )
    lacing(shoe, c, 176, 120, 6, 6.5, 5.5, 2.2, eyelet=2.2)
    loop = spline(
        ((0, 1, 0, 90), (1, -6, 0, 104), (2, -6, 0, 119), (3, 1, 0, 127), (4, 8, 0, 121), (5, 9, 0, 106)),
        np.linspace(0, 5, 60),
    )
    away = loop - loop.mean(axis=0)
    shoe.add("pull loop", band(loop, away, 9, 1.6, square=4), film, "upper")
    _foam(shoe, c, lining)
    return shoe.made


def _foam(shoe: Shoe, c: Colours, lining: Any) -> None:
    line = shoe.foot
    x, seat = line[:, 0], line[:, 2]
    low = spring(line, 19, 9) + 3.5
    wave = 9 + 5 * np.exp(-(((x - 25) / 45) ** 2)) + 3 * np.exp(-(((x - 150) / 40) ** 2))
    top, flare = seat + wave, 1 + 4 * np.clip((60 - x) / 60, 0, 1) + 1.5 * np.clip((x - 150) / 60, 0, 1)
    shape = (
        (-4, 0),
        (1.6, 0.0),
        (2.8, 0.03),
        (3.3, 0.09),
        (3.2, 0.2),
        (2.6, 0.33),
        (2.3, 0.40),
        (3.2, 0.47),
        (4.4, 0.56),
        (5.0, 0.7),
        (4.9, 0.88),
        (4.0, 1.0),
    )
    levels = [(a + flare * s, top * (1 - s) + low * s) for a, s in shape]
    shoe.add("midsole", sole.slab(line, levels), stuff.rubber("foam", c["sole"], 0.62, 0.12), "sole")
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    lug = 2.6 * np.clip(np.sin(length * 2 * np.pi / 15) * 4 - 1.6, 0, 1)
    tread = [(a + flare, low + b) for a, b in ((1, 1.2), (4.7, 1.0), (4.9, 0.2), (4.7, -1.6))]
    tread += [(4.5 + flare, low - 3.3 + lug), (3.0 + flare, low - 3.5 + lug)]
    shoe.add("tread", sole.slab(line, tread), stuff.rubber("tread", c["tread"], 0.6, 0.2), "sole")
    insole(shoe, line, lining)
