"""Materials of other products on photos of the same kind. python -m benchmarks.engine.materials --kind KIND --photos FOLDER

Random pairs of held-out photos, brought to `--side` pixels: the main colour of the one takes the material of the other's. What is
measured on every picture, and how many pairs are refused, each with its sentence. The sheet has photo, example and picture.
"""

import random
import time
from collections import Counter, defaultdict

from benchmarks.engine.common import arguments, engine_of, enlarged, finish, held_out_photos, projected, summary
from gpu_worker.contract.marks import Look
from gpu_worker.edits.errors import EditError
from gpu_worker.engine.facade import Projection
from gpu_worker.engine.values import Example, Pixels
from gpu_worker.photos.errors import PhotoError

_KEY = "example"


def main() -> None:
    options = arguments(__doc__, side=1000, seed=0, tries=200)
    engine, draw = engine_of(options), random.Random(options.seed)
    photos = dict(held_out_photos(options.photos, 10_000))
    refused, found, rows = Counter[str](), defaultdict[str, list[float]](list), list[list[Pixels]]()
    projections = dict[str, Projection | None]()
    for _ in range(options.tries):
        if len(rows) == options.limit:
            break
        here, there = draw.sample(sorted(photos), 2)
        if here not in projections:
            projections[here] = projected(engine, enlarged(photos[here], options.side))
        if (projection := projections[here]) is None:
            continue
        example = Example(photo=enlarged(photos[there], options.side), kind=options.kind)
        started = time.perf_counter()
        try:
            made = engine.edit(projection, [Look(example_key=_KEY)], examples={_KEY: example}).variants[0]
        except (EditError, PhotoError) as error:
            refused[error.message] += 1
            continue
        found["seconds"].append(time.perf_counter() - started)
        for measure in ("outside_changed", "material_de2000", "light_kept", "example_enlarged"):
            found[measure].append(made.measures[measure])
        rows.append([projection.photo.pixels, example.photo.pixels, made.pixels])
    report = {
        "pictures": len(rows),
        "refused": dict(refused),
        **{measure: summary(values) for measure, values in found.items()},
    }
    finish(f"materials-{options.kind}", report, rows, cell=options.side // 2)


if __name__ == "__main__":
    main()
