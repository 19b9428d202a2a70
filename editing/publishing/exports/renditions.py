"""One picture in the form that a preset asks for. What it says about its origin stays with it."""

import io

from PIL import Image, ImageChops, PngImagePlugin

from editing.publishing.exports.presets import Preset
from gpu_worker.origin.manifest import sign
from gpu_worker.origin.xmp import PNG_KEY, packet_of

JPEG_QUALITY, WEBP_QUALITY = 92, 92
_TYPES = {"png": "image/png", "webp": "image/webp", "jpeg": "image/jpeg"}
_FAINT = 12  # of 255: what is fainter is not part of the product's box


def rendition(data: bytes, alpha: bytes | None, preset: Preset) -> bytes:
    """The encoded picture. Without a cut-out it keeps its own background, and a square is filled with its frame's colour."""
    if preset.format == "original":
        return data
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        xmp = packet_of(picture)
        pixels = picture.convert("RGB")
    mask = _mask(alpha, pixels.size) if alpha else None
    made = _squared(pixels, mask, preset) if preset.side else _on(pixels, mask, preset)
    encoded = _encoded(made, preset, xmp)
    return sign(encoded, _TYPES[preset.format], parent=data) if xmp else encoded  # a photo is not of our making


def _mask(alpha: bytes, size: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(alpha), formats=["PNG", "WEBP"]) as stored:
        mask = stored.convert("L")
    return mask if mask.size == size else mask.resize(size, Image.Resampling.BILINEAR)


def _on(pixels: Image.Image, mask: Image.Image | None, preset: Preset) -> Image.Image:
    if mask is None or preset.background == "kept":
        return pixels
    if preset.background == "transparent":
        cut = pixels.convert("RGBA")
        cut.putalpha(mask)
        return cut
    ground = Image.new("RGB", pixels.size, "white")
    # Where the product is half transparent, its pixels hold the old background: light ones may only become lighter.
    ground.paste(pixels, mask=mask)
    return ground


def _squared(pixels: Image.Image, mask: Image.Image | None, preset: Preset) -> Image.Image:
    """The product in the middle of a square, its longer side at `fill` of the square's."""
    assert preset.side  # noqa: S101  asked for by the caller
    box = _box(mask) if mask else None
    ground = _on(pixels, mask, preset)
    if box is None:
        return _fitted(ground, preset.side)
    scale = preset.fill * preset.side / max(box[2] - box[0], box[3] - box[1])
    size = (max(1, round((box[2] - box[0]) * scale)), max(1, round((box[3] - box[1]) * scale)))
    product = ground.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    colour = (0, 0, 0, 0) if ground.mode == "RGBA" else "white"
    square = Image.new(ground.mode, (preset.side, preset.side), colour)
    square.paste(product, ((preset.side - size[0]) // 2, (preset.side - size[1]) // 2))
    return square


def _box(mask: Image.Image) -> tuple[int, int, int, int] | None:
    return mask.point([0] * _FAINT + [255] * (256 - _FAINT)).getbbox()


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    """The whole picture in the square, on the commonest colour of its frame."""
    scale = side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    square = Image.new(picture.mode, (side, side), picture.getpixel((0, 0)))
    square.paste(picture.resize(size, Image.Resampling.LANCZOS), ((side - size[0]) // 2, (side - size[1]) // 2))
    return square


def _encoded(picture: Image.Image, preset: Preset, xmp: bytes | None) -> bytes:
    out = io.BytesIO()
    marks = {"xmp": xmp} if xmp else {}
    if preset.format == "png":
        info = PngImagePlugin.PngInfo()
        if xmp:
            info.add_itxt(PNG_KEY, xmp.decode())
        picture.save(out, "PNG", pnginfo=info, compress_level=3)
    elif preset.format == "webp":
        picture.save(out, "WEBP", quality=WEBP_QUALITY, method=2, **marks)
    else:
        picture.convert("RGB").save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0, **marks)
    return out.getvalue()


def is_white_behind(picture: Image.Image) -> bool:
    """Whether the frame of a picture is pure white, as marketplaces ask."""
    width, height = picture.size
    inside = Image.new("L", picture.size, 255)
    inside.paste(0, (1, 1, width - 1, height - 1))
    frame = ImageChops.multiply(ImageChops.invert(picture.convert("L")), inside)
    return frame.getbbox() is None
