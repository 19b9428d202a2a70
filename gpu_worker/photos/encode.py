"""Pixels to bytes. Only pixels are written: no metadata travels from the upload into a variant."""

import hashlib
import io
from collections.abc import Sequence
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


def uncovered(pixels: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture (H, W, 3) that lies on white, as (H, W, 4) without the white: I = a C + (1 - a) 255, solved for C."""
    opacity = np.maximum(alpha, 1)[..., None] / np.float32(255)
    colour = np.clip((pixels - (1 - opacity) * 255) / opacity, 0, 255)
    return np.dstack([np.where(alpha[..., None] > 0, np.round(colour), 255).astype(np.uint8), alpha])


def encode_animation(frames: Sequence[NDArray[np.uint8]], milliseconds: int = 120) -> bytes:
    """Animated WebP of frames (H, W, 3), forwards and back again, without end. Raises ValueError for no frames."""
    if not frames:
        raise ValueError("an animation needs frames")
    there_and_back = [Image.fromarray(frame) for frame in [*frames, *frames[-2:0:-1]]]
    buffer = io.BytesIO()
    there_and_back[0].save(
        buffer, "WEBP", save_all=True, append_images=there_and_back[1:], duration=milliseconds, loop=0, quality=90
    )
    return buffer.getvalue()


def sprite_strip(frames: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Frames (H, W, 3) side by side, (H, N W, 3)."""
    return np.concatenate(list(frames), axis=1)
