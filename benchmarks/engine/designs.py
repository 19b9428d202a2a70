"""Finished designs on one sheet, to be judged by eye: python -m benchmarks.engine.designs --kind KIND --photos FOLDER

Held-out photos enlarged to 1000 px. Each gets the next of the kind's attributes that it lacks (by the encoder), the whole way, or is
pulled at its outline. Every picture lies in benchmarks/out/designs-KIND/ at its full size; the sheet shows photo and design side by side.
"""

import sys
from base64 import b64encode
from itertools import cycle, islice

import torch
from PIL import Image

from benchmarks.engine.attributes import JUDGED
from benchmarks.engine.common import OUT, arguments, engine_of, enlarged, finish, held_out_photos, projected
from gpu_worker.attributes.directions import Direction
from gpu_worker.contract.marks import Attribute, Constraint, Drag, SolverOptions, Warp
from gpu_worker.edits.errors import EditError
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.engine.values import Pixels
from gpu_worker.manifold.examples import FULL
from gpu_worker.photos.errors import PhotoError
from gpu_worker.training.attributes.shipped import load_attributes

PULLS = {
    "shoe": {"longer toe": ((0.9, 0.62), (0.955, 0.62)), "higher back": ((0.12, 0.4), (0.12, 0.32))},
    "shirt": {"shorter": ((0.5, 0.95), (0.5, 0.85)), "wider": ((0.82, 0.75), (0.88, 0.75))},
}
_PAIRS = 4  # beside each other


def main() -> None:
    options = arguments(__doc__, side=1000)
    engine = engine_of(options)
    directions = load_attributes(options.bundle or BUNDLES / options.kind, engine.manifold.version)
    names = cycle([*JUDGED[options.kind], *PULLS[options.kind]])
    folder = OUT / f"designs-{options.kind}"
    folder.mkdir(parents=True, exist_ok=True)
    pairs: list[Pixels] = []
    report: dict[str, dict[str, float]] = {}
    for photo_name, photo in held_out_photos(options.photos, options.limit):
        projection = projected(engine, enlarged(photo, options.side))
        if projection is None:
            continue
        for name in islice(names, 2):  # a photo that has the first, or cannot have it, gets the second
            mark = _mark(name, directions, projection, options.kind)
            made = _made(engine, projection, mark) if mark is not None else None
            if made is not None:
                pairs += [projection.photo.pixels, made[0]]
                report[f"{photo_name} {name}"] = made[1]
                Image.fromarray(made[0]).save(folder / f"{photo_name}-{name.replace(' ', '-')}.png")
                break
    rows = [pairs[i : i + 2 * _PAIRS] for i in range(0, len(pairs), 2 * _PAIRS)]
    finish(f"designs-{options.kind}", report, rows, cell=400)


def _mark(name: str, directions: dict[str, Direction], projection: Projection, kind: str) -> Constraint | None:
    """None for a photo that has the attribute."""
    if name in PULLS[kind]:
        source, target = PULLS[kind][name]
        return Warp(drags=[Drag(source=source, target=target)])
    direction = directions[name]
    if direction.position(torch.from_numpy(projection.w_plus).mean(0)[None])[0] > 0:
        return None
    vector = b64encode(direction.vector.numpy().astype("<f4").tobytes()).decode()
    return Attribute.model_validate({"name": name, "direction": vector, "amount": FULL, "scale": direction.scale})


def _made(engine: Engine, projection: Projection, mark: Constraint) -> tuple[Pixels, dict[str, float]] | None:
    """The design and what it says of itself; None where it is refused."""
    try:
        variant = engine.edit(projection, [mark], SolverOptions(steps=40)).variants[0]
    except (EditError, PhotoError) as error:
        sys.stderr.write(f"refused: {error.message}\n")
        return None
    return variant.pixels, {name: round(float(value), 3) for name, value in variant.measures.items()}


if __name__ == "__main__":
    main()
