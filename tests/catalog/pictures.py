import io
from typing import Any

from PIL import Image, ImageDraw


def photo_bytes(
    format: str = "PNG", *, size: tuple[int, int] = (320, 240), colour: str = "#c1121f", **save: Any
) -> bytes:
    """A product-like picture: a coloured shape on white."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse([size[0] // 6, size[1] // 4, size[0] * 5 // 6, size[1] * 3 // 4], fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, format, **save)
    return buffer.getvalue()
