"""What becomes of good photos: upright, sRGB, nothing but pixels."""

import io
import struct
import tracemalloc
import zlib

import pillow_heif
import pytest
from PIL import Image, ImageCms, ImageDraw, IptcImagePlugin
from PIL.PngImagePlugin import PngInfo

from catalog import images
from catalog.colours import family_of
from tests.catalog.hostile.corpus import png
from tests.catalog.pictures import photo_bytes

MARKER = "planted-marker-7Q"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>{MARKER}</dc:creator></x:xmpmeta>'.encode()


def _exif(with_thumbnail: bool = True) -> bytes:
    exif = Image.Exif()
    exif[0x013B] = MARKER  # artist
    exif[0x010F] = MARKER  # maker
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 29: MARKER})  # GPS
    exif.get_ifd(0x8769).update({0x9286: MARKER.encode()})  # user comment
    data = exif.tobytes()
    return data + (MARKER.encode() + photo_bytes("JPEG", size=(64, 64)) if with_thumbnail else b"")


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _planted_jpeg() -> bytes:
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", 40) + b"\x1c\x02\x50" + MARKER.encode().ljust(37)
    jpeg = photo_bytes("JPEG", exif=_exif(), comment=MARKER.encode(), xmp=XMP)
    return jpeg[:2] + _segment(0xED, iptc) + _segment(0xEC, MARKER.encode()) + jpeg[2:]


def _planted_png() -> bytes:
    info = PngInfo()
    info.add_text("Comment", MARKER)
    info.add_text("Copyright", MARKER, zip=True)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return photo_bytes("PNG", pnginfo=info, exif=_exif())


def _planted_heic() -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.open(io.BytesIO(photo_bytes()))).save(buffer, exif=_exif(), xmp=XMP)
    return buffer.getvalue()


