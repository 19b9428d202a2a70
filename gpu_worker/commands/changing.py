"""The command `attribute`: a photo with more or less of a shipped attribute."""

import time
from argparse import Namespace
from base64 import b64encode
from typing import Any

from PIL import Image

from gpu_worker.commands.command_line import engine_for_options, show_progress
from gpu_worker.contract.marks import Attribute
from gpu_worker.edits.errors import EditError
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.manifold.known_attributes import read_directions, read_scales
from gpu_worker.photos.decode import decode_photo
from gpu_worker.projection.project import ProjectionSettings

Report = dict[str, Any]


def change_attribute(options: Namespace) -> Report:
    """The finished picture, its measures and warnings."""
    engine = engine_for_options(options)
    bundle = options.bundle or BUNDLES / options.kind
    known = read_directions(bundle, engine.manifold.version)
    if options.name not in known:
        raise EditError(f"There is no attribute called {options.name!r}. There are: {', '.join(sorted(known))}.")
    settings = ProjectionSettings(seed=options.seed)
    projection = engine.project(decode_photo(options.photo.read_bytes()), settings=settings, callback=show_progress)
    direction = b64encode(known[options.name].numpy().astype("<f4").tobytes())
    scale = read_scales(bundle)[options.name]
    mark = Attribute(name=options.name, direction=direction, scale=scale, amount=options.amount, way=options.way)
    started = time.perf_counter()
    variant = engine.edit(projection, [mark], callback=show_progress).variants[0]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(variant.pixels).save(options.out)
    seconds = round(time.perf_counter() - started, 2)
    return {"file": str(options.out), "measures": variant.measures, "warnings": variant.warnings, "seconds": seconds}
