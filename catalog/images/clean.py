"""Decode an upload and build it anew from its pixels: upright, sRGB, without any metadata."""

import hashlib
import io
import threading
import warnings
from dataclasses import dataclass
from pathlib import PurePath

from pi_heif import register_heif_opener
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from catalog.errors import ImageRefused
from catalog.images import limits
from catalog.images.structure import Container, read_structure

register_heif_opener(thumbnails=False)
PngImagePlugin.MAX_TEXT_MEMORY = limits.MAX_METADATA_BYTES  # Pillow inflates all texts before we can look at one
_SRGB = ImageCms.createProfile("sRGB")
_DAMAGED = "The picture is damaged and cannot be read to its end."
# One process decodes two photos at a time; a third waits, so that memory stays bounded however many arrive.
_DECODERS = threading.BoundedSemaphore(2)


@dataclass(frozen=True, kw_only=True)
class CleanPhoto:
    data: bytes
    content_type: str
    image: Image.Image  # RGB or RGBA; what `data` was encoded from
    source_sha256: str

    @property
    def size(self) -> tuple[int, int]:
        return self.image.size


def clean_photo(data: bytes, name: str) -> CleanPhoto:
    """The photo rebuilt, deterministically: equal uploads give equal bytes. Raises ImageRefused with one sentence."""
    container = _inspect(data, name)
    with _DECODERS:
        image = _decode(data, container)
        encoded, content_type = _encode(image, lossless=container.lossless)
    return CleanPhoto(
        data=encoded, content_type=content_type, image=image, source_sha256=hashlib.sha256(data).hexdigest()
    )


def _inspect(data: bytes, name: str) -> Container:
    if not data:
        raise ImageRefused("The file is empty.")
    if len(data) > limits.MAX_BYTES:
        raise ImageRefused(f"The file is larger than {limits.MAX_BYTES // 1_000_000} MB.")
    container = read_structure(data)
    extension = PurePath(name).suffix.lower()
    if extension and extension not in limits.EXTENSIONS[container.format]:
        raise ImageRefused(f"The name ends in {extension[:12]}, but inside is a {container.format} picture.")
    check_size(container.width, container.height)
    return container


def check_size(width: int, height: int) -> None:
    if width * height > limits.MAX_PIXELS:
        raise ImageRefused(
            f"{width} x {height} pixels are too many: up to {limits.MAX_PIXELS // 1_000_000} megapixels are taken."
        )
    if min(width, height) < limits.MIN_SIDE:
        raise ImageRefused(f"{width} x {height} pixels are too few: the shorter side needs {limits.MIN_SIDE}.")
    if max(width, height) > limits.MAX_ASPECT * min(width, height):
        raise ImageRefused(f"{width} x {height} pixels are too narrow for a product photo.")


def _decode(data: bytes, container: Container) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=[container.format]) as opened:
                _check_agrees(opened, container)
                opened.load()
                return _rebuild(opened)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise ImageRefused("The picture has too many pixels.") from error
        except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, RuntimeError) as error:
            # Pillow's decoders answer broken files with any of these.
            raise ImageRefused(_DAMAGED) from error


def _check_agrees(image: Image.Image, container: Container) -> None:
    if image.mode in {"CMYK", "YCbCr", "LAB", "HSV"}:
        raise ImageRefused("The picture is in CMYK or another colour space for print. Save it in RGB.")
    if container.format == "HEIF":  # turned by the decoder already, so that the sides may be exchanged
        check_size(*image.size)
    elif image.size != (container.width, container.height):
        raise ImageRefused(_DAMAGED)


def _rebuild(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    ImageOps.exif_transpose(image, in_place=True)  # here and below: no copy that is not needed, each may be 144 MB
    pixels = _to_srgb(_to_eight_bits(image), profile)
    if pixels.mode == "RGBA" and pixels.getchannel("A").getextrema() == (255, 255):
        pixels = pixels.convert("RGB")
    rebuilt = Image.new(pixels.mode, pixels.size)
    rebuilt.paste(pixels)
    return rebuilt


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """RGB, RGBA or L: what colour management and the encoders take."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in {"RGB", "RGBA", "L"} else image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    if not profile:
        return image if image.mode == target else image.convert(target)
    if len(profile) > limits.MAX_PROFILE_BYTES:
        raise ImageRefused("The picture's colour profile is too large.")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if image.mode != "L" and source.profile.xcolor_space.strip() == "GRAY":
            image = image.convert("L")
        if image.mode == "L" and source.profile.xcolor_space.strip() == "RGB":
            image = image.convert("RGB")
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode=target)
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError) as error:
        raise ImageRefused("The picture's colour profile is damaged. Save it again in sRGB.") from error
    if converted is None:
        raise ImageRefused("The picture's colour profile cannot be used. Save it again in sRGB.")
    return converted


def _encode(image: Image.Image, *, lossless: bool) -> tuple[bytes, str]:
    buffer = io.BytesIO()
    if lossless or image.mode == "RGBA":
        image.save(buffer, "PNG", compress_level=4)
        return buffer.getvalue(), "image/png"
    image.save(buffer, "JPEG", quality=95, subsampling=0)
    return buffer.getvalue(), "image/jpeg"
