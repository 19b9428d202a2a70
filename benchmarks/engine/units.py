"""Is a part there after it was painted, and gone after it was painted away? python -m benchmarks.engine.units --kind KIND --photos FOLDER

Held-out photos. A part that the part finder sees in a photo is painted away, under a brush over all of it; one that it does not see is
painted on, where the nearest product that the bundle knows has it, if the photo's product covers that place. `seen` is the share of
finished photos in which the finder sees the part in at least a quarter of the painted place (`add`), or sees at least three quarters less
of it (`remove`). The sheet has photo, brush and finished picture.
"""

import time
from collections import defaultdict
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.engine.common import arguments, engine_of, enlarged, finish, held_out_photos, projected, summary
from gpu_worker.contract.marks import Stroke, Units
from gpu_worker.contract.parts import OFFERED, PartName
from gpu_worker.edits.errors import EditError
from gpu_worker.edits.strokes import draw_strokes
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.painting import measured, painted
from gpu_worker.engine.values import Pixels, Projection
from gpu_worker.manifold.units import MAP_SIDE
from gpu_worker.segmentation.frame import frame_at

Mask = NDArray[np.bool_]
_SEEN, _GONE = 0.25, 0.75
_LEAST = 4  # cells of the map of parts: a smaller part is not painted
_COVERED = 0.8  # of the painted place that must be the photo's product
_PEN = 0.8 / MAP_SIDE


def main() -> None:
    options = arguments(__doc__, side=800, part="", sheet=24)
    engine = engine_of(options)
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    sheets: dict[str, list[list[Pixels]]] = defaultdict(list)
    for _, original in held_out_photos(options.photos, options.limit):
        projection = projected(engine, enlarged(original, options.side))
        if projection is None:
            continue
        for part in OFFERED[options.kind][1:]:  # the first is what no other part is
            if options.part in ("", part):
                _paint(engine, projection, part, found, sheets)
    report: dict[str, Any] = {}
    for name, values in found.items():
        seen = np.array(values["part_seen"])
        bar = _SEEN if name.endswith("add") else _GONE
        report[name] = {
            "seen": round(float((seen >= bar).mean()), 3),
            **{measure: summary(numbers) for measure, numbers in values.items() if numbers},
        }
    for name, rows in sheets.items():
        finish(f"units-{options.kind}-{name.replace(' ', '-')}", report, rows[: options.sheet], cell=options.side // 2)


def _paint(
    engine: Engine,
    projection: Projection,
    part: PartName,
    found: dict[str, dict[str, list[float]]],
    sheets: dict[str, list[list[Pixels]]],
) -> None:
    mark = _mark(engine, projection, part)
    if mark is None:
        return
    name = f"{part} {mark.action}"
    started = time.perf_counter()
    try:
        after = painted(engine, projection, mark)
    except EditError:
        found[name]["refused"].append(1.0)
        return
    found[name]["seconds"].append(time.perf_counter() - started)
    for measure, value in measured(projection, after, mark, engine.manifold.kind).items():
        found[name][measure].append(value)
    sheets[name].append([projection.photo.pixels, _shown(projection, mark), after.photo.pixels])


def _mark(engine: Engine, projection: Projection, part: PartName) -> Units | None:
    """What a merchant would paint; None where it makes no sense on this photo."""
    seen = projection.named(engine.manifold.kind).found.mask(part)
    if seen.any():
        where = cv2.resize(seen.astype(np.float32), (MAP_SIDE,) * 2, interpolation=cv2.INTER_AREA) > 0.25
        return Units(part=part, action="remove", strokes=_strokes(where)) if where.sum() >= _LEAST else None
    units = engine.manifold.units
    assert units is not None
    maps = units.where(part, MAP_SIDE)[:, 0].numpy() > 0.5
    apart = (units.w_plus.mean(1) - torch.from_numpy(projection.w_plus).mean(0)).norm(dim=1).numpy()
    apart[maps.sum((1, 2)) < max(_LEAST, np.median(maps.sum((1, 2))[maps.any((1, 2))]))] = np.inf
    where = maps[int(apart.argmin())]
    product = cv2.resize(projection.frame.alpha, (MAP_SIDE,) * 2, interpolation=cv2.INTER_AREA)
    if product[where].mean() < _COVERED:
        return None
    return Units(part=part, action="add", strokes=_strokes(where))


def _strokes(where: Mask) -> list[Stroke]:
    """A pen drawn over every row of the place."""
    strokes = []
    for y, row in enumerate(where):
        edges = np.flatnonzero(np.diff(np.pad(row.astype(np.int8), 1)))
        for left, right in zip(edges[::2], edges[1::2] - 1, strict=True):
            ends = [((x + 0.5) / MAP_SIDE, (y + 0.5) / MAP_SIDE) for x in (left, right)]
            strokes.append(Stroke(points=ends, radius=_PEN))
    return strokes[:200]


def _shown(projection: Projection, mark: Units) -> Pixels:
    """The brush on the frame."""
    side = 384
    placing = projection.frame.placing
    scale = side / len(projection.frame.image)
    larger = type(placing)(
        scale=placing.scale * scale, shift_x=placing.shift_x * scale, shift_y=placing.shift_y * scale
    )
    frame = frame_at(projection.photo, projection.mask, larger, side)
    brushed = draw_strokes(mark.strokes, side)[..., None]
    shown = frame.image * (1 - 0.5 * brushed) + 0.5 * brushed * np.array([0.9, 0.2, 0.5])
    return np.asarray(np.round(shown * 255), np.uint8)


if __name__ == "__main__":
    main()
