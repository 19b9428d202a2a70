"""What the trained finder and the rules for plain grounds say together.

On a plain ground the rules place the outline to the pixel, but cannot tell a shirt from who wears it; the network can, and knows
products on any ground. `combined` takes each for what it knows. Masks are (h, w) bool at a working size.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.photos.errors import NotOneProduct
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.contact_shadow import shadow_at_the_foot
from gpu_worker.segmentation.finder import Finding
from gpu_worker.segmentation.plain_ground import Ruled

Mask = NDArray[np.bool_]

_LEAST_AREA, _MOST_AREA = 0.012, 0.97  # of the photo
_SECOND = 0.35  # of the largest piece, from which another is a product of its own
_FLAW = 0.02  # of the product: smaller holes and pieces are the network's flaws
_SPECK = 0.004  # of the product: smaller holes in the rules' outline are no gap between straps
_PALE = 0.02  # of the longer side: half the width of stripes and checks that may be as bright as the ground
_LOOP = 0.001  # of the product: the least hole of which the network can be certain
_AGREE = 0.85  # intersection over union with the rules from which their outline stands
_INSIDE = 0.88  # of what the network finds: its share within the rules' outline if it knows what it sees
_LEAST_SHARE = 0.12  # of the rules' outline that is garment
_CERTAIN, _DENIED = 0.9, 0.1
_THIN = 0.008  # of the longer side: half the width of what is only another opinion on the same edge
_SLIVER = 0.05  # of the longer side: the least length of cloth along an outline; shorter are corners of skin
_SURE = 0.82  # agreement of its looks from which the network overrules the rules
_SURE_INSIDE = 0.6  # the same within the rules' outline
_RULES_ALONE = 0.88  # confidence in the rules for a shoe in a studio (`benchmarks.engine.outline`)
_UNKNOWN = 0.5  # confidence in the rules alone, where the network does not know what it sees
_WORDS = {"shirt": "shirts", "shoe": "pairs of shoes"}
_NUMBERS = {2: "Two", 3: "Three", 4: "Four"}


@dataclass(frozen=True, kw_only=True)
class Combined:
    """The product, what lies inside its outline without being it, and how sure that is."""

    product: Mask
    other: Mask  # skin, trousers, hair: inside the rules' outline, but not the product
    confidence: float
    by_rules: bool  # whether the rules placed the outline


def product_of(finding: Finding, kind: str, wanted: Mask | None = None) -> Mask:
    """The network's answer without specks and holes. Raises NotOneProduct when there is none, or there are several.

    Of several, those on which `wanted` (h, w) lies are the product.
    """
    pieces = _pieces(finding.likely > 0.5)
    if not pieces or pieces[0].sum() < _LEAST_AREA * finding.likely.size:
        what = "No shirt" if kind == "shirt" else "No shoe" if kind == "shoe" else "No product"
        raise NotOneProduct(f"{what} was found in this photo.", confidence=0.0)
    if pieces[0].sum() > _MOST_AREA * finding.likely.size:
        raise NotOneProduct("The product fills the whole photo: leave some background around it.")
    large = [piece for piece in pieces if piece.sum() > _SECOND * pieces[0].sum()]
    if len(large) > (2 if kind == "shoe" else 1) and wanted is not None and wanted.any():
        large = pieces = [piece for piece in pieces if (piece & wanted).any()] or pieces
    if len(large) > (2 if kind == "shoe" else 1):
        count = len(large) if kind != "shoe" else (len(large) + 1) // 2
        raise NotOneProduct(
            f"{_NUMBERS.get(count, 'Several')} {_WORDS.get(kind, 'products')} are in this photo: show one."
        )
    kept = [piece for piece in pieces if piece.sum() > _FLAW * large[0].sum()]
    return _without_holes(np.any(kept, axis=0), finding.likely)


def _pieces(mask: Mask) -> list[Mask]:
    """Connected pieces, largest first; hairs do not connect."""
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    order = sorted(range(1, count), key=lambda label: -int(stats[label, cv2.CC_STAT_AREA]))
    return [labels == label for label in order[:12]]


def _without_holes(product: Mask, likely: Array) -> Mask:
    """Holes are filled unless they are large, or the network is certain of them: ground between straps."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~product).astype(np.uint8), connectivity=4)
    filled = product.copy()
    for label in range(1, count):
        x, y, width, height, area = stats[label]
        touches = x == 0 or y == 0 or x + width == product.shape[1] or y + height == product.shape[0]
        if touches and area > 0.001 * product.size:
            continue
        hole = labels == label
        if area < _FLAW * product.sum() and (area < 0.003 * product.sum() or likely[hole].mean() > 0.1):
            filled |= hole
    return filled


