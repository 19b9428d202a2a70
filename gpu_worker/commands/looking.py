"""The command `look`: a part of a photo in the material of another product's photo."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from PIL import Image
from pydantic import ValidationError

from gpu_worker.commands.command_line import engine_for_options, mask_at, show_progress
from gpu_worker.contract.marks import Look
from gpu_worker.edits.errors import EditError
from gpu_worker.engine.settings import region_fields
from gpu_worker.engine.values import Example
from gpu_worker.photos.decode import decode_photo
from gpu_worker.projection.project import ProjectionSettings

_EXAMPLE = "example"


def look(options: Namespace) -> dict[str, Any]:
    """One picture, with its measures."""
    engine, mark = engine_for_options(options), _mark(options)
    photo = decode_photo(options.photo.read_bytes())
    projection = engine.project(photo, settings=ProjectionSettings(method="encoder"))
    masks = {"given": mask_at(Path(options.region))} if mark.mask_key else {}
    example = Example(photo=decode_photo(options.example.read_bytes()), kind=options.kind)
    result = engine.edit(projection, [mark], masks=masks, examples={_EXAMPLE: example}, callback=show_progress)
    made = result.variants[0]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(made.pixels).save(options.out)
    return {"file": str(options.out), "measures": made.measures, "warnings": made.warnings}


def _mark(options: Namespace) -> Look:
    where = region_fields(mask_at(Path(options.region)) if Path(options.region).suffix else options.region)
    there = region_fields(options.example_region)
    fields = {"example_region": there["region"], "example_part": there.get("part", 1), "scale": options.scale}
    try:
        return Look.model_validate({"example_key": _EXAMPLE, **where, **fields})
    except ValidationError as error:
        raise EditError(error.errors(include_url=False)[0]["msg"]) from error
