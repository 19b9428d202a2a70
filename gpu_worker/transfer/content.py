"""New content in the photo: what motion and colour cannot explain is taken from the photo's own generator.

Motion and colour bring every pixel that the photo has to its new place. A sleeve, a heel or a collar that was not there cannot come that
way. So the moved photo is compared, in the frame, with what G'(z1) shows; where they differ the generator's picture is laid in: its
colours made to agree with the photo's around it, its outline its own, its bands blended (Burt and Adelson 1983), its grain the photo's.

Pictures of the frame are (Q, Q, 3) sRGB in [0, 1]; fields (Q, Q).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array, fast_lab, fast_rgb
from gpu_worker.segmentation.frame import Similarity

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_SAME, _OTHER = 9.0, 20.0  # Lab distance up to which two places show the same, and from which they do not
_LIGHTNESS = 0.6  # of a difference in lightness, against one in hue: folds move more than dyes
_LEAST = 0.0015  # share of the frame below which a patch of new content is a speck
_WHITE, _INK = 0.965, 0.10  # darkest channel of the ground, and how much darker what surely is product
_REACH = 0.11  # of the frame: how far an agreement of colours carries


@dataclass(frozen=True, kw_only=True, eq=False)
class Content:
    """What is to be laid in, in the frame."""

    picture: Array  # (Q, Q, 3) colours of the product, made to agree with the photo's
    alpha: Array  # (Q, Q) the product's opacity in it
    new: Array  # (Q, Q) in [0, 1] where it replaces the moved photo
    placing: Similarity  # of the (Q, Q) frame

    @property
    def share(self) -> float:
        """New pixels, as a share of the product's."""
        return float(self.new.sum() / max(1.0, float(np.maximum(self.alpha, self.new).sum())))


def find_content(moved: Array, moved_alpha: Array, shown: Array, placing: Similarity, allowed: Array) -> Content:
    """Compare the moved photo (product on white) with what the generator shows (product on white).

    `allowed` (Q, Q) in [0, 1] is where new content may come at all: 0 keeps the photo.
    """
    alpha = opacity_on_white(shown)
    alpha = np.where(moved_alpha > 0.5, np.maximum(alpha, _agreeing(alpha, moved_alpha)), alpha).astype(np.float32)
    picture = _in_agreement(moved, moved_alpha, shown, alpha)
    new = _soft(_differs(moved, moved_alpha, picture, alpha)) * allowed
    return Content(picture=picture, alpha=alpha, new=new.astype(np.float32), placing=placing)


def opacity_on_white(picture: Array) -> Array:
    """The product's opacity in a picture on white, holes inside an outline filled: (Q, Q)."""
    ink = np.clip((_WHITE - picture.min(2)) / _INK, 0, 1).astype(np.float32)
    solid = cv2.morphologyEx((ink > 0.5).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    kept = [line for line in outlines if cv2.contourArea(line) > _LEAST * solid.size]
    filled = cv2.drawContours(np.zeros_like(solid), kept, -1, 1, cv2.FILLED)
    inside = cv2.erode(filled, np.ones((3, 3), np.uint8))
    return np.asarray(np.where(inside > 0, 1, ink * cv2.dilate(filled, np.ones((3, 3), np.uint8))), np.float32)


def _agreeing(alpha: Array, moved_alpha: Array) -> Array:
    """White products: where both outlines enclose a place, the photo's opacity counts."""
    near = cv2.dilate(alpha, np.ones((9, 9), np.uint8))
    return np.where(near > 0.5, moved_alpha, alpha).astype(np.float32)


def _differs(moved: Array, moved_alpha: Array, shown: Array, alpha: Array) -> Mask:
    """Where the two show different things: other colours within the product, or product against ground."""
    apart = np.where(np.minimum(moved_alpha, alpha) > 0.5, _distance(moved, shown), 0)
    inside = cv2.GaussianBlur(apart, (0, 0), len(moved) / 96) > _OTHER
    outline = cv2.GaussianBlur(np.abs(moved_alpha - alpha), (0, 0), len(moved) / 96) > 0.4
    found = cv2.morphologyEx((inside | outline).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(found)
    large = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= _LEAST * found.size)
    return np.asarray(np.isin(labels, large[large > 0]))


def _soft(found: Mask) -> Array:
    """Wide enough to take an old outline away with what it belonged to, and soft."""
    wide = cv2.dilate(found.astype(np.float32), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))
    return np.asarray(cv2.GaussianBlur(wide, (0, 0), len(found) / 96), np.float32)


def _distance(a: Array, b: Array) -> Array:
    apart = fast_lab(a) - fast_lab(b)
    apart[..., 0] *= _LIGHTNESS
    return np.asarray(np.linalg.norm(apart, axis=2), np.float32)


def _in_agreement(moved: Array, moved_alpha: Array, shown: Array, alpha: Array) -> Array:
    """The generator's picture with the photo's colours: where both show the same, the difference is carried to what is new.

    A membrane through the places that agree (cf. Poisson blending, Perez et al. 2003), as a normalised convolution that reaches
    far where nothing nearer agrees.
    """
    both = np.minimum(moved_alpha, alpha) > 0.9
    weight = np.where(both, np.clip((_OTHER - _distance(moved, shown)) / (_OTHER - _SAME), 0, 1), 0).astype(np.float32)
    if weight.sum() < 16:
        return shown
    difference = (fast_lab(moved) - fast_lab(shown)) * weight[..., None]
    total, mass = np.zeros_like(difference), np.zeros_like(weight)
    for reach, share in ((_REACH / 4, 1.0), (_REACH, 0.05), (4 * _REACH, 0.002)):
        sigma = reach * len(shown)
        total += share * cv2.GaussianBlur(difference, (0, 0), sigma)
        mass += share * cv2.GaussianBlur(weight, (0, 0), sigma)
    lab = (fast_lab(shown) + total / np.maximum(mass, 1e-6)[..., None]).astype(np.float32)
    return np.asarray(np.clip(fast_rgb(lab), 0, 1), np.float32)
