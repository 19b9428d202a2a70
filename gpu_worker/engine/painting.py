"""The mark "units": a part painted on or off, or made more or less of, at the photo's own size.

Paintings come after removals, looks and parts and before every other mark, which are then meant for the painted photo. Plackets go by
the generator's units (by_units.py), prints by their ink (grafts/prints.py), laces as straps on the shoe's own cloth (painting/unlaced.py);
soles and hems are moved (painting/borders.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.marks import Remove, Stroke, Units
from gpu_worker.contract.parts import LABELS, not_found
from gpu_worker.contract.units import cannot_be_painted
from gpu_worker.edits.errors import EmptyRegion
from gpu_worker.edits.strokes import draw_strokes
from gpu_worker.engine.beforehand import Done, Editor, Given, brought_over, projected, worst
from gpu_worker.engine.by_units import SOFT, NotPaintable, painted_by_units
from gpu_worker.engine.removal import hole_of
from gpu_worker.engine.reporting import report
from gpu_worker.engine.values import Projection
from gpu_worker.grafts.garment import garment_of
from gpu_worker.grafts.prints import check_plain, erased
from gpu_worker.grafts.soles import strip_of
from gpu_worker.manifold.units import MAP_SIDE
from gpu_worker.measures.colour import Array
from gpu_worker.painting.borders import (
    check_room,
    moved,
    part_moved,
    sleeves_moved,
    sole_moved,
    upper_moved,
    without_gaps,
)
from gpu_worker.painting.hems import check_seen, hem_moved, hem_of
from gpu_worker.painting.inner_borders import lining_moved
from gpu_worker.painting.laces import is_row, laces_in
from gpu_worker.painting.unlaced import in_photo, without_laces
from gpu_worker.segmentation.frame import Similarity, frame_at
from gpu_worker.segmentation.named_parts import NamedParts, parts_in

Mask = NDArray[np.bool_]

_INSIDE = ("lining",)  # parts that move without their product's outline
_MOVED = {
    "upper": upper_moved,
    "lining": lining_moved,
    "body": hem_moved,
    "sleeves": sleeves_moved,
}

MADE_UP = "A computer painted this part from what it learned of other products: look at it."
MOVED = "A computer made this part larger or smaller than it is: look at its edges and its pattern."
STILL_SEEN = "What was painted is hardly to be seen: paint it once more, stronger, or leave it."
_PEN = 0.8 / MAP_SIDE
SEEN = 0.25  # share of the painted place in which the part finder should see the part, or see it no more
WAS_THERE = 0.02  # share of the painted place from which the part was there before


@dataclass(frozen=True, kw_only=True, eq=False)
class Painted:
    """A projection after one painting."""

    projection: Projection
    touched: Mask  # (H, W) where the photo may differ
    new: Mask | None = None  # (R, R) in the named parts' frame before: what became the part, or is it no more


def paint(engine: Editor, projection: Projection, wanted: Sequence[Units], given: Given) -> Done:
    """The photo with every part painted, in order. Raises EditError, PhotoError."""
    kind = engine.manifold.kind
    for mark in wanted:
        if reason := cannot_be_painted(mark.part, mark.action, kind):
            raise NotPaintable(reason)
    measures, here = dict[str, float](), projection
    for number, mark in enumerate(wanted):
        report(given.callback, "transfer", number, len(wanted))
        mark_here = everywhere(_brought(mark, projection, here), here, kind)
        after = painted(engine, here, mark_here)
        measures, here = worst(measures, measured(here, after, mark_here, kind)), after.projection
    report(given.callback, "transfer", len(wanted), len(wanted))
    return Done(projection=here, measures=measures, warnings=_warnings(wanted, measures))


def _warnings(wanted: Sequence[Units], measures: dict[str, float]) -> list[str]:
    larger = [mark.action in ("more", "less") for mark in wanted]
    said = [MOVED] if all(larger) else [MADE_UP, MOVED] if any(larger) else [MADE_UP]
    if measures.get("part_seen", 1.0) < SEEN:
        said.append(STILL_SEEN)
    return said


def _brought(mark: Units, old: Projection, new: Projection) -> Units:
    (brought,) = brought_over([mark], old.frame, new.frame)
    assert isinstance(brought, Units)
    return brought


def everywhere(mark: Units, projection: Projection, kind: str) -> Units:
    """The mark with strokes over all of its part, where it has none. Raises EmptyRegion where the part is not found."""
    found = projection.named(kind).found.mask(mark.part)
    if not mark.strokes and not found.any():
        raise EmptyRegion(not_found(mark.part))
    return mark if mark.strokes else mark.model_copy(update={"strokes": strokes_over(found)})


def strokes_over(found: Mask) -> list[Stroke]:
    """A pen drawn over every row of a place (R, R)."""
    small = cv2.resize(found.astype(np.float32), (MAP_SIDE,) * 2, interpolation=cv2.INTER_AREA)
    where = small > min(0.25, 0.9 * float(small.max()))
    strokes = []
    for y, row in enumerate(where):
        edges = np.flatnonzero(np.diff(np.pad(row.astype(np.int8), 1)))
        for left, right in zip(edges[::2], edges[1::2] - 1, strict=True):
            ends = [((x + 0.5) / MAP_SIDE, (y + 0.5) / MAP_SIDE) for x in (left, right)]
            strokes.append(Stroke(points=ends, radius=_PEN))
    return strokes[:200]


def painted(engine: Editor, projection: Projection, mark: Units) -> Painted:
    """One painting, whether or not it is offered. Raises EditError, PhotoError."""
    if mark.action in ("more", "less"):
        return _moved(engine, projection, mark)
    brushed = _brushed(mark, projection, 0.0)
    named = projection.named(engine.manifold.kind).found
    if mark.action == "remove" and mark.part == "print":
        done = erased(garment_of(projection.photo.pixels, named), brushed)
        return Painted(projection=projected(engine.manifold, projection, done.pixels), touched=done.weight > 0)
    if mark.action == "remove" and mark.part == "buttons":
        check_plain(garment_of(projection.photo.pixels, named))
    touched = _brushed(mark, projection, 2 * SOFT)
    if (
        mark.action == "remove"
        and mark.part == "laces"
        and named.mask("laces").sum() > 1
        and is_row(named.mask("laces"))
    ):
        laces = laces_in(named)
        if (in_photo(laces.where, laces.frame.placing, touched.shape) & brushed).any():
            bare = without_laces(projection.photo, projection.mask, laces, _brushed(mark, projection, SOFT))
            after = projected(engine.manifold, projection, bare.pixels, bare.alpha, bare.own)
            return Painted(projection=after, touched=touched)
    return Painted(projection=painted_by_units(engine, projection, mark), touched=touched)


def _brushed(mark: Units, projection: Projection, beyond: float) -> Mask:
    """(H, W) where the brush was, and as much beyond, in fractions of the frame."""
    wide = [stroke.model_copy(update={"radius": min(0.5, stroke.radius + beyond)}) for stroke in mark.strokes]
    return np.asarray(hole_of([Remove(strokes=wide)], projection.frame, projection.photo.pixels, {}) > 0)


def _moved(engine: Editor, projection: Projection, mark: Units) -> Painted:
    """More or less of a part. Raises NotPaintable, PhotoError."""
    named = projection.named(engine.manifold.kind).found
    field, part = _field(named, mark)
    if mark.part == "body":
        check_seen(hem_of(named))
    if mark.part not in _INSIDE:
        check_room(field, named.labels >= 0, named.frame.placing, projection.photo.height, projection.photo.width)
    return moved_along(engine, projection, field, part, grows=mark.action == "more")


def moved_along(engine: Editor, projection: Projection, field: Array, part: Mask, *, grows: bool) -> Painted:
    """The photo moved by a field of its named parts' frame, which makes a part (R, R) larger or smaller."""
    photo, placing = projection.photo, projection.named(engine.manifold.kind).found.frame.placing
    (pixels, touched), (alpha, _) = (moved(one, field, placing) for one in (photo.pixels, projection.mask.alpha))
    own = None if photo.alpha is None else moved(photo.alpha, field, placing)[0]
    there = part_moved(part, field)
    after = projected(engine.manifold, projection, pixels, alpha, own)
    return Painted(projection=after, touched=touched, new=there & ~part if grows else part & ~there)


