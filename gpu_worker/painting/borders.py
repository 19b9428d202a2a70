"""More or less of a part, by moving one of its borders: a sole's lower line, a shoe's top, the ends of sleeves (hems: hems.py).

Between a line that stays and the border, the photo is stretched or shrunk; what lies beyond the border, ground and shadow, goes with it.
One smooth field (R, R, 2), or one with rows below the frame, says by how many frame pixels (x, y) what is seen at a place was moved: the
photo's own pixels go elsewhere, and nothing is made up.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.grafts.printed import Mask, Pixels, disc
from gpu_worker.grafts.soles import Strip
from gpu_worker.measures.colour import Array, fast_lab
from gpu_worker.segmentation.frame import Similarity
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.transfer.strips import for_each_strip, sample_window

# how far a border moves at strength 1, of a sole's thickness, of what stands on the sole, of a sleeve's length
_THICKER, _HIGHER, _SLEEVES = 0.4, 0.15, 0.25
_WHOLE = 0.7  # of the product's width
_HEEL = 0.34  # of the sole's length: thicker in one place, and it is a heel
_FADE, _SMOOTH, LINE = 0.06, 0.05, 0.006  # of the frame's side
WIDE = 0.2  # likewise, below a product, where its shadow lies
_UPPER_ZONE, _SLEEVE_ZONE = 0.5, 0.35  # of the part's length: from there it is stretched
_LONG_SLEEVE = 2.2  # times as long as wide
_TOUCHES = 0.85  # of its length: a long sleeve that touches the body further down than that lies on it
AROUND = 0.06  # of the frame's side: how far around a border there must be nothing but ground
_GROUND, _SHADOW = (
    8.0,
    0.4,
)  # Lab by which the ground there may differ from the rest of it; lightness counts less: it may lie in shadow
_OTHER, _EDGE = (
    0.03,
    4,
)  # share of it that may be something else; frame pixels beside the product that are not looked at
_STILL = 1e-3  # photo pixels
_BLEED = 2  # frame pixels of a part's edge
_ROUNDS = 8  # until a place has arrived: each comes nearer by the share of the field's slope


def share_moved(action: str, strength: float, most: float) -> float:
    """Of a part's size, by which its border moves: `most` at strength 1; less undoes more."""
    return most * strength if action == "more" else 1 / (1 + most * strength) - 1


def sole_moved(sole: Strip, product: Mask, action: str, strength: float) -> Array:
    """The lower line of a sole, which ends its product (R, R), and all below it go down or up. Raises DoesNotFit for a heel."""
    if float(sole.thickness.max()) > _HEEL:
        raise DoesNotFit("This shoe has a high heel: its sole can be made neither thicker nor thinner.")
    side = len(sole.mask)
    columns, x = np.flatnonzero(sole.mask.any(0)), np.arange(side)
    if len(columns) < _WHOLE * product.any(0).sum():
        raise DoesNotFit("The sole was not found from heel to toe in this photo.")
    order = sole.upper[:, 0].argsort()
    upper = smooth(np.interp(x, sole.upper[order, 0], sole.upper[order, 1]), LINE * side)
    ends = [np.flatnonzero(product[:, column])[-1] + 1 for column in columns]
    thickness = np.maximum(smooth(np.interp(x, columns, ends), LINE * side) - upper, 1)
    moved = share_moved(action, strength, _THICKER) * thickness
    moved[: columns[0]], moved[columns[-1] :] = moved[columns[0]], moved[columns[-1]]
    moved = smooth(moved, _SMOOTH * side) * faded(x, columns[0], columns[-1], WIDE * side)
    return vertical(np.clip((np.arange(side)[:, None] - upper) / (thickness + moved), 0, 1) * moved)


