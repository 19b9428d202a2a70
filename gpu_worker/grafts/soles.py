"""The sole of one shoe under another: its colours and stripes, within the outline of the sole that is there.

Both soles are strips between two lines: the border with the upper, and the lower outline. Each line runs from heel to toe, round the toe
where the shoe is seen at an angle, and is moved to where the photo's colours change most. A place is told by how far along the lines it
lies and how far from one to the other; so soles that face either way, and are thicker or thinner, go together.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator

from gpu_worker.grafts.grafted import TOUCHED, Colours, DoesNotFit, Grafted, NoSuchPart
from gpu_worker.grafts.lines import evenly, longest_run, smoothed, snapped
from gpu_worker.grafts.printed import Mask, Pixels, disc
from gpu_worker.measures.colour import Array, fast_lab, fast_rgb
from gpu_worker.measures.structure import structure_kept
from gpu_worker.segmentation.frame import Frame
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.transfer.matte import matte_window
from gpu_worker.transfer.recolour import prepare_region
from gpu_worker.transfer.strips import dither, sample_window

Line = NDArray[np.float64]

ALONG, ACROSS = 160, 24  # places of a strip
_ENDS = 8  # of them, in which thickness says nothing
_INSET = (0.06, 0.92)  # of the way across: nearer to its edges the example's sole is mixed with what lies beside it
_THICKER = 0.55  # natural logarithm: soles more unlike than 1.7 times as thick do not go together
_OTHER_SHAPE = 0.7  # likewise, of one place against the whole: a heel, or none
_TOUCHES = 4  # frame pixels between the sole and what is the upper
_UPPER_REACH, _LOWER_REACH = 16, 14  # frame pixels by which lines may be off
_SLOPE = 1.3  # at a line's ends, steeper is the heel's back or the toe's front, and no border with the upper


@dataclass(frozen=True, kw_only=True, eq=False)
class Strip:
    """A sole in the named parts' frame."""

    upper: Line  # (ALONG, 2) x, y from heel to toe
    lower: Line
    mask: Mask  # (R, R)

    @property
    def thickness(self) -> NDArray[np.float64]:
        """(ALONG,) in lengths of the sole."""
        length = np.linalg.norm(np.diff(self.upper, axis=0), axis=1).sum()
        return np.asarray(np.linalg.norm(self.upper - self.lower, axis=1) / max(float(length), 1.0))

    def places(self, near: float = 0.0, far: float = 1.0) -> Line:
        """(ALONG * ACROSS, 2) from `near` the upper to `far` from it."""
        across = np.linspace(near, far, ACROSS)[None, :, None]
        return np.asarray(((1 - across) * self.upper[:, None] + across * self.lower[:, None]).reshape(-1, 2))


@dataclass(frozen=True, kw_only=True, eq=False)
class Shoe:
    """A photo with its sole as a strip."""

    pixels: Pixels
    alpha: Pixels  # (H, W) the product's mask
    frame: Frame
    sole: Strip


def shoe_of(pixels: Pixels, alpha: Pixels, named: NamedParts) -> Shoe:
    """Raises NoSuchPart where no sole is seen, or no border of it."""
    product = named.labels >= 0
    return Shoe(pixels=pixels, alpha=alpha, frame=named.frame, sole=strip_of(named.frame, named.mask("sole"), product))


def strip_of(frame: Frame, found: Mask, product: Mask) -> Strip:
    """The strip of a sole that was found, (R, R). Raises NoSuchPart."""
    sole = _one_piece(found, product)
    upper, lower = _lines(sole, product)
    lab = cv2.GaussianBlur(fast_lab(np.ascontiguousarray(frame.raw, np.float32)), (0, 0), 1.0)
    upper = smoothed(snapped(smoothed(upper, 6), lab, _UPPER_REACH), 1.5)
    lower = smoothed(snapped(smoothed(lower, 3), lab, _LOWER_REACH), 1.5)
    mask = np.zeros(product.shape, np.uint8)
    cv2.fillPoly(mask, [np.concatenate([upper, lower[::-1]]).round().astype(np.int32)], 1)
    return Strip(upper=evenly(upper, ALONG), lower=lower, mask=(mask > 0) & product)


