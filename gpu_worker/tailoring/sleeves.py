"""Long sleeves: the cloth of a short sleeve goes on down the bare arm below it.

Cloth comes from a strip of the body, the most even one of plain cloth, and of a pattern the one that goes on where the sleeve's ends.
Where none is clear of prints and buttons it is the sleeve's own, forth and back along it or, of a pattern, once more. The arm says how
light falls where cloth is new, and creases are laid over that, as slack cloth has them. Places and lengths are pixels of the named
parts' frame (R, R).
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.measures.colour import Array, fast_lab
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.tailoring.arms import Arm, find_arms, sleeves_of
from gpu_worker.tailoring.cloth import Cut, creases, nearest_inside, own_light
from gpu_worker.tailoring.tube import Tube, tube_of
from gpu_worker.transfer.cloth import BLACK

Mask = NDArray[np.bool_]

_ROUND = 0.2  # how much darker a tube is at its sides
_ARM_LIGHT, _SKIN_SAYS = 0.012, 0.5  # of the frame; how much of the skin's light and shade cloth shows
_FOLDS = 0.03  # of the frame: what varies more slowly is light
_JOIN, _RELIT = 8.0, 0.07  # pixels along which the cloth, and, of the frame, along which its own light give way
_RIM = 3  # pixels of a sleeve's edge that show more than cloth
_PATTERNED = 4.0  # Lab by which rows of patterned cloth differ
_WINDOW, _MIDDLE = 14, 0.75  # rows that are compared, and how much of a tube's half width
_LATEST = 0.55  # of its length: a shorter repeat is seen
_CLEAR, _PLAIN = 0.96, 0.995  # of a strip of the body that is nothing else, of a pattern and of plain cloth
_STRIP_STEP = 2  # pixels
_ALIKE = 0.5  # of the longer arm: what has to be seen of the other one
_MISSING = 0.08  # of a pattern's repeat: more of it than this that is not to be seen makes patchwork
_LONG = 0.75  # of the body's length
_OTHER = 11.0  # Lab from plain cloth, twice of it in lightness: something else
_END = 0.13  # of the sleeve that is its hem


@dataclass(frozen=True, kw_only=True, eq=False)
class _Place:
    """Where the tube's cloth goes, (R, R) each."""

    along: Array
    across: Array
    half: Array
    cloth: Mask  # of the sleeve: what may be taken


@dataclass(frozen=True, kw_only=True, eq=False)
class _Layer:
    """Cloth on the tube, (R, R) each."""

    source: Array  # (R, R, 2) x, y: where it is taken from
    shown: Array  # how much of it is seen
    low: Array  # the light that fell on it there


@dataclass(frozen=True, kw_only=True)
class _Strip:
    """Cloth of the body: from y downwards, x its middle, forth and back within its length."""

    x: float
    y: float
    length: float


