"""Super-resolution of small product photos, two and four times, by the manifold's lift and tail.

The lift enlarges three times; for twice its picture is made smaller, for four times the photo is first made a third larger. Only small
photos gain: what the network knows is how products look at 192 px. Nothing here is done without being asked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from gpu_worker.manifold.high_resolution import HighResolution
from gpu_worker.manifold.lift import ENLARGES
from gpu_worker.photos.errors import PhotoError

Pixels = NDArray[np.uint8]
Factor = Literal[2, 4]

MOST_PIXELS = 1_000_000  # of the small photo: larger ones need no enlarging, and would take minutes
_TILE, _MARGIN = 128, 24  # pixels of the small photo; the margin covers what a pixel depends on
_BEFORE = {2: 1.0, 4: 4 / 3}  # how much larger the photo is made before the lift


class TooLarge(PhotoError):
    """The photo is large enough already."""

    code = "too_large"


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A part of the small picture with its margin, and where its inner part lies in the enlarged one."""

    rows: slice
    columns: slice
    top: int  # of the margin above the inner part, in small pixels
    left: int
    height: int  # of the inner part
    width: int


def enlarge(
    pixels: Pixels, factor: Factor, high: HighResolution, callback: Callable[[int, int], None] | None = None
) -> Pixels:
    """(H, W, 3) uint8 sRGB to (factor H, factor W, 3). `callback(done, tiles)` may raise to stop. Raises TooLarge."""
    height, width = pixels.shape[:2]
    if height * width > MOST_PIXELS:
        raise TooLarge(f"This photo has {width} x {height} pixels and needs no enlarging.")
    size = (factor * width, factor * height)
    first = cv2.resize(pixels, None, fx=_BEFORE[factor], fy=_BEFORE[factor], interpolation=cv2.INTER_CUBIC)
    lifted = _lifted(np.asarray(first, np.uint8), high, callback)
    method = cv2.INTER_AREA if lifted.shape[1] > size[0] else cv2.INTER_LANCZOS4
    return np.asarray(cv2.resize(lifted, size, interpolation=method), np.uint8)


def _lifted(pixels: Pixels, high: HighResolution, callback: Callable[[int, int], None] | None) -> Pixels:
    """Three times as large, tile by tile."""
    height, width = pixels.shape[:2]
    result = np.empty((ENLARGES * height, ENLARGES * width, 3), np.uint8)
    tiles = list(tiles_of(height, width))
    for number, tile in enumerate(tiles, start=1):
        made = _lifted_tile(pixels[tile.rows, tile.columns], high)
        top, left = ENLARGES * tile.top, ENLARGES * tile.left
        inner = made[top : top + ENLARGES * tile.height, left : left + ENLARGES * tile.width]
        y, x = ENLARGES * (tile.rows.start + tile.top), ENLARGES * (tile.columns.start + tile.left)
        result[y : y + len(inner), x : x + inner.shape[1]] = inner
        if callback is not None:
            callback(number, len(tiles))
    return result


def tiles_of(height: int, width: int) -> Iterator[Tile]:
    """Tiles whose inner parts cover the picture once."""
    for y in range(0, height, _TILE):
        for x in range(0, width, _TILE):
            top, left = max(0, y - _MARGIN), max(0, x - _MARGIN)
            bottom, right = min(height, y + _TILE + _MARGIN), min(width, x + _TILE + _MARGIN)
            inner_height, inner_width = min(_TILE, height - y), min(_TILE, width - x)
            yield Tile(
                rows=slice(top, bottom),
                columns=slice(left, right),
                top=y - top,
                left=x - left,
                height=inner_height,
                width=inner_width,
            )


@torch.no_grad()
def _lifted_tile(pixels: Pixels, high: HighResolution) -> Pixels:
    height, width = pixels.shape[:2]
    padded = cv2.copyMakeBorder(pixels, 0, -height % 8, 0, -width % 8, cv2.BORDER_REPLICATE)
    device = next(high.parameters()).device
    image = torch.from_numpy(padded).permute(2, 0, 1)[None].float().to(device) / 127.5 - 1
    made = high.enlarge(image)[0].permute(1, 2, 0).cpu().numpy()
    level = np.round((made + 1) * 127.5).astype(np.uint8)
    return np.asarray(level[: ENLARGES * height, : ENLARGES * width], np.uint8)
