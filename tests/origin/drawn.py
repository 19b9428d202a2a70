"""A made picture with all three layers, as the worker stores one."""

import io
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gpu_worker.origin.manifest import installation
from gpu_worker.origin.xmp import Origin
from gpu_worker.photos.marked import encode_marked
from gpu_worker.photos.watermark import watermarked

Pixels = NDArray[np.uint8]
SIDE = 1000
ORIGIN = Origin(photo="digest", manifold_version="m1", request="r1")


@cache
def changed() -> NDArray[np.bool_]:
    """(SIDE, SIDE): a rounded product that covers a quarter of the picture."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE - 0.5
    return np.asarray((x / 0.4) ** 4 + (y / 0.2) ** 4 < 1)


@cache
def plain() -> Pixels:
    """A shaded product with a little grain, on a light ground."""
    random = np.random.default_rng(3)
    y, x = np.mgrid[:SIDE, :SIDE][..., None] / SIDE - 0.5
    product = np.array((180, 40, 40)) * (1 - 0.35 * y + 0.08 * np.sin(14 * x)) + random.normal(0, 2, (SIDE, SIDE, 1))
    return np.where(changed()[..., None], product, 245).clip(0, 255).astype(np.uint8)


@cache
def made() -> bytes:
    pixels = plain()
    return encode_marked(watermarked(pixels, changed(), number()), ORIGIN)


def number() -> int:
    credentials = installation()
    return credentials.number if credentials else 0


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")
