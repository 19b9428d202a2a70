"""Long sleeves: the cloth of a short sleeve goes on down the bare arm below it.

Plain cloth comes from the sleeve, forth and back along it. A pattern goes on from where the sleeve's ends: in a strip of the body's
cloth, or, where none is clear of prints and buttons, in the sleeve's own once more. The arm says how light falls where cloth is new, and
creases are laid over that, as slack cloth has them. Places and lengths are pixels of the named parts' frame (R, R).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.measures.colour import Array, fast_lab
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.tailoring.arms import Arm, find_arms
from gpu_worker.tailoring.cloth import BLACK, Cut, creases, nearest_inside, own_light
from gpu_worker.tailoring.tube import Tube, tube_of

Mask = NDArray[np.bool_]

_ROUND = 0.2  # how much darker a tube is at its sides
_ARM_LIGHT, _SKIN_SAYS = 0.012, 0.5  # of the frame; how much of the skin's light and shade cloth shows
_FOLDS = 0.03  # of the frame: what varies more slowly is light
_JOIN, _RELIT = 8.0, 0.07  # pixels along which the cloth, and, of the frame, along which its own light give way
_RIM = 3  # pixels of a sleeve's edge that show more than cloth
_PATTERNED = 4.0  # Lab by which rows of patterned cloth differ
_WINDOW, _MIDDLE = 14, 0.75  # rows that are compared, and how much of a tube's half width
_LATEST = 0.55  # of its length: a shorter repeat is seen
_CLEAR = 0.96  # of a strip of the body that is nothing else
_STRIP_STEP = 2  # pixels
_LONG = 0.75  # of the body's length
_END = 0.13  # of the sleeve that is its hem


@dataclass(frozen=True, kw_only=True, eq=False)
class _Place:
    """Where the tube's cloth goes, (R, R) each."""

    along: Array
    across: Array
    half: Array


def with_long_sleeves(named: NamedParts, seen: Mask, share: float) -> list[Cut]:
    """What is to be laid over the photo, in order, for sleeves that cover a share of the arms.

    `seen` (R, R) is where the frame shows the photo.
    Raises DoesNotFit where no bare arm goes on below a sleeve.
    """
    _check_short(named)
    arms = find_arms(named, seen)
    if not arms:
        raise DoesNotFit(
            "No bare arms are seen below the sleeves in this photo: longer sleeves would have nothing to lie on."
        )
    lab = fast_lab(np.ascontiguousarray(named.frame.raw, np.float32))
    return [cut for arm in arms for cut in _sleeve(named, arm, lab, share)]


def _check_short(named: NamedParts) -> None:
    """Raises DoesNotFit for sleeves that end near the hem."""
    sleeves, body = (np.flatnonzero(named.mask(name).any(1)) for name in ("sleeves", "body"))
    if len(sleeves) and np.ptp(sleeves) > _LONG * np.ptp(body):
        raise DoesNotFit("This shirt has long sleeves already.")


