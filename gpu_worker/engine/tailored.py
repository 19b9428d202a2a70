"""Attributes that are cut from the photo's own pixels: long sleeves, a collar and buttons, a heel, a high top.

They come after removals and before every other mark, which are then meant for the photo as it was cut.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.marks import Attribute
from gpu_worker.contract.parts import PartName
from gpu_worker.engine.beforehand import Done, Editor, Given, projected, worst
from gpu_worker.engine.reporting import report
from gpu_worker.engine.shape_measures import ARTIFICIAL, HARDLY_CARRIED, artificial, pair_of
from gpu_worker.engine.values import Pixels, Projection
from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.examples import FULL
from gpu_worker.painting.borders import moved
from gpu_worker.segmentation.frame import Frame, Similarity
from gpu_worker.tailoring.cloth import Cut, laid
from gpu_worker.tailoring.collars import with_collar
from gpu_worker.tailoring.heels import heel_under
from gpu_worker.tailoring.lifted import lifted
from gpu_worker.tailoring.sleeves import with_long_sleeves
from gpu_worker.tailoring.tops import higher

Mask = NDArray[np.bool_]

TAILORED = "A computer cut this from the photo's own cloth and leather: look at its edges, its folds and its pattern."
_ROOM = "This photo has room for {:.0%} of what was asked of “{}”."


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """A photo after one attribute."""

    pixels: Pixels  # (H, W, 3)
    alpha: Pixels  # (H, W) its product's mask
    own: Pixels | None  # (H, W) its opacity, of a photo that has one
    new: float  # pixels of the mask that nothing was moved to
    share: float  # of what was asked that there was room for


@dataclass(frozen=True, eq=False)
class _Picture:
    """A photo as far as it has come."""

    pixels: Pixels  # (H, W, 3)
    alpha: Pixels  # (H, W) its product's mask
    own: Pixels | None  # (H, W) its opacity, of a photo that has one

    def under(self, cut: Cut, placing: Similarity, taken_from: Pixels | None = None) -> "_Picture":
        """With a cut laid over it; its pixels come from here, or from another photo (H, W, 3)."""
        own = None if self.own is None else laid(self.pixels, self.own, cut, placing)[1]
        return _Picture(*laid(self.pixels, self.alpha, cut, placing, taken_from), own)


def tailor(engine: Editor, projection: Projection, wanted: Sequence[Attribute], given: Given) -> Done:
    """The photo with every attribute, in order. Raises PhotoError for what it cannot carry."""
    measures, warnings, here = dict[str, float](), [TAILORED], projection
    for number, mark in enumerate(wanted):
        report(given.callback, "transfer", number, len(wanted))
        share = min(1.0, mark.amount / FULL)
        made = _CUT[mark.name](here, share)
        after = projected(engine.manifold, here, made.pixels, made.alpha, made.own)
        measures = worst(measures, measured(engine.manifold, here, after, mark, made))
        if made.share < 0.99 * share:
            warnings.append(_ROOM.format(made.share / share, mark.name))
        here = after
    report(given.callback, "transfer", len(wanted), len(wanted))
    if measures["artificial"] > ARTIFICIAL:
        warnings.append(HARDLY_CARRIED)
    return Done(projection=here, measures=measures, warnings=warnings)


def _sleeves(projection: Projection, share: float) -> Made:
    return _sewn(projection, share, [_with_sleeves])


def _collar(projection: Projection, share: float) -> Made:
    return _sewn(projection, share, [_with_collar])


def _formal(projection: Projection, share: float) -> Made:
    """What a shirt for the office has: sleeves, and a collar with buttons; what it lacks of them and can carry."""
    return _sewn(projection, share, [_with_sleeves, _with_collar])


def _sewn(
    projection: Projection, share: float, ways: Sequence[Callable[[_Picture, Projection, float], _Picture]]
) -> Made:
    """In order, as far as the photo can carry it. Raises DoesNotFit, with the last reason, where it can carry nothing of it."""
    before = _Picture(projection.photo.pixels, projection.mask.alpha, projection.photo.alpha)
    picture, refusals = before, list[DoesNotFit]()
    for way in ways:
        try:
            picture = way(picture, projection, share)
        except DoesNotFit as error:
            refusals.append(error)
    if len(refusals) == len(ways):
        raise refusals[-1]
    new = float(((picture.alpha > 127) & (before.alpha <= 127)).sum())
    return Made(pixels=picture.pixels, alpha=picture.alpha, own=picture.own, new=new, share=share)


def _with_sleeves(picture: _Picture, projection: Projection, share: float) -> _Picture:
    photo, named = projection.photo, projection.named("shirt").found
    for cut in with_long_sleeves(named, _seen(named.frame, photo.height, photo.width), share):
        picture = picture.under(cut, named.frame.placing)
    return picture


def _with_collar(picture: _Picture, projection: Projection, share: float) -> _Picture:
    for piece in with_collar(projection.named("shirt").found, share):
        picture = picture.under(piece.cut, piece.placing, projection.photo.pixels if piece.is_cloth else None)
    return picture


def _heel(projection: Projection, share: float) -> Made:
    _check_ground(projection)
    photo, named = projection.photo, projection.named("shoe").found
    heel, side = heel_under(named, share, photo.height, photo.width), len(named.labels)
    pixels, alpha = lifted(photo.pixels, projection.mask.alpha, heel, named.frame.placing, side)
    own = None if photo.alpha is None else lifted(photo.pixels, photo.alpha, heel, named.frame.placing, side)[1]
    new = float((heel.block.depth > 0).sum()) / named.frame.placing.scale**2
    return Made(pixels=pixels, alpha=alpha, own=own, new=new, share=heel.share)


def _top(projection: Projection, share: float) -> Made:
    _check_ground(projection)
    photo, named = projection.photo, projection.named("shoe").found
    field, has_room = higher(named, share, photo.height, photo.width)
    pixels, alpha = (moved(one, field, named.frame.placing)[0] for one in (photo.pixels, projection.mask.alpha))
    own = None if photo.alpha is None else moved(photo.alpha, field, named.frame.placing)[0]
    return Made(pixels=pixels, alpha=alpha, own=own, new=0.0, share=has_room)


def _check_ground(projection: Projection) -> None:
    """Raises DoesNotFit for a floor, whose pattern would go along."""
    if not projection.mask.background.plain:
        raise DoesNotFit("This photo's ground is not plain: a heel or a higher top needs an even one.")


_CUT: dict[str, Callable[[Projection, float], Made]] = {
    "long sleeves": _sleeves,
    "collar and buttons": _collar,
    "formal": _formal,
    "high heel": _heel,
    "high-top": _top,
}
# what is looked for again: heels have no name of their own, and a top is an upper anyway
_PART: dict[str, PartName] = {"long sleeves": "sleeves"}


def _seen(frame: Frame, height: int, width: int) -> Mask:
    """(R, R) where a frame shows the photo."""
    side = len(frame.raw)
    (left, top), (right, bottom) = np.round(frame.placing.to_frame(np.array([[0.0, 0], [width, height]]))).astype(int)
    seen = np.zeros((side, side), bool)
    seen[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = True
    return seen


def measured(
    manifold: Manifold, before: Projection, after: Projection, mark: Attribute, made: Made
) -> dict[str, float]:
    """`reached` (share of what was asked that was made), `part_seen` (of it, where the part finder sees the part), `artificial`, `new`.

    The encoder, which reads attributes off products as it learned them, sees next to nothing of a sleeve on a whole person.
    """
    measures = {
        "reached": made.share / min(1.0, mark.amount / FULL),
        "artificial": artificial(pair_of(manifold, before, after), manifold),
        "new": made.new / max(1.0, float((made.alpha > 127).sum())),
    }
    if mark.name not in _PART:
        return measures
    seen = _seen_as(_PART[mark.name], (made.alpha > 127) & (before.mask.alpha <= 127), after, manifold.kind)
    return measures if seen is None else measures | {"part_seen": seen}


def _seen_as(part: PartName, added: Mask, after: Projection, kind: str) -> float | None:
    """In which share of what was added (H, W) the part is found; None where nothing was."""
    found = after.named(kind).found
    placing, side = found.frame.placing, len(found.labels)
    matrix = np.array([[placing.scale, 0, placing.shift_x], [0, placing.scale, placing.shift_y]])
    where = cv2.warpAffine(added.astype(np.uint8), matrix, (side, side), flags=cv2.INTER_NEAREST) > 0
    return float(found.mask(part)[where].mean()) if where.any() else None
