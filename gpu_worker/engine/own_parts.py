"""The mark "own_part": a part of the merchant's own taken away, wherever their group of units finds it (painting/own_groups.py).

Own parts come after all other paintings and before every other kind of mark.
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import torch

from gpu_worker.contract.marks import OwnPart, Remove, UnitGroup
from gpu_worker.contract.units import of_another_kind
from gpu_worker.edits.errors import EmptyRegion
from gpu_worker.edits.strokes import draw_strokes
from gpu_worker.engine.beforehand import Done, Editor, Given, brought_over, worst
from gpu_worker.engine.by_units import SOFT, NotPaintable, filled_by, stroke_of
from gpu_worker.engine.painting import MADE_UP, Mask, strokes_over
from gpu_worker.engine.removal import hole_of
from gpu_worker.engine.reporting import report
from gpu_worker.engine.values import Projection
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.units import MAP_SIDE
from gpu_worker.measures.colour import Array
from gpu_worker.painting.own_groups import OWN, Group, where_on, with_group
from gpu_worker.painting.units import painting


def take_away(engine: Editor, projection: Projection, wanted: Sequence[OwnPart], given: Given) -> Done:
    """The photo without every part, in order. Raises EditError, PhotoError."""
    groups = [_group(mark.group, engine.manifold) for mark in wanted]
    measures, here = dict[str, float](), projection
    for number, (mark, group) in enumerate(zip(wanted, groups, strict=True)):
        report(given.callback, "transfer", number, len(wanted))
        (brought,) = brought_over([mark], projection.frame, here.frame)
        assert isinstance(brought, OwnPart)
        after, measured = without_part(engine, here, brought, group)
        measures, here = worst(measures, measured), after
    report(given.callback, "transfer", len(wanted), len(wanted))
    return Done(projection=here, measures=measures, warnings=[MADE_UP])


def without_part(
    engine: Editor, projection: Projection, mark: OwnPart, group: Group
) -> tuple[Projection, dict[str, float]]:
    """One part taken away, and what was measured. Raises EditError."""
    manifold, found = engine.manifold, found_in(engine.manifold, projection, group)
    if not mark.strokes and not found.any():
        raise EmptyRegion(f"No “{mark.group.name}” was found in this photo: brush over it.")
    strokes = mark.strokes or strokes_over(cv2.dilate(found.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    latent = torch.from_numpy(projection.w_plus)[None].to(manifold.device)
    knowing = replace(manifold, units=with_group(manifold, group, latent))
    start = engine.start_of(projection)
    assert start.adapted is not None
    stroke = stroke_of(start, projection, strokes, OWN, "remove", mark.strength, found.astype(np.float32))
    act = painting(knowing, start.adapted.editable, stroke)
    if act is None:
        raise EmptyRegion(f"No {manifold.kind} is known without “{mark.group.name}”: it cannot be taken away.")
    after = filled_by(engine, projection, strokes, start.adapted, act)
    brushed, opaque = draw_strokes(strokes, MAP_SIDE) > 0.5, product_of(projection) > 0.5
    wide = [one.model_copy(update={"radius": min(0.5, one.radius + 2 * SOFT)}) for one in strokes]
    touched = hole_of([Remove(strokes=wide)], projection.frame, projection.photo.pixels, {}) > 0
    changed = (projection.photo.pixels != after.photo.pixels).any(2)
    measures = {
        "outside_changed": float((changed & ~touched).sum()),
        "new": float((brushed & opaque).sum() / max(1, opaque.sum())),
    }
    return after, measures


def found_in(manifold: Manifold, projection: Projection, group: Group) -> Mask:
    """(32, 32) where the photo's product has the part."""
    latent = torch.from_numpy(projection.w_plus)[None].to(manifold.device)
    product = torch.from_numpy(product_of(projection))[None, None].to(manifold.device)
    return np.asarray(where_on(manifold, group, latent, product)[0, 0].cpu().numpy() > 0)


def product_of(projection: Projection) -> Array:
    """(32, 32) share of each place that is product."""
    return np.asarray(cv2.resize(projection.frame.alpha, (MAP_SIDE,) * 2, interpolation=cv2.INTER_AREA), np.float32)


def _group(message: UnitGroup, manifold: Manifold) -> Group:
    """Raises NotPaintable for a group of other weights or of another kind."""
    weights, places = (torch.from_numpy(np.frombuffer(one, "<f4").copy()) for one in (message.weights, message.places))
    if message.kind != manifold.kind:
        raise NotPaintable(of_another_kind(message.name, message.kind, manifold.kind))
    if message.manifold_version != manifold.version or manifold.units is None or len(places) != MAP_SIDE**2:
        raise NotPaintable(f"The studio has learned anew since “{message.name}” was painted: paint it once more.")
    return Group(weights=weights.to(manifold.device), places=places.reshape(MAP_SIDE, MAP_SIDE).to(manifold.device))
