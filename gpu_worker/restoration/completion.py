"""Completion: what somebody brushed over, a hand, a price tag, a hanger, a hole, is gone and the product goes on.

The hole is first filled smoothly, so that the product is found in its frame. There the trunk is projected to what is around the hole
(masked projection, Zhu et al. 2016), and its picture, lifted to 192 px, says what goes on behind it. That picture is soft, and a product
of its own: so it only guides which places of the photo itself are copied into the hole, at the photo's own size (patches.py, hole.py).
Outside the hole every pixel stays what it was.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from gpu_worker.edits.strokes import mask_in_frame
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.manifold.lift import ENLARGES
from gpu_worker.measures.colour import Array
from gpu_worker.measures.perceptual import shared_perceptual
from gpu_worker.photos.decode import Photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.projection.project import ProjectionSettings, project
from gpu_worker.restoration.patches import Sources, find_sources
from gpu_worker.segmentation.frame import Frame, crop_to_frame
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS
from gpu_worker.segmentation.product_mask import ProductMask, find_product
from gpu_worker.transfer.hole import fill_hole, pushed_and_pulled, smoothly_filled

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Report = Callable[[int, int], None]

_MOST = 0.6  # of the product, found with the hole filled: more, and too little is left to go by
_STEPS = 24  # of the projection
_GROUND_TRUST = 0.2  # of a white pixel against one of the product, in projection
_AROUND = 4  # frame pixels around the hole that are not copied from: a hand's shadow and what the brush missed


class NothingMarked(PhotoError):
    code = "nothing_marked"


class TooMuchMarked(PhotoError):
    code = "too_much_marked"


@dataclass(frozen=True, kw_only=True, eq=False)
class Completed:
    """The photo without what was marked."""

    photo: Photo
    mask: ProductMask
    made: float  # share of the product that was made up


def complete(photo: Photo, hole: Pixels, manifold: Manifold, callback: Report | None = None) -> Completed:
    """Fill a hole (H, W) uint8, 255 = to be made up, in a photo of the manifold's kind.

    `callback(done, steps)` may raise to stop. Raises NothingMarked, TooMuchMarked, PhotoError where no product is found.
    """
    marked = hole >= 128
    if not marked.any():
        raise NothingMarked("Nothing is marked in the photo: brush over what should go.")
    said = callback or (lambda done, steps: None)
    said(0, _STEPS + 2)
    smooth = replace(photo, pixels=smoothly_filled(photo.pixels, marked), alpha=_alpha_without(photo, marked))
    mask = find_product(smooth, KIND_SETTINGS[manifold.kind])
    product = mask.alpha >= 128
    share = float((marked & product).sum() / max(1, product.sum()))
    if share > _MOST:
        raise TooMuchMarked("Too much of the product is marked to tell what it looked like: brush over less.")
    frame = crop_to_frame(smooth, mask, manifold.kind, ENLARGES * manifold.resolution)
    shown = masked_picture(manifold, frame, _in_frame(marked, frame), said)
    sources = _sources(photo, marked, frame, shown)
    said(_STEPS + 1, _STEPS + 2)
    pixels, alpha = fill_hole(smooth.pixels, mask.alpha, marked, sources)
    said(_STEPS + 2, _STEPS + 2)
    own = None if photo.alpha is None else np.where(marked, alpha, photo.alpha)
    return Completed(photo=replace(photo, pixels=pixels, alpha=own), mask=replace(mask, alpha=alpha), made=share)


def guided(photo: Photo, mask: ProductMask, hole: Pixels, frame: Frame, shown: Array) -> tuple[Pixels, Pixels]:
    """The photo (H, W, 3) and its mask (H, W) with a hole filled from the photo itself, as a picture (Q, Q, 3) of the frame shows it."""
    marked = hole >= 128
    sources = _sources(photo, marked, frame, shown)
    return fill_hole(smoothly_filled(photo.pixels, marked), mask.alpha, marked, sources)


def _in_frame(marked: Mask, frame: Frame) -> Mask:
    return np.asarray(mask_in_frame(np.where(marked, 255, 0).astype(np.uint8), frame.placing, len(frame.image)) > 0)


def _alpha_without(photo: Photo, marked: Mask) -> Pixels | None:
    """A cut-out's own alpha with its hole filled as its colours are."""
    return None if photo.alpha is None else smoothly_filled(np.dstack([photo.alpha] * 3), marked)[..., 0]


def _sources(photo: Photo, marked: Mask, frame: Frame, shown: Array) -> Sources:
    """Where the hole's places in the frame are copied from, guided by a picture of what goes on there."""
    side, placing = len(frame.image), frame.placing
    hole = _in_frame(marked, frame)
    inside = (
        mask_in_frame(np.full(marked.shape, 255, np.uint8), placing, side) > 0.99
    )  # the frame may be larger than the photo
    around = cv2.dilate(hole.astype(np.uint8), np.ones((2 * _AROUND + 1,) * 2, np.uint8)) > 0
    guide = np.clip(shown + pushed_and_pulled(frame.image - shown, (~hole).astype(np.float32)), 0, 1)
    body = np.where(hole, guide.min(2) < 0.95, frame.alpha > 0.5)
    return find_sources(frame.image, hole, inside & ~around, body, guide, placing)


def masked_picture(manifold: Manifold, frame: Frame, hole: Mask, said: Report | None = None) -> Array:
    """What the trunk makes of a frame outside its hole (Q, Q), by hybrid projection, lifted: (Q, Q, 3) in [0, 1]."""
    side, device = manifold.resolution, manifold.device
    image = torch.from_numpy(frame.image.transpose(2, 0, 1) * 2 - 1)[None].to(device)
    known = 1 - torch.from_numpy(hole.astype(np.float32))[None, None]
    trust = _GROUND_TRUST + (1 - _GROUND_TRUST) * torch.from_numpy(frame.alpha)[None, None]
    share = F.interpolate(known, size=(side, side), mode="area") > 0.98
    found = project(
        manifold,
        shared_perceptual(str(device)),
        F.interpolate(image, size=(side, side), mode="area"),
        (F.interpolate(trust, size=(side, side), mode="area") * share).to(device),
        ProjectionSettings(steps=_STEPS),
        None if said is None else lambda step, steps, loss, image: said(step, steps + 2),
    )
    with torch.no_grad():
        large = shared_high_resolution(str(device)).enlarge(found.image)
    return np.ascontiguousarray(large[0].permute(1, 2, 0).cpu().numpy() / 2 + 0.5, np.float32)
