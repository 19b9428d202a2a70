"""Apply a change seen on the manifold to the full-size photo: warp, recolour, fill what is uncovered, blend.

Colour is first applied to a 256 px copy, then refitted as a local affine on that copy's own colours, so that its borders
follow the photo's (bilateral guided upsampling, Chen et al. 2016, with guided-filter windows, He et al. 2013). What lies
behind the product is the photo where no product was, and the background model where it was: pixels outside both the old
and the new outline stay bit-identical.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array
from gpu_worker.segmentation.background import Background
from gpu_worker.segmentation.frame import Frame, Similarity
from gpu_worker.segmentation.outline import spread
from gpu_worker.segmentation.product_mask import ProductMask
from gpu_worker.transfer.motion_colour import Change, warp
from gpu_worker.transfer.strips import dither, for_each_strip, sample_window, window_of

Pixels = NDArray[np.uint8]

_WINDOW = 5  # radius in pixels of the 256 px copy of the refit's windows
_RIDGE = 0.003  # variance of colour below which a window's affine is only an offset
_STILL = 0.02  # motion in frame pixels below which nothing is moved
_CLEAR = 0.01  # opacity below which a pixel of the frame shows the background


@dataclass(frozen=True, kw_only=True, eq=False)
class PhotoChange:
    """A change in the frame, ready for any size of the photo. Colours in [0, 1], motion in photo pixels."""

    affine: Array | None  # (Q, Q, 12), rows of A one after the other; None: colours stay
    flow: Array | None  # (Q, Q, 2) x, y; None: nothing moves
    behind: Array  # (Q, Q, 3) what lies behind the product: the background's colours around it, its shadow included
    placing: Similarity  # of the (Q, Q) frame


def prepare_change(change: Change, frame: Frame, *, colour: bool = True) -> PhotoChange:
    """From the change between two generated images, N = 1, to one for the photo whose 256 px frame is given.

    With `colour` False only the motion is taken.
    """
    side, resolution = frame.image.shape[0], change.flow.shape[-1]
    affine = _refit(frame, _changed(change, frame), frame.alpha) if colour else None
    moved = change.flow[0].cpu().numpy()
    flow = None
    if float(np.abs(moved).max()) > _STILL:
        large = cv2.resize(moved.transpose(1, 2, 0), (side, side), interpolation=cv2.INTER_CUBIC)
        pixels_per_step = side / resolution / frame.placing.scale
        flow = np.asarray(large * pixels_per_step, np.float32)
    return replace(unmoved(frame), affine=affine, flow=flow)


def unmoved(frame: Frame) -> PhotoChange:
    """The change of a photo that stays where it is, for what is laid into it."""
    behind = spread(frame.raw, (frame.alpha < _CLEAR).astype(np.float32))
    return PhotoChange(affine=None, flow=None, behind=behind, placing=frame.placing)


def _changed(change: Change, frame: Frame) -> Array:
    """The 256 px copy with the generated images' affine, enlarged smoothly; (Q, Q, 3) in [0, 1], not clipped.

    The affine says what became of a pixel seen at its new place; the copy is not warped, so it is read there by forward
    motion, which for smooth motion is the flow's negative.
    """
    side = frame.image.shape[0]
    affine = change.affine[0].flatten(0, 1)[None]
    if float(change.flow.abs().max()) > _STILL:
        affine = warp(affine, -change.flow)
    field = torch.nn.functional.interpolate(affine, size=(side, side), mode="bicubic", align_corners=False)[0]
    matrix = field.cpu().numpy().reshape(3, 4, side, side)
    signed = frame.image.transpose(2, 0, 1) * 2 - 1
    result = (matrix[:, :3] * signed[None]).sum(1) + matrix[:, 3]
    return np.asarray((result.transpose(1, 2, 0) + 1) / 2, np.float32)


def _refit(frame: Frame, wanted: Array, alpha: Array) -> Array:
    """(Q, Q, 12) local affine from the copy's colours to the wanted ones, windows weighted by the product's mask."""
    colours, weight = frame.raw, np.maximum(alpha, 1e-3)[..., None]
    change = wanted - frame.image
    size = (2 * _WINDOW + 1, 2 * _WINDOW + 1)

    def mean(field: Array) -> Array:
        return np.asarray(cv2.blur(field, size, borderType=cv2.BORDER_REFLECT), np.float32)

    total = mean(weight[..., 0])[..., None]
    mean_x, mean_d = mean(colours * weight) / total, mean(change * weight) / total
    xx = np.stack([mean(colours[..., i : i + 1] * colours * weight) / total for i in range(3)], -2)
    dx = np.stack([mean(change[..., i : i + 1] * colours * weight) / total for i in range(3)], -2)
    xx -= mean_x[..., :, None] * mean_x[..., None, :]
    dx -= mean_d[..., :, None] * mean_x[..., None, :]
    slope = np.linalg.solve(xx + _RIDGE * np.eye(3, dtype=np.float32), dx.swapaxes(-1, -2)).swapaxes(-1, -2)
    offset = mean_d - (slope @ mean_x[..., None])[..., 0]
    both = np.concatenate([slope + np.eye(3, dtype=np.float32), offset[..., None]], -1).reshape(*alpha.shape, 12)
    both = mean(both * weight) / total  # overlapping windows vote
    return np.asarray(both, np.float32)


def apply_change(pixels: Pixels, mask: ProductMask, change: PhotoChange) -> tuple[Pixels, Pixels]:
    """The changed photo (H, W, 3) and the product's new mask (H, W), both uint8."""
    if change.flow is None:
        if change.affine is None:
            return pixels.copy(), mask.alpha
        return _recoloured(pixels, mask, change), mask.alpha
    return _moved(pixels, mask, change)