def combined(
    by_network: Mask, finding: Finding, rules: Ruled, kind: str, light: Array, *, studio: bool = True
) -> Combined:
    """Both opinions; at the rules' size where they placed the outline. `light` (h, w) is the photo's, of that size.

    In a `studio`, on a bright and even ground, the rules are not overruled, only doubted. What they take for a shadow at a
    garment's foot, a pale cuff, is the garment's where the network says so.
    """
    by_rules = rules.product
    size = (by_rules.shape[1], by_rules.shape[0])
    likely = _at_size_of(by_rules, finding.likely)
    network = cv2.resize(by_network.astype(np.uint8), size, interpolation=cv2.INTER_LINEAR).astype(bool)
    nothing = np.zeros_like(by_rules)
    both, either = (network & by_rules).sum(), max(1, (network | by_rules).sum())
    if both / either >= _AGREE and kind != "shirt":
        closed = _closed(by_rules & ~shadow_at_the_foot(by_rules, likely, light), likely)
        return Combined(
            product=closed & ~_seen_through(by_rules, likely),
            other=nothing,
            confidence=max(0.95, finding.confidence),
            by_rules=True,
        )
    knows = both > _INSIDE * network.sum() and both > _LEAST_SHARE * by_rules.sum() and finding.agreement > _SURE_INSIDE
    if kind != "shirt" or not knows:
        doubt = min(finding.confidence, float(both / either) + 0.1)
        if finding.agreement > _SURE and not studio:
            return Combined(product=by_network, other=nothing, confidence=finding.confidence, by_rules=False)
        alone = rules_alone(by_rules, kind, studio=studio)
        return replace(alone, confidence=alone.confidence if alone.confidence > _UNKNOWN else min(_UNKNOWN, doubt))
    radius = max(1, round(_THIN * max(size)))
    missed = _thick((likely > _CERTAIN) & ~by_rules, radius) | _bridged(by_rules, likely)
    beside = by_rules & ~network  # of this, a thin seam along the garment is only another opinion on the same edge
    seam = beside & _near(network, radius) & ~_thick(beside, radius)
    product = ((by_rules | rules.shadow) & network) | missed | seam
    return Combined(product=product, other=by_rules & ~product, confidence=finding.confidence, by_rules=True)


def with_rim(product: Mask, by_rules: Mask, finding: Finding) -> Mask:
    """With the long slivers between a garment and the ground, too thin for an arm, which the network does not deny: pale cloth."""
    radius, likely = max(1, round(_THIN * max(product.shape))), _at_size_of(product, finding.likely)
    beside = by_rules & ~product
    at_ground = ~cv2.erode(by_rules.astype(np.uint8), _disk(radius), borderValue=1).astype(bool)
    sliver = beside & at_ground & _near(product, 2 * radius) & ~_thick(beside, radius)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((sliver & (likely > _DENIED)).astype(np.uint8))
    length = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    return product | np.isin(labels, [k for k in range(1, count) if length[k] > _SLIVER * max(product.shape)])


def _closed(product: Mask, likely: Array) -> Mask:
    """Without the specks that the network is certain to be product: white rubber that is as bright as the ground."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~product).astype(np.uint8), connectivity=4)
    small = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] < _SPECK * product.sum()]
    return product | np.isin(labels, [k for k in small if likely[labels == k].mean() > _CERTAIN])


def _bridged(by_rules: Mask, likely: Array) -> Mask:
    """Holes and notches in cloth that is as bright as the ground, between stripes or checks, which the network is certain of.

    Between what the rules found on either side: along a straight outline nothing is added.
    """
    reach = max(1, round(_PALE * max(by_rules.shape)))
    padded = np.pad(by_rules, reach).astype(np.uint8)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, _disk(reach))[reach:-reach, reach:-reach].astype(bool)
    count, labels = cv2.connectedComponents((closed & ~by_rules & (likely > 0.5)).astype(np.uint8), connectivity=4)
    return np.isin(labels, [k for k in range(1, count) if likely[labels == k].mean() > _CERTAIN])


def _seen_through(by_rules: Mask, likely: Array) -> Mask:
    """Ground inside a loop or between straps, which the rules took for burnt-out white and the network is certain of."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((likely < 0.5).astype(np.uint8), connectivity=4)
    large = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] > _LOOP * by_rules.sum()]
    ground = [k for k in large if by_rules[labels == k].all() and likely[labels == k].mean() < 1 - _CERTAIN]
    return np.isin(labels, ground)


def rules_alone(by_rules: Mask, kind: str, *, studio: bool) -> Combined:
    """The rules' outline where the network has nothing to say: a shoe in a studio is what they are good at."""
    confidence = _RULES_ALONE if studio and kind != "shirt" else _UNKNOWN
    return Combined(product=by_rules, other=np.zeros_like(by_rules), confidence=confidence, by_rules=True)


def _disk(radius: int) -> NDArray[np.uint8]:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)).astype(np.uint8)


def _at_size_of(mask: Mask, likely: Array) -> Array:
    return np.asarray(cv2.resize(likely, mask.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _near(mask: Mask, radius: int) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), _disk(radius)).astype(bool))


def _thick(mask: Mask, radius: int) -> Mask:
    """What is wider than twice the radius, with its rims."""
    kernel = _disk(radius)
    core = cv2.erode(mask.astype(np.uint8), kernel, borderValue=1)
    grown = cv2.dilate(core, cv2.dilate(kernel, np.ones((3, 3), np.uint8)))
    return np.asarray(grown.astype(bool) & mask)