def _one_piece(found: Mask, product: Mask) -> Mask:
    whole = cv2.morphologyEx(
        cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_OPEN, disc(3)), cv2.MORPH_CLOSE, disc(7)
    )
    outlines, _ = cv2.findContours(whole * product.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        raise NoSuchPart("No sole was found in the photo.")
    filled = np.zeros(found.shape, np.uint8)
    cv2.drawContours(filled, [max(outlines, key=len)], -1, 1, cv2.FILLED)
    return filled > 0


def _lines(sole: Mask, product: Mask) -> tuple[Line, Line]:
    """The border with the upper, and the rest of the outline, from heel to toe. Raises NoSuchPart."""
    outlines, _ = cv2.findContours(sole.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=len)[:, 0].astype(np.float64)
    above = np.zeros((2 * _TOUCHES + 1,) * 2, np.uint8)
    above[: _TOUCHES + 1] = 1  # what lies below a sole and is taken for the product is its shadow
    beside = cv2.dilate((product & ~sole).astype(np.uint8), above) > 0
    x, y = outline.astype(int).T
    run = longest_run(beside[y, x])
    if run is None:
        raise NoSuchPart("The border between sole and upper is not to be seen in the photo.")
    outline, (first, last) = np.roll(outline, -run[0], axis=0), _level(np.roll(outline, -run[0], axis=0)[: run[1]])
    upper, lower = outline[first:last], np.concatenate([outline[last - 1 :], outline[: first + 1]])
    if (upper[0, 0] < upper[-1, 0]) != heel_is_left(product):
        upper = upper[::-1]
    if np.linalg.norm(lower[0] - upper[0]) > np.linalg.norm(lower[-1] - upper[0]):
        lower = lower[::-1]
    return evenly(upper, ALONG), evenly(lower, ALONG)


def _level(border: Line) -> tuple[int, int]:
    """From where to where a border runs along the shoe; the ends that turn down its back and front are left out."""
    count = len(border)
    along = np.abs(np.gradient(smoothed(border, 4), axis=0))
    steep, end = along[:, 1] > _SLOPE * along[:, 0], int(0.18 * count)
    head, tail = np.flatnonzero(steep[:end]), np.flatnonzero(steep[count - end :])
    first, last = (head[-1] + 1 if len(head) else 0), (count - end + tail[0] if len(tail) else count)
    return int(first), int(last)


def heel_is_left(product: Mask) -> bool:
    """Shoes are taller at the heel's end."""
    columns = np.flatnonzero(product.any(0))
    third, heights = len(columns) // 3, product.sum(0)
    return bool(heights[columns[:third]].mean() > heights[columns[-third:]].mean())


def with_sole_of(target: Shoe, example: Shoe, colours: Colours = "theirs") -> Grafted:
    """The target's photo with the example's sole. Raises DoesNotFit for one of another shape."""
    _check_shape(target.sole, example.sole)
    region = prepare_region(target.pixels, target.alpha, target.frame, target.sole.mask)
    rows, columns = region.rows, region.columns
    before = np.multiply(target.pixels[rows, columns], np.float32(1 / 255), dtype=np.float32)
    alpha = np.ascontiguousarray(target.alpha[rows, columns])
    matte, pure = matte_window(region.fields, before, alpha, rows, columns)
    seen = _seen_there(target, example, rows, columns)
    new = _in_colours_of(seen, pure, matte) if colours == "own" else seen
    after = before + matte[..., None] * (new - pure)
    level = np.clip(after * 255 + dither(rows, columns)[..., None], 0, 255).astype(np.uint8)
    result, weight = target.pixels.copy(), np.zeros(target.alpha.shape, np.float32)
    result[rows, columns] = np.where(matte[..., None] > TOUCHED, level, target.pixels[rows, columns])
    weight[rows, columns] = np.where(matte > TOUCHED, matte, 0)
    wanted, place = np.round(seen * 255).astype(np.uint8), np.round(matte * 255).astype(np.uint8)
    measures = {
        "part_likeness": structure_kept(wanted, result[rows, columns], place),
        "part_likeness_before": structure_kept(wanted, target.pixels[rows, columns], place),
        "example_enlarged": example.frame.placing.scale / target.frame.placing.scale,
    }
    return Grafted(pixels=result, weight=weight, measures=measures)


def _check_shape(here: Strip, there: Strip) -> None:
    """Raises DoesNotFit."""
    apart = np.log(np.maximum(there.thickness, 1e-3) / np.maximum(here.thickness, 1e-3))[_ENDS:-_ENDS]
    middle = float(np.median(apart))
    if float(np.abs(apart - middle).max()) > _OTHER_SHAPE:
        raise DoesNotFit("The other shoe's sole has another shape, such as a heel: it would not fit under this shoe.")
    if abs(middle) > _THICKER:
        word = "thick" if middle > 0 else "thin"
        raise DoesNotFit(f"The other shoe's sole is nearly twice as {word}, or more: it would not fit under this shoe.")


def _seen_there(target: Shoe, example: Shoe, rows: slice, columns: slice) -> Array:
    """What the example's photo shows at the places of the target's window, (h, w, 3) sRGB."""
    here, there = target.sole.places(), example.sole.places(*_INSET)
    wide = cv2.dilate(target.sole.mask.astype(np.uint8), disc(4)) > 0
    y, x = np.nonzero(wide)
    points = np.stack([x, y], 1)
    found = LinearNDInterpolator(here, there)(points)
    lost = np.isnan(found[:, 0])
    found[lost] = NearestNDInterpolator(here, there)(points[lost])
    field = np.zeros((*wide.shape, 3), np.float32)
    field[y, x] = np.column_stack([found + 0.5, np.ones(len(found))])
    field = cv2.GaussianBlur(field, (0, 0), 1.5)
    at = sample_window(field, target.frame.placing, rows, columns)
    place = example.frame.placing
    in_frame = at[..., :2] / np.maximum(at[..., 2:], 1e-3)
    map_x, map_y = (in_frame[..., 0] - place.shift_x) / place.scale, (in_frame[..., 1] - place.shift_y) / place.scale
    shown = np.multiply(example.pixels, np.float32(1 / 255), dtype=np.float32)
    if (ratio := target.frame.placing.scale / place.scale) > 1:
        shown = cv2.GaussianBlur(shown, (0, 0), 0.4 * ratio)
    seen = cv2.remap(shown, map_x - 0.5, map_y - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.float32)


def _in_colours_of(new: Array, old: Array, matte: Array) -> Array:
    """The new sole with the old one's middle colour, (h, w, 3) sRGB."""
    inside = matte > 0.9
    theirs, ours = fast_lab(new), fast_lab(old)
    shift = np.median(ours[inside], axis=0) - np.median(theirs[inside], axis=0)
    return fast_rgb(np.asarray(theirs + shift, np.float32))