def _recoloured(pixels: Pixels, mask: ProductMask, change: PhotoChange) -> Pixels:
    result = pixels.copy()
    columns = _extent(mask.alpha.max(0))

    def work(rows: slice) -> None:
        window = (rows, columns)
        alpha = mask.alpha[window]
        if not alpha.any():
            return
        before = np.multiply(pixels[window], np.float32(1 / 255), dtype=np.float32)
        own = _unmixed(before, alpha, mask.background, pixels.shape[:2], rows, columns)
        after = _affine_window(change, own, rows, columns)
        after -= own
        after *= alpha[..., None] * np.float32(1 / 255)
        after += before
        cv2.copyTo(_quantise(after, rows, columns), np.ascontiguousarray(alpha), result[window])

    for_each_strip(work, _extent(mask.alpha.max(1)), columns.stop - columns.start)
    return result


def _moved(pixels: Pixels, mask: ProductMask, change: PhotoChange) -> tuple[Pixels, Pixels]:
    flow_hw2 = change.flow
    assert flow_hw2 is not None
    height, width = mask.alpha.shape
    around = cv2.dilate((sample_alpha(mask, change) > 0).astype(np.uint8), np.ones((3, 3), np.uint8))
    farthest = float(np.abs(flow_hw2).max()) * change.placing.scale
    rows, columns = window_of(around.astype(bool), change.placing, height, width, margin=farthest + 4)
    result, outline = pixels.copy(), mask.alpha.copy()
    product = np.dstack([pixels, mask.alpha])

    def work(part: slice) -> None:
        window = (part, columns)
        flow = np.dstack(
            [sample_window(np.ascontiguousarray(flow_hw2[..., c]), change.placing, part, columns) for c in (0, 1)]
        )
        flow = _clear_of_borders(flow, part, columns, height, width)
        seen = _remap(product, flow, part, columns)
        seen[..., 3] *= seen[..., 3] >= 1
        alpha = seen[..., 3:] * np.float32(1 / 255)
        before = np.multiply(pixels[window], np.float32(1 / 255), dtype=np.float32)
        old = mask.alpha[window][..., None] * np.float32(1 / 255)
        behind = sample_window(change.behind, change.placing, part, columns, repeat=True)
        plate = np.where(old > 0, behind, before)
        own = np.clip((seen[..., :3] / 255 - (1 - alpha) * behind) / np.maximum(alpha, 0.05), 0, 1)
        if change.affine is not None:
            own = _affine_window(change, own.astype(np.float32), part, columns)
        after = (alpha * own + (1 - alpha) * plate).astype(np.float32)
        touched = ((alpha > 0) | (old > 0))[..., 0].astype(np.uint8)
        if change.affine is None:  # where nothing moves, nothing may change
            touched &= (np.abs(flow).max(2) > 1e-3).astype(np.uint8)
        cv2.copyTo(_quantise(after, part, columns), touched, result[window])
        cv2.copyTo(np.round(seen[..., 3]).astype(np.uint8), touched, outline[window])

    for_each_strip(work, rows, columns.stop - columns.start)
    return result, outline