def without_gaps(sole: Mask) -> Mask:
    """(R, R) with what lies between two pieces of it, side by side."""
    return np.asarray(
        cv2.morphologyEx(sole.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, len(sole) // 4), np.uint8)) > 0
    )


def upper_moved(named: NamedParts, action: str, strength: float) -> Array:
    """A shoe's top goes up or down, and what stands on the sole with it."""
    side, product, sole = len(named.labels), named.labels >= 0, named.mask("sole")
    top = int(np.flatnonzero(product.any(1))[0])
    floor = float(np.median(sole.argmax(0)[sole.any(0)])) if sole.any() else float(np.flatnonzero(product.any(1))[-1])
    moved = share_moved(action, strength, _HIGHER) * (floor - top)
    start, x = top + _UPPER_ZONE * (floor - top), np.arange(side)
    columns = np.flatnonzero(product[: int(start)].any(0))
    up = np.clip((start - np.arange(side)[:, None]) / (start - top + moved), 0, 1) * moved
    return vertical(-up * faded(x, columns[0], columns[-1], _FADE * side))


def sleeves_moved(named: NamedParts, action: str, strength: float) -> Array:
    """The sleeves' ends go away from the body or towards it. Raises DoesNotFit where they are not seen against the ground."""
    sleeves, body = named.mask("sleeves"), body_of(named) | named.mask("collar")
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(sleeves.astype(np.uint8))
    large = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] > 0.2 * sleeves.sum()]
    beside_body = cv2.dilate(body.astype(np.uint8), disc(3 * _BLEED)) > 0
    field = np.zeros((*sleeves.shape, 2), np.float32)
    for sleeve in (pieces == k for k in large):
        if not (sleeve & beside_body).any():
            raise DoesNotFit("Where the sleeves begin is not to be seen in this photo.")
        field += _sleeve_moved(named, sleeve, sleeve & beside_body, share_moved(action, strength, _SLEEVES))
    return sparing(field, body)


def _sleeve_moved(named: NamedParts, sleeve: Mask, join: Mask, share: float) -> Array:
    side = len(sleeve)
    places = np.stack(np.nonzero(sleeve)[::-1], 1).astype(np.float64)
    beside = np.stack(np.nonzero(join)[::-1], 1).astype(np.float64)
    narrow, wide = np.sqrt(np.linalg.eigvalsh(np.cov(places.T)))
    is_long = wide > _LONG_SLEEVE * narrow  # it lies along the body, and begins at the shoulder
    begin = (beside[beside[:, 1] <= np.percentile(beside[:, 1], 25)] if is_long else beside).mean(0)
    apart = np.linalg.norm(places - begin, axis=1)
    axis = places[apart >= np.percentile(apart, 90)].mean(0) - begin
    axis /= np.linalg.norm(axis)
    along_sleeve, across_sleeve = (places - begin) @ axis, (places - begin) @ np.array([-axis[1], axis[0]])
    length = float(np.percentile(along_sleeve, 98))
    if is_long and float(((beside - begin) @ axis).max()) > _TOUCHES * length:
        raise DoesNotFit("A sleeve lies on the body in this photo: it can be made neither longer nor shorter.")
    moved, start = share * length, _SLEEVE_ZONE * length
    y, x = np.mgrid[:side, :side]
    along = (x - begin[0]) * axis[0] + (y - begin[1]) * axis[1]
    across = (y - begin[1]) * axis[0] - (x - begin[0]) * axis[1]
    end = (along > 0.7 * length) & (cv2.dilate(sleeve.astype(np.uint8), disc(round(AROUND * side))) > 0)
    check_ground(named, end, "The end of a sleeve")
    ends = across_sleeve[along_sleeve > start]
    reach = np.clip((along - start) / (length + moved - start), 0, 1) * moved
    reach *= faded(across, ends.min() - _EDGE, ends.max() + _EDGE, _FADE * side) * faded(
        along, 0, length + abs(moved) + _FADE * side, _FADE * side
    )
    return np.asarray(reach[..., None] * axis, np.float32)


def body_of(named: NamedParts) -> Mask:
    """(R, R) a shirt's body with what lies on it."""
    return named.mask("body") | named.mask("print") | named.mask("buttons")


def sparing(field: Array, part: Mask) -> Array:
    """The field, still where a place, or what it would show, is of a part that stays."""
    stays = cv2.dilate(part.astype(np.uint8), disc(_BLEED)) > 0
    soft = cv2.GaussianBlur((stays | part_moved(stays, field)).astype(np.float32), (0, 0), 1.0)
    return np.asarray(field * (1 - soft[..., None]), np.float32)


