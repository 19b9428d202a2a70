"""A shoe without its laces: its outline is what it is without bumps, its cloth the shoe's own.

Colours go on along the row of laces, as seams, edges and light do there; grain is copied from the product beside them. Product and
ground are filled apart, so that neither bleeds into the other.

Fields are (S, S) in a window around the hole, (H, W) in the photo; colours sRGB in [0, 1].
"""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.edits.strokes import mask_in_frame
from gpu_worker.measures.colour import Array
from gpu_worker.painting.laces import RIM, Laces
from gpu_worker.painting.shapes import closed, dilated, disc, eroded, evened, turned, without_holes
from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.frame import Frame, Similarity, frame_at
from gpu_worker.segmentation.product_mask import ProductMask
from gpu_worker.transfer.hole import pushed_and_pulled, window_around
from gpu_worker.transfer.strips import sample_window

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Offset = NDArray[np.float64]

# Of the frame's side:
_RING = 0.03  # how far around the laces seams are followed
_BETWEEN = 0.03  # how far apart laces of the upper's colour may be
_ALONG, _ACROSS = 0.06, 0.003  # how far colours carry along the row, and across it
_GRAIN = 0.006  # what varies faster is the cloth's grain
_PIECE = 0.014  # how large pieces of grain are
_STEPS = (0.06, 0.09, 0.12, 0.16, 0.2, 0.24)  # along the row from where grain is copied, either way
_ASIDE = (-0.08, -0.04, 0.0, 0.04, 0.08, 0.12)  # and across it

_TURNS = (0, -4, 4, -8, 8, -12, 12)  # degrees by which seams may turn from the row of laces
_WINDOW, _AROUND = 256, 0.4  # pixels of the window; how much of the hole's size it has around it
_BARRED = 10.0  # cost of a place without product
_FAR_OFF = 0.1  # sRGB by which a stitch or a seam differs from the cloth around it
_GRAINS = 2.5  # times its mean: stronger is no grain
_RELIEF, _LEAST_RELIEF = 0.015, 0.5  # sRGB by which laces of the upper's colour stand out; their least share
_SOFT = 0.7  # pixels of a new outline's edge


@dataclass(frozen=True, kw_only=True, eq=False)
class Bare:
    """A photo without laces."""

    pixels: Pixels  # (H, W, 3)
    alpha: Pixels  # (H, W) the product's mask in it
    own: Pixels | None  # (H, W) a cut-out's opacity


def without_laces(photo: Photo, mask: ProductMask, laces: Laces, brushed: Mask) -> Bare:
    """The photo without the laces that the brush (H, W) touched; it must touch some."""
    hole = in_photo(laces.where, laces.frame.placing, brushed.shape) & brushed
    box = _box(hole)
    own = None if photo.alpha is None else photo.alpha[box]
    here = replace(photo, pixels=photo.pixels[box], alpha=own)
    bare = _bare(here, replace(mask, alpha=mask.alpha[box]), laces, hole[box])
    pixels, alpha = photo.pixels.copy(), mask.alpha.copy()
    pixels[box], alpha[box] = bare.pixels, bare.alpha
    if photo.alpha is None or bare.own is None:
        return Bare(pixels=pixels, alpha=alpha, own=None)
    opacity = photo.alpha.copy()
    opacity[box] = bare.own
    return Bare(pixels=pixels, alpha=alpha, own=opacity)


def _box(hole: Mask) -> tuple[slice, slice]:
    """The hole with as much around it as is looked at: the rest of a large photo costs no memory."""
    y, x = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    beyond = math.ceil((1 + _AROUND) * max(int(np.ptp(x)), int(np.ptp(y)), 8) / 2)
    return tuple(  # type: ignore[return-value]
        slice(max(0, int(line[0]) - beyond), min(length, int(line[-1]) + beyond + 1))
        for line, length in zip((y, x), hole.shape, strict=True)
    )


