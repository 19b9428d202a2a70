"""Is a part there, gone, more or less after it was painted? python -m benchmarks.engine.units --kind KIND --photos FOLDER

Held-out photos and everything that is offered (or --part PART --action ACTION). A part that the part finder sees in a photo is taken away,
or made more or less of, all of it; one that it does not see is added, where the nearest product that the bundle knows has it, if the
photo's product covers that place. `seen` is the share of finished photos in which the finder sees the part in at least a quarter of the
painted place (`add`), sees at least three quarters less of it (`remove`), or sees half of what became the part (`more`), or is it no more
(`less`). The sheet has photo and finished picture, between them the brush where it matters. `refused` counts sentences.
"""

import time
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.engine.common import arguments, engine_of, enlarged, finish, held_out_photos, projected, summary
from gpu_worker.contract.marks import Units
from gpu_worker.contract.parts import PartName
from gpu_worker.contract.units import PAINTABLE, Action
from gpu_worker.edits.errors import EditError
from gpu_worker.edits.strokes import draw_strokes
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.painting import everywhere, measured, painted, strokes_over
from gpu_worker.engine.values import Pixels, Projection
from gpu_worker.manifold.units import MAP_SIDE
from gpu_worker.photos.decode import Photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.segmentation.frame import frame_at

Mask = NDArray[np.bool_]
_BARS = {"add": 0.25, "remove": 0.75, "more": 0.5, "less": 0.5}
_LEAST = 4  # cells of the map of parts: a smaller part is not painted
_COVERED = 0.8  # of the painted place that must be the photo's product


def main() -> None:
    options = arguments(__doc__, side=800, part="", action="", sheet=24, margin=0.0)
    engine = engine_of(options)
    asked = [
        (part, action)
        for part, action in ([(options.part, options.action)] if options.action else PAINTABLE[options.kind])
        if options.part in ("", part)
    ]
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    refused: dict[str, Counter[str]] = defaultdict(Counter)
    sheets: dict[str, list[list[Pixels]]] = defaultdict(list)
    for _, original in held_out_photos(options.photos, options.limit):
        projection = projected(engine, _with_margin(enlarged(original, options.side), options.margin))
        for part, action in asked if projection is not None else ():
            assert projection is not None
            name = f"{part} {action}"
            if (mark := _mark(engine, projection, part, action)) is None:
                continue
            try:
                sheets[name].append(_painted(engine, projection, mark, found[name]))
            except (EditError, PhotoError) as error:
                refused[name][error.message] += 1
    report: dict[str, Any] = {}
    for name, values in found.items():
        seen = np.array(values["part_seen"])
        report[name] = {
            "seen": round(float((seen >= _BARS[name.split()[1]]).mean()), 3),
            "refused": dict(refused[name]),
            **{measure: summary(numbers) for measure, numbers in values.items() if numbers},
        }
    for name, rows in sheets.items():
        finish(
            f"units-{options.kind}-{name.replace(' ', '-')}",
            {name: report[name]},
            rows[: options.sheet],
            cell=options.side // 2,
        )


def _with_margin(photo: Photo, share: float) -> Photo:
    """With white all around, as a shop's photos have and crops have not."""
    margin = round(share * photo.height)
    pixels = cv2.copyMakeBorder(
        photo.pixels, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(255, 255, 255)
    )
    return replace(photo, pixels=np.asarray(pixels, np.uint8))


def _painted(engine: Engine, projection: Projection, mark: Units, found: dict[str, list[float]]) -> list[Pixels]:
    started = time.perf_counter()
    after = painted(engine, projection, mark)
    found["seconds"].append(time.perf_counter() - started)
    for measure, value in measured(projection, after, mark, engine.manifold.kind).items():
        found[measure].append(value)
    brush = [] if mark.action in ("more", "less") else [_shown(projection, mark)]
    return [projection.photo.pixels, *brush, after.projection.photo.pixels]


def _mark(engine: Engine, projection: Projection, part: PartName, action: Action) -> Units | None:
    """What a merchant would paint; None where it makes no sense on this photo."""
    seen = projection.named(engine.manifold.kind).found.mask(part)
    if action != "add":
        small = cv2.resize(seen.astype(np.float32), (MAP_SIDE,) * 2, interpolation=cv2.INTER_AREA) > 0.25
        if small.sum() < _LEAST:
            return None
        return everywhere(Units(part=part, action=action), projection, engine.manifold.kind)
    units = engine.manifold.units
    if seen.any() or units is None:
        return None
    maps = units.where(part, MAP_SIDE)[:, 0].numpy() > 0.5
    apart = (units.w_plus.mean(1) - torch.from_numpy(projection.w_plus).mean(0)).norm(dim=1).numpy()
    apart[maps.sum((1, 2)) < max(_LEAST, np.median(maps.sum((1, 2))[maps.any((1, 2))]))] = np.inf
    where = maps[int(apart.argmin())]
    product = cv2.resize(projection.frame.alpha, (MAP_SIDE,) * 2, interpolation=cv2.INTER_AREA)
    return Units(part=part, action="add", strokes=strokes_over(where)) if product[where].mean() >= _COVERED else None


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