PLANTED = {
    "a.jpg": _planted_jpeg,
    "a.png": _planted_png,
    "a.webp": lambda: photo_bytes("WEBP", exif=_exif(), xmp=XMP),
    "a.heic": _planted_heic,
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_metadata_appears_in_no_served_byte(name: str):
    planted = PLANTED[name]()
    assert MARKER.encode() in planted
    clean = images.clean_photo(planted, name)
    for served in [clean.data, *(thumbnail.data for thumbnail in images.thumbnails(clean.image))]:
        assert MARKER.encode() not in served
        with Image.open(io.BytesIO(served)) as again:
            assert not dict(again.getexif())
            assert not {"comment", "exif", "xmp", "icc_profile", "photoshop", "Comment"} & set(again.info)
            assert IptcImagePlugin.getiptcinfo(again) is None if again.format == "JPEG" else True


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright(orientation: int):
    upright = Image.new("RGB", (200, 100), "white")
    ImageDraw.Draw(upright).rectangle([0, 0, 60, 40], fill="red")  # top left
    inverse = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # of what the orientation asks for, as Pillow's transposes
    stored = upright.transpose(Image.Transpose(inverse[orientation])) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    stored.save(buffer, "PNG", exif=exif.tobytes())
    clean = images.clean_photo(buffer.getvalue(), "a.png")
    assert clean.size == (200, 100)
    assert clean.image.tobytes() == upright.tobytes()


def test_a_colour_profile_is_converted_to_srgb():
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"  # what is called red is green
    clean = images.clean_photo(photo_bytes("PNG", colour="#ff0000", icc_profile=bytes(profile)), "a.png")
    red_value, green_value, blue_value = clean.image.getpixel((160, 120))
    assert green_value > 250
    assert max(red_value, blue_value) < 6


def test_equal_uploads_give_equal_bytes():
    for format in ("JPEG", "PNG", "WEBP"):
        data = photo_bytes(format)
        assert images.clean_photo(data, "").data == images.clean_photo(data, "").data


def test_lossless_photos_stay_exact():
    source = Image.effect_noise((200, 120), 80).convert("RGB")
    for format, options in (("PNG", {}), ("WEBP", {"lossless": True})):
        buffer = io.BytesIO()
        source.save(buffer, format, **options)
        clean = images.clean_photo(buffer.getvalue(), "")
        assert clean.content_type == "image/png"
        assert Image.open(io.BytesIO(clean.data)).tobytes() == source.tobytes()


def test_transparency_is_kept_and_shown_on_white():
    cutout = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ImageDraw.Draw(cutout).ellipse([50, 50, 150, 150], fill=(0, 0, 255, 255))
    buffer = io.BytesIO()
    cutout.save(buffer, "PNG")
    clean = images.clean_photo(buffer.getvalue(), "cutout.png")
    assert clean.image.mode == "RGBA"
    thumbnail = Image.open(io.BytesIO(images.thumbnails(clean.image)[0].data)).convert("RGB")
    assert min(thumbnail.getpixel((2, 2))) > 250
    assert family_of(images.dominant_colour(clean.image)[1]) == "blue"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA"])
def test_other_kinds_of_pixels_become_rgb(mode: str):
    source = Image.new("L", (200, 120), 128)
    converted = Image.new("I;16", (200, 120), 128 * 257) if mode == "I;16" else source.convert(mode)
    buffer = io.BytesIO()
    converted.save(buffer, "PNG")
    clean = images.clean_photo(buffer.getvalue(), "")
    assert clean.image.mode == "RGB"
    expected = {"1": (0, 255)}.get(mode, (126, 130))
    assert expected[0] <= clean.image.getpixel((100, 60))[0] <= expected[1]


def test_what_phones_append_to_a_photo_is_left_behind():
    first, second = photo_bytes("JPEG"), photo_bytes("JPEG", colour="#000000")
    announced = first[:2] + _segment(0xE2, b"MPF\0" + b"\0" * 40) + first[2:]
    expected = images.clean_photo(first, "a.jpg").data
    film = first[:2] + _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0 GCamera:MotionPhoto") + first[2:]
    phones = {
        "depth map": announced + second,
        "depth map behind padding": announced + b"\0" * 100 + second,
        "Samsung": first + b"\0\0\x01\x0a" + b"Image_UTC_Data1" + b"SEFH" + b"\0" * 20 + b"SEFT",
        "motion photo": film + struct.pack(">I", 24) + b"ftypisom" + b"\0" * 100,
        "padding": first + b"\0" * 500,
    }
    for data in phones.values():
        assert images.clean_photo(data, "a.jpg").data == expected


def test_pixels_beyond_the_picture_are_no_way_to_fill_memory():
    surplus = zlib.compress(b"\0" * 100_000_000, 9)
    tracemalloc.start()
    clean = images.clean_photo(png(200, 200, pixels=surplus), "a.png")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert clean.size == (200, 200)
    assert peak < 10_000_000


def test_thumbnails_are_never_wider_than_the_photo():
    for width, expected in ((100, [100]), (320, [160, 320]), (500, [160, 320, 500]), (1500, [160, 320, 640, 1280])):
        made = images.thumbnails(Image.new("RGB", (width, width), "red"))
        assert [thumbnail.width for thumbnail in made] == expected
        assert [Image.open(io.BytesIO(thumbnail.data)).width for thumbnail in made] == expected


@pytest.mark.parametrize(
    ("colour", "family"),
    [
        ("#c1121f", "red"),
        ("#1d3557", "blue"),
        ("#2d6a4f", "green"),
        ("#d4a017", "yellow"),
        ("#7b4a2b", "brown"),
        ("#1c1c1e", "black"),
        ("#d8c3a5", "beige"),
        ("#f4c6cf", "pink"),
        ("#ffffff", "white"),
    ],
)
def test_the_dominant_colour_is_the_products(colour: str, family: str):
    clean = images.clean_photo(photo_bytes("PNG", colour=colour), "a.png")
    assert family_of(images.dominant_colour(clean.image)[1]) == family
