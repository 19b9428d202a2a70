"""What every one of our shoes begins with: its shell, opening and lining; and bits that several share. Millimetres."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from deploy.renders import last, sole, stuff, upper
from deploy.renders.cut import Surface, joined, piece, polygon, smooth_polygon, stacked
from deploy.renders.last import Array, Keys, Shell, spline
from deploy.renders.solids import solid
from deploy.renders.trim import disc, stitches

Colours = dict[str, str]
Corners = tuple[tuple[float, float], ...]


def _through(keys: Keys, at: Array) -> Array:
    """A smooth curve through `keys` (place, value), level beyond the first and the last."""
    return spline(keys, np.clip(at.ravel(), keys[0][0], keys[-1][0])).reshape(at.shape)


@dataclass
class Shoe:
    """A shoe in the making: the shell as it is with all its pieces, the opening, the objects, the feather line (n, 3)."""

    shell: Shell
    hole: Array
    made: list[Any]
    foot: Array

    @property
    def cloth(self) -> Array:
        return -self.hole

    @property
    def x(self) -> Array:
        return self.shell.points[..., 0]

    @property
    def z(self) -> Array:
        return self.shell.points[..., 2]

    def by_x(self, *keys: tuple[float, float]) -> Array:
        """A value that goes with x through `keys`."""
        return _through(keys, self.x)

    def by_z(self, *keys: tuple[float, float]) -> Array:
        """A value that goes with the height through `keys`."""
        return _through(keys, self.z)

    def drawn(self, *corners: tuple[float, float], rounds: int = 4) -> Array:
        """The field of a shape drawn on the side view, corners (x, z) rounded."""
        return polygon(self.x, self.z, smooth_polygon(corners, rounds))

    def lay(
        self, name: str, field: Array, material: Any, thickness: float = 1.1, part: str = "upper", edge: float = 1.0
    ) -> Array:
        """A piece within the cloth, laid on all that is there; returns its field."""
        field = np.maximum(field, self.cloth)
        self.made.append(solid(name, piece(self.shell, field, thickness, edge), material, part))
        self.shell = stacked(self.shell, field, thickness, edge)
        return field

    def sew(
        self, material: Any, *rows: tuple[Array, float], keep: Array | None = None, stitch: upper.Stitch = upper.PLAIN
    ) -> None:
        """Rows of stitches where each field is at its level, within the cloth and `keep`."""
        inside = self.cloth + 2 if keep is None else np.maximum(self.cloth + 2, keep)
        sewn = [s for field, level in rows for s in upper.seams(self.shell, field, level, inside, stitch)]
        if sewn:
            self.made.append(solid("stitches", joined(*sewn), material, "upper", weld=0))

    def add(self, name: str, surface: Surface, material: Any, part: str, weld: float = 0.02) -> None:
        self.made.append(solid(name, surface, material, part, weld))

    def punch(self, places: list[tuple[float, float]], radius: float) -> None:
        """Small dark holes at (x, over)."""
        table = np.array(places)
        points, normals = upper.on(self.shell, table[:, 0], table[:, 1])
        dots = joined(*[disc(p + n * 0.12, n, radius) for p, n in zip(points, normals, strict=True)])
        self.add("holes", dots, stuff.rubber("dark", "#101010"), "upper", weld=0)


def begin(
    form: last.Form,
    rows: int,
    collar: Keys,
    main: Any,
    lining: Any,
    *,
    throat: float = 0.0,
    gap: float = 9.5,
    seed: int = 1,
    uneven: float = 0.5,
    padding: float = 0.0,
    thickness: float = 2.2,
) -> Shoe:
    """The shell cut and lined; `padding` mm of foam round the ankle."""
    shell = last.build(form, rows, rows * 3 // 7)
    foot = sole.feather(shell)
    shell = shell.raised(upper.wrinkles(shell, seed, 30, uneven))
    hole = upper.opening(shell, collar, throat, gap)
    if padding:
        away = np.clip((112 - shell.points[..., 0]) / 25, 0, 1)
        shell = shell.raised(upper.swell(shell, hole, 1, 26, padding) * away)
    shoe = Shoe(shell, hole, [], foot)
    shoe.add("base", piece(shell, shoe.cloth, 0, 0), main, "upper")
    shoe.add("inside", piece(shell, shoe.cloth, -thickness, 0), lining, "lining")
    return shoe


def insole(shoe: Shoe, line: Array, material: Any, above: float = 3.0) -> None:
    """The floor inside."""
    shoe.add("insole", sole.floor(line, -1.0, line[:, 2] + above, upward=True, dish=1.5), material, "lining")


def sole_stitches(line: Array, away: float, height: Array, upward: bool, **stitch: float) -> Surface:
    """A row of stitches round a sole: in its wall, or (`upward`) on its welt."""
    out = sole.outwards(line)
    points = np.column_stack([line[:, :2] + out * away, height])
    normals = np.tile([0.0, 0.0, 1.0], (len(line), 1)) if upward else np.column_stack([out, np.zeros(len(line))])
    return stitches(np.concatenate([points, points[:1]]), np.concatenate([normals, normals[:1]]), **stitch)


def spring(line: Array, toe: float = 9.0, heel: float = 2.0) -> Array:
    """The height of the tread above the ground along a feather line, mm."""
    x: Array = line[:, 0]
    return toe * np.clip((x - 190) / 95, 0, 1) ** 1.8 + heel * np.clip((18 - x) / 18, 0, 1) ** 2


def lacing(
    shoe: Shoe,
    colours: Colours,
    first: float,
    last_x: float,
    count: int,
    edge: float,
    width: float,
    height: float,
    eyelet: float = 2.7,
    metal: Any = None,
) -> None:
    """Eyelets from x = `first` (nearest the toe) to `last_x`, and laces crossed through them."""
    points, normals = upper.eyelets(shoe.shell, shoe.hole, np.linspace(first, last_x, count), edge)
    rims, dark = upper.rings(points, normals, eyelet, 1.3)
    if metal is not None:
        shoe.add("eyelets", rims, metal, "eyelets")
    shoe.add("eyelet holes", dark, stuff.rubber("dark", "#0c0c0c"), "eyelets", weld=0)
    laces = upper.crossed(shoe.shell, points, normals, width, height)
    shoe.add("laces", laces, stuff.thread("laces", colours["laces"]), "laces", weld=0)
