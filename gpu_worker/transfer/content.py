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
_LITTLE = 0.03
_MEANT = 0.5  # of an attribute's reach, from where another colour is what it means
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Sight:
    """A picture of the frame with its product: what a photo, or the generator, shows there."""

    picture: Array  # (Q, Q, 3) product on white
    alpha: Array  # (Q, Q)


def find_new(explained: Sight, shown: Sight, reach: Array | None = None) -> Array:
    """Where the generator shows after an edit what motion cannot explain, (Q, Q) in [0, 1].

    `explained` is the generator's picture before the edit, moved as the photo is; it is compared with `shown`, the one after: like with
    like, so that what the generator never got right of this photo is not taken for new. `reach` (Q, Q) says where the edit has
    its say within the product, too.
    """
    return _soft(_differs(explained, Sight(picture=_in_agreement(explained, shown, None), alpha=shown.alpha), reach))


def meant(fresh: Array, reach: Array) -> Array:
    """What is fresh in the generator's picture, (Q, Q) in [0, 1], as far as the edit has its say there."""
    return np.asarray(_smoothstep(fresh, 0.15, 0.5) * _smoothstep(reach, 0.75 * _MEANT, _MEANT), np.float32)


def _smoothstep(value: Array, low: float, high: float) -> Array:
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def content_of(photo: Sight, shown: Sight, new: Array, placing: Similarity) -> Content:
    """What is new of a picture, to be laid into the moved photo."""
    return Content(picture=_in_agreement(photo, shown, new), alpha=shown.alpha, new=new, placing=placing)


def sight_of(picture: Array) -> Sight:
    """Of a generated picture (Q, Q, 3) on white."""
    return Sight(picture=picture, alpha=opacity_on_white(picture))


def opacity_on_white(picture: Array) -> Array:
    """The product's opacity in a picture on white, holes inside an outline filled: (Q, Q)."""
    ink = np.clip((_WHITE - picture.min(2)) / _INK, 0, 1).astype(np.float32)
    solid = cv2.morphologyEx((ink > 0.5).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    kept = [line for line in outlines if cv2.contourArea(line) > _LEAST * solid.size]
    filled = cv2.drawContours(np.zeros_like(solid), kept, -1, 1, cv2.FILLED)
    inside = cv2.erode(filled, np.ones((3, 3), np.uint8))
    return np.asarray(np.where(inside > 0, 1, ink * cv2.dilate(filled, np.ones((3, 3), np.uint8))), np.float32)


def _differs(before: Sight, after: Sight, reach: Array | None) -> Mask:
    """Where the two show different things: product against ground, and other colours that touch such a place or the edit's reach.

    Other colours elsewhere are left out: at 64 px a lace, a fold and a light are alike, and the photo's own are better.
    """
    apart = np.where(np.minimum(before.alpha, after.alpha) > 0.5, _distance(before.picture, after.picture), 0)
    sigma = len(apart) / 96
    inside = cv2.GaussianBlur(apart.astype(np.float32), (0, 0), 1.5 * sigma) > _OTHER
    outline = cv2.GaussianBlur(np.abs(before.alpha - after.alpha), (0, 0), sigma) > 0.4
    found = cv2.morphologyEx((inside | outline).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(found)
    large = stats[:, cv2.CC_STAT_AREA] >= _LEAST * found.size
    meant = outline if reach is None else outline | (inside & (reach > _MEANT))
    large[np.setdiff1d(np.arange(len(large)), labels[meant])] = False
    large[0] = False
    return np.asarray(large[labels])


def _soft(found: Mask) -> Array:
    """Wide enough to take an old outline away with what it belonged to, and soft."""
    wide = cv2.dilate(found.astype(np.float32), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))
    return np.asarray(cv2.GaussianBlur(wide, (0, 0), len(found) / 96), np.float32)


def _distance(a: Array, b: Array) -> Array:
    apart = fast_lab(a) - fast_lab(b)
    apart[..., 0] *= _LIGHTNESS
    return np.asarray(np.linalg.norm(apart, axis=2), np.float32)


def _in_agreement(wanted: Sight, shown: Sight, new: Array | None) -> Array:
    """The shown picture with the wanted one's colours: where both show the same, the difference is carried to what is new.

    A membrane through the places that agree (cf. Poisson blending, Perez et al. 2003), as a normalised convolution that reaches
    far where nothing nearer agrees.
    """
    weight = (np.minimum(wanted.alpha, shown.alpha) > 0.9).astype(np.float32)
    if new is None:
        weight *= np.clip((_OTHER - _distance(wanted.picture, shown.picture)) / (_OTHER - _SAME), 0.02, 1)
    else:
        agree = np.clip((_OTHER - _distance(wanted.picture, shown.picture)) / (_OTHER - _SAME), 0.02, 1)
        weight *= 1 - new + _LITTLE * new * agree  # where all is new, what still looks alike has the say
    if weight.sum() < 16:
        return shown.picture
    difference = (fast_lab(wanted.picture) - fast_lab(shown.picture)) * weight[..., None]
    total, mass = np.zeros_like(difference), np.zeros_like(weight)
    for reach, share in ((_REACH / 2, 1.0), (2 * _REACH, 0.05), (6 * _REACH, 0.002)):
        sigma = reach * len(weight)
        total += share * cv2.GaussianBlur(difference, (0, 0), sigma)
        mass += share * cv2.GaussianBlur(weight, (0, 0), sigma)
    lab = (fast_lab(shown.picture) + total / np.maximum(mass, 1e-6)[..., None]).astype(np.float32)
    return np.asarray(np.clip(fast_rgb(lab), 0, 1), np.float32)
