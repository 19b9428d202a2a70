"""What a file says its numbers mean, to sRGB: a profile, PNG's gamma and primaries, or inks.

Whatever has to be assumed is told in a note.
"""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")
BAD_PROFILE = "The colour profile inside is damaged, so the picture was read as sRGB."
NO_INK_PROFILE = "The picture is in CMYK without a profile: its colours may be off. RGB is safer."
_PLAIN_GAMMA, _NEARLY = 0.45455, 0.002
_PLAIN_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)  # white, red, green, blue: x and y
_STRIP = 512  # rows at a time: bounds memory for any photo


def to_srgb(image: Image.Image, source: Image.Image, notes: list[str]) -> Image.Image:
    """`image` holds the pixels of `source` at eight bits; `source` says what they mean."""
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    profile = source.info.get("icc_profile")
    if profile:
        converted = _by_profile(image, profile, target)
        if converted is not None:
            return converted
        notes.append(BAD_PROFILE)
    if image.mode == "CMYK":
        notes.append(NO_INK_PROFILE)
        return image.convert("RGB")
    return _by_gamma(image.convert(target), source)


def inks(image: Image.Image, *, adobe: bool) -> Image.Image:
    """CMYK as Pillow reads it takes every JPEG for Adobe's, whose inks are stored inverted; others are not."""
    if image.mode == "CMYK" and not adobe:
        return image.point(lambda value: 255 - value)
    return image


def _by_profile(image: Image.Image, profile: bytes, target: str) -> Image.Image | None:
    """None where the profile is damaged or of another kind of pixels."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if image.mode != "L" and space == "GRAY":
            image = image.convert("L")
        if image.mode == "L" and space == "RGB":
            image = image.convert("RGB")
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode=target)
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None


def _by_gamma(image: Image.Image, source: Image.Image) -> Image.Image:
    """PNG's gAMA and cHRM, which count where there is neither a profile nor an sRGB chunk."""
    gamma = source.info.get("gamma")
    if source.format != "PNG" or not gamma or "srgb" in source.info:
        return image
    primaries = source.info.get("chromaticity") or _PLAIN_PRIMARIES
    plain = all(abs(a - b) < _NEARLY for a, b in zip(primaries, _PLAIN_PRIMARIES, strict=True))
    if abs(gamma - _PLAIN_GAMMA) < _NEARLY and plain:
        return image
    matrix = np.eye(3) if plain else np.linalg.inv(_xyz_of(_PLAIN_PRIMARIES)) @ _xyz_of(primaries)
    linear = (np.arange(256) / 255) ** (1 / gamma)  # gAMA is the exponent of encoding
    pixels = np.asarray(image).copy()
    for top in range(0, len(pixels), _STRIP):
        strip = pixels[top : top + _STRIP, :, :3]
        light = np.clip(linear[strip] @ matrix.T, 0, 1)
        strip[:] = np.round(255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))
    return Image.fromarray(pixels)


def _xyz_of(primaries: tuple[float, ...]) -> NDArray[np.float64]:
    """Linear RGB of these primaries to XYZ relative to their own white: columns scaled to the white (Lindbloom)."""
    white, *colours = [
        np.array([x / y, 1, (1 - x - y) / y]) for x, y in zip(primaries[::2], primaries[1::2], strict=True)
    ]
    columns = np.stack(colours, axis=1)
    return np.asarray(columns * np.linalg.solve(columns, white) / white[:, None])
