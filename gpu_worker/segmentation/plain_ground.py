"""The rules for plain or softly shaded grounds: the one product, at a working size.

The background is what can be reached from the photo's border without crossing an edge or a colour that the background
model does not explain; soft neutral shadows on it belong to it. The rest is the product.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.photos.decode import Photo, Pixels
from gpu_worker.photos.errors import NothingThere, NotOneProduct
from gpu_worker.segmentation.background import Array, Background, fit_background
from gpu_worker.segmentation.contact_shadow import contact_shadow
from gpu_worker.segmentation.silhouette import settled, silhouette_of

Mask = NDArray[np.bool_]

_LEAST_HOLE = 0.0006  # of the picture
# How far (of the longer side) and how faintly an outline is smeared: compression blocks far and faint, blur near.
_SKIRTS = ((0.04, 0.06, 0.03), (0.012, 0.2, 0.09))


@dataclass(frozen=True, kw_only=True)
class MaskSettings:
    """How a product is told from its background; lengths are in pixels of the working size unless said otherwise."""

    working_side: int = 384
    least_deviation: float = 0.014  # sRGB: 3.5 levels, below which nothing is product
    noise_factor: float = 5.0
    bridge: float = 0.011  # of the longer side: gaps in the outline up to twice this are closed
    pocket: float = 0.035  # blown-out white parts up to twice this wide, product around them, are product
    gap: float = 0.0  # deviation under which narrow gaps are background too: compression speckles them
    shadow_ratio: float = 0.5  # a shadow keeps at least this share of the background's light
    shadow_chroma: float = 0.025
    shadow_gradient: float = 0.009  # sRGB per working pixel; outlines are steeper
    least_area: float = 0.01
    most_area: float = 0.97
    second_share: float = 0.35  # a second piece this large makes two products
    stands: bool = True  # on a floor, which may mirror it
    may_be_cut_off: bool = True  # worn shirts run over the photo's border
    silhouette: str = ""  # kind whose silhouette network settles what the photo leaves open; none when empty
    finder: str = ""  # kind that the trained finder looks for, on any ground; rules for plain grounds alone when empty


# A worn shirt shows background between arm and body; its outline is never as bright as the background.
KIND_SETTINGS = {
    "shoe": MaskSettings(silhouette="shoe", finder="shoe"),
    "shirt": MaskSettings(pocket=0.0, bridge=0.004, gap=0.055, stands=False, finder="shirt"),
}


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """What the rules say of a photo, (h, w) at working size."""

    product: Mask
    shadow: Mask  # taken for the shadow at the product's foot, and so not in it; of a garment perhaps a pale cuff
    background: Background


def by_rules(photo: Photo, settings: MaskSettings) -> Ruled:
    """The product on a plain ground. Raises NotOneProduct, NothingThere."""
    small = working_copy(photo.pixels, settings.working_side)
    background = fit_background(small)
    product, shadow = _product(small, background, settings)
    if np.ptp(small, axis=(0, 1)).max() < settings.least_deviation:
        raise NothingThere("Nothing stands out from the background: is the product there, and is it sharp?")
    if settings.silhouette and product.any():
        product = settled(silhouette_of(settings.silhouette), small, background.at(*small.shape[:2]), product)
    _require_one(product, settings)
    return Ruled(product=product, shadow=shadow, background=background)


def working_copy(pixels: Pixels, side: int) -> Array:
    """(H, W, 3) levels as (h, w, 3) sRGB in [0, 1], at most `side` pixels long."""
    scale = min(1.0, side / max(pixels.shape[:2]))
    if scale < 1:
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(pixels, np.float32) / np.float32(255)


def _product(image: Array, background: Background, settings: MaskSettings) -> tuple[Mask, Mask]:
    """(h, w) the product, and the shadow at its foot."""
    surface = background.at(*image.shape[:2])
    deviation = np.abs(image - surface).max(2)
    threshold = max(settings.least_deviation, settings.noise_factor * background.noise)
    empty = deviation < threshold
    longest = max(image.shape[:2])
    outside = _reach(empty, max(1, round(settings.bridge * longest)))
    outside |= _holes(empty & ~outside, deviation, max(2 * background.noise, 0.006), 0.07)
    if settings.gap > 0:
        outside |= _holes((deviation < settings.gap) & ~outside, deviation, 0.6 * settings.gap, 2 * settings.gap)
    outside = _grow(outside, outside | _shadow(image, surface, settings))
    product = ~outside
    for reach, share, most in _SKIRTS:
        product = _trim(product, deviation, max(2, round(reach * longest)), share, most)
    product = _clean(product)
    if settings.pocket > 0:
        product |= _pockets(product, max(2, round(settings.pocket * longest)))
    lit = (image / np.maximum(surface, 1e-3)).astype(np.float32)
    standing = _clean(product & ~contact_shadow(product, lit))
    return standing, product & ~standing


def _reach(passable: Mask, bridge: int) -> Mask:
    """What can be reached from the border through passages wider than twice `bridge`, then filled to its edges."""
    kernel = _disk(bridge)
    padded = np.pad(passable, bridge + 1, constant_values=True)
    wide = cv2.erode(padded.astype(np.uint8), kernel)
    wide[0], wide[-1], wide[:, 0], wide[:, -1] = 1, 1, 1, 1
    _, labels = cv2.connectedComponents(wide, connectivity=4)
    reached = (labels == labels[0, 0]).astype(np.uint8)
    filled: Mask = cv2.dilate(reached, kernel).astype(bool) & padded
    return filled[bridge + 1 : -bridge - 1, bridge + 1 : -bridge - 1]


def _holes(enclosed: Mask, deviation: Array, flat: float, rim_deviation: float) -> Mask:
    """Background seen through the product (between straps, between arm and body): flat, with a strong rim."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(enclosed.astype(np.uint8), connectivity=8)
    holes = np.zeros_like(enclosed)
    for label in np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= _LEAST_HOLE * enclosed.size):
        hole = labels == label
        if label == 0 or deviation[hole].mean() > flat:
            continue
        rim = cv2.dilate(hole.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool) & ~hole
        if np.median(deviation[rim]) > rim_deviation:
            holes |= hole
    return holes


