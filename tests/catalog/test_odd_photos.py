"""Photos as print shops, phones and old programs save them."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from catalog import images
from catalog.colours import difference_2000, lab_from_hex
from catalog.errors import ImageRefused
from tests.catalog.pictures import photo_bytes

RED = (161, 15, 26)


def _red(size: tuple[int, int] = (1000, 1000)) -> Image.Image:
    return Image.new("RGB", size, RED)


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _middle(data: bytes, name: str = "a.jpg") -> tuple[int, int, int]:
    image = images.clean_photo(data, name).image
    return image.getpixel((image.width // 2, image.height // 2))  # type: ignore[return-value]


def _away(rgb: tuple[int, ...], other: tuple[int, ...] = RED) -> float:
    return difference_2000(*(lab_from_hex("#{:02x}{:02x}{:02x}".format(*colour[:3])) for colour in (rgb, other)))


def _without_adobe(jpeg: bytes) -> bytes:
    """The same coded inks without Adobe's marker: to whoever reads them they are not inverted."""
    start = jpeg.index(b"\xff\xee")
    return jpeg[:start] + jpeg[start + 2 + int.from_bytes(jpeg[start + 2 : start + 4]) :]


def test_inks_become_the_same_red_with_adobes_marker_and_without():
    cmyk = _red().convert("CMYK")
    with_marker = _saved(cmyk, "JPEG", quality=95)
    inverted = _saved(cmyk.point(lambda value: 255 - value), "JPEG", quality=95)
    assert b"Adobe" in with_marker
    for data in (with_marker, _without_adobe(inverted)):
        clean = images.clean_photo(data, "a.jpg")
        assert clean.image.mode == "RGB"
        assert _away(_middle(data)) < 5
        assert any("CMYK" in note for note in clean.notes)


def _png_with(*chunks: tuple[bytes, bytes], value: int = 128) -> bytes:
    png = _saved(Image.new("RGB", (1000, 1000), (value, value, value)), "PNG")
    extra = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return png[:33] + extra + png[33:]


@pytest.mark.parametrize(
    ("gamma", "expected"), [(100_000, 188), (45_455, 128), (55_556, 146)], ids=["linear", "sRGB's own", "Macs of old"]
)
def test_a_pngs_gamma_is_honoured(gamma: int, expected: int):
    """A value v stands for v ** (1 / gAMA) of light; sRGB writes light 0.5 as 188."""
    data = _png_with((b"gAMA", struct.pack(">I", gamma)))
    assert _middle(data, "a.png") == pytest.approx((expected,) * 3, abs=2)


def test_an_srgb_chunk_counts_before_gamma():
    data = _png_with((b"sRGB", b"\0"), (b"gAMA", struct.pack(">I", 100_000)))
    assert _middle(data, "a.png") == (128, 128, 128)


def test_a_pngs_primaries_are_honoured():
    """Adobe's wide green and gamma 2.2: the numbers of a plain sRGB green, as lcms writes them."""
    wide = (31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
    png = _png_with((b"gAMA", struct.pack(">I", 45_455)), (b"cHRM", struct.pack(">8I", *wide)))
    assert _middle(png, "a.png") == pytest.approx((128, 128, 128), abs=2)  # grey stays grey
    green = _saved(Image.new("RGB", (1000, 1000), (144, 200, 70)), "PNG")
    chunks = [(b"gAMA", struct.pack(">I", 45_455)), (b"cHRM", struct.pack(">8I", *wide))]
    extra = b"".join(struct.pack(">I", len(b)) + k + b + struct.pack(">I", zlib.crc32(k + b)) for k, b in chunks)
    red, lime, _ = _middle(green[:33] + extra + green[33:], "a.png")
    assert red < 120 and lime >= 200  # the same light needs less red in sRGB


@pytest.mark.parametrize("profile", [b"nothing like a profile", b"\0" * 200, None])
def test_a_damaged_profile_is_ignored_with_a_note(profile: bytes | None):
    whole = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = _saved(_red(), "JPEG", quality=95, icc_profile=profile or whole[: len(whole) // 2])
    clean = images.clean_photo(data, "a.jpg")
    assert _away(clean.image.getpixel((5, 5))) < 2  # type: ignore[arg-type]
    assert any("profile inside is damaged" in note for note in clean.notes)


def test_a_png_that_is_called_jpg_is_taken_for_what_it_is():
    clean = images.clean_photo(_saved(_red(), "PNG"), "photo.JPG")
    assert clean.content_type == "image/png"
    assert any("inside is a PNG" in note for note in clean.notes)
    assert not images.clean_photo(_saved(_red(), "PNG"), "photo.PNG").notes


def test_avif_is_taken():
    assert _away(_middle(_saved(_red(), "AVIF", quality=95), "a.avif")) < 2
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    film = _saved(frames[0], "AVIF", save_all=True, append_images=frames[1:])
    with pytest.raises(ImageRefused, match="animated"):
        images.clean_photo(film, "a.avif")


def test_an_avif_behind_whose_end_something_hides_is_refused():
    with pytest.raises(ImageRefused):
        images.clean_photo(_saved(_red(), "AVIF") + b"PK\x03\x04 and more", "a.avif")


def test_of_a_cameras_two_pictures_the_first_counts_even_where_the_second_is_cut():
    second = Image.new("RGB", (1000, 1000), "blue")
    mpo = _saved(_red(), "MPO", save_all=True, append_images=[second], quality=95)
    first_end = mpo.index(b"\xff\xd9") + 2
    for data in (mpo, mpo[: first_end + (len(mpo) - first_end) // 2]):
        assert _away(_middle(data)) < 2


def test_a_first_picture_that_is_cut_is_refused():
    mpo = _saved(_red(), "MPO", save_all=True, append_images=[_red()])
    with pytest.raises(ImageRefused):
        images.clean_photo(mpo[: mpo.index(b"\xff\xd9") - 100], "a.jpg")


def test_small_photos_are_taken_with_a_word_of_warning():
    assert any("look soft" in note for note in images.clean_photo(photo_bytes(size=(300, 200)), "a.png").notes)


@pytest.mark.parametrize("name", ["a.JPEG", "Scarpa\u0300 blu (1) #2.JPG", "ohne Endung"])
def test_names_in_capitals_decomposed_or_without_an_ending_are_fine(name: str):
    assert images.clean_photo(_saved(_red(), "JPEG"), name).content_type == "image/jpeg"


def test_a_black_product_on_black_is_black():
    scene = Image.new("RGB", (900, 640), (12, 12, 12))
    scene.paste((19, 19, 21), (150, 200, 750, 430))
    scene.paste((245, 245, 245), (150, 430, 750, 470))
    assert images.dominant_colour(scene)[0] < "#202020"


def test_hidden_colours_under_transparency_reach_no_thumbnail():
    pixels = np.zeros((600, 600, 4), np.uint8)
    pixels[..., 0], pixels[..., 2] = 255, 255  # magenta that nobody sees
    pixels[200:400, 200:400] = (161, 15, 26, 255)
    clean = images.clean_photo(_saved(Image.fromarray(pixels), "PNG"), "a.png")
    for thumbnail in images.thumbnails(clean.image):
        shown = np.asarray(Image.open(io.BytesIO(thumbnail.data)).convert("RGB")).astype(int)
        assert (shown[..., 2] - shown[..., 1]).max() < 60