def with_long_sleeves(named: NamedParts, seen: Mask, share: float) -> list[Cut]:
    """What is to be laid over the photo, in order, for sleeves that cover a share of the arms.

    `seen` (R, R) is where the frame shows the photo.
    Raises DoesNotFit where no bare arm goes on below a sleeve.
    """
    _check_short(named)
    sleeves = sleeves_of(named)
    arms = find_arms(named, sleeves, seen)
    if not arms:
        raise DoesNotFit(
            "No bare arms are seen below the sleeves in this photo: longer sleeves would have nothing to lie on."
        )
    if len(arms) < len(sleeves):
        raise DoesNotFit("The bare arm below one of the sleeves is not to be seen: the sleeves would be unlike.")
    if min(lengths := [arm.last - arm.first for arm in arms]) < _ALIKE * max(lengths):
        raise DoesNotFit("One of the arms is hardly to be seen below its sleeve: the sleeves would be unlike.")
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
    low = own_light(lab, arm.sleeve, _FOLDS * side)
    begin = _repeats_from(arm, tube, lab, low)
    cloth = cv2.erode(arm.sleeve.astype(np.uint8), np.ones((2 * _RIM + 1,) * 2, np.uint8)) > 0
    place = _Place(
        along=along, across=across, half=half, cloth=cloth if begin is not None else _of_one_colour(cloth, lab)
    )
    body = own_light(lab, named.mask("body"), _FOLDS * side)
    if begin is not None:
        low = body = np.ones_like(low)  # stripes are not to be taken for light
    ends = arm.leaves and share >= 1
    layers = _layers(named, tube, place, lab, begin, low, body)
    if not ends:
        layers.append(_hem(tube, place, low))
    rows = np.arange(side, dtype=np.float32)[:, None]
    depth = np.minimum(half - np.abs(across), arm.last + 1 - rows if ends else tube.arc[-1] - along)
    lit = _light(arm, lab, along, across / np.maximum(half, 1)) * _at_the_end(arm, low)
    relit = np.clip((along - tube.hem) / (_RELIT * side), 0, 1)
    cuts = []
    for layer in layers:
        x, y = layer.source[..., 0], layer.source[..., 1]
        here = cv2.remap(layer.low, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        kept = 1 if layer.low is low else _at_the_end(arm, low) / np.maximum(here, 0.3)
        light = np.where(along <= tube.hem, kept, (1 - relit) * kept + relit * lit / np.maximum(here, 0.3))
        fields = (layer.source, light, depth, layer.shown)
        source, light, depth, shown = (np.asarray(field, np.float32) for field in fields)
        cuts.append(Cut(source=source, light=light, depth=depth, shown=shown))
    return cuts


def _layers(
    named: NamedParts, tube: Tube, place: _Place, lab: Array, begin: float | None, low: Array, body: Array
) -> list[_Layer]:
    """What is laid over the arm, in order; `begin` is where the sleeve's pattern repeats from, None for plain cloth."""
    beyond = np.maximum(place.along - tube.hem, 0)
    fresh = np.clip(beyond / (_JOIN if begin is not None else 2 * _JOIN), 0, 1)
    strip = _strip_of_body(named, tube, lab, plain=begin is None)
    if strip is not None:
        turned = strip.length - np.abs(strip.length - (place.along - tube.hem) % (2 * strip.length))
        source = np.dstack([strip.x + place.across, strip.y + turned])
        return [_Layer(source=source, shown=fresh, low=body)]
    if begin is None:
        return [_Layer(source=_source(tube, place, _forth_and_back(place.along, tube)), shown=fresh, low=low)]
    once = beyond % (tube.hem - begin)
    _check_whole(tube, place, begin)
    again, seam = np.where(beyond > 0, begin + once, place.along), np.clip(1 - once / _JOIN, 0, 1) * (beyond > 0)
    return [
        _Layer(source=_source(tube, place, again), shown=fresh, low=low),
        _Layer(source=_source(tube, place, tube.hem + once), shown=seam, low=low),
    ]


def _check_whole(tube: Tube, place: _Place, begin: float) -> None:
    """Raises DoesNotFit where too little of the cloth that would be repeated is seen."""
    repeated = (place.along >= begin) & (place.along < tube.hem) & (np.abs(place.across) < place.half - _RIM)
    if repeated.any() and float((~place.cloth[repeated]).mean()) > _MISSING:
        raise DoesNotFit("Too little of this shirt's pattern is to be seen to go on with it down the arms.")


def _hem(tube: Tube, place: _Place, low: Array) -> _Layer:
    """The hem that the sleeve has, at its new end."""
    back = tube.arc[-1] - place.along
    shown = np.clip((_END * tube.length - back) / 2, 0, 1)
    return _Layer(source=_source(tube, place, tube.length - 2 - back), shown=shown, low=low)


def _forth_and_back(along: Array, tube: Tube) -> Array:
    """Plain cloth has no direction: where it turns no seam is seen."""
    span = tube.hem - tube.start
    beyond = np.maximum(along - tube.start, 0) % (2 * span)
    turned = tube.start + np.where(beyond > span, 2 * span - beyond, beyond)
    return np.where(along <= tube.hem, along, turned).astype(np.float32)


def _source(tube: Tube, place: _Place, taken: Array) -> Array:
    """(R, R, 2) x, y of the sleeve's cloth `taken` (R, R) along the tube; where it is new it is as wide as the tube."""
    wide = np.where(place.along > tube.hem, tube.at(taken, tube.half) / np.maximum(place.half, 1), 1)
    return nearest_inside(tube.places(taken, place.across * wide), place.cloth)


def _of_one_colour(cloth: Mask, lab: Array) -> Mask:
    """Plain cloth without what else lies on the sleeve: a badge, a band of the body."""
    apart = lab - np.median(lab[cloth], axis=0)
    other = cloth & ((np.hypot(apart[..., 1], apart[..., 2]) > _OTHER) | (np.abs(apart[..., 0]) > 2 * _OTHER))
    near = cv2.dilate(cv2.morphologyEx(other.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3))), np.ones((7, 7)))
    kept = cloth & ~(near > 0)
    return kept if kept.sum() > cloth.sum() / 3 else cloth


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


