"""The region of a product's dominant colour: its most important part with its shades, its folds and its pattern's tints.

Parts of the same hue that are woven into each other (a plaid's tints) are one colour family; the heaviest family wins.
Pieces of other parts that are only this colour in shadow, in highlight, or specks within it, are taken in.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import ciede2000, from_linear, lab_to_rgb, rgb_to_lab, to_linear
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.parts import LIGHT_WEIGHT, Parts, lab_of_feature, tint_counts

Mask = NDArray[np.bool_]

_HUE = 28.0  # degrees within which two coloured parts are tints of one colour
_COLOURED = 7.0  # chroma from which a part has a hue worth comparing
_WOVEN = 0.25  # border per area, 1 / px, from which a part is woven into another: threads under 8 px, no sole
_PANEL, _AT_OUTLINE = 0.04, 0.08  # of a garment, and of its own border: from which a part may be a sleeve or a yoke
_SKIN_HUES, _SKIN_CHROMA = (35.0, 80.0), 60.0  # degrees, and below which
_TONE_HUE, _TONE_CHROMA, _TONE_LIGHT = 20.0, 15.0, 15.0  # degrees, chroma and L* of a lighter or darker tone of one hue
_SAME_CLOTH = 5.0  # CIEDE2000 up to which neighbouring parts of a hue are one cloth in uneven light
_SAME_MATERIAL = 20.0  # CIEDE2000 up to which a part of another view may be the same material in other light
_DARK, _DARK_CHROMA = 32.0, 12.0  # L* below which parts that differ by less than this in chroma are one dark material
_SHADE_LIGHT, _SHADE_CHROMA = 36.0, 11.0  # L* and feature chroma by which a fold or highlight may differ
_SOFT_EDGE = 0.75  # of the difference across a border that is crossed in 3 px, below which it is shading
_SHARP = 0.65  # how much less a sharp border forgives: it is no shading
_LEAST_PIECE = 10  # pixels
_GLOSS_ENCLOSED, _GLOSS_SOFT = 0.7, 0.9  # least share of a highlight's border, and the most it may be crossed in 3 px
_MATT = (0.7, 1.4)  # how much of the material's own light a highlight may show
_BURNT_OUT = 75.0  # L* from which a highlight might as well be a white stripe
_TINGED = 5.0  # chroma of a highlight from which one sees whose it is
_AS_GLOSS = 2.0  # CIEDE2000 from what the material would show with a lamp mirrored in it
_SPECK = 0.0012  # of the frame
_ONE_COLOUR = 0.5  # of the sole: from which it counts as of the upper's colour
_MORE_THAN_CROSSED = 0.25  # of a brush's strokes: a part with less of them is not meant
_UPPER = 0.5  # of the region: its least share above the sole


def dominant_region(parts: Parts, material: Array | None = None) -> Mask:
    """(R, R) the dominant colour's region.

    `material` is the Lab (3,) of what is dominant in the product's leading view: the part that is most like it leads
    then, so that a view which shows more of the sole or the lining does not take those. Where nothing is like it, the
    view's own dominant colour counts.
    """
    members = _leading_family(parts, _borders(parts), material)
    region, panels = _region(parts, members), _panels(parts, members)
    if panels.any():
        region = _with_shades(region | panels, parts)
    return _without_sole(region, parts)


def material_at(parts: Parts, places: Mask) -> Mask:
    """(R, R) the material that places (R, R) are on: of a sole and an upper of its colour, the one they are on more."""
    ranks, counts = np.unique(parts.labels[places & (parts.labels >= 0)], return_counts=True)
    if not len(ranks):
        return np.zeros_like(places)
    borders = _borders(parts)
    touched = ranks[counts >= _MORE_THAN_CROSSED * counts.sum()].tolist()
    region = _region(parts, sorted({member for rank in touched for member in _family(parts, borders, rank)}))
    if (places & parts.sole).sum() > counts.sum() / 2:
        return region & parts.sole
    return _without_sole(region, parts)


def _region(parts: Parts, members: list[int]) -> Mask:
    """Parts with what is their colour in other light."""
    region = np.isin(parts.labels, members)
    for _ in range(2):
        region = _with_shades(region, parts)
    return region


def material_of(parts: Parts) -> Array:
    """(3,) the Lab of the dominant colour, its parts counted by their weights."""
    members = _leading_family(parts, _borders(parts), None)
    weights = parts.weights[members]
    return np.asarray((parts.colours[members] * weights[:, None]).sum(0) / weights.sum(), np.float32)


def _leading_family(parts: Parts, borders: NDArray[np.int64], material: Array | None) -> list[int]:
    if material is not None:
        far = [float(ciede2000(colour, material)) for colour in parts.colours]
        nearest = int(np.argmin(far))
        if far[nearest] < _SAME_MATERIAL:
            return _family(parts, borders, nearest)
    return max((_family(parts, borders, k) for k in range(len(parts.colours))), key=lambda f: _weight(parts, f))


def _without_sole(region: Mask, parts: Parts) -> Mask:
    """The upper alone, without specks: a sole that is all of the upper's colour keeps it; a mere stripe on it is dyed."""
    region, upper = region & ~(parts.foot & ~parts.sole), region & ~parts.foot
    one_colour = (region & parts.sole).sum() > _ONE_COLOUR * parts.sole.sum()
    return _tidy(upper if one_colour and upper.sum() > _UPPER * region.sum() else region, parts)


