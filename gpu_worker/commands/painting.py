"""The command `units`: a part painted on or off where the brush goes."""

from argparse import Namespace
from typing import Any

from PIL import Image
from pydantic import ValidationError

from gpu_worker.commands.command_line import engine_for_options, show_progress
from gpu_worker.contract.marks import Units
from gpu_worker.edits.errors import EditError
from gpu_worker.photos.decode import decode_photo
from gpu_worker.projection.project import ProjectionSettings


def paint_units(options: Namespace) -> dict[str, Any]:
    """One picture, with its measures."""
    engine, mark = engine_for_options(options), _mark(options)
    projection = engine.project(decode_photo(options.photo.read_bytes()), settings=ProjectionSettings(method="encoder"))
    made = engine.edit(projection, [mark], callback=show_progress).variants[0]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(made.pixels).save(options.out)
    return {"file": str(options.out), "measures": made.measures, "warnings": made.warnings}


def _mark(options: Namespace) -> Units:
    """Raises EditError for a stroke or a strength that is none."""
    try:
        strokes = [{"points": _points(text), "radius": options.radius} for text in options.stroke]
        fields = {"part": options.part, "action": options.action, "strength": options.strength}
        return Units.model_validate({**fields, "strokes": strokes})
    except ValidationError as error:
        raise EditError(error.errors(include_url=False)[0]["msg"]) from error


def _points(text: str) -> list[tuple[float, ...]]:
    """ "0.4,0.3 0.5,0.35" to its points. Raises ValueError."""
    return [tuple(float(number) for number in point.split(",")) for point in text.split()]
