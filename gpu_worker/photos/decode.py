"""Bytes to pixels. Uploads are hostile: the header decides what is refused before a pixel is decoded.

Pixels are (H, W, 3) uint8, RGB, sRGB, upright; an alpha channel is kept apart as (H, W) uint8.
"""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from gpu_worker.photos.colour_spaces import inks, to_srgb
from gpu_worker.photos.errors import PhotoError, PhotoTooLarge, PhotoTooSmall, UnreadablePhoto

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")  # Pillow takes a camera's MPO for a JPEG
FIRST_OF_SEVERAL = "The file holds several pictures; the first was taken."


Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class DecodeLimits:
    """What is accepted at all."""

    max_bytes: int = 50_000_000
    max_pixels: int = 36_000_000
    min_side: int = 48


@dataclass(frozen=True, kw_only=True)
class Photo:
    """An upright sRGB photo."""

    pixels: Pixels  # (H, W, 3)
    alpha: Pixels | None = None  # (H, W), 255 = product, where the file had transparency
    format: str = "PNG"
    notes: tuple[str, ...] = ()  # what had to be assumed, a sentence each

    @property
    def height(self) -> int:
        """Rows of pixels, as shown (turned upright)."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of pixels, as shown (turned upright)."""
        return int(self.pixels.shape[1])


def decode_photo(data: bytes, limits: DecodeLimits = DecodeLimits()) -> Photo:
    """Decode an upload. Only pixels are kept: no EXIF, no comments, no profile.

    Raises UnreadablePhoto, PhotoTooLarge or PhotoTooSmall.
    """
    if len(data) > limits.max_bytes:
        raise PhotoTooLarge(f"The file is larger than {limits.max_bytes // 1_000_000} MB.", bytes=len(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own cap is lower
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            _check_size(image, limits)
            return _to_photo(image)
        except PhotoError:
            raise
        except Image.DecompressionBombError as error:
            raise PhotoTooLarge("The picture has too many pixels.") from error
        except (OSError, EOFError, SyntaxError, ValueError, RuntimeError, ImageCms.PyCMSError) as error:
            raise UnreadablePhoto("This is not a readable JPEG, PNG, WebP or AVIF picture.") from error


def _check_size(image: Image.Image, limits: DecodeLimits) -> None:
    width, height = image.size
    if width * height > limits.max_pixels:
        raise PhotoTooLarge(
            f"{width} x {height} pixels are more than {limits.max_pixels // 1_000_000} megapixels.",
            width=width,
            height=height,
        )
    if min(width, height) < limits.min_side:
        raise PhotoTooSmall(
            f"{width} x {height} pixels are too few: the shorter side needs {limits.min_side}.",
            width=width,
            height=height,
        )
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":  # a camera's second view is no film
        raise UnreadablePhoto("Moving pictures are not accepted: send a single photo.")


def _to_photo(image: Image.Image) -> Photo:
    notes = [FIRST_OF_SEVERAL] if getattr(image, "n_frames", 1) > 1 else []
    adobe = image.format not in ("JPEG", "MPO") or "adobe" in image.info
    image.load()
    upright = _eight_bit(inks(ImageOps.exif_transpose(image), adobe=adobe))
    srgb = to_srgb(upright, image, notes)
    alpha = np.asarray(srgb.getchannel("A")).copy() if srgb.mode == "RGBA" else None
    if alpha is not None and alpha.min() == 255:
        alpha = None
    rgb = _on_white(srgb) if srgb.mode == "RGBA" else srgb
    return Photo(pixels=np.asarray(rgb).copy(), alpha=alpha, format=image.format or "PNG", notes=tuple(notes))


def _eight_bit(image: Image.Image) -> Image.Image:
    """RGB, RGBA, L or CMYK. Grey PNGs of 16 bit come as mode I or I;16, which `convert` would clip instead of scale."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8))
    if image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in ("RGB", "RGBA", "L", "CMYK") else image.convert("RGB")


def _on_white(rgba: Image.Image) -> Image.Image:
    white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, rgba).convert("RGB")
