"""Where a part was painted, as a map of 32 x 32 over the manifold's frame: from strokes, or from a mask as large as the photo."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from catalog import storage
from catalog.errors import InvalidInput
from editing.lifecycle.masks import is_mask_of
from editing.models import Projection
from gpu_worker.contract.marks import Stroke
from gpu_worker.contract.unit_groups import SIDE

_FINE = 8  # times as large is drawn
_COVERED = 90  # of 255: a place painted over so far is of the part
_LEAST = 3  # places


def of_strokes(strokes: Sequence[Stroke]) -> str:
    """Strokes in fractions of the frame. Raises InvalidInput where they are hardly anything."""
    drawn = Image.new("L", (SIDE * _FINE, SIDE * _FINE))
    pen = ImageDraw.Draw(drawn)
    for stroke in strokes:
        radius = stroke.radius * SIDE * _FINE
        points = [(x * SIDE * _FINE, y * SIDE * _FINE) for x, y in stroke.points]
        pen.line(points, fill=255, width=max(1, round(2 * radius)))
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return _as_map(drawn)


def of_mask(key: str, projection: Projection, merchant_id: int) -> str:
    """A painted region that was stored for the projection's photo. Raises InvalidInput."""
    stored = storage.get(key) if is_mask_of(merchant_id, key) else None
    if stored is None:
        raise InvalidInput("There is no such mask: paint the part once more.")
    side, left, top = projection.frame_scale, projection.frame_left, projection.frame_top
    with Image.open(io.BytesIO(stored.data), formats=["PNG"]) as mask:
        return _as_map(mask.convert("L").crop((left, top, left + side, top + side)))


def _as_map(drawn: Image.Image) -> str:
    small = drawn.resize((SIDE, SIDE), Image.Resampling.BOX)
    cells = "".join("1" if level >= _COVERED else "0" for level in small.tobytes())
    if cells.count("1") < _LEAST:
        raise InvalidInput("Too little is painted on one of the photos: paint all of the part.")
    return cells
