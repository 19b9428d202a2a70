"""To sRGB from whatever a file says its numbers mean: a profile, PNG's gamma and primaries, or inks."""

import io

import numpy as np
from PIL import Image, ImageCms

from catalog.errors import ImageRefused
from catalog.images import limits

SRGB = ImageCms.createProfile("sRGB")
BAD_PROFILE = "The colour profile inside is damaged, so the picture was read as sRGB. Check that its colours are right."
NO_INK_PROFILE = (
    "The picture is in CMYK without a profile: its colours were taken from the inks alone and may be off. RGB is safer."
)
FROM_INKS = "The picture was in CMYK, for print, and was converted to RGB by its profile."
_SRGB_GAMMA = 0.45455
_NEARLY = 0.002
_SRGB_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)  # white, red, green, blue: x and y
_BAND = 512  # rows at a time, so that a large photo needs no second copy in floats
_TO_LINEAR_SRGB = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def to_srgb(image: Image.Image, source: Image.Image, notes: list[str]) -> Image.Image:
    """`image` holds the pixels of `source` at eight bits; `source` says what they mean. Adds a sentence to `notes`
    wherever something had to be assumed."""
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    profile = source.info.get("icc_profile")
    if profile:
        converted = _by_profile(image, profile, target)
        if converted is not None:
            notes.extend([FROM_INKS] if image.mode == "CMYK" else [])
            return converted
        notes.append(BAD_PROFILE)
    if image.mode == "CMYK":
        notes.append(NO_INK_PROFILE)
        return image.convert("RGB")
    image = image if image.mode == target else image.convert(target)
    return _by_gamma(image, source)


def inks(image: Image.Image, marker: int | None) -> Image.Image:
    """CMYK as Pillow reads it. It takes every JPEG for Adobe's, whose inks are stored inverted; without Adobe's
    marker they are not."""
    if image.mode == "CMYK" and image.format in {"JPEG", "MPO"} and marker is None:
        return image.point(lambda value: 255 - value)
    return image


def _by_profile(image: Image.Image, profile: bytes, target: str) -> Image.Image | None:
    """None where the profile is damaged or of another kind of pixels."""
    if len(profile) > limits.MAX_PROFILE_BYTES:
        raise ImageRefused("The picture's colour profile is too large.")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if image.mode != "L" and space == "GRAY":
            image = image.convert("L")
        if image.mode == "L" and space == "RGB":
            image = image.convert("RGB")
        return ImageCms.profileToProfile(image, source, SRGB, outputMode=target)
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None


def _by_gamma(image: Image.Image, source: Image.Image) -> Image.Image:
    """By PNG's gAMA and cHRM, which count where there is neither a profile nor an sRGB chunk."""
    gamma = source.info.get("gamma")
    if source.format != "PNG" or not gamma or "srgb" in source.info or source.info.get("icc_profile"):
        return image
    primaries = source.info.get("chromaticity") or _SRGB_PRIMARIES
    plain_primaries = all(abs(a - b) < _NEARLY for a, b in zip(primaries, _SRGB_PRIMARIES, strict=True))
    if abs(gamma - _SRGB_GAMMA) < _NEARLY and plain_primaries:
        return image
    matrix = np.eye(3) if plain_primaries else _TO_LINEAR_SRGB @ _to_xyz(primaries)
    linear = (np.arange(256) / 255) ** (1 / gamma)  # gAMA is the exponent of encoding
    for top in range(0, image.height, _BAND):
        _convert_band(image, (0, top, image.width, min(top + _BAND, image.height)), linear, matrix)
    return image


def _convert_band(image: Image.Image, box: tuple[int, int, int, int], linear: np.ndarray, matrix: np.ndarray) -> None:
    band = np.asarray(image.crop(box))
    light = np.clip(linear[band[..., :3]] @ matrix.T, 0, 1)
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    out = band.copy()
    out[..., :3] = np.round(encoded * 255)
    image.paste(Image.fromarray(out), box)


def _to_xyz(primaries: tuple[float, ...]) -> np.ndarray:
    """Linear RGB of these primaries to XYZ under D65 (Lindbloom: the columns scaled to the white, Bradford's adaptation)."""
    white, *colours = [
        np.array([x / y, 1, (1 - x - y) / y]) for x, y in zip(primaries[::2], primaries[1::2], strict=True)
    ]
    columns = np.stack(colours, axis=1)
    matrix = columns * np.linalg.solve(columns, white)
    d65 = np.array([0.3127 / 0.329, 1, (1 - 0.3127 - 0.329) / 0.329])
    adapted = np.linalg.inv(_BRADFORD) @ np.diag((_BRADFORD @ d65) / (_BRADFORD @ white)) @ _BRADFORD
    return np.asarray(adapted @ matrix)