def _weight(parts: Parts, family: list[int]) -> float:
    return float(parts.weights[family].sum())


def _family(parts: Parts, borders: NDArray[np.int64], first: int) -> list[int]:
    """The part with all tints of its hue that are woven into it or into one another."""
    area = np.bincount(parts.labels[parts.labels >= 0], minlength=len(parts.colours))
    members, waiting = [first], [first]
    while waiting:
        here = waiting.pop()
        for other in range(len(parts.colours)):
            woven = borders[here, other] > _WOVEN * max(1, area[other])  # thin rims must not lead on to broad parts
            shade = borders[here, other] > 0 and ciede2000(parts.colours[here], parts.colours[other]) < _SAME_CLOTH
            if other not in members and (woven or shade) and _same_hue(parts.colours[first], parts.colours[other]):
                members.append(other)
                waiting.append(other)
    return members


def _panels(parts: Parts, members: list[int]) -> Mask:
    """A garment's other panels in lighter or darker tones of the leading family's hue: sleeves, a yoke; no print, no skin.

    What is large and reaches the garment's outline is a panel; a print does not.
    """
    others = set(range(len(parts.colours))) - set(members) if parts.in_tones else set()
    tones = [k for k in others if _is_tone(parts.colours[k], parts.colours[members[0]])]
    toned = np.isin(parts.labels, tones)
    together = cv2.dilate(toned.astype(np.uint8), np.ones((9, 9), np.uint8)) * (parts.labels >= 0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(together.astype(np.uint8))
    found = np.zeros(labels.shape, bool)
    for label in range(1, count):
        ring = _ring(labels == label)
        at_outline = (ring & (parts.labels < 0)).sum() > _AT_OUTLINE * ring.sum()
        if at_outline and stats[label, cv2.CC_STAT_AREA] > _PANEL * (parts.labels >= 0).sum():
            found |= (labels == label) & toned
    return found


def _is_tone(colour: Array, leading: Array) -> bool:
    chroma = min(np.hypot(*colour[1:]), np.hypot(*leading[1:]))
    if chroma < _TONE_CHROMA or min(colour[0], leading[0]) < _TONE_LIGHT or may_be_skin(colour):
        return False
    return _turn(colour, leading) < _TONE_HUE


def may_be_skin(colour: Array) -> bool:
    """Whether a Lab colour (3,) is one that skin has."""
    hue = np.degrees(np.arctan2(colour[2], colour[1]))
    return bool(_SKIN_HUES[0] < hue < _SKIN_HUES[1] and np.hypot(colour[1], colour[2]) < _SKIN_CHROMA)


def _same_hue(first: Array, other: Array) -> bool:
    if max(first[0], other[0]) < _DARK:  # dark chroma is mostly noise, and bleeds from what lies beside
        return float(np.hypot(*(first - other)[1:])) < _DARK_CHROMA
    chroma = np.hypot(first[1], first[2]), np.hypot(other[1], other[2])
    readable = [_COLOURED + 16 * np.clip((40 - colour[0]) / 15, 0, 1) for colour in (first, other)]
    if chroma[0] < readable[0] or chroma[1] < readable[1] or chroma[0] < 0.35 * chroma[1]:
        return False
    return _turn(first, other) < _HUE


def _turn(first: Array, other: Array) -> float:
    """Degrees between two colours' hues."""
    turn = np.degrees(np.arctan2(first[2], first[1]) - np.arctan2(other[2], other[1]))
    return float(abs((turn + 180) % 360 - 180))


def _borders(parts: Parts) -> NDArray[np.int64]:
    """(K, K) number of neighbouring pixel pairs between each two parts."""
    count = np.zeros((len(parts.colours), len(parts.colours)), np.int64)
    for axis in (0, 1):
        own = np.moveaxis(parts.labels, axis, 0)
        a, b = own[:-1], own[1:]
        crossing = (a != b) & (a >= 0) & (b >= 0)
        np.add.at(count, (a[crossing], b[crossing]), 1)
    return count + count.T


@dataclass(frozen=True, kw_only=True)
class _Piece:
    """A connected piece of another part beside the region, seen in a window around it."""

    mask: Mask
    colour: Array  # (3,) mean feature
    beside: Array  # (3,) the region's near it
    enclosed: float  # share of its border that is the region
    softness: float  # difference crossed in 3 px at that border, of the whole difference
    window: tuple[slice, slice] = (slice(None), slice(None))
    share: float = 0.0  # of the frame


def _with_shades(region: Mask, parts: Parts) -> Mask:
    """Take in the pieces that are the region's own colour under other light."""
    grown = region.copy()
    for piece in _pieces(region, parts):
        if _is_shade(piece) or is_gloss(piece.colour, piece.beside, piece.enclosed, piece.softness):
            grown[piece.window] |= piece.mask
    return grown


def _is_shade(piece: _Piece) -> bool:
    light = abs(float(piece.colour[0] - piece.beside[0])) / LIGHT_WEIGHT
    chroma = float(np.hypot(*(piece.colour - piece.beside)[1:])) * tint_counts(piece.colour, piece.beside)
    soft = piece.softness < _SOFT_EDGE
    if piece.enclosed > 0.85 and piece.share < _SPECK:
        return light < 0.8 * _SHADE_LIGHT and chroma < 1.2 * _SHADE_CHROMA
    if piece.enclosed < 0.3 or chroma > (1.0 if soft else _SHARP) * _SHADE_CHROMA:
        return False
    return light < 12 or (light < _SHADE_LIGHT and soft)


def is_gloss(colour: Array, beside: Array, enclosed: float, softness: float) -> bool:
    """Whether a lighter piece is what lies beside it, with some of the lamp's white mirrored in it: gloss on leather.

    The dichromatic model (Shafer 1985): a highlight is k D + s W in linear light, D the material's colour, W the lamp's, which
    is white in a studio. Where either is too grey to show its hue, any grey part would do, and nothing is said. Nor of what the
    region does not enclose: along a white sole pixels mix in the same way. `colour` and `beside` are features (3,).
    """
    lit, base = lab_of_feature(colour), lab_of_feature(beside)
    rise = float(lit[0] - base[0])
    if enclosed < _GLOSS_ENCLOSED or softness > _GLOSS_SOFT or not 0 < rise < _SHADE_LIGHT:
        return False
    if lit[0] > _BURNT_OUT or np.hypot(*base[1:]) < _COLOURED or np.hypot(*lit[1:]) < _TINGED:
        return False
    seen, own = (to_linear(np.clip(lab_to_rgb(lab), 0, 1)) for lab in (lit, base))
    planes = np.column_stack([own, np.ones(3)])
    (matt, _), *_ = np.linalg.lstsq(planes, seen, rcond=None)
    matt = float(np.clip(matt, *_MATT))
    mirrored = max(float((seen - matt * own).mean()), 0.0)
    expected = rgb_to_lab(from_linear(np.clip(matt * own + mirrored, 0, 1)))
    return float(ciede2000(lit, expected)) < _AS_GLOSS


def _pieces(region: Mask, parts: Parts) -> list[_Piece]:
    pieces = []
    for rank in range(len(parts.colours)):
        other = (parts.mask(rank) & ~region).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(other, connectivity=4)
        for label in range(1, count):
            left, top, width, height, area = stats[label]
            if area >= _LEAST_PIECE:
                window = (slice(max(0, top - 13), top + height + 13), slice(max(0, left - 13), left + width + 13))
                piece = _piece(labels[window] == label, region[window], parts.features[window], parts.labels[window])
                if piece is not None:
                    pieces.append(replace(piece, window=window, share=area / region.size))
    return pieces


def _piece(mask: Mask, region: Mask, features: Array, labels: NDArray[np.int32]) -> _Piece | None:
    ring = _ring(mask)
    touching = ring & region
    if not touching.any():
        return None
    near = cv2.dilate(touching.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    beyond = cv2.dilate(touching.astype(np.uint8), np.ones((25, 25), np.uint8)).astype(bool)
    colour, beside = features[mask].mean(0), features[region & beyond].mean(0)
    across = float(np.linalg.norm(features[mask & near].mean(0) - features[region & near].mean(0)))
    whole = max(float(np.linalg.norm(colour - beside)), 1e-3)
    enclosed = float(touching.sum() / max(1, (ring & (labels >= 0)).sum()))
    return _Piece(mask=mask, colour=colour, beside=beside, enclosed=enclosed, softness=across / whole)


def _ring(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & ~mask)


def _tidy(region: Mask, parts: Parts) -> Mask:
    """Drop specks of the region that lie alone."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8), connectivity=8)
    keep = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] >= 8]
    return np.isin(labels, keep) if keep else region
