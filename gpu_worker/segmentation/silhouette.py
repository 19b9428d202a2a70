"""A learned second opinion on a product's outline, for where the photo itself hardly shows one.

White leather before a white ground, and a soft shadow under a sole, differ from the background by a few levels either way;
what tells them apart is the shape of shoes. A small U-Net (Ronneberger et al. 2015) has learned it from photos whose
outline is beyond doubt, dyed pale (`train_silhouette`), so that no outline was ever drawn by hand.
"""

from functools import cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from gpu_worker.segmentation.background import Array

Mask = NDArray[np.bool_]

WEIGHTS = Path(__file__).parent / "weights"
SIDE = 192  # of the square that the network sees, pixels
_WIDTHS = (32, 64, 96, 128)
_BOOST = 6.0  # of what little a pale product differs from its background
_MARGIN = 0.1  # of the product's longer side, around it
_CERTAIN = 0.9  # probability from which the network is followed whatever the photo shows
_CLEAR = 0.3  # sRGB deviation from the background from which the photo places an outline better than the network
_COLOURED, _DARK = 0.12, 0.6  # what no shadow is
_AGREE = 0.5  # intersection over union with the mask at hand; less, and the network does not know such products


class Silhouette(nn.Module):
    """light (N, 3, 192, 192), the photo over its background in [0, 1] -> logit of "product" (N, 192, 192)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(24, _WIDTHS[0], 3, padding=1)
        self.down = nn.ModuleList(_Block(a, b) for a, b in pairwise(_WIDTHS))
        self.deepest = _Block(_WIDTHS[-1], _WIDTHS[-1])
        self.up = nn.ModuleList(_Block(b + a, a) for a, b in pairwise(_WIDTHS))
        self.out = nn.Conv2d(_WIDTHS[0], 4, 3, padding=1)

    def forward(self, light: Tensor) -> Tensor:
        """Light (N, 3, H, W), 1 where the background would be, to logits (N, H, W) of being product."""
        seen = torch.cat([2 * light - 1, (1 - _BOOST * (1 - light)).clamp(-1, 1)], dim=1)
        features = F.relu(self.stem(F.pixel_unshuffle(seen, 2)))
        passed = []
        for block in self.down:
            passed.append(features)
            features = block(F.avg_pool2d(features, 2))
        features = self.deepest(features)
        for block, skip in zip(reversed(self.up), reversed(passed), strict=True):
            larger = F.interpolate(features, scale_factor=2, mode="bilinear")
            features = block(torch.cat([larger, skip], dim=1))
        return F.pixel_shuffle(self.out(features), 2)[:, 0].float()


class _Block(nn.Sequential):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        )


def silhouette_of(kind: str) -> Silhouette:
    """The shipped network of a kind."""
    return load_network(WEIGHTS / f"{kind}.safetensors")


@cache
def load_network(path: Path) -> Silhouette:
    """A trained network, once per process."""
    network = Silhouette()
    network.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def settled(network: Silhouette, image: Array, surface: Array, product: Mask) -> Mask:
    """The mask (H, W) of `image` before `surface`, (H, W, 3) sRGB, with the network's opinion where the photo leaves it open.

    A product that the network does not know the likes of keeps the mask that it has.
    """
    likely = probability(network, np.clip(image / np.maximum(surface, 1e-3), 0, 1), product)
    silhouette = likely > 0.5
    if (silhouette & product).sum() < _AGREE * (silhouette | product).sum():
        return product
    difference = image - surface
    deviation = np.abs(difference).max(2)
    beyond_doubt = product & ((np.ptp(difference, axis=2) > _COLOURED) | (deviation > _DARK))
    open_band = (likely > 1 - _CERTAIN) & (likely < _CERTAIN)
    by_photo = np.where(deviation > _CLEAR, product, silhouette)
    return np.asarray(np.where(open_band, by_photo, silhouette) | beyond_doubt)


@torch.no_grad()
def probability(network: Silhouette, light: Array, product: Mask) -> Array:
    """How likely each pixel of `light` (H, W, 3) is product, (H, W), looking at the square around `product` (H, W).

    0 outside of that square.
    """
    matrix = _to_square(product)
    flags = {"flags": cv2.INTER_AREA, "borderMode": cv2.BORDER_CONSTANT, "borderValue": (1.0, 1.0, 1.0)}
    square = cv2.warpAffine(_shrinkable(light, matrix), matrix, (SIDE, SIDE), **flags)
    seen = torch.from_numpy(square)[None].permute(0, 3, 1, 2)  # channels last, as it lies in memory
    logits = network(seen.clamp(0, 1))
    size = (product.shape[1], product.shape[0])
    flags = {"flags": cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, "borderMode": cv2.BORDER_CONSTANT, "borderValue": 0.0}
    return np.asarray(np.clip(cv2.warpAffine(logits[0].sigmoid().numpy(), matrix, size, **flags), 0, 1), np.float32)


def _to_square(product: Mask) -> NDArray[np.float64]:
    """Photo pixels -> pixels of the network's square, around the product with a margin."""
    rows, columns = np.flatnonzero(product.any(1)), np.flatnonzero(product.any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    scale = SIDE / ((1 + 2 * _MARGIN) * max(bottom - top, right - left))
    x, y = (left + right) / 2, (top + bottom) / 2
    return np.array([[scale, 0, SIDE / 2 - 0.5 - scale * (x - 0.5)], [0, scale, SIDE / 2 - 0.5 - scale * (y - 0.5)]])


def _shrinkable(light: Array, matrix: NDArray[np.float64]) -> Array:
    """Blurred as far as shrinking asks for: a warp alone samples single pixels."""
    sigma = 0.5 * (1 / matrix[0, 0] - 1)
    return np.asarray(cv2.GaussianBlur(light, (0, 0), sigma) if sigma > 0.3 else light, np.float32)