def sample_alpha(mask: ProductMask, change: PhotoChange) -> Array:
    """The product's mask in the change's frame, nearest pixel."""
    assert change.flow is not None
    side = change.flow.shape[0]
    p = change.placing
    matrix = np.array([[p.scale, 0, p.shift_x], [0, p.scale, p.shift_y]], np.float64)
    return np.asarray(cv2.warpAffine(mask.alpha, matrix, (side, side), flags=cv2.INTER_AREA), np.float32)


def _clear_of_borders(flow: Array, rows: slice, columns: slice, height: int, width: int) -> Array:
    """No motion across the photo's border: what is cut off there has nothing behind it to bring in."""
    y, x = np.arange(rows.start, rows.stop)[:, None], np.arange(columns.start, columns.stop)[None]
    nearest = np.minimum(np.minimum(y, height - 1 - y), np.minimum(x, width - 1 - x))
    fade = np.clip(nearest / (0.02 * max(height, width)), 0, 1).astype(np.float32)
    return np.asarray(flow * fade[..., None], np.float32)


def _remap(product: Pixels, flow: Array, rows: slice, columns: slice) -> Array:
    """(h, w, 4) float32 in [0, 255], bicubic: sharper than bilinear, and exact where nothing moves."""
    y, x = np.arange(rows.start, rows.stop, dtype=np.float32), np.arange(columns.start, columns.stop, dtype=np.float32)
    map_x, map_y = flow[..., 0] + x[None], flow[..., 1] + y[:, None]
    reach = int(np.ceil(np.abs(flow).max())) + 3
    top, bottom = max(0, rows.start - reach), min(product.shape[0], rows.stop + reach)
    source = product[top:bottom].astype(np.float32)
    seen = cv2.remap(source, map_x, map_y - top, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.clip(seen, 0, 255), np.float32)


def _affine_window(change: PhotoChange, colours: Array, rows: slice, columns: slice) -> Array:
    assert change.affine is not None
    result = np.empty_like(colours)
    for out in range(3):
        fields = [
            sample_window(np.ascontiguousarray(change.affine[..., 4 * out + k]), change.placing, rows, columns)
            for k in range(4)
        ]
        result[..., out] = fields[3]
        for k in range(3):
            result[..., out] += fields[k] * colours[..., k]
    return np.clip(result, 0, 1, out=result)


def _unmixed(
    before: Array, alpha: Pixels, background: Background, size: tuple[int, int], rows: slice, columns: slice
) -> Array:
    """The product's own colour where its soft edge mixes it with the background."""
    edge = (alpha > 0) & (alpha < 255)
    if not edge.any():
        return before
    own = before.copy()
    opacity = np.maximum(alpha[edge][:, None] * np.float32(1 / 255), 0.1)
    behind = background.at(*size, rows)[:, columns][edge]
    own[edge] = np.clip((before[edge] - (1 - opacity) * behind) / opacity, 0, 1)
    return own


def _quantise(image: Array, rows: slice, columns: slice) -> Pixels:
    value = image * np.float32(255)
    value += dither(rows, columns)[..., None]
    return np.clip(value, 0, 255, out=value).astype(np.uint8)


def _extent(profile: Pixels) -> slice:
    found = np.flatnonzero(profile)
    return slice(int(found[0]), int(found[-1]) + 1)
