"""Pulls at a shirt's hem, and outlines drawn along one: the hem goes there, at the photo's own size.

The manifold answers a pull at one point of a hem with an arch. What is meant is the hem, which is moved as the mark "units" moves it
(painting/hems.py): along what was pulled or drawn, the photo's own cloth stretched or shrunk above it. Where a photo cannot carry that, a
pull up is refused, and a pull down is the manifold's, as every other pull.
"""

from collections.abc import Sequence

import numpy as np

from gpu_worker.contract.marks import Constraint, Drag, Message, SketchBrush, Stroke, Units, Warp
from gpu_worker.engine.beforehand import Done, Editor, Given
from gpu_worker.engine.painting import MOVED, measured, moved_along
from gpu_worker.engine.reporting import report
from gpu_worker.engine.shape_measures import artificial, pair_of
from gpu_worker.engine.values import Projection
from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.measures.colour import Array
from gpu_worker.painting.borders import body_of, room_for, smooth
from gpu_worker.painting.hems import Hem, check_seen, hem_of, hem_to
from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.tailoring.room import shares_up_to

# Of the frame's side:
_AT_HEM = 0.06  # a pull that begins no farther from the hem is one at it
_LEAST = 0.01  # a pull that goes no farther moves nothing
_AWAY = 0.02  # a hem that goes up no farther uncovers nothing to speak of
_SOFT = 0.03  # how softly one pull's way passes into another's
_STEEP = 0.5  # of what a pull goes up or down: farther sideways, and it is none of the hem
_WIDE = 0.5  # of the hem's width, which an outline must span to be one of the hem
_BELOW, _ABOVE = 0.35, 0.2  # of the body's height, from the hem
_STRAIGHT = 1.3  # times its width, that an outline goes from side to side
_UNIT = 64  # pixels of the frame's side in which errors are told
_SEAMS = 0.04  # of its width: at its ends a hem turns up into the side seams
_PLACES = 9  # at which an outline leads the hem

_ROOM = "This photo has room for {:.0%} of what the hem was asked to move."


class HemPull(Message):
    """A shirt's hem should go where these lead, and between them from one to the next."""

    drags: list[Drag]  # from places of the hem, from left to right


def at_hem(
    constraints: Sequence[Constraint], projection: Projection, kind: str
) -> tuple[list[HemPull], list[Constraint]]:
    """What of an edit's pulls and outlines is about a shirt's hem, as one pull, and the marks that are not.

    Raises DoesNotFit for a hem that should go up and cannot: what it would uncover is not in the photo.
    """
    if kind != "shirt" or not any(isinstance(one, Warp | SketchBrush) for one in constraints):
        return [], list(constraints)
    named = projection.named(kind).found
    if not body_of(named).any():
        return [], list(constraints)
    hem = hem_of(named)
    found = [_apart(one, hem) for one in constraints]
    drags = sorted((drag for mine, _ in found for drag in mine), key=lambda drag: drag.source)
    pull = HemPull(drags=drags)
    if not drags or not _fits(pull, named, hem):
        return [], list(constraints)
    return [pull], [one for _, other in found for one in other]


def pull_hem(engine: Editor, projection: Projection, wanted: Sequence[HemPull], given: Given) -> Done:
    """The photo with its hem where it was pulled to. Raises DoesNotFit."""
    kind, (pull,) = "shirt", wanted
    named = projection.named(kind).found
    field, share = _with_room(pull, named, projection.photo)
    grows = sum(drag.target[1] - drag.source[1] for drag in pull.drags) > 0
    after = moved_along(engine, projection, field, named.mask("body"), grows=grows)
    measures = measured(projection, after, Units(part="body", action="more" if grows else "less"), kind) | {
        "artificial": artificial(pair_of(engine.manifold, projection, after.projection), engine.manifold),
        "drag_error": _missed(projection, after.projection, pull),
    }
    report(given.callback, "transfer", 1, 1)
    said = [MOVED] if share == 1 else [MOVED, _ROOM.format(share)]
    return Done(projection=after.projection, measures=measures, warnings=said)


