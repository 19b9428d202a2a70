import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from gpu_worker.photos.decode import DecodeLimits, decode_photo
from gpu_worker.photos.encode import encode_animation, encode_pixels, sprite_strip
from gpu_worker.photos.errors import PhotoTooLarge, PhotoTooSmall, UnreadablePhoto


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def picture(width: int = 80, height: int = 60) -> Image.Image:
    random = np.random.default_rng(0)
    return Image.fromarray(random.integers(0, 255, (height, width, 3), np.uint8))


def bomb(width: int, height: int) -> bytes:
    """A PNG header that promises far more pixels than it carries."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def test_lossless_pixels_survive_unchanged() -> None:
    image = picture()
    assert (decode_photo(encoded(image)).pixels == np.asarray(image)).all()


def test_a_sideways_phone_photo_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = decode_photo(encoded(picture(80, 60), "JPEG", exif=exif.tobytes()))
    assert (photo.width, photo.height) == (60, 80)


def test_transparency_is_kept_apart_and_lies_on_white() -> None:
    image = picture().convert("RGBA")
    image.putalpha(Image.fromarray(np.pad(np.full((30, 40), 255, np.uint8), ((15, 15), (20, 20)))))
    photo = decode_photo(encoded(image))
    assert photo.alpha is not None
    assert photo.alpha[0, 0] == 0
    assert photo.pixels[0, 0].tolist() == [255, 255, 255]


def test_opaque_transparency_is_none() -> None:
    assert decode_photo(encoded(picture().convert("RGBA"))).alpha is None


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    grey = Image.fromarray(np.full((60, 80), 0x8000, np.uint16))
    assert abs(int(decode_photo(encoded(grey)).pixels[5, 5, 0]) - 128) <= 1


@pytest.mark.parametrize("size", [(40_000, 40_000), (7_000, 6_000)])
def test_a_pixel_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(PhotoTooLarge):
        decode_photo(bomb(*size))


def test_a_file_that_ends_too_soon_is_refused() -> None:
    with pytest.raises(UnreadablePhoto):
        decode_photo(encoded(picture(), "JPEG")[:300])


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"GIF89a" + b"\0" * 40])
def test_other_formats_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePhoto):
        decode_photo(data)


def test_moving_pictures_are_refused() -> None:
    frames = [np.full((60, 60, 3), level, np.uint8) for level in (0, 90, 200)]
    with pytest.raises(UnreadablePhoto, match="Moving"):
        decode_photo(encode_animation(frames))


def test_tiny_and_heavy_files_are_refused() -> None:
    with pytest.raises(PhotoTooSmall):
        decode_photo(encoded(picture(30, 30)))
    with pytest.raises(PhotoTooLarge):
        decode_photo(encoded(picture()), DecodeLimits(max_bytes=100))


def test_no_metadata_travels_through() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    data = encoded(picture(), "JPEG", exif=exif.tobytes(), comment=b"home address")
    for form in ("jpeg", "png", "webp"):
        out = encode_pixels(decode_photo(data).pixels, form)
        assert b"camera" not in out.data
        assert b"address" not in out.data


@pytest.mark.parametrize("form", ["png", "webp-lossless"])
def test_lossless_forms_keep_every_pixel(form: str) -> None:
    pixels = np.asarray(picture())
    out = encode_pixels(pixels, form)  # type: ignore[arg-type]
    assert (np.asarray(Image.open(io.BytesIO(out.data)).convert("RGB")) == pixels).all()


def test_a_sequence_becomes_a_strip() -> None:
    frames = [np.full((4, 5, 3), level, np.uint8) for level in (0, 90, 200)]
    assert sprite_strip(frames).shape == (4, 15, 3)
