import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from gpu_worker.photos.decode import DecodeLimits, decode_photo
from gpu_worker.photos.encode import encode_animation, encode_pixels, sprite_strip, uncovered
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


def test_a_cmyk_photo_is_converted_and_says_so() -> None:
    red = Image.new("CMYK", (80, 60), (0, 255, 255, 40))
    photo = decode_photo(encoded(red, "JPEG"))
    assert photo.pixels[30, 40, 0] > 180
    assert photo.pixels[30, 40, 1] < 60
    assert "CMYK" in photo.notes[0]


def test_a_damaged_profile_is_ignored_with_a_note() -> None:
    image = picture()
    photo = decode_photo(encoded(image, icc_profile=b"not a profile"))
    assert (photo.pixels == np.asarray(image)).all()
    assert "profile" in photo.notes[0]


def test_an_avif_photo_is_read() -> None:
    photo = decode_photo(encoded(Image.new("RGB", (80, 60), (170, 20, 30)), "AVIF"))
    assert photo.format == "AVIF"
    assert np.abs(photo.pixels.astype(int) - (170, 20, 30)).max() < 6


def test_of_several_pictures_in_a_camera_file_the_first_is_taken() -> None:
    first, second = Image.new("RGB", (80, 60), (170, 20, 30)), Image.new("RGB", (80, 60), (0, 0, 255))
    photo = decode_photo(encoded(first, "MPO", save_all=True, append_images=[second]))
    assert np.abs(photo.pixels.astype(int) - (170, 20, 30)).max() < 6
    assert "first" in photo.notes[0]


def test_the_gamma_of_a_png_is_honoured() -> None:
    plain = encoded(Image.new("RGB", (80, 60), (55, 55, 55)))
    body = b"gAMA" + struct.pack(">I", 100_000)
    chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
    photo = decode_photo(plain[:33] + chunk + plain[33:])
    assert np.abs(photo.pixels.astype(int) - 128).max() <= 1


def test_hidden_colour_under_transparency_is_never_seen() -> None:
    image = Image.new("RGBA", (80, 60), (255, 0, 255, 0))
    image.paste((200, 30, 30, 255), (20, 20, 60, 40))
    photo = decode_photo(encoded(image))
    assert photo.pixels[0, 0].tolist() == [255, 255, 255]


def test_a_transparent_picture_comes_back_without_the_white_behind_it() -> None:
    pixels = np.full((2, 3, 3), 255, np.uint8)
    pixels[0, 0], pixels[0, 1] = (200, 30, 30), (228, 143, 143)
    alpha = np.array([[255, 125, 0], [0, 0, 0]], np.uint8)
    clear = uncovered(pixels, alpha)
    assert clear[0, 0].tolist() == [200, 30, 30, 255]
    assert np.abs(clear[0, 1].astype(int) - (200, 26, 26, 125)).max() <= 2
    assert clear[1, 2].tolist() == [255, 255, 255, 0]