def _sleeve(named: NamedParts, arm: Arm, lab: Array, share: float) -> list[Cut]:
    tube, side = tube_of(arm, share), len(lab)
    along, across = tube.coordinates(side)
    half = tube.at(along, tube.half).astype(np.float32)
    place = _Place(along=along, across=across, half=half)
    low = own_light(lab, arm.sleeve, _FOLDS * side)
    begin = _repeats_from(arm, tube, lab, low)
    if begin is not None:
        low = np.ones_like(low)  # stripes are not to be taken for light
    layers = _layers(named, arm, tube, place, lab, begin)
    ends = arm.leaves and share >= 1
    if not ends:
        layers.append(_hem(arm, tube, place))
    depth = half - np.abs(across)
    rows = np.arange(side, dtype=np.float32)[:, None]
    depth = np.minimum(depth, arm.last + 1 - rows if ends else tube.arc[-1] - along)
    lit = _light(arm, lab, along, across / np.maximum(half, 1)) * _at_the_end(arm, low)
    relit = np.clip((along - tube.hem) / (_RELIT * side), 0, 1)
    cuts = []
    for source, shown in layers:
        here = cv2.remap(low, source[..., 0], source[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        light = np.where(along <= tube.hem, 1, (1 - relit) + relit * lit / np.maximum(here, 0.3))
        cuts.append(
            Cut(
                source=source,
                light=light.astype(np.float32),
                depth=depth.astype(np.float32),
                shown=shown.astype(np.float32),
            )
        )
    return cuts


def _layers(
    named: NamedParts, arm: Arm, tube: Tube, place: _Place, lab: Array, begin: float | None
) -> list[tuple[Array, Array]]:
    """Where the cloth is taken from, (R, R, 2), and how much of it is seen, (R, R)."""
    beyond = np.maximum(place.along - tube.hem, 0)
    fresh = np.clip(beyond / _JOIN, 0, 1)
    if begin is None:
        return [(_source(arm, tube, place, _forth_and_back(place.along, tube)), fresh)]
    if (strip := _strip_of_body(named, tube, lab)) is not None:
        x, y = strip
        return [(np.dstack([x + place.across, y + place.along - tube.hem]).astype(np.float32), fresh)]
    once = beyond % (tube.hem - begin)
    again, seam = np.where(beyond > 0, begin + once, place.along), np.clip(1 - once / _JOIN, 0, 1) * (beyond > 0)
    return [(_source(arm, tube, place, again), fresh), (_source(arm, tube, place, tube.hem + once), seam)]


def _hem(arm: Arm, tube: Tube, place: _Place) -> tuple[Array, Array]:
    """The hem that the sleeve has, at its new end."""
    whole = tube.hem / (1 - 0.17)
    length = _END * whole
    back = tube.arc[-1] - place.along
    return _source(arm, tube, place, whole - 2 - back), np.clip((length - back) / 2, 0, 1)


def _forth_and_back(along: Array, tube: Tube) -> Array:
    """Plain cloth has no direction: where it turns no seam is seen."""
    span = tube.hem - tube.start
    beyond = np.maximum(along - tube.start, 0) % (2 * span)
    turned = tube.start + np.where(beyond > span, 2 * span - beyond, beyond)
    return np.where(along <= tube.hem, along, turned).astype(np.float32)


def _source(arm: Arm, tube: Tube, place: _Place, taken: Array) -> Array:
    """(R, R, 2) x, y of the sleeve's cloth `taken` (R, R) along the tube; where it is new it is as wide as the tube."""
    wide = np.where(place.along > tube.hem, tube.at(taken, tube.half) / np.maximum(place.half, 1), 1)
    cloth = cv2.erode(arm.sleeve.astype(np.uint8), np.ones((2 * _RIM + 1,) * 2, np.uint8)) > 0
    return nearest_inside(tube.places(taken, place.across * wide), cloth)


def _repeats_from(arm: Arm, tube: Tube, lab: Array, low: Array) -> float | None:
    """From where along the tube a pattern is repeated, so that it goes on at the hem as it was; None for plain cloth."""
    taken = np.arange(int(tube.hem) - 2, dtype=np.float64)
    across = np.linspace(-_MIDDLE, _MIDDLE, 24)[None] * tube.at(taken, tube.half)[:, None]
    places = tube.places(taken[:, None], across)
    even = np.dstack([(lab[..., 0] + BLACK) / low, lab[..., 1:]]).astype(np.float32)
    seen = cv2.remap(even, places[..., 0], places[..., 1], cv2.INTER_LINEAR)
    cloth = cv2.remap(arm.sleeve.astype(np.float32), places[..., 0], places[..., 1], cv2.INTER_LINEAR)
    rows = cv2.GaussianBlur(seen, (0, 0), 1.5)[int(tube.start) :, 4:-4].mean(1)
    if float(np.percentile(np.linalg.norm(rows - np.median(rows, axis=0), axis=1), 80)) < _PATTERNED:
        return None
    costs = {0: np.inf}
    for end in range(_WINDOW, int(_LATEST * len(taken))):
        both = cloth[-_WINDOW:] * cloth[end - _WINDOW : end]
        apart = np.abs(seen[end - _WINDOW : end] - seen[-_WINDOW:]).sum(2)
        costs[end] = float((apart * both).sum() / both.sum()) if both.mean() > 0.6 else np.inf
    return float(min(costs, key=lambda end: costs[end])) + 2


def _strip_of_body(named: NamedParts, tube: Tube, lab: Array) -> tuple[float, float] | None:
    """x of the middle and y of the beginning of a strip of the body's cloth that goes on where the sleeve's pattern ends."""
    new = tube.arc >= tube.hem
    length, half = int(tube.arc[-1] - tube.hem) + 4, float(tube.half[new].max()) + 2
    body, side = cv2.integral(named.mask("body").astype(np.uint8)), len(lab)
    beside = np.linspace(-0.7, 0.7, 24) * float(tube.at(np.array([tube.hem]), tube.half)[0])
    taken = tube.hem - _WINDOW + np.arange(_WINDOW)
    places = tube.places(taken[:, None], np.broadcast_to(beside, (_WINDOW, 24)))
    end = cv2.remap(lab, places[..., 0], places[..., 1], cv2.INTER_LINEAR)
    best = (np.inf, 0, 0)
    for x in range(int(half) + 1, side - int(half) - 1, _STRIP_STEP):
        left, right = int(x - half), int(x + half)
        columns = np.clip(np.round(x + beside), 0, side - 1).astype(int)
        for y in range(_WINDOW, side - length, _STRIP_STEP):
            top, bottom = y - _WINDOW, y + length
            filled = body[bottom, right] - body[top, right] - body[bottom, left] + body[top, left]
            if filled >= _CLEAR * (right - left) * (bottom - top):
                best = min(best, (float(np.abs(lab[top:y][:, columns] - end).mean()), x, y))
    return (float(best[1]), float(best[2])) if np.isfinite(best[0]) else None


def _light(arm: Arm, lab: Array, along: Array, beside: NDArray[np.floating]) -> Array:
    """(R, R) the light on the new cloth: the arm's, that of a tube, and creases."""
    tube = 1 - _ROUND * np.clip(np.abs(beside), 0, 1) ** 3
    return np.asarray(_arm_light(arm, lab) * tube * creases(along / len(lab), beside, outward=arm.outward), np.float32)


def _at_the_end(arm: Arm, low: Array) -> float:
    """The light on the last fifth of the sleeve."""
    rows = np.flatnonzero(arm.sleeve.any(1))
    return float(np.median(low[rows[len(rows) * 4 // 5] :][arm.sleeve[rows[len(rows) * 4 // 5] :]]))


def _arm_light(arm: Arm, lab: Array) -> Array:
    """(R, R) how light the arm is at each place, against its middle; 1 away from it."""
    skin = cv2.erode(arm.skin.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    skin[arm.last + 1 :] = 0
    light = lab[..., 0] + BLACK
    total, mass = (cv2.GaussianBlur(f, (0, 0), _ARM_LIGHT * len(lab)) for f in (light * skin, skin))
    relative = total / np.maximum(mass, 1e-3) / float(np.median(light[skin > 0]))
    known = np.clip(mass / 0.3, 0, 1)
    return np.asarray(1 + known * (np.clip(relative, 0.6, 1.25) ** _SKIN_SAYS - 1), np.float32)
