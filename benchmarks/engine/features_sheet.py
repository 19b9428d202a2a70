"""Deep Feature Interpolation as a merchant gets it, to be looked at: python -m benchmarks.engine.features_sheet --kind KIND --photos FOLDER

Held-out photos brought to --side pixels, each --amount of one attribute by `"way": "features"`; photo and finished picture side by side,
with what the picture says of itself. A run that was killed goes on where it was.

    --attribute "high-top" --amount 2 --side 1000
"""

from base64 import b64encode
from collections import defaultdict
from functools import partial

from benchmarks.engine.begun import Begun, Measured
from benchmarks.engine.common import arguments, engine_of, enlarged, finish, held_out_photos, projected, summary
from gpu_worker.contract.marks import Attribute
from gpu_worker.edits.errors import EditError
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.manifold.known_attributes import read_directions, read_scales
from gpu_worker.photos.errors import PhotoError

_USUAL = {"shoe": "high-top", "shirt": "collar and buttons"}


def main() -> None:
    options = arguments(__doc__, attribute="", amount=2.0, side=1000)
    engine, bundle = engine_of(options), options.bundle or BUNDLES / options.kind
    name = options.attribute or _USUAL[options.kind]
    direction = b64encode(read_directions(bundle, engine.manifold.version)[name].numpy().astype("<f4").tobytes())
    fields = {"name": name, "direction": direction, "scale": read_scales(bundle)[name], "amount": options.amount}
    mark = Attribute.model_validate(fields | {"way": "features"})
    begun = Begun(f"features-{options.kind}-{name}-{options.amount:g}-{options.side}")
    figures, rows = defaultdict(list), []
    for stem, photo in held_out_photos(options.photos, options.limit):
        if (projection := projected(engine, enlarged(photo, options.side))) is None:
            continue
        try:
            measured = begun.measured(stem, partial(_finished, engine, projection, mark))
        except (EditError, PhotoError):
            figures["refused"].append(1.0)
            continue
        rows.append(measured.pictures)
        for figure, value in measured.figures.items():
            figures[figure].append(value)
    report = {figure: summary(values) for figure, values in figures.items()}
    finish(f"features-{options.kind}", {name: report}, rows, cell=options.side // 2)


def _finished(engine: Engine, projection: Projection, mark: Attribute) -> Measured:
    (made,) = engine.edit(projection, [mark]).variants
    said = {figure: made.measures[figure] for figure in ("reached", "kept", "new") if figure in made.measures}
    return Measured(said, [projection.photo.pixels, made.pixels])


if __name__ == "__main__":
    main()
