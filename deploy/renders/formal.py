"""Leather shoes: a cap-toe derby, a suede Chelsea boot, a ballet flat. Each returns the objects of one left shoe."""

from typing import Any

import numpy as np

from deploy.renders import lasts, sole, stuff, upper
from deploy.renders.base import Colours, Shoe, begin, insole, lacing, sole_stitches
from deploy.renders.cut import joined
from deploy.renders.last import Array, spline
from deploy.renders.trim import band, evenly


def heel_block(
    shoe: Shoe, name: str, breast: float, top: Array, away: float, material: Any, lifts: float = 0.0
) -> None:
    """The heel under the sole, up to x = `breast`; `lifts` mm high layers of leather where given."""
    line = shoe.foot
    kept = line[:, 0] < breast
    half = len(line) // 2
    outer = np.flatnonzero(kept[:half])
    inner = half + np.flatnonzero(kept[half:])
    rim = np.concatenate([line[inner], line[outer]])
    rim = rim + np.column_stack([sole.outwards(line), np.zeros(len(line))])[np.concatenate([inner, outer])] * away
    height = np.concatenate([top[inner], top[outer]])
    front = np.linspace(0, 1, 30)[1:-1, None]
    bow = np.column_stack([-5 * np.sin(np.pi * front[:, 0]), np.zeros((28, 2))])
    loop = np.column_stack([np.concatenate([rim, rim[-1:] * (1 - front) + rim[:1] * front + bow]),
                            np.concatenate([height, height[-1] * (1 - front[:, 0]) + height[0] * front[:, 0]])])  # fmt: skip
    loop = evenly(loop, 1.0, closed=True)
    count = 40
    levels: list[tuple[Array | float, Array | float]] = []
    for k in range(count + 1):
        z = loop[:, 3] * (1 - k / count)
        groove = 0.22 * (lifts > 0 and (k * float(height.max()) / count) % max(lifts, 1) < 0.6)
        levels.append((-1.2 * k / count - groove - (0.8 if k == count else 0), z))
    shoe.add(name, sole.wall(loop[:, :3], levels), material, "sole")


def derby(colours: Colours, rows: int) -> list[Any]:
    """A cap-toe derby of polished leather on a welted sole. Colours: upper, sole, laces, lining, thread, welt."""
    c = {
        "upper": "#5a2f1a",
        "sole": "#2b1a12",
        "laces": "#3a2114",
        "lining": "#b98f62",
        "thread": "#7d4a2b",
        "welt": "#3a2416",
    } | colours
    hide = stuff.leather("calf", c["upper"], grain=0.7, gloss=0.3, depth=0.05)
    thread, lining = stuff.thread("thread", c["thread"]), stuff.leather("lining", c["lining"], gloss=0.55)
    collar = ((-10, 86), (6, 85), (30, 75), (60, 67), (85, 72), (108, 95), (122, 112))
    shoe = begin(lasts.DRESS, rows, collar, hide, lining, throat=166, gap=6, seed=12, uneven=0.45, padding=1.5)
    cap = shoe.lay("cap", np.hypot(shoe.x - 330, shoe.shell.points[..., 1] * 0.35) - 98, hide, 1.0, "toe cap")
    front = shoe.by_z((14, 114), (36, 132), (58, 158), (76, 174), (110, 181)) - shoe.x
    quarter = shoe.lay("quarters", -front, hide, 1.2)
    across = np.abs(shoe.shell.points[..., 1])
    back = shoe.lay(
        "backstrip", np.where(shoe.shell.station > 0.2, 30.0, across - shoe.by_z((30, 11), (90, 6))), hide, 0.9
    )
    fine = upper.Stitch(1.7, 0.6, 0.5)
    shoe.sew(thread, (cap, -1.8), (cap, -3.8), (quarter, -2.0), (quarter, -4.0), keep=4 - shoe.hole, stitch=fine)
    shoe.sew(thread, (shoe.hole, 2.6), (back, -1.6), stitch=fine)
    shoe.add("edge", upper.edging(shoe.shell, shoe.hole, 2.6, 2.8, 0.9), hide, "upper")
    shoe.add("tongue", upper.tongue(shoe.shell, 182, 116, 14, below=1.5, thickness=2.6, lean=0.35), hide, "upper")
    lacing(shoe, c, 156, 119, 5, 7.0, 3.2, 2.2, eyelet=1.7)
    line, seat = shoe.foot, shoe.foot[:, 2]
    shoe.add(
        "welt",
        sole.slab(line, sole.rounded(1.6, seat - 2.2, seat, 6.0, 0, 1.0)),
        stuff.leather("welt", c["welt"], gloss=0.4),
        "sole",
    )
    sewn = sole_stitches(line, 4.0, seat + 1.6, upward=True, length=2.6, gap=0.9, thread=0.8)
    shoe.add("welt stitches", sewn, stuff.thread("welt thread", "#b08a5e"), "sole", weld=0)
    edge = stuff.leather("sole edge", c["sole"], gloss=0.32, depth=0.03)
    shoe.add("outsole", sole.slab(line, sole.rounded(-2.3, seat - 8.5, seat, 5.6, -0.4, 1.2)), edge, "sole")
    heel_block(shoe, "heel", 74, seat - 7.6, 4.6, edge, lifts=5.0)
    insole(shoe, line, lining)
    return shoe.made


