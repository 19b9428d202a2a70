"""A variant's picture, and the way to it, in the formats that a merchant's other programs read."""

import io

from PIL import Image, PngImagePlugin

from catalog import storage
from editing.models import Variant
from gpu_worker.origin.manifest import sign
from gpu_worker.origin.xmp import PNG_KEY, packet_of

_FRAME, _QUALITY = 120, 92  # milliseconds that a frame is shown, and what its pixels are kept with


def variant_png(variant: Variant) -> bytes | None:
    """Every pixel of the stored picture, with what it says about its origin; None where the object is gone."""
    stored = storage.get(variant.object_key)
    if stored is None:
        return None
    with Image.open(io.BytesIO(stored.data), formats=["WEBP", "PNG"]) as picture:
        picture.load()
        kept_as = f"image/{str(picture.format).lower()}"
        origin = PngImagePlugin.PngInfo()
        packet = packet_of(picture)
        if packet:
            origin.add_itxt(PNG_KEY, packet.decode())
        out = io.BytesIO()
        picture.save(out, "PNG", pnginfo=origin, icc_profile=picture.info.get("icc_profile"), compress_level=3)
    return sign(out.getvalue(), "image/png", parent=stored.data, parent_type=kept_as)


def variant_animation(variant: Variant) -> bytes | None:
    """The way from the photo to the variant and back as an animation (WebP), with what the variant says about its origin; None where
    there is no such way, or its objects are gone."""
    strip, made = (storage.get(key) if key else None for key in (variant.sequence_key, variant.object_key))
    if strip is None or made is None:
        return None
    with Image.open(io.BytesIO(made.data), formats=["WEBP", "PNG"]) as picture:
        packet, kept_as = packet_of(picture), f"image/{str(picture.format).lower()}"
    with Image.open(io.BytesIO(strip.data), formats=["WEBP", "PNG"]) as frames:
        side = frames.height
        there = [frames.crop((left, 0, left + side, side)) for left in range(0, frames.width, side)]
    first, *rest = [*there, *there[-2:0:-1]]
    out = io.BytesIO()
    first.save(
        out, "WEBP", save_all=True, append_images=rest, duration=_FRAME, loop=0, quality=_QUALITY, xmp=packet or b""
    )
    return sign(out.getvalue(), "image/webp", parent=made.data, parent_type=kept_as)
