"""The truth about a shape or an attribute, read off the finished picture: is it what was asked, and is the rest still the photo?"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.edits.constraints.latent import Attribute
from gpu_worker.edits.constraints.warp import Warp
from gpu_worker.engine.prepared_edit import Finished, PreparedEdit
from gpu_worker.engine.values import Pixels, Projection, to_pixels
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.discriminator import FEATURE_SIDE
from gpu_worker.manifold.lift import ENLARGES
from gpu_worker.measures.colour import Array, Float
from gpu_worker.measures.drag import found_at
from gpu_worker.measures.perceptual import Perceptual
from gpu_worker.segmentation.frame import frame_at, frame_placing

ARTIFICIAL = 0.25  # of the discriminator's logit lost against the photo, from which parts of a picture look drawn
HARDLY_CARRIED = "Parts of this picture look drawn, not photographed: this photo hardly carries what was asked."
_STILL = 0.5  # pixels at 192 px up to which a place has not moved
_DRAG_SIDE, _PATCH = 256, 16  # the picture in which dragged points are looked for, and the radius of what is looked for
_UNIT = 64  # pixels of the frame's side in which errors are told


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """The photo and the finished picture in the frame, (1, 3, 192, 192) in [-1, 1]."""

    before: Tensor
    after: Tensor


def pair_of(manifold: Manifold, before: Projection, after: Projection) -> Pair:
    """Two pictures of one photo, both where the first one's frame is."""
    side = ENLARGES * manifold.resolution
    placing = frame_placing(before.mask, manifold.kind, side)
    images = [frame_at(one.photo, one.mask, placing, side).image for one in (before, after)]
    first, second = (_tensor(image, manifold) for image in images)
    return Pair(before=first, after=second)


def shape_measures(edit: PreparedEdit, finished: Finished, perceptual: Perceptual) -> dict[str, float]:
    """`reached` (share of what was asked), `drag_error` (pixels at 64 px), `kept` (LPIPS where nothing should change), `new` (share),
    `artificial` (what of the discriminator's logit was lost)."""
    before, after = edit.frame_of_photo(), edit.frame_of(finished.rendered)
    pair = Pair(before=_tensor(before.image, edit.manifold), after=_tensor(after.image, edit.manifold))
    measures = {"kept": _kept(pair, finished, perceptual), "artificial": artificial(pair, edit.manifold)}
    if finished.content is not None:
        measures["new"] = finished.content.share
    attributes = [c for c, _ in edit.weighted if isinstance(c, Attribute)]
    if attributes:
        measures["reached"] = min(_reached(pair, attribute, edit) for attribute in attributes)
    warps = [c for c, _ in edit.weighted if isinstance(c, Warp)]
    if warps:
        drags = torch.cat([warp.drags for warp in warps]).cpu().numpy() / edit.start.resolution
        measures["drag_error"] = drag_error(pair, drags)
    return measures


@torch.no_grad()
def artificial(pair: Pair, manifold: Manifold) -> float:
    """How much less like a photo the discriminator finds the picture than the photo itself; melted soles are at 0.25 and above."""
    both = torch.cat([pair.before, pair.after])
    seen = F.interpolate(both, size=(FEATURE_SIDE, FEATURE_SIDE), mode="bilinear", antialias=True)
    before, after = manifold.discriminator(seen)
    return float(before - after)


@torch.no_grad()
def _reached(pair: Pair, attribute: Attribute, edit: PreparedEdit) -> float:
    """How much more of the attribute the encoder reads off the picture, as a share of what was asked."""
    side = edit.manifold.resolution
    small = F.interpolate(torch.cat([pair.before, pair.after]), size=(side, side), mode="area")
    before, after = edit.manifold.encoder(small.contiguous(memory_format=torch.channels_last)).mean(1)
    moved = float((after - before) @ attribute.reading)
    return moved / attribute.asked if abs(attribute.asked) > 1e-6 else 1.0


@torch.no_grad()
def _kept(pair: Pair, finished: Finished, perceptual: Perceptual) -> float:
    """LPIPS outside of what moved and of what is new."""
    side = pair.before.shape[-1]
    changed = np.zeros((side, side), np.float32)
    if finished.content is not None:
        changed = np.maximum(changed, finished.content.new)
    if finished.change is not None and finished.change.flow is not None:
        pixels = np.linalg.norm(finished.change.flow, axis=2) * finished.change.placing.scale
        small = cv2.resize(pixels, (side, side), interpolation=cv2.INTER_AREA) * (side / len(pixels))
        changed = np.maximum(changed, (small > _STILL).astype(np.float32))
    same = torch.from_numpy(1 - np.clip(changed, 0, 1))[None, None].to(pair.before.device)
    return float(perceptual.lpips(pair.before, pair.after, same))


def drag_error(pair: Pair, drags_k4: Float) -> float:
    """The farthest that a dragged point is from where it should be, in pixels at 64 px; drags in fractions of the frame."""
    before, after = _enlarged(pair.before), _enlarged(pair.after)
    errors = []
    for x0, y0, x1, y1 in (drags_k4 * _DRAG_SIDE).tolist():
        x, y = found_at(before, after, (x0, y0), (x1, y1), _PATCH)
        errors.append(float(np.hypot(x - x1, y - y1)) * _UNIT / _DRAG_SIDE)
    return max(errors)


def _enlarged(image_13hw: Tensor) -> Pixels:
    level = to_pixels(image_13hw)[0]
    return np.asarray(cv2.resize(level, (_DRAG_SIDE, _DRAG_SIDE), interpolation=cv2.INTER_CUBIC), np.uint8)


def _tensor(picture: Array, manifold: Manifold) -> Tensor:
    return torch.from_numpy(picture.transpose(2, 0, 1) * 2 - 1)[None].to(manifold.device)
