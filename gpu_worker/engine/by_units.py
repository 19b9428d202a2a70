"""A part painted on or off by the generator's units, and laid into the photo at its own size."""

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from gpu_worker.contract.marks import Remove, Units
from gpu_worker.contract.marks import Stroke as Line
from gpu_worker.contract.parts import LABELS
from gpu_worker.contract.units import Action
from gpu_worker.edits.errors import EditError, EmptyRegion
from gpu_worker.edits.start import Start
from gpu_worker.edits.strokes import draw_strokes
from gpu_worker.engine.beforehand import Editor, projected
from gpu_worker.engine.removal import hole_of
from gpu_worker.engine.values import Projection
from gpu_worker.manifold.adapted import Adapted
from gpu_worker.manifold.networks import Paint
from gpu_worker.manifold.units import MAP_SIDE
from gpu_worker.measures.colour import Array
from gpu_worker.painting.units import Stroke, painting
from gpu_worker.restoration.completion import guided
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.transfer.apply import unmoved
from gpu_worker.transfer.content import Content, Sight, content_of, opacity_on_white
from gpu_worker.transfer.lay_in import lay_in
from gpu_worker.transfer.render import Rendered

SOFT = 0.03  # of the frame: how far beyond the brush a painting may fade out


class NotPaintable(EditError):
    """A part that cannot be painted on this kind, or a manifold whose units are not known."""

    code = "not_paintable"


def painted_by_units(engine: Editor, projection: Projection, mark: Units) -> Projection:
    """One painting laid into the photo. Raises EditError."""
    start = engine.start_of(projection)
    own, named = start.adapted, start.named
    assert own is not None and named is not None
    has = cv2.resize(named.found.mask(mark.part).astype(np.float32), (MAP_SIDE,) * 2, interpolation=cv2.INTER_AREA)
    stroke = stroke_of(start, projection, mark.strokes, mark.part, mark.action, mark.strength, has)
    if engine.manifold.units is None:
        raise NotPaintable("The units of this manifold were not looked into: nothing can be painted with it yet.")
    act = painting(engine.manifold, own.editable, stroke)
    if act is None:
        raise EmptyRegion(
            f"No {engine.manifold.kind} is known with {LABELS[mark.part]} there: paint where they belong."
        )
    if mark.action == "remove":
        return filled_by(engine, projection, mark.strokes, own, act)
    photo, mask = projection.photo, projection.mask
    content = _content(own, act, mark, projection, engine.manifold.kind)
    before = Rendered(pixels=photo.pixels, alpha=mask.alpha, still=photo.pixels)
    laid = lay_in(before, mask.alpha, content, unmoved(projection.frame))
    return projected(engine.manifold, projection, laid.pixels, laid.alpha)


def stroke_of(
    start: Start,
    projection: Projection,
    strokes: Sequence[Line],
    part: str,
    action: Action,
    strength: float,
    has: Array,
) -> Stroke:
    """What is painted, over the maps of parts; `has` (32, 32) is the share of each place that is the part already."""
    return Stroke(
        part=part,
        action=action,
        strength=strength,
        alpha=start.mask_tensor(draw_strokes(strokes, MAP_SIDE, least_radius=1.5)),
        product=start.mask_tensor(cv2.resize(projection.frame.alpha, (MAP_SIDE,) * 2, interpolation=cv2.INTER_AREA)),
        own=start.mask_tensor(has),
    )


def filled_by(engine: Editor, projection: Projection, strokes: Sequence[Line], own: Adapted, act: Paint) -> Projection:
    """What the strokes lie on is gone. What is left is the photo's own, its grain at its size; the painted picture says from where."""
    photo, mask = projection.photo, projection.mask
    frame = crop_to_frame(photo, mask, engine.manifold.kind, own.side)
    hole = hole_of([Remove(strokes=list(strokes))], frame, photo.pixels, {})
    pixels, alpha = guided(photo, mask, hole, frame, _plain(own, act))
    return projected(engine.manifold, projection, pixels, alpha)


def _content(own: Adapted, act: Paint, mark: Units, projection: Projection, kind: str) -> Content:
    """What the photo's own generator shows where it was painted on, in the frame at 192 px."""
    brushed = _brushed(mark, own.side)
    frame = crop_to_frame(projection.photo, projection.mask, kind, own.side)
    picture, new = own.painted(act, torch.from_numpy(brushed)[None, None].to(own.delta.device))
    fresh = F.interpolate(new, size=brushed.shape, mode="bicubic").clamp(0, 1)[0, 0].cpu().numpy()
    before, after = (opacity_on_white(_plain(own, paint)) for paint in (None, act))
    alpha = np.clip(frame.alpha + after - before, 0, 1).astype(np.float32)
    shown = Sight(picture=_pixels(picture), alpha=alpha)
    return content_of(Sight(picture=frame.image, alpha=frame.alpha), shown, brushed * fresh, frame.placing)


def _brushed(mark: Units, side: int) -> Array:
    """(side, side) in [0, 1] where the brush was, fading out beyond it."""
    wide = [stroke.model_copy(update={"radius": stroke.radius + SOFT / 2}) for stroke in mark.strokes]
    return np.asarray(cv2.GaussianBlur(draw_strokes(wide, side), (0, 0), SOFT * side / 4), np.float32)


def _plain(own: Adapted, paint: Paint | None) -> Array:
    """What the manifold shows, without the photo's residual."""
    with torch.no_grad():
        return _pixels(own.high.enlarge(own.manifold.generator(own.editable, paint)))


def _pixels(image_13hw: torch.Tensor) -> Array:
    return np.ascontiguousarray(image_13hw[0].permute(1, 2, 0).cpu().numpy() / 2 + 0.5, np.float32)