def _field(named: NamedParts, mark: Units) -> tuple[Array, Mask]:
    """How what is seen moves, and the part that it is about. Raises NotPaintable, PhotoError."""
    if mark.part == "sole":
        product = named.labels >= 0
        sole = strip_of(named.frame, without_gaps(named.mask("sole")) & product, product)
        return sole_moved(sole, product, mark.action, mark.strength), sole.mask
    if mark.part not in _MOVED:
        raise NotPaintable(f"The {LABELS[mark.part]} cannot be made larger or smaller yet.")
    return _MOVED[mark.part](named, mark.action, mark.strength), named.mask(mark.part)


def measured(before: Projection, after: Painted, mark: Units, kind: str) -> dict[str, float]:
    """`outside_changed` in pixels; `part_seen`, the share of the painted place where the part is (or is no more)."""
    changed = (before.photo.pixels != after.projection.photo.pixels).any(2)
    measures = {"outside_changed": float((changed & ~after.touched).sum())}
    seen = _brush_seen(before, after.projection, mark, kind) if after.new is None else _seen(before, after, mark, kind)
    return measures if seen is None else measures | {"part_seen": seen}


def _seen(before: Projection, after: Painted, mark: Units, kind: str) -> float | None:
    """Of what became the part, or is it no more."""
    frame, new = before.named(kind).found.frame, after.new
    assert new is not None
    if not new.any():
        return None
    now = _parts_at(after.projection, frame.placing, len(frame.raw), kind).mask(mark.part)[new].mean()
    return float(now if mark.action == "more" else 1 - now)


def _brush_seen(before: Projection, after: Projection, mark: Units, kind: str) -> float | None:
    """Of what was brushed over; None where there was nothing to take away."""
    had = _share(before, mark, kind)
    has = _share(after, _brought(mark, before, after), kind)
    if mark.action == "add":
        return has
    return max(0.0, 1 - has / had) if had >= WAS_THERE else None


def _parts_at(projection: Projection, placing: Similarity, side: int, kind: str) -> NamedParts:
    """The photo's parts as another frame shows them."""
    return parts_in(frame_at(projection.photo, projection.mask, placing, side), kind)


def _share(projection: Projection, mark: Units, kind: str) -> float:
    """Of the painted place that the part finder takes for the part."""
    where = projection.named(kind).found.mask(mark.part)
    painted = draw_strokes(mark.strokes, len(where)) > 0.5
    return float(where[painted].mean()) if painted.any() else 0.0