def _missed(before: Projection, after: Projection, pull: HemPull) -> float:
    """The farthest that the hem, looked for again, is above or below of where it should be, in pixels at 64 px.

    What lies along a hem looks alike, so that no single point of it can be found again.
    """
    hem, placing = hem_of(parts := after.named("shirt").found), parts.frame.placing
    wanted = before.frame.placing.to_photo(np.array([drag.target for drag in pull.drags]) * len(before.frame.raw))
    x, y = placing.to_frame(wanted).T
    there = np.interp(x, np.arange(len(hem.line)) + 0.5, hem.line)
    return float(np.abs(there - y).max() * _UNIT / placing.scale * before.frame.placing.scale / len(before.frame.raw))


def _fits(pull: HemPull, named: NamedParts, hem: Hem) -> bool:
    """Whether the photo shows the hem on even ground and enough plain cloth above it. Raises DoesNotFit if not, and it goes up."""
    try:
        check_seen(hem)
        _field(pull, named, hem)
    except DoesNotFit:
        if any(drag.source[1] - drag.target[1] > _AWAY for drag in pull.drags):
            raise
        return False
    return True


def _with_room(pull: HemPull, named: NamedParts, photo: Photo) -> tuple[Array, float]:
    """How what is seen moves, and the share of what was asked for which there is room. Raises DoesNotFit."""
    hem, product = hem_of(named), named.labels >= 0
    for share in shares_up_to(1.0):
        field = _field(pull, named, hem, share)
        if room_for(field, product, named.frame.placing, photo.height, photo.width):
            return field, share
    raise DoesNotFit("There is no room below the shirt in this photo: pull less, or leave some ground there.")


def _field(pull: HemPull, named: NamedParts, hem: Hem, share: float = 1.0) -> Array:
    """How what is seen moves. Raises DoesNotFit."""
    side = len(named.labels)
    drags = np.array([[*drag.source, *drag.target] for drag in pull.drags]) * side
    down = share * np.interp(np.arange(side) + 0.5, drags[:, 0], drags[:, 3] - drags[:, 1])
    return hem_to(named, hem, smooth(down, _SOFT * side))


def _apart(mark: Constraint, hem: Hem) -> tuple[list[Drag], list[Constraint]]:
    """What of a mark is about the hem, as drags from it, and what is left of the mark."""
    if isinstance(mark, Warp):
        mine = [drag for drag in mark.drags if _is_pull(drag, hem)]
        others = [drag for drag in mark.drags if not _is_pull(drag, hem)]
        return mine, [mark.model_copy(update={"drags": others})] if others else []
    if isinstance(mark, SketchBrush):
        led = [(stroke, _along(stroke, hem)) for stroke in mark.strokes]
        left = [stroke for stroke, drags in led if not drags]
        rest: list[Constraint] = [mark.model_copy(update={"strokes": left})] if left else []
        return [drag for _, drags in led for drag in drags], rest
    return [], [mark]


def _is_pull(drag: Drag, hem: Hem) -> bool:
    """Whether it leads up or down from the hem."""
    side = len(hem.line)
    (x, y), (right, down) = drag.source, np.subtract(drag.target, drag.source)
    column = round(x * side)
    return (
        hem.columns[0] <= column <= hem.columns[-1]
        and abs(y * side - hem.line[column]) <= _AT_HEM * side
        and abs(down) >= max(_LEAST, abs(right) / _STEEP)
    )


def _along(stroke: Stroke, hem: Hem) -> list[Drag]:
    """From places of the hem to those of an outline that is drawn along it; none for any other outline."""
    side, (left, right) = len(hem.line), hem.columns[[0, -1]]
    points = np.array(stroke.points) * side
    x, y = points[points[:, 0].argsort()].T
    if np.abs(np.diff(points[:, 0])).sum() > _STRAIGHT * (x[-1] - x[0]):
        return []  # it turns back: no hem does
    seam = _SEAMS * (right - left)
    places = np.linspace(max(x[0], left + seam), min(x[-1], right - seam), _PLACES)
    rows, there = np.interp(places, x, y), hem.line[np.clip(places.astype(int), left, right)]
    down = (rows - there) / hem.height
    if places[-1] - places[0] < _WIDE * (right - left) or down.min() < -_ABOVE or down.max() > _BELOW:
        return []
    ends = np.stack([places, there, places, rows], 1) / side
    return [Drag(source=(a, b), target=(c, d)) for a, b, c, d in ends.tolist()]