def chelsea(colours: Colours, rows: int) -> list[Any]:
    """A suede Chelsea boot with elastic sides. Colours: upper, elastic, sole, lining, thread."""
    c = {
        "upper": "#9a6b43",
        "elastic": "#3b2c22",
        "sole": "#3a3029",
        "lining": "#c8a983",
        "thread": "#b98d63",
    } | colours
    nap, thread = stuff.suede("suede", c["upper"]), stuff.thread("thread", c["thread"])
    lining = stuff.leather("lining", c["lining"], gloss=0.6)
    collar = ((-20, 163), (6, 164), (55, 156), (100, 160), (135, 168))
    shoe = begin(lasts.BOOT, rows, collar, nap, lining, seed=21, uneven=0.9)
    gore = shoe.drawn((58, 200), (108, 200), (108, 150), (100, 104), (90, 74), (78, 74), (68, 104), (58, 150), rounds=4)
    shoe.lay("gore", gore, stuff.knit("elastic", c["elastic"], stitch=2.6), 0.15, "elastic", edge=0.3)
    shaft = shoe.lay("shaft", -gore, nap, 1.3, edge=1.1)
    vamp = shoe.by_z((16, 74), (50, 82), (84, 92), (100, 104), (130, 118), (200, 124)) - shoe.x
    vamp = shoe.lay("vamp", np.maximum(vamp, -gore), nap, 1.0)
    strip = np.where(shoe.shell.station > 0.2, 30.0, np.abs(shoe.shell.points[..., 1]) - shoe.by_z((30, 15), (160, 10)))
    strip = shoe.lay("backstrip", strip, nap, 1.0)
    shoe.sew(thread, (shaft, -2.2), (vamp, -2.0), (vamp, -4.4), (strip, -1.8), (shoe.hole, 3.5))
    shoe.add("edge", upper.edging(shoe.shell, shoe.hole, 3.0, 3.4, 0.9), nap, "upper")
    tab = spline(
        ((0, -4, 0, 132), (1, -6, 0, 150), (2, -6, 0, 168), (3, 1, 0, 181), (4, 8, 0, 172), (5, 8, 0, 150)),
        np.linspace(0, 5, 70),
    )
    shoe.add(
        "pull tab",
        band(tab, tab - np.array([1.0, 0, 152]), 17, 1.7, square=5),
        stuff.thread("tape", c["elastic"]),
        "upper",
    )
    line, seat = shoe.foot, shoe.foot[:, 2]
    crepe = stuff.rubber("crepe", c["sole"], 0.62, 0.25)
    shoe.add(
        "welt",
        sole.slab(line, sole.rounded(2.6, seat - 2.5, seat, 5.6, 0, 1.0)),
        stuff.leather("welt", c["sole"], gloss=0.5),
        "sole",
    )
    sewn = sole_stitches(line, 4.0, seat + 2.6, upward=True, length=3.0, gap=1.2, thread=0.9)
    shoe.add("welt stitches", sewn, thread, "sole", weld=0)
    x = line[:, 0]
    low = 7 * np.clip((x - 205) / 80, 0, 1) ** 1.7 + 9 * np.exp(-(((x - 98) / 17) ** 4))
    shoe.add("sole", sole.slab(line, sole.rounded(-2.6, low, seat, 5.2, 0.5, 1.4)), crepe, "sole")
    insole(shoe, line, lining)
    return shoe.made


