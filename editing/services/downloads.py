"""A variant's picture in the format that a merchant's other programs read."""

import io

from PIL import Image, PngImagePlugin

from catalog import storage
from editing.models import Variant
from gpu_worker.origin.manifest import sign
from gpu_worker.origin.xmp import PNG_KEY, packet_of


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