def _strip_of_body(named: NamedParts, tube: Tube, lab: Array, *, plain: bool) -> _Strip | None:
    """As wide as the new sleeve, and as long, or of plain cloth shorter. None where nothing is clear."""
    new = tube.arc >= tube.hem
    whole, half = int(tube.arc[-1] - tube.hem) + 4, float(tube.half[new].max()) + 2
    for length in [whole, whole // 2, whole // 4] if plain else [whole]:
        if (strip := _best_strip(named, tube, lab, half, length, plain)) is not None:
            return strip
    return None


def _best_strip(named: NamedParts, tube: Tube, lab: Array, half: float, length: int, plain: bool) -> _Strip | None:
    """Of plain cloth the most even one, of a pattern the one that goes on where the sleeve's ends."""
    beside = np.linspace(-0.7, 0.7, 24) * float(tube.at(np.array([tube.hem]), tube.half)[0])
    places = tube.places(tube.hem - _WINDOW + np.arange(_WINDOW)[:, None], np.broadcast_to(beside, (_WINDOW, 24)))
    end = cv2.remap(lab, places[..., 0], places[..., 1], cv2.INTER_LINEAR)
    where, side = named.mask("body"), len(lab)
    body = cv2.integral((_of_one_colour(where, lab) if plain else where).astype(np.uint8))
    sums = [cv2.integral(field.astype(np.float64)) for field in (lab[..., 0], np.square(lab[..., 0]))]
    best = (np.inf, 0, 0)
    for x in range(int(half) + 1, side - int(half) - 1, _STRIP_STEP):
        columns = np.clip(np.round(x + beside), 0, side - 1).astype(int)
        for y in range(_WINDOW, side - length, _STRIP_STEP):
            box = (y - _WINDOW, y + length, int(x - half), int(x + half))
            area = (box[1] - box[0]) * (box[3] - box[2])
            if _in_box(body, box) < (_PLAIN if plain else _CLEAR) * area:
                continue
            if plain:
                mean, square = (_in_box(total, box) / area for total in sums)
                cost = square - mean * mean
            else:
                cost = float(np.abs(lab[y - _WINDOW : y][:, columns] - end).mean())
            best = min(best, (cost, x, y))
    return _Strip(x=best[1], y=best[2], length=length) if np.isfinite(best[0]) else None


def _in_box(total: NDArray[Any], box: tuple[int, int, int, int]) -> float:
    top, bottom, left, right = box
    return float(total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left])


def _light(arm: Arm, lab: Array, along: Array, beside: NDArray[np.floating]) -> Array:
    """(R, R) the light on the new cloth: the arm's, that of a tube, and creases."""
    tube = 1 - _ROUND * np.clip(np.abs(beside), 0, 1) ** 3
    return np.asarray(_arm_light(arm, lab) * tube * creases(along / len(lab), beside, outward=arm.outward), np.float32)


def _at_the_end(arm: Arm, low: Array) -> float:
    """The light on the last fifth of the sleeve."""
    rows = np.flatnonzero(arm.sleeve.any(1))
    first = rows[len(rows) * 4 // 5]
    return float(np.clip(np.median(low[first:][arm.sleeve[first:]]), 0.85, 1.08))


def _arm_light(arm: Arm, lab: Array) -> Array:
    """(R, R) how light the arm is at each place, against its middle; 1 away from it."""
    skin = cv2.erode(arm.skin.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    skin[arm.last + 1 :] = 0
    light = lab[..., 0] + BLACK
    total, mass = (cv2.GaussianBlur(f, (0, 0), _ARM_LIGHT * len(lab)) for f in (light * skin, skin))
    relative = total / np.maximum(mass, 1e-3) / float(np.median(light[skin > 0]))
    known = np.clip(mass / 0.3, 0, 1)
    return np.asarray(1 + known * (np.clip(relative, 0.6, 1.25) ** _SKIN_SAYS - 1), np.float32)
