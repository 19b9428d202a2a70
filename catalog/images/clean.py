"""Decode an upload and build it anew from its pixels: upright, sRGB, without any metadata."""

import hashlib
import io
import threading
import warnings
from dataclasses import dataclass
from pathlib import PurePath

from pi_heif import register_heif_opener
from PIL import Image, ImageOps, PngImagePlugin

from catalog.errors import ImageRefused
from catalog.images import limits
from catalog.images.colour_spaces import inks, to_srgb
from catalog.images.structure import Container, read_structure

register_heif_opener(thumbnails=False)
PngImagePlugin.MAX_TEXT_MEMORY = limits.MAX_METADATA_BYTES  # Pillow inflates all texts before we can look at one
_DAMAGED = "The picture is damaged and cannot be read to its end."
# One process decodes two photos at a time; a third waits, so that memory stays bounded however many arrive.
_DECODERS = threading.BoundedSemaphore(2)


@dataclass(frozen=True, kw_only=True)
class CleanPhoto:
    data: bytes
    content_type: str
    image: Image.Image  # RGB or RGBA; what `data` was encoded from
    source_sha256: str
    notes: tuple[str, ...] = ()  # sentences for the person who sent it: what was assumed, and what will look poor

    @property
    def size(self) -> tuple[int, int]:
        return self.image.size


def clean_photo(data: bytes, name: str) -> CleanPhoto:
    """The photo rebuilt, deterministically: equal uploads give equal bytes. Raises ImageRefused with one sentence."""
    container = _inspect(data, name)
    notes = _notes(container, name)
    with _DECODERS:
        image = _decode(data, container, notes)
        encoded, content_type = _encode(image, lossless=container.lossless)
    return CleanPhoto(
        data=encoded,
        content_type=content_type,
        image=image,
        source_sha256=hashlib.sha256(data).hexdigest(),
        notes=tuple(notes),
    )


def _notes(container: Container, name: str) -> list[str]:
    notes = []
    extension = PurePath(name).suffix.lower()
    if extension in limits.PICTURE_EXTENSIONS and extension not in limits.EXTENSIONS[container.format]:
        notes.append(f"The name ends in {extension}, but inside is a {container.format} picture; it was read as that.")
    if max(container.width, container.height) < limits.GOOD_SIDE:
        notes.append(
            f"{container.width} x {container.height} pixels are few: results have the photo's own size and will look soft."
            f" Shops want {limits.GOOD_SIDE} or more on the longer side."
        )
    return notes


def _inspect(data: bytes, name: str) -> Container:
    if not data:
        raise ImageRefused("The file is empty.")
    if len(data) > limits.MAX_BYTES:
        raise ImageRefused(f"The file is larger than {limits.MAX_BYTES // 1_000_000} MB.")
    container = read_structure(data)
    extension = PurePath(name).suffix.lower()
    if extension and extension not in limits.PICTURE_EXTENSIONS:
        raise ImageRefused(f"The name ends in {extension[:12]}, but inside is a {container.format} picture.")
    check_size(container.width, container.height)
    return container


def check_size(width: int, height: int) -> None:
    if width * height > limits.MAX_PIXELS:
        raise ImageRefused(
            f"{width} x {height} pixels are too many: up to {limits.MAX_PIXELS // 1_000_000} megapixels are taken."
            " Save it smaller, such as 4000 pixels on the longer side."
        )
    if min(width, height) < limits.MIN_SIDE:
        raise ImageRefused(f"{width} x {height} pixels are too few: the shorter side needs {limits.MIN_SIDE}.")
    if max(width, height) > limits.MAX_ASPECT * min(width, height):
        raise ImageRefused(f"{width} x {height} pixels are too narrow for a product photo.")


def _decode(data: bytes, container: Container, notes: list[str]) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=[container.format]) as opened:
                _check_agrees(opened, container)
                opened.load()
                return _rebuild(opened, notes)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise ImageRefused("The picture has too many pixels.") from error
        except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, RuntimeError) as error:
            # Pillow's decoders answer broken files with any of these.
            raise ImageRefused(_DAMAGED) from error


def _check_agrees(image: Image.Image, container: Container) -> None:
    if image.mode in {"YCbCr", "LAB", "HSV"}:
        raise ImageRefused("The picture is in a colour space that shops do not use. Save it in RGB.")
    if container.format in {"HEIF", "AVIF"}:  # turned by the decoder already, so that the sides may be exchanged
        check_size(*image.size)
    elif image.size != (container.width, container.height):
        raise ImageRefused(_DAMAGED)


def _rebuild(image: Image.Image, notes: list[str]) -> Image.Image:
    ImageOps.exif_transpose(image, in_place=True)  # here and below: no copy that is not needed, each may be 144 MB
    pixels = to_srgb(_to_eight_bits(inks(image, image.info.get("adobe"))), image, notes)
    if pixels.mode == "RGBA" and pixels.getchannel("A").getextrema() == (255, 255):
        pixels = pixels.convert("RGB")
    rebuilt = Image.new(pixels.mode, pixels.size)
    rebuilt.paste(pixels)
    return rebuilt


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """RGB, RGBA, L or CMYK: what colour management and the encoders take."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in {"RGB", "RGBA", "L", "CMYK"} else image.convert("RGB")


def _encode(image: Image.Image, *, lossless: bool) -> tuple[bytes, str]:
    buffer = io.BytesIO()
    if lossless or image.mode == "RGBA":
        image.save(buffer, "PNG", compress_level=4)
        return buffer.getvalue(), "image/png"
    image.save(buffer, "JPEG", quality=95, subsampling=0)
    return buffer.getvalue(), "image/jpeg"
