"""Pixels to bytes. Only pixels are written: no metadata travels from the upload into a variant."""

import hashlib
import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Format = Literal["webp", "png", "jpeg", "webp-lossless"]
CONTENT_TYPES: dict[Format, str] = {
    "webp": "image/webp",
    "webp-lossless": "image/webp",
    "png": "image/png",
    "jpeg": "image/jpeg",
}
_WEBP_MAX_SIDE = 16383


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """A finished file, named by its content."""

    data: bytes
    content_type: str
    sha256: str


def encode_pixels(pixels: NDArray[np.uint8], format: Format = "webp", quality: int = 92) -> Encoded:
    """Encode (H, W, 3) or (H, W, 4) uint8 sRGB. `png` and `webp-lossless` keep every pixel exactly.

    Raises ValueError for a shape or size the format cannot hold.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        raise ValueError(f"pixels must be (H, W, 3|4) uint8, not {pixels.shape} {pixels.dtype}")
    if format.startswith("webp") and max(pixels.shape[:2]) > _WEBP_MAX_SIDE:
        raise ValueError(f"WebP holds at most {_WEBP_MAX_SIDE} pixels per side")
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    if format == "webp":
        image.save(buffer, "WEBP", quality=quality, method=2)
    elif format == "webp-lossless":
        image.save(buffer, "WEBP", lossless=True, exact=True, quality=40, method=1)
    elif format == "png":
        image.save(buffer, "PNG", compress_level=4)
    else:
        image.convert("RGB").save(buffer, "JPEG", quality=quality, subsampling=0)
    data = buffer.getvalue()
    return Encoded(data=data, content_type=CONTENT_TYPES[format], sha256=hashlib.sha256(data).hexdigest())
