"""A finished picture as a file that says where it comes from."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gpu_worker.origin.manifest import sign
from gpu_worker.origin.xmp import Origin, xmp


def encode_marked(pixels: NDArray[np.uint8], origin: Origin, *, quality: int = 92, lossless: bool = False) -> bytes:
    """(H, W, 3) or (H, W, 4) uint8 as WebP with its metadata, signed where the installation has a key."""
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    if lossless:
        image.save(buffer, "WEBP", lossless=True, exact=True, quality=40, method=1, xmp=xmp(origin))
    else:
        image.save(buffer, "WEBP", quality=quality, method=2, xmp=xmp(origin))
    return sign(buffer.getvalue(), "image/webp")
