"""Files that nobody should be able to upload, generated: title -> (file name, bytes, words of the expected answer)."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from PIL import Image

from tests.catalog.pictures import photo_bytes

Case = tuple[str, bytes, str]
PNG = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *extra: bytes, pixels: bytes | None = None, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG with any declared size, whatever its pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    data = chunk(b"IDAT", pixels if pixels is not None else zlib.compress(b"\0" * 1000))
    return PNG + header + b"".join(extra) + data + chunk(b"IEND", b"")


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def with_segment(jpeg: bytes, marker: int, body: bytes, count: int = 1) -> bytes:
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
    return jpeg[:2] + segment * count + jpeg[2:]


def with_jpeg_size(jpeg: bytes, width: int, height: int) -> bytes:
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1) for kind, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.html", "<script>alert(1)</script>")
    return buffer.getvalue()


def frames(count: int = 3) -> list[Image.Image]:
    return [Image.new("RGB", (120, 120), (80 * index, 0, 0)) for index in range(count)]


def progressive_with_scans(count: int) -> bytes:
    """The last scan of a progressive JPEG, many times over: each costs a walk over every coefficient."""
    jpeg = photo_bytes("JPEG", size=(2000, 2000), progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:last] + jpeg[last:-2] * count + b"\xff\xd9"


def _bombs() -> Iterator[tuple[str, Case]]:
    rows = zlib.compress(b"\0" * (13_000 * 10), 9)
    yield "png of 169 megapixels", ("a.png", png(13_000, 13_000, pixels=rows, depth=1, colour=0), "too many")
    yield "png of 196 megapixels", ("a.png", png(14_000, 14_000), "too many")
    yield "png of 4 gigapixels", ("a.png", png(65_535, 65_535), "too many")
    yield "png of the largest size", ("a.png", png(2**31 - 1, 2**31 - 1), "too many")
    yield "png of size over the limit of the format", ("a.png", png(2**32 - 1, 2**32 - 1), "too many")
    yield "png just over our limit", ("a.png", png(6_001, 6_000), "too many")
    yield "jpeg of 4 gigapixels", ("a.jpg", with_jpeg_size(photo_bytes("JPEG"), 65_500, 65_500), "too many")
    yield "jpeg just over our limit", ("a.jpg", with_jpeg_size(photo_bytes("JPEG"), 6_001, 6_000), "too many")
    canvas = struct.pack("<I", 0) + (16_382).to_bytes(3, "little") * 2
    yield "webp canvas of 268 megapixels", ("a.webp", riff((b"VP8X", canvas), (b"VP8 ", b"\0" * 20)), "WebP")
    lossless = b"\x2f" + struct.pack("<I", 16_382 | 16_382 << 14) + b"\0" * 20
    yield "lossless webp of 268 megapixels", ("a.webp", riff((b"VP8L", lossless)), "too many")
    declared = box(b"ispe", b"\0" * 4 + struct.pack(">II", 40_000, 40_000))
    heif = box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", b"\0" * 4 + declared)
    yield "heic of 1.6 gigapixels", ("a.heic", heif, "too many")
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"A" * 100_000_000, 9))
    yield "png whose text inflates to 100 MB", ("a.png", png(200, 200, text), "damaged")
    profile = chunk(b"iCCP", b"p\0\0" + zlib.compress(b"\0" * 100_000_000, 9))
    yield "png whose profile inflates to 100 MB", ("a.png", png(200, 200, profile), "damaged")
    yield "jpeg of 500 scans", ("a.jpg", progressive_with_scans(500), "scans")


def _metadata() -> Iterator[tuple[str, Case]]:
    small = png(200, 200, chunk(b"tEXt", b"Comment\0" + b"A" * 2_000_000))
    yield "png with 2 MB of text", ("a.png", small, "text")
    many = [chunk(b"tEXt", b"Comment\0" + b"A" * 1000)] * 2000
    yield "png with 2,000 texts", ("a.png", png(200, 200, *many), "text")
    compressed = [chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"A" * 900_000, 9))] * 400
    yield "png with 400 texts of 900 kB", ("a.png", png(200, 200, *compressed), "damaged")
    yield "png of 30,000 parts", ("a.png", png(200, 200, *[chunk(b"IDAT", b"")] * 30_000), "parts")
    comments = with_segment(photo_bytes("JPEG"), 0xFE, b"A" * 60_000, 100)
    yield "jpeg with 6 MB of comments", ("a.jpg", comments, "besides")
    empty = with_segment(photo_bytes("JPEG"), 0xFE, b"", 100_000)
    yield "jpeg of 100,000 segments", ("a.jpg", empty, "parts")


def _truncated() -> Iterator[tuple[str, Case]]:
    for format, name in (("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")):
        whole = photo_bytes(format)
        for share in (0.2, 0.5, 0.98):
            yield f"{format} cut at {share:.0%}", (name, whole[: int(len(whole) * share)], "")
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes(255 - byte for byte in whole[middle : middle + 40]) + whole[middle + 40 :]
        if format == "PNG":
            yield f"{format} with flipped bytes", (name, flipped, "damaged")
    yield "only a jpeg's beginning", ("a.jpg", b"\xff\xd8\xff", "cut short")
    yield "only a png's beginning", ("a.png", PNG, "cut short")
    yield "only a webp's beginning", ("a.webp", b"RIFF\x04\0\0\0WEBP", "damaged")
    yield "only a heic's beginning", ("a.heic", box(b"ftyp", b"heic\0\0\0\0"), "no picture")
    yield "png with no pixels", ("a.png", PNG + png(200, 200)[8:33] + chunk(b"IEND", b""), "no picture")
    yield "png whose pixels are noise", ("a.png", png(200, 200, pixels=b"noise" * 50), "damaged")
    yield "jpeg without a frame", ("a.jpg", b"\xff\xd8\xff\xd9", "no picture")


def _polyglots() -> Iterator[tuple[str, Case]]:
    page = b"<html><script>alert(1)</script></html>"
    for format, name in (("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")):
        whole = photo_bytes(format)
        yield f"{format} and a ZIP", (name, whole + zipped(), "hidden")
        yield f"{format} and a page", (name, whole + page, "hidden")
        yield f"{format} and a PDF", (name, whole + b"%PDF-1.7\n%%EOF", "hidden")
    yield "two PNGs", ("a.png", photo_bytes("PNG") * 2, "hidden")
    yield "two JPEGs", ("a.jpg", photo_bytes("JPEG") * 2, "hidden")
    yield "page before a JPEG", ("a.jpg", page + photo_bytes("JPEG"), "not a picture")
    yield "GIF that is a script", ("a.png", b"GIF89a/*" + b"\0" * 50 + b"*/=1;alert(1)", "GIF")


def _animated() -> Iterator[tuple[str, Case]]:
    first, *rest = frames()
    yield "animated PNG", ("a.png", saved(first, "PNG", save_all=True, append_images=rest), "animated")
    yield "animated WebP", ("a.webp", saved(first, "WEBP", save_all=True, append_images=rest), "animated")
    yield "animated GIF", ("a.gif", saved(first, "GIF", save_all=True, append_images=rest), "GIF")
    flag = bytes([2, 0, 0, 0]) + (119).to_bytes(3, "little") * 2
    yield "WebP that says it is animated", ("a.webp", riff((b"VP8X", flag)), "animated")
    yield "HEIC sequence", ("a.heic", box(b"ftyp", b"msf1\0\0\0\0hevc") + box(b"mdat", b"\0" * 64), "animated")


def _other_formats() -> Iterator[tuple[str, Case]]:
    still = Image.new("RGB", (120, 120), "red")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
    yield "SVG", ("a.svg", svg, "SVG")
    yield "SVG named PNG", ("a.png", b'<?xml version="1.0"?>' + svg, "SVG")
    yield "SVG with an entity bomb", ("a.svg", b'<!DOCTYPE s [<!ENTITY a "aaaa">]>' + svg, "SVG")
    yield "EPS", ("a.eps", saved(still, "EPS"), "PostScript")
    yield "EPS named JPEG", ("a.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript")
    yield "DOS EPS", ("a.jpg", b"\xc5\xd0\xd3\xc6" + b"\0" * 40, "PostScript")
    yield "PSD", ("a.psd", b"8BPS\0\x01" + b"\0" * 60, "Photoshop")
    yield "PSD named PNG", ("a.png", b"8BPS\0\x01" + b"\0" * 60, "Photoshop")
    yield "PDF", ("a.pdf", saved(still, "PDF"), "PDF")
    yield "TIFF", ("a.tif", saved(still, "TIFF"), "TIFF")
    yield "BMP", ("a.bmp", saved(still, "BMP"), "BMP")
    yield "ICO", ("a.ico", saved(still, "ICO"), "icon")
    yield "FITS", ("a.png", b"SIMPLE  =                    T".ljust(2880), "not a picture")
    yield "AVIF of nothing", ("a.avif", box(b"ftyp", b"avif\0\0\0\0mif1avif") + box(b"mdat", b"\0" * 64), "no picture")
    yield "MP4 film", ("a.heic", box(b"ftyp", b"isom\0\0\0\0") + box(b"mdat", b"\0" * 64), "not a picture")
    yield "ZIP", ("a.png", zipped(), "ZIP")
    yield "nothing", ("a.png", b"", "empty")
    yield "zeros", ("a.png", b"\0" * 100_000, "not a picture")
    yield "text", ("a.jpg", b"just words", "not a picture")


def _unfit() -> Iterator[tuple[str, Case]]:
    for size in ((1, 4_000), (4_000, 1), (63, 63)):
        yield f"PNG of {size[0]} x {size[1]}", ("a.png", saved(Image.new("RGB", size), "PNG"), "few")
    yield "JPEG of 64 x 400", ("a.jpg", saved(Image.new("RGB", (64, 400)), "JPEG"), "narrow")
    yield "PNG of no size", ("a.png", png(0, 0), "few")
    yield "lossless JPEG", ("a.jpg", photo_bytes("JPEG").replace(b"\xff\xc0", b"\xff\xc3", 1), "unusual")
    twelve_bit = photo_bytes("JPEG")
    at = twelve_bit.index(b"\xff\xc0") + 4
    yield "12-bit JPEG", ("a.jpg", twelve_bit[:at] + b"\x0c" + twelve_bit[at + 1 :], "unusual")
    yield "JPEG with two frames", ("a.jpg", _twice_framed(), "unusual")
    yield "file over 25 MB", ("a.jpg", photo_bytes("JPEG") + b"\0" * 25_000_001, "25 MB")


def _twice_framed() -> bytes:
    jpeg = photo_bytes("JPEG")
    at = jpeg.index(b"\xff\xc0")
    frame = jpeg[at : at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])]
    return jpeg[:at] + frame + jpeg[at:]


def _misnamed() -> Iterator[tuple[str, Case]]:
    for format, name in (("PNG", "a.php"), ("JPEG", "a.svg"), ("WEBP", "a.exe")):
        yield f"{format} named {name}", (name, photo_bytes(format), "ends in")
    yield "JPEG with a long name", ("a." + "x" * 5_000, photo_bytes("JPEG"), "ends in")


_PARTS: list[Callable[[], Iterator[tuple[str, Case]]]] = [
    _bombs,
    _metadata,
    _truncated,
    _polyglots,
    _animated,
    _other_formats,
    _unfit,
    _misnamed,
]


def corpus() -> dict[str, Case]:
    return {name: case for part in _PARTS for name, case in part()}