def _shadow(image: Array, surface: Array, settings: MaskSettings) -> Mask:
    """Neutral, smooth darkening of the background."""
    ratio = image / np.maximum(surface, np.float32(1e-3))
    level = ratio.mean(2)
    neutral = (ratio.max(2) - ratio.min(2)) < settings.shadow_chroma
    smooth = cv2.GaussianBlur(level, (0, 0), 1.0)
    slope = np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8))
    soft = cv2.dilate(slope, np.ones((3, 3), np.uint8)) < settings.shadow_gradient
    shadow: Mask = neutral & (level > settings.shadow_ratio) & (level < 1.02) & soft
    return shadow


def _grow(seed: Mask, allowed: Mask) -> Mask:
    """The parts of `allowed` that touch `seed`."""
    _, labels = cv2.connectedComponents(allowed.astype(np.uint8), connectivity=4)
    keep = np.unique(labels[seed])
    return np.isin(labels, keep[keep > 0])


def _trim(product: Mask, deviation: Array, radius: int, share: float, most: float) -> Mask:
    """Peel, at most `radius` deep, what deviates by less than `share` of the strongest nearby, and less than `most`."""
    highest = cv2.dilate(np.where(product, deviation, 0).astype(np.float32), _disk(radius))
    faint = (deviation < np.minimum(share * highest, most)) & product
    outside = (~product).astype(np.uint8)
    for _ in range(radius):
        outside |= cv2.dilate(outside, _disk(1)) & faint
    return ~outside.astype(bool)


def _disk(radius: int) -> NDArray[np.uint8]:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)).astype(np.uint8)


def _pockets(product: Mask, radius: int) -> Mask:
    """Notches that product surrounds on nearly all sides: where a white sole is as bright as the background."""
    padded = np.pad(product, radius).astype(np.uint8)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, _disk(radius))[radius:-radius, radius:-radius]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        (closed.astype(bool) & ~product).astype(np.uint8), connectivity=4
    )
    found = np.zeros_like(product)
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] < 2 * radius:
            continue
        pocket = labels == label
        around = np.pad(pocket, 1)  # beyond the photo's border lies no product
        rim = cv2.dilate(around.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & ~around
        if np.pad(product, 1)[rim].mean() > 0.75:
            found |= pocket
    return found


def _clean(product: Mask) -> Mask:
    """Drop specks and hairs: keep pieces of at least a fiftieth of the largest."""
    opened = _opened(product.astype(np.uint8))
    core = cv2.erode(opened, np.ones((3, 3), np.uint8))
    _, labels = cv2.connectedComponents(opened, connectivity=8)
    areas = np.bincount(labels.ravel(), weights=core.ravel())
    areas[0] = 0
    return np.isin(labels, np.flatnonzero(areas > areas.max() / 50))


def _opened(product: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Opening by 2 x 2. OpenCV's own does not mirror a kernel of even size, and so moves all by a pixel."""
    square = np.ones((2, 2), np.uint8)
    return np.asarray(cv2.dilate(cv2.erode(product, square, anchor=(1, 1)), square, anchor=(0, 0)), np.uint8)


def _require_one(product: Mask, settings: MaskSettings) -> None:
    share = float(product.mean())
    if share < settings.least_area:
        raise NotOneProduct(
            "Nothing stands out from the background: is the product there, and is it sharp?", share=share
        )
    if share > settings.most_area:
        raise NotOneProduct("The product fills the whole photo: leave some background around it.", share=share)
    count, _, stats, _ = cv2.connectedComponentsWithStats(product.astype(np.uint8), connectivity=8)
    areas = np.sort(stats[1:, cv2.CC_STAT_AREA])[::-1]
    if count > 2 and areas[1] > settings.second_share * areas[0]:
        raise NotOneProduct(
            f"There seem to be {int((areas > settings.second_share * areas[0]).sum())} things in the photo: show one product."
        )
    border = np.concatenate([product[0], product[-1], product[:, 0], product[:, -1]])
    if not settings.may_be_cut_off and border.mean() > 0.05:
        raise NotOneProduct(
            "The product runs over the edge of the photo: show all of it.", border_share=float(border.mean())
        )