def check_ground(named: NamedParts, beside: Mask, what: str) -> None:
    """Raises DoesNotFit where something else than even ground lies there beside the product: trousers, an arm, the photo's edge."""
    frame, bare = named.frame, named.frame.alpha < 0.02
    clear = beside & ~(cv2.dilate((named.labels >= 0).astype(np.uint8), disc(_EDGE)) > 0)
    if bare.any() and clear.any():
        ground = np.median(frame.raw[bare], axis=0)[None, None]
        lab, wanted = (fast_lab(np.ascontiguousarray(colours, np.float32)) for colours in (frame.raw, ground))
        apart = np.linalg.norm((lab - wanted) * np.array([_SHADOW, 1, 1], np.float32), axis=2)
        if (apart[clear] > _GROUND).mean() <= _OTHER:
            return
    raise DoesNotFit(f"{what} is not seen against an even ground: this needs a shirt that lies or hangs alone.")


def check_room(field: Array, product: Mask, placing: Similarity, height: int, width: int) -> None:
    """Raises DoesNotFit where the product could be cut off at the photo's edge."""
    if not room_for(field, product, placing, height, width):
        raise DoesNotFit("There is no room around the product in this photo: ask for less, or leave some ground there.")


def room_for(field: Array, product: Mask, placing: Similarity, height: int, width: int) -> bool:
    """Whether a product (R, R) moved by a field stays in the photo (height, width)."""
    before = np.argwhere(product)[:, ::-1].astype(np.float32)
    after = _taken_along(before, field)
    first, last = np.minimum(before, after).min(0), np.maximum(before, after).max(0) + 1
    (left, top), (right, bottom) = placing.to_photo(np.array([first, last]))
    return bool(left >= 0 and top >= 0 and right <= width and bottom <= height)


def moved(pixels: Pixels, field: Array, placing: Similarity) -> tuple[Pixels, Mask]:
    """A photo (H, W[, 3]) moved by a field of its frame, and where it was: elsewhere every value stays."""
    height, width = pixels.shape[:2]
    result, where = pixels.copy(), np.zeros((height, width), bool)

    def work(rows: slice) -> None:
        shift = sample_window(field, placing, rows, slice(0, width), repeat=True) / np.float32(placing.scale)
        y, x = np.mgrid[rows, :width].astype(np.float32)
        seen = cv2.remap(pixels, x - shift[..., 0], y - shift[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        where[rows] = np.abs(shift).max(2) > _STILL
        result[rows][where[rows]] = seen[where[rows]]

    for_each_strip(work, slice(0, height), width)
    return result, where


def _taken_along(places: NDArray[np.float32], field: Array) -> NDArray[np.float32]:
    """(N, 2) where places (x, y) go: the field says at each place how far what is shown there has come."""
    moved = places
    for _ in range(_ROUNDS):
        x, y = np.clip(np.round(moved), 0, np.array(field.shape[1::-1]) - 1).astype(np.intp).T
        moved = places + field[y, x]
    return moved


def part_moved(part: Mask, field: Array) -> Mask:
    """(R, R) where a part is afterwards, in the same frame."""
    height, width = part.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    shift = field[:height]
    there = cv2.remap(part.astype(np.float32), x - shift[..., 0], y - shift[..., 1], cv2.INTER_LINEAR)
    return np.asarray(there > 0.5)


def vertical(down: NDArray[np.floating]) -> Array:
    """A field (R, R, 2) that moves down only."""
    return np.dstack([np.zeros_like(down), down]).astype(np.float32)


def smooth(line: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """A line (R,) by a Gaussian."""
    smooth = cv2.GaussianBlur(np.asarray(line, np.float32)[None], (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth[0], np.float64)


def faded(places: NDArray[Any], first: float, last: float, reach: float) -> NDArray[np.float64]:
    """1 between first and last, 0 from `reach` beyond."""
    share = np.clip(1 - np.maximum(first - places, places - last) / reach, 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float64)