def ballet(colours: Colours, rows: int) -> list[Any]:
    """A ballet flat of soft leather with a bow. Colours: upper, sole, lining."""
    c = {"upper": "#a3202f", "sole": "#3a2a22", "lining": "#d8bd98"} | colours
    hide = stuff.leather("nappa", c["upper"], grain=0.9, gloss=0.34, depth=0.07)
    lining = stuff.leather("lining", c["lining"], gloss=0.55)
    collar = ((-10, 66), (6, 64), (28, 53), (65, 43), (105, 36), (145, 31), (168, 33), (180, 42), (188, 60), (192, 80))
    shoe = begin(lasts.BALLET, rows, collar, hide, lining, seed=31, uneven=0.5, thickness=1.6)
    fine = upper.Stitch(1.6, 0.7, 0.45)
    shoe.sew(stuff.thread("thread", c["upper"]), (shoe.hole, 5.0), stitch=fine)
    back = np.where(shoe.shell.station > 0.2, 30.0, np.abs(shoe.shell.points[..., 1]) - 7)
    shoe.lay("backstrip", back, hide, 0.7, edge=0.8)
    shoe.add("binding", upper.edging(shoe.shell, shoe.hole, 3.0, 3.6, 0.6), hide, "upper")
    shoe.add("bow", _bow(shoe, 194.0), hide, "upper")
    line, seat = shoe.foot, shoe.foot[:, 2]
    edge = stuff.leather("sole edge", c["sole"], gloss=0.4, depth=0.04)
    shoe.add("outsole", sole.slab(line, sole.rounded(1.2, seat - 5.3, seat, 2.0, -0.5, 0.9)), edge, "sole")
    heel_block(shoe, "heel", 52, seat - 4.2, 1.2, edge)
    insole(shoe, line, lining, 1.8)
    return shoe.made


def _bow(shoe: Shoe, x: float) -> Any:
    points, normals = upper.on(shoe.shell, np.array([x]), np.array([0.0]))
    centre, up = points[0] + normals[0] * 2.5, normals[0]
    along = np.array([up[2], 0.0, -up[0]])
    side = np.array([0.0, 1.0, 0.0])
    t = np.linspace(0, 2 * np.pi, 61)[:-1]
    strips = []
    for way in (1, -1):
        out, rise = (
            11.5 * (1 - np.cos(t)),
            5.5 * np.sin(t) * np.sin(t / 2) + 1.5 - 0.011 * (11.5 * (1 - np.cos(t))) ** 2,
        )
        line = centre + way * out[:, None] * side + rise[:, None] * up
        strips.append(band(line, line - line.mean(axis=0), 15, 1.5, closed=True, square=5))
        s = np.linspace(0, 1, 24)[:, None]
        tail = centre + side * way * 20 * s + along * 12 * s - up * (1.2 + 5.5 * s * s)
        strips.append(band(tail, np.tile(up, (24, 1)), 9, 1.4, square=5))
    angle = np.linspace(0, 2 * np.pi, 41)[:-1, None]
    knot = centre + up * 1.6 + side * 5.0 * np.cos(angle) + up * 4.2 * np.sin(angle)
    strips.append(band(knot, knot - knot.mean(axis=0), 11, 1.8, closed=True, square=3))
    return joined(*strips)
