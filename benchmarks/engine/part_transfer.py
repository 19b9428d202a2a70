"""A part of one product on another, in random pairs: python -m benchmarks.engine.part_transfer --kind shirt --photos FOLDER --part print

Pairs of held-out photos in which the part finder sees the part in the second one (and in the first, with `--colours own`), brought to
`--side` pixels. `outside_changed` counts pixels beyond the blend that differ at all (0 is promised), `part_likeness` compares the part's
structure with the example's, brought to its place, and `part_likeness_before` says the same of the photo as it was; `seam` is the
steepness of lightness at the border of what was replaced, against the cloth beside it. Pairs that are refused are counted by their
sentence and replaced by others, until there are `--limit` pictures. The sheet has photo, example and picture; `--out` keeps the pictures.
"""

import random
import time
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from PIL import Image

from benchmarks.engine.common import arguments, engine_of, enlarged, finish, held_out_photos, projected, summary
from gpu_worker.contract.marks import Part
from gpu_worker.edits.errors import EditError
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.engine.grafting import grafted
from gpu_worker.engine.values import Example, Pixels
from gpu_worker.photos.decode import Photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.segmentation.named_parts import find_named_parts
from gpu_worker.segmentation.product_mask import mask_of

_KEY = "example"


def main() -> None:
    options = arguments(__doc__, side=1000, part="print", colours="theirs", seed=0, tries=400, out="")
    engine, mark = engine_of(options), Part(example_key=_KEY, part=options.part, colours=options.colours)
    photos = dict(held_out_photos(options.photos, 10_000))
    refused, found, rows = Counter[str](), defaultdict[str, list[float]](list), list[list[Pixels]]()
    draw, projections = random.Random(options.seed), dict[str, Projection | None]()
    shows = cache(lambda name: _shows(photos[name], options.kind, mark))
    for _ in range(options.tries):
        here, there = draw.sample(sorted(photos), 2)
        if len(rows) == options.limit or not shows(there) or (options.colours == "own" and not shows(here)):
            continue
        if here not in projections:
            projections[here] = projected(engine, enlarged(photos[here], options.side))
        projection = projections[here]
        if projection is None:
            continue
        example = Example(photo=enlarged(photos[there], options.side), kind=options.kind)
        try:
            row = _row(engine, projection, mark, example, found)
        except (EditError, PhotoError) as error:
            refused[error.message] += 1
            continue
        rows.append(row)
        if options.out:
            Path(options.out).mkdir(parents=True, exist_ok=True)
            Image.fromarray(row[-1]).save(Path(options.out) / f"{len(rows):02}-{here}-{there}.png")
    report = {
        "pictures": len(rows),
        "photos": len(photos),
        "refused": dict(refused),
        **{measure: summary(values) for measure, values in found.items()},
    }
    finish(f"part-transfer-{options.kind}-{options.part}-{options.colours}", report, rows, cell=options.side // 2)


def _row(
    engine: Engine, projection: Projection, mark: Part, example: Example, found: dict[str, list[float]]
) -> list[Pixels]:
    """Photo, example, picture. Raises EditError, PhotoError."""
    started = time.perf_counter()
    made = grafted(engine.manifold, projection, mark, example)
    found["seconds"].append(time.perf_counter() - started)
    changed = (projection.photo.pixels != made.pixels).any(2)
    found["outside_changed"].append(float(changed[made.weight == 0].sum()))
    for measure, value in made.measures.items():
        found[measure].append(value)
    return [projection.photo.pixels, example.photo.pixels, made.pixels]


def _shows(photo: Photo, kind: str, mark: Part) -> bool:
    try:
        return bool(find_named_parts(photo, mask_of(photo, kind), kind).mask(mark.part).any())
    except PhotoError:
        return False


if __name__ == "__main__":
    main()
