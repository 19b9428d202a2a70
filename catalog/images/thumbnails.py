import io
from dataclasses import dataclass

from PIL import Image

WIDTHS = (160, 320, 640, 1280)
QUALITY = 82


@dataclass(frozen=True, kw_only=True)
class Thumbnail:
    width: int
    data: bytes
    content_type: str = "image/webp"


def thumbnails(image: Image.Image) -> list[Thumbnail]:
    """WebP in several widths, on white, never wider than the photo itself."""
    widths = [width for width in WIDTHS if width < image.width]
    if len(widths) < len(WIDTHS):
        widths.append(image.width)
    smaller, made = on_white(image), []
    for width in reversed(widths):  # each from the one before: a third of the time
        height = max(1, round(image.height * width / image.width))
        smaller = smaller.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        made.append(Thumbnail(width=width, data=encode(smaller)))
    return made[::-1]


def on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    background = Image.new("RGB", image.size, "white")
    background.paste(image, mask=image.getchannel("A"))
    return background


def encode(image: Image.Image, *, quality: int = QUALITY) -> bytes:
    """As WebP, without metadata."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality, method=4)
    return buffer.getvalue()
