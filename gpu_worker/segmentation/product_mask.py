"""Find the one product in a photo, with a soft edge at the photo's own size.

The rules for plain grounds, the trained finder and what a person marked are brought together here.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.contract.outline import Outline
from gpu_worker.photos.decode import Photo, Pixels
from gpu_worker.photos.errors import NothingThere, NotOneProduct, WrongMask
from gpu_worker.segmentation.background import Background, fit_background
from gpu_worker.segmentation.by_colour import settled
from gpu_worker.segmentation.finder import Finding, find
from gpu_worker.segmentation.learned import combined, product_of, rules_alone, with_rim
from gpu_worker.segmentation.mirror_axis import mirrored
from gpu_worker.segmentation.outline import matted
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS, MaskSettings, by_rules, working_copy
from gpu_worker.segmentation.soft_edge import soften
from gpu_worker.segmentation.told import changed_by_marks, corrected, painted, resized, told
from gpu_worker.segmentation.transparency import product_alpha
from gpu_worker.segmentation.wearer import worn_with

Mask = NDArray[np.bool_]

_TOLD_SIDE = 768  # pixels of the longer side at which marks are laid over an outline
_ALIKE = 0.85  # intersection over union of the rules' and the marked outline from which they are of one product
DOUBTFUL = 0.85  # confidence below which the merchant is asked
_STUDIO_NOISE, _STUDIO_LIGHT = 0.008, 0.7  # sRGB: how even and how bright a studio's ground is
_RULES_ALONE = MaskSettings()
_SETTLED = ("shirt",)  # kinds whose unsure places colours decide; soles and their shadows are too alike for it
_LITTLE = 0.03  # of the product: where the finder takes more away, it knows what is worn
_RIM = 9  # pixels of the working size, twice what a soft edge takes
_NO_IDEA = 0.35  # agreement of the network's looks below which it has not found anything


@dataclass(frozen=True, kw_only=True)
class ProductMask:
    """Where the product is, and what lies behind its soft edge."""

    alpha: Pixels  # (H, W) uint8 at the photo's size, 255 = product
    background: Background
    around: tuple[float, float, float, float] | None = (
        None  # a larger box that is looked at, in shares of width and height
    )
    confidence: float = 1.0  # expected intersection over union with the truth; 1 where a person gave the mask

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at the mask before anything is made of it."""
        return self.confidence < DOUBTFUL

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom (exclusive) of what is at least half product, in photo pixels.

        Of a torso whose arms were left out it is the torso's: as such the manifold knows shirts.
        """
        rows, columns = np.flatnonzero(self.alpha.max(1) >= 128), np.flatnonzero(self.alpha.max(0) >= 128)
        own = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
        if self.around is None:
            return own
        height, width = self.alpha.shape
        left, top, right, bottom = (
            round(share * size) for share, size in zip(self.around, (width, height) * 2, strict=True)
        )
        return min(left, own[0]), min(top, own[1]), max(right, own[2]), max(bottom, own[3])


def find_product(photo: Photo, settings: MaskSettings = _RULES_ALONE, outline: Outline | None = None) -> ProductMask:
    """The product's soft mask. Transparency in the file is taken as the mask; `outline` is what a person says about it.

    Raises NotOneProduct with the reason: nothing there, all of the photo, several things, or, for rules alone, no plain ground.
    """
    found = _found(photo, settings, outline or Outline())
    return replace(found, confidence=1.0) if outline is not None and outline.confirmed else found


def mask_of(photo: Photo, kind: str, outline: Outline | None = None, given: Pixels | None = None) -> ProductMask:
    """The mask of a photo of a kind; a `given` one, (H, W) uint8, replaces ours. Raises PhotoError."""
    if given is not None:
        return with_given_mask(photo, given)
    return find_product(photo, KIND_SETTINGS.get(kind, _RULES_ALONE), outline)


def _found(photo: Photo, settings: MaskSettings, outline: Outline) -> ProductMask:
    if photo.alpha is not None:
        return with_given_mask(photo, _without_the_unwanted(product_alpha(photo.alpha), outline))
    if not settings.finder:
        ruled = by_rules(photo, settings)
        alpha = soften(photo.pixels, ruled.product, ruled.background)
        return ProductMask(alpha=alpha, background=ruled.background)
    finding = find(photo.pixels, settings.finder, outline)
    if outline.says_nothing:
        return _by_both(photo, settings, finding)
    return _by_marks(photo, settings, finding, outline)


def _without_the_unwanted(alpha: Pixels, outline: Outline) -> Pixels:
    """A cut-out's alpha: marks can only take from it, because behind it there is nothing."""
    return np.where(told(outline, *alpha.shape) < 0, np.uint8(0), alpha).astype(np.uint8)


def _by_marks(photo: Photo, settings: MaskSettings, finding: Finding, outline: Outline) -> ProductMask:
    """The outline to which a person's marks lead; what they marked is certain.

    The marks lead the network. Where the rules for plain grounds see the same product, their outline is the finer one, but for
    what the marks changed.
    """
    wanted = painted(outline, *finding.likely.shape) > 0
    product, background = product_of(finding, settings.finder, wanted), _behind(photo)
    scale = min(1.0, _TOLD_SIDE / max(photo.height, photo.width))
    size = max(1, round(photo.height * scale)), max(1, round(photo.width * scale))
    ruled = _agreeing_rules(photo, settings, product)
    if ruled is None:
        alpha = matted(photo.pixels, corrected(product, outline, *size))
        return replace(with_given_mask(photo, alpha), confidence=finding.confidence)
    changed = changed_by_marks(finding.likely, find(photo.pixels, settings.finder).likely)
    hard = corrected(np.where(changed, product, resized(ruled, *product.shape)), outline, *size)
    mask = replace(with_given_mask(photo, soften(photo.pixels, hard, background)), confidence=finding.confidence)
    wearer = _wearer(photo, settings, background, ruled, ruled & ~resized(product, *ruled.shape))
    wearer &= told(outline, *ruled.shape) <= 0
    return _left_out(photo, mask, wearer, resized(hard, *ruled.shape) & ~wearer)


