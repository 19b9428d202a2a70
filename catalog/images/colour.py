import math
from typing import cast

from PIL import Image, ImageOps

from catalog.colours import Lab, difference, lab_from_hex
from catalog.images.thumbnails import on_white

_SIDE = 96
_COLOURS = 8
_BACKGROUND_DISTANCE = 9.0  # dE*ab; soft shadows of a studio photo stay under it
_DARK_BACKGROUND = 15.0  # L; no shadow is seen on it
_DISTANCE_ON_DARK = 1.6  # so that a black shoe on black is black, not what its sole is


def dominant_colour(image: Image.Image) -> tuple[str, Lab]:
    """The commonest colour of what is not background, as sRGB hex and Lab.

    The background is what the frame of the picture shows. Where nothing else is left (a white shoe on white), it is
    the product's colour too.
    """
    small = ImageOps.contain(on_white(image), (_SIDE, _SIDE), Image.Resampling.BOX)
    background = lab_from_hex(_median_of_frame(small))
    clusters = [(count, hex_colour, lab_from_hex(hex_colour)) for count, hex_colour in _clusters(small)]
    farther = _DISTANCE_ON_DARK if background.l < _DARK_BACKGROUND else _BACKGROUND_DISTANCE
    product = [cluster for cluster in clusters if difference(cluster[2], background) > farther]
    _, hex_colour, lab = max(product or clusters, key=lambda cluster: cluster[0] * _salience(cluster[2]))
    return hex_colour, lab


def _salience(lab: Lab) -> float:
    """People name a product after its vivid parts before its grey ones."""
    return 1 + math.hypot(lab.a, lab.b) / 20


def _clusters(image: Image.Image) -> list[tuple[int, str]]:
    quantised = image.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=2)
    palette = quantised.getpalette() or []
    counts = cast(list[tuple[int, int]], quantised.getcolors())
    return [(count, _hex(palette[3 * index : 3 * index + 3])) for count, index in counts]


def _median_of_frame(image: Image.Image) -> str:
    width, height = image.size
    places = [(x, y) for x in range(width) for y in (0, height - 1)]
    places += [(x, y) for y in range(height) for x in (0, width - 1)]
    frame = [cast(tuple[int, int, int], image.getpixel(place)) for place in places]
    return _hex([sorted(channel)[len(channel) // 2] for channel in zip(*frame, strict=True)])


def _hex(rgb: list[int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)