def _bare(photo: Photo, mask: ProductMask, laces: Laces, hole: Mask) -> Bare:
    window = _window(photo, mask, hole)
    ratio = window.placing.scale / laces.frame.placing.scale * len(laces.frame.alpha)
    there, solid = _in(hole, window), window.alpha > 0.5
    shown = _shown(window, there, laces, ratio)
    if not laces.told:
        there &= _in_relief(window, there, shown, ratio)
        hole = hole & in_photo(there, window.placing, hole.shape)
    stays = without_holes(evened(solid, laces.angle, ratio))
    alpha = np.where(hole, _outline(stays, window.placing, hole.shape), mask.alpha)
    made = _made(photo, mask, hole, shown, window, laces, ratio)
    ground = pushed_and_pulled(photo.pixels.astype(np.float32), ((mask.alpha == 0) & ~hole).astype(np.float32))
    opacity = alpha[..., None] / np.float32(255)
    both = np.clip(np.round(made * opacity + ground * (1 - opacity)), 0, 255).astype(np.uint8)
    own = None if photo.alpha is None else np.where(hole, np.minimum(photo.alpha, alpha), photo.alpha)
    return Bare(pixels=np.where(hole[..., None], both, photo.pixels), alpha=alpha, own=own)


def in_photo(where: Mask, placing: Similarity, shape: tuple[int, ...]) -> Mask:
    """A place of a frame in the photo (H, W)."""
    soft = cv2.GaussianBlur(where.astype(np.float32), (0, 0), 1.0)
    return np.asarray(sample_window(soft, placing, slice(0, shape[0]), slice(0, shape[1])) > 0.5)


def _window(photo: Photo, mask: ProductMask, hole: Mask) -> Frame:
    """A square around the hole."""
    y, x = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    scale = _WINDOW / ((1 + 2 * _AROUND) * max(int(np.ptp(x)), int(np.ptp(y)), 8))
    shifts = [_WINDOW / 2 - scale * (line[0] + line[-1] + 1) / 2 for line in (x, y)]
    return frame_at(photo, mask, Similarity(scale=scale, shift_x=shifts[0], shift_y=shifts[1]), _WINDOW)


def _in(where: Mask, window: Frame) -> Mask:
    return np.asarray(mask_in_frame(np.where(where, 255, 0).astype(np.uint8), window.placing, _WINDOW) > 0)


def _outline(stays: Mask, placing: Similarity, shape: tuple[int, ...]) -> Pixels:
    """(H, W) the product's opacity where it ends anew."""
    hard = in_photo(stays, placing, shape).astype(np.float32)
    return np.asarray(np.round(255 * cv2.GaussianBlur(hard, (0, 0), _SOFT)), np.uint8)


def _shown(window: Frame, there: Mask, laces: Laces, side: float) -> Array:
    """(S, S, 3) the product's colours as they go on along the row of laces, over the ground, too."""
    solid = eroded(window.alpha > 0.98, 1).astype(np.float32)
    weight = solid * (1 - (there & laces.told))
    beside = (solid > 0) & ~there & dilated(there, _RING * side)
    best, shown = np.inf, window.raw
    for turn in _TURNS:  # the way that what lies beside the laces goes
        mean, total = _along(window.raw, weight, laces.angle + turn, side)
        off = float(np.square(mean - window.raw)[beside].mean()) if beside.any() else 0.0
        if off < best:
            best, shown = off, pushed_and_pulled(mean, np.clip(total / 0.05, 0, 1))
    return np.asarray(np.clip(shown, 0, 1), np.float32)


def _in_relief(window: Frame, there: Mask, shown: Array, side: float) -> Mask:
    """(S, S) where laces of the upper's colour stand out from what goes on along their row; the ground, too."""
    solid = window.alpha > 0.98
    smooth = cv2.GaussianBlur(window.raw, (0, 0), max(0.5, _GRAIN * side / 2))
    apart = (np.abs(smooth - shown).max(2) > _RELIEF) & solid & there
    stands = cv2.morphologyEx(apart.astype(np.uint8), cv2.MORPH_OPEN, disc(_GRAIN * side / 2)) > 0
    if stands.sum() < _LEAST_RELIEF * (there & solid).sum():
        return there
    stands = closed(stands, _BETWEEN * side)
    return dilated(stands, RIM * side) | (dilated(stands, 4 * RIM * side) & ~solid)