def _agreeing_rules(photo: Photo, settings: MaskSettings, product: Mask) -> Mask | None:
    try:
        ruled = by_rules(photo, settings).product
    except NotOneProduct:
        return None
    known = resized(product, *ruled.shape)
    return ruled if (known & ruled).sum() > _ALIKE * (known | ruled).sum() else None


def _by_both(photo: Photo, settings: MaskSettings, finding: Finding) -> ProductMask:
    """The rules' outline where the ground is plain and both agree on what the product is; else the network's."""
    try:
        rules = by_rules(photo, settings)
    except NotOneProduct as refusal:
        if finding.agreement < _NO_IDEA or isinstance(refusal, NothingThere):
            raise refusal
        return _by_network(photo, settings, finding)
    ruled, background = rules.product, rules.background
    studio = _is_studio(background)
    try:
        light = working_copy(photo.pixels, max(ruled.shape)).mean(2)
        product = product_of(finding, settings.finder)
        found = combined(product, finding, rules, settings.finder, light, studio=studio)
    except NotOneProduct:
        found = rules_alone(ruled, settings.finder, studio=studio)
    if not found.by_rules:
        return _by_network(photo, settings, finding)
    if settings.stands:
        found = replace(found, product=found.product & ~_mirror_image(photo, found.product, background))
    if found.other.any():
        product = _settled(photo, finding, found.product, within=ruled | found.product)
        product = with_rim(product, ruled, finding)
        found = replace(found, product=product, other=(ruled | found.product) & ~product)
    alpha = soften(photo.pixels, found.product | found.other, background)
    if found.other.any():
        alpha = np.minimum(alpha, matted(photo.pixels, ~found.other))
    mask = ProductMask(alpha=alpha, background=background, confidence=found.confidence)
    wearer = _wearer(photo, settings, background, found.product, found.other)
    return _left_out(photo, mask, wearer, found.product & ~wearer)


def _mirror_image(photo: Photo, product: Mask, background: Background) -> Mask:
    """(h, w) the part of a product that a glossy floor shows of it."""
    return mirrored(working_copy(photo.pixels, max(product.shape)), background.at(*product.shape), product)


def _wearer(photo: Photo, settings: MaskSettings, background: Background, product: Mask, other: Mask) -> Mask:
    """Arms, neck and trousers of a torso without a head: on a studio's ground, where the finder took next to nothing, `other`, away."""
    known = settings.finder != "shirt" or not _is_studio(background) or other.sum() > _LITTLE * product.sum()
    return np.zeros_like(product) if known else worn_with(photo.pixels, product)


def _left_out(photo: Photo, mask: ProductMask, wearer: Mask, garment: Mask) -> ProductMask:
    """Without the wearer, (h, w), and the soft edge around it; the garment keeps its own, and the frame what it showed."""
    if not wearer.any():
        return mask
    other = cv2.dilate(wearer.astype(np.uint8), np.ones((_RIM, _RIM), np.uint8)).astype(bool) & ~garment
    left, top, right, bottom = mask.box
    around = left / photo.width, top / photo.height, right / photo.width, bottom / photo.height
    return replace(mask, alpha=np.minimum(mask.alpha, matted(photo.pixels, ~other)), around=around)


def _is_studio(background: Background) -> bool:
    return background.noise < _STUDIO_NOISE and float(background.coefficients[0].min()) > _STUDIO_LIGHT


def _by_network(photo: Photo, settings: MaskSettings, finding: Finding) -> ProductMask:
    product = product_of(finding, settings.finder)
    if settings.finder in _SETTLED:
        product = _settled(photo, finding, product, within=np.ones_like(product))
    return ProductMask(alpha=matted(photo.pixels, product), background=_behind(photo), confidence=finding.confidence)


def _settled(photo: Photo, finding: Finding, product: Mask, within: Mask) -> Mask:
    """By colour, at the finding's size; where nothing changes, the finer outline that was there stays."""
    height, width = finding.likely.shape
    image = cv2.resize(photo.pixels, (width, height), interpolation=cv2.INTER_AREA)
    before = resized(product, height, width)
    after = settled(image, before, finding.likely, resized(within, height, width))
    changed = resized(before != after, *product.shape)
    return np.where(changed, resized(after, *product.shape), product)


def with_given_mask(photo: Photo, mask: Pixels) -> ProductMask:
    """Accept the sender's mask, (H, W) uint8, as it is. Raises WrongMask when it does not fit the photo."""
    if mask.shape != photo.pixels.shape[:2]:
        raise WrongMask(
            f"The mask has {mask.shape[1]} x {mask.shape[0]} pixels, the photo {photo.width} x {photo.height}.",
        )
    share = float((mask >= 128).mean())
    if share < 1e-3:
        raise WrongMask("The mask is empty.", share=share)
    return ProductMask(alpha=mask.astype(np.uint8), background=_behind(photo))


def _behind(photo: Photo) -> Background:
    """The ground where it is plain; white, that lies behind a cut-out, where it is not."""
    try:
        return fit_background(working_copy(photo.pixels, 384))
    except NotOneProduct:
        return Background(
            coefficients=np.vstack([np.ones((1, 3)), np.zeros((5, 3))]).astype(np.float32), noise=0.01, plain=False
        )
