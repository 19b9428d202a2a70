"""Read how a file is put together, from its first byte to its last, without decoding a pixel.

A file is one still picture of a format that we take and nothing else: no second file behind its end, no animation, no
size that a decoder would have to believe before it could refuse.
"""

import re
import struct
import zlib
from dataclasses import dataclass

from catalog.errors import ImageRefused
from catalog.images import limits
from catalog.images.jpeg import jpeg_size

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_TEXT = {b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf"}
_HEIF_STILL = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
_HEIF_ANIMATED = {b"msf1", b"hevc", b"hevx", b"hevm", b"hevs", b"avis"}
_ISPE = re.compile(rb"ispe\x00\x00\x00\x00(.{8})", re.DOTALL)  # the box in which HEIF declares a picture's size
_WE_TAKE = "We take JPEG, PNG, WebP, AVIF and HEIC photos."
_KNOWN_OTHERS = (
    (b"GIF8", "a GIF picture"),
    (b"8BPS", "a Photoshop file"),
    (b"%!PS", "a PostScript file"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript file"),
    (b"%PDF", "a PDF document"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture or raw photo"),
    (b"MM\x00*", "a TIFF picture or raw photo"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x00\x00\x01\x00", "an icon"),
)


@dataclass(frozen=True, kw_only=True)
class Container:
    format: str  # Pillow's name
    width: int
    height: int
    lossless: bool


def read_structure(data: bytes) -> Container:
    """The format and the size that the file declares; raises ImageRefused."""
    if data.startswith(b"\xff\xd8\xff"):
        width, height = jpeg_size(data)
        return Container(format="JPEG", width=width, height=height, lossless=False)
    if data.startswith(PNG_SIGNATURE):
        return _read_png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _read_webp(data)
    if data[4:8] == b"ftyp":
        return _read_heif(data)
    raise ImageRefused(f"This is {_name_other(data)}. {_WE_TAKE}")


def _name_other(data: bytes) -> str:
    for signature, name in _KNOWN_OTHERS:
        if data.startswith(signature):
            return name
    if b"<svg" in data[:4096].lower():
        return "an SVG drawing"
    return "not a picture that we can read"


def _read_png(data: bytes) -> Container:
    position, size, metadata_bytes, has_pixels = len(PNG_SIGNATURE), None, 0, False
    for _ in range(limits.MAX_SEGMENTS):
        if position + 12 > len(data):
            raise ImageRefused("The PNG file is cut short.")
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise ImageRefused("The PNG file is cut short.")
        if zlib.crc32(data[position + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
            raise ImageRefused("The PNG file is damaged.")
        if size is None:
            size = _png_size(data, kind, length)
        if kind == b"acTL":
            raise ImageRefused("The picture is animated. Upload a still photo.")
        if kind in _PNG_TEXT:
            metadata_bytes += length
        if metadata_bytes > limits.MAX_METADATA_BYTES // 4:  # PNG deflates its text: keep room for it to grow
            raise ImageRefused("The PNG file carries too much text.")
        has_pixels |= kind == b"IDAT"
        position = end
        if kind == b"IEND":
            break
    else:
        raise ImageRefused("The PNG file is made of too many parts.")
    if position != len(data):
        raise ImageRefused("Something else is hidden behind the end of the picture.")
    if not has_pixels or size is None:
        raise ImageRefused("The PNG file holds no picture.")
    return Container(format="PNG", width=size[0], height=size[1], lossless=True)


def _png_size(data: bytes, kind: bytes, length: int) -> tuple[int, int]:
    if kind != b"IHDR" or length != 13:
        raise ImageRefused("The PNG file is damaged.")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _read_webp(data: bytes) -> Container:
    declared = int.from_bytes(data[4:8], "little") + 8
    if declared > len(data):
        raise ImageRefused("The WebP file is cut short.")
    if declared < len(data):
        raise ImageRefused("Something else is hidden behind the end of the picture.")
    position, sizes, lossless = 12, [], False
    for _ in range(limits.MAX_SEGMENTS):
        if position == len(data):
            break
        kind, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "little")
        body = position + 8
        if kind in {b"ANIM", b"ANMF"}:
            raise ImageRefused("The picture is animated. Upload a still photo.")
        lossless |= kind == b"VP8L"
        sizes += _webp_size(kind, data[body : body + 10])
        position = body + length + (length & 1)
        if position > len(data):
            raise ImageRefused("The WebP file is damaged.")
    if position != len(data) or not sizes or len(set(sizes)) != 1:
        raise ImageRefused("The WebP file is damaged.")
    return Container(format="WEBP", width=sizes[0][0], height=sizes[0][1], lossless=lossless)


def _webp_size(kind: bytes, head: bytes) -> list[tuple[int, int]]:
    if len(head) < 10:
        return []
    if kind == b"VP8X":
        if head[0] & 2:
            raise ImageRefused("The picture is animated. Upload a still photo.")
        return [(int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1)]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 6)
        return [(width & 0x3FFF, height & 0x3FFF)]
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return [((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)]
    return []


def _read_heif(data: bytes) -> Container:
    brand = data[8:12]
    if brand in _HEIF_ANIMATED:
        raise ImageRefused("The picture is animated. Upload a still photo.")
    if brand not in _HEIF_STILL | {b"avif"}:
        raise ImageRefused(f"This is not a picture that we can read. {_WE_TAKE}")
    _walk_boxes(data)
    sizes = [struct.unpack(">II", match[1]) for match in _ISPE.finditer(data)]
    if not sizes:
        raise ImageRefused("The HEIC file holds no picture.")
    # Photos are stored as tiles beside the whole picture's size, which is the largest.
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    is_avif = brand == b"avif" or (brand == b"mif1" and b"avif" in data[16 : int.from_bytes(data[:4])])
    return Container(format="AVIF" if is_avif else "HEIF", width=width, height=height, lossless=False)


def _walk_boxes(data: bytes) -> None:
    position = 0
    for _ in range(limits.MAX_SEGMENTS):
        if position == len(data):
            return
        length = int.from_bytes(data[position : position + 4])
        if length == 1:
            length = int.from_bytes(data[position + 8 : position + 16])
        elif length == 0:
            length = len(data) - position
        position += length
        if length < 8 or position > len(data):
            raise ImageRefused("The HEIC file is cut short or something else is hidden behind its end.")
    raise ImageRefused("The HEIC file is made of too many parts.")