def _along(colours: Array, weight: Array, angle: float, side: float) -> tuple[Array, Array]:
    """Mean (S, S, 3) and mass (S, S) of colours, gathered far along a way and little across it; what is far off it counts little."""
    for _ in range(2):
        weighted = np.dstack([colours * weight[..., None], weight])
        carried = cv2.GaussianBlur(turned(weighted, angle), (0, 0), sigmaX=_ALONG * side, sigmaY=_ACROSS * side)
        back = turned(carried, angle, back=True)
        mean = np.asarray(back[..., :3] / np.maximum(back[..., 3:], 1e-6), np.float32)
        weight = weight * np.exp(-np.square((colours - mean) / _FAR_OFF).sum(2))
    return mean, np.asarray(back[..., 3], np.float32)


def _made(photo: Photo, mask: ProductMask, hole: Mask, shown: Array, window: Frame, laces: Laces, side: float) -> Array:
    """(H, W, 3) in [0, 255], right in the hole alone: what is shown there, with the grain of the product's own cloth beside it."""
    rows, columns = window_around(hole)
    pixels = photo.pixels.astype(np.float32)
    sigma = _GRAIN * len(laces.frame.alpha) / laces.frame.placing.scale
    known = (eroded(mask.alpha > 250, 0.4 * sigma) & ~hole).astype(np.float32)
    total = cv2.GaussianBlur(known, (0, 0), sigma)
    grain = pixels - cv2.GaussianBlur(pixels * known[..., None], (0, 0), sigma) / np.maximum(total, 1e-6)[..., None]
    most = _GRAINS * float(np.abs(grain[known > 0]).mean())
    grain = np.clip(grain, -most, most)
    made = 255 * sample_window(shown, window.placing, rows, columns, repeat=True)
    for (dx, dy), share in _copied(window, _in(hole, window), shown, laces.angle, side):
        weight = sample_window(share, window.placing, rows, columns)
        move = np.array(
            [[1, 0, columns.start + dx / window.placing.scale], [0, 1, rows.start + dy / window.placing.scale]]
        )
        size = (columns.stop - columns.start, rows.stop - rows.start)
        made += weight[..., None] * cv2.warpAffine(grain, move, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    beside = known[rows, columns]
    made += pushed_and_pulled((pixels[rows, columns] - made) * beside[..., None], beside)
    result = pixels.copy()
    result[rows, columns] = made
    return result


def _copied(
    window: Frame, there: Mask, shown: Array, angle: float, side: float
) -> list[tuple[NDArray[np.float64], Array]]:
    """From where grain is copied, (x, y) in pixels of the window, and for each the share (S, S) of a place that comes from there."""
    usable = eroded(window.alpha > 0.98, 2) & ~dilated(there, 2)
    smooth = cv2.GaussianBlur(window.raw, (0, 0), max(0.5, _GRAIN * side))
    rough = cv2.GaussianBlur(np.square(window.raw - smooth).sum(2), (0, 0), 2.0)
    rough = np.maximum(rough - 2 * float(np.median(rough[usable])), 0) if usable.any() else rough
    way = np.radians(angle)
    along, aside = np.array([np.cos(way), np.sin(way)]), np.array([-np.sin(way), np.cos(way)])
    steps = (0.0, *_STEPS, *(-step for step in _STEPS))
    offsets = [side * (a * along + b * aside) for a in steps for b in _ASIDE if (a, b) != (0.0, 0.0)]
    costs = np.stack([_cost(usable, smooth, rough, shown, offset, side) for offset in offsets])
    chosen = costs.argmin(0)
    best = costs.min(0) < _BARRED / 2
    labels = np.unique(chosen[there & best]).tolist()
    return [(offsets[k], cv2.GaussianBlur(((chosen == k) & best).astype(np.float32), (0, 0), 1.5)) for k in labels]


def _cost(usable: Mask, smooth: Array, rough: Array, shown: Array, offset: NDArray[np.float64], side: float) -> Array:
    """(S, S) how ill what lies an offset away goes where something is shown."""
    move = np.array([[1, 0, offset[0]], [0, 1, offset[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    barred = 1 - cv2.warpAffine(usable.astype(np.float32), move, usable.shape, flags=flags)
    there = cv2.warpAffine(np.dstack([smooth, rough]), move, usable.shape, flags=flags)
    unlike = np.square(there[..., :3] - shown).sum(2) + 20 * there[..., 3]
    return np.asarray(cv2.GaussianBlur(unlike + _BARRED * barred, (0, 0), _PIECE * side), np.float32)
