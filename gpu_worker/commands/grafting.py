"""The command `part`: a part of one product's photo on another product's photo."""

from argparse import Namespace
from typing import Any

from PIL import Image

from gpu_worker.commands.command_line import engine_for_options, show_progress
from gpu_worker.contract.marks import Part
from gpu_worker.engine.values import Example
from gpu_worker.photos.decode import decode_photo
from gpu_worker.projection.project import ProjectionSettings

_EXAMPLE = "example"


def take_part(options: Namespace) -> dict[str, Any]:
    """One picture, with its measures."""
    engine = engine_for_options(options)
    mark = Part(example_key=_EXAMPLE, part=options.part, colours=options.colours)
    projection = engine.project(decode_photo(options.first.read_bytes()), settings=ProjectionSettings(method="encoder"))
    example = Example(photo=decode_photo(options.second.read_bytes()), kind=options.kind)
    made = engine.edit(projection, [mark], examples={_EXAMPLE: example}, callback=show_progress).variants[0]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(made.pixels).save(options.out)
    return {"file": str(options.out), "measures": made.measures, "warnings": made.warnings}
