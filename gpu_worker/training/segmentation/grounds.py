"""Grounds to lay products on: floors, boards, tiles, cloth, carpets, and the photos of other products. sRGB float32 in [0, 1]."""

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Random = np.random.Generator


def ground(side: int, random: Random, photos: list[NDArray[np.uint8]], cloths: list[NDArray[np.uint8]]) -> Array:
    """A (side, side, 3) ground: a photo without this kind of product, a cloth, or one made up."""
    drawn = random.random()
    if drawn < 0.42 and photos:
        made = _piece(photos[random.integers(len(photos))], side, random, least=0.35)
    elif drawn < 0.57 and cloths:
        made = _wrinkled(_cloth(cloths[random.integers(len(cloths))], side, random), random)
    else:
        made = _MADE[random.integers(len(_MADE))](side, random)
    if random.random() < 0.3:
        made = _tinted(made, random)
    return np.clip(_lit(made, random), 0, 1).astype(np.float32)


def colour(random: Random) -> Array:
    """A colour as rooms have it: mostly pale or brownish."""
    hue, chroma = random.uniform(0, 2 * np.pi), random.exponential(0.12)
    if random.random() < 0.5:
        hue = random.normal(0.6, 0.4)
    light = random.uniform(0.08, 0.98)
    tint = np.array([np.cos(hue), np.cos(hue - 2.1), np.cos(hue + 2.1)])
    return np.clip(light + chroma * tint, 0, 1).astype(np.float32)


def smooth_noise(shape: tuple[int, int], cells: tuple[float, float], random: Random) -> Array:
    """(H, W) normal noise of so many cells down and across."""
    coarse = random.normal(0, 1, (max(2, int(cells[0])), max(2, int(cells[1])))).astype(np.float32)
    return np.asarray(cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _plain(side: int, random: Random) -> Array:
    base = np.ones(3, np.float32) * random.uniform(0.8, 1) if random.random() < 0.4 else colour(random)
    return np.broadcast_to(base, (side, side, 3)).copy()


def _boards(side: int, random: Random) -> Array:
    base = colour(random)
    grain = smooth_noise((side, side), (side / 3, 5), random) * 0.04
    grain += smooth_noise((side, side), (side / 12, 2), random) * 0.05
    width = side / random.uniform(2, 9)
    board = (np.arange(side) / width).astype(int)
    tones = random.normal(0, 0.05, board.max() + 1)[board]
    seam = (np.arange(side) % width < random.uniform(0.5, 2)) * -0.25
    made = base + (grain + (tones + seam)[:, None])[..., None] * random.uniform(0.6, 1.5)
    return _turned(made.astype(np.float32), random)


def _tiles(side: int, random: Random) -> Array:
    base, width = colour(random), side / random.uniform(0.8, 6)
    position = np.arange(side) + random.uniform(0, width)
    line = (position % width < random.uniform(1, 5)).astype(np.float32)
    seams = np.maximum(line[:, None], line[None])
    made = base + smooth_noise((side, side), (8, 8), random)[..., None] * random.uniform(0, 0.05)
    return _turned((made + seams[..., None] * random.uniform(-0.4, 0.2)).astype(np.float32), random)


def _carpet(side: int, random: Random) -> Array:
    made = np.broadcast_to(colour(random), (side, side, 3)).copy()
    for _ in range(random.integers(1, 4)):
        cells = random.uniform(3, 40)
        where = smooth_noise((side, side), (cells, cells), random) > random.uniform(0.2, 1)
        made[where] = colour(random)
    fluff = random.normal(0, 1, (side, side, 1)) * random.uniform(0.01, 0.12)
    return np.asarray(made + fluff, np.float32)


def _stripes(side: int, random: Random) -> Array:
    made = np.broadcast_to(colour(random), (side, side, 3)).copy()
    for axis in range(random.integers(1, 3)):
        tone, period = colour(random), side / random.uniform(3, 30)
        line = (np.arange(side) % period < period * random.uniform(0.1, 0.6)).astype(np.float32) * random.uniform(
            0.3, 1
        )
        weight = line[:, None, None] if axis == 0 else line[None, :, None]
        made = made + weight * (tone - made)
    return _wrinkled(_turned(made.astype(np.float32), random), random)


def _sheet(side: int, random: Random) -> Array:
    return _wrinkled(_plain(side, random), random)


_MADE = (_plain, _plain, _boards, _boards, _tiles, _carpet, _carpet, _stripes, _sheet)


def _wrinkled(made: Array, random: Random) -> Array:
    side = len(made)
    folds = smooth_noise((side, side), (random.uniform(2, 6), random.uniform(2, 12)), random)
    folds = _turned((np.abs(folds)[..., None] ** 0.7).astype(np.float32), random)[..., :1]
    return np.asarray(made * (1 + random.uniform(0, 0.2) * (folds - 0.7)), np.float32)


def _turned(made: Array, random: Random) -> Array:
    """Seen from somewhere: a perspective view of the pattern."""
    side = len(made)
    corners = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    turn, scale = random.uniform(0, 2 * np.pi), random.uniform(0.8, 1.6)
    rotate = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = (corners - side / 2) @ rotate.T + side / 2 + random.uniform(-0.18, 0.18, (4, 2)) * side
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    turned = cv2.warpPerspective(made, matrix, (side, side), borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(turned.reshape(side, side, -1), np.float32)


def _cloth(photo: NDArray[np.uint8], side: int, random: Random) -> Array:
    """The middle of a shirt, repeated: a bedspread."""
    height, width = photo.shape[:2]
    piece = photo[int(0.35 * height) : int(0.6 * height), int(0.35 * width) : int(0.65 * width)]
    tile = np.concatenate([piece, piece[::-1]], 0)
    tile = np.concatenate([tile, tile[:, ::-1]], 1)
    times = int(np.ceil(side / min(tile.shape[:2]))) + 1
    return _turned((np.tile(tile, (times, times, 1))[:side, :side] / 255).astype(np.float32), random)


def _piece(photo: NDArray[np.uint8], side: int, random: Random, *, least: float) -> Array:
    height, width = photo.shape[:2]
    size = int(min(height, width) * random.uniform(least, 1))
    top, left = random.integers(0, height - size + 1), random.integers(0, width - size + 1)
    piece = photo[top : top + size, left : left + size]
    if random.random() < 0.5:
        piece = piece[:, ::-1]
    piece = np.rot90(piece, int(random.integers(4)))
    return cv2.resize(np.ascontiguousarray(piece), (side, side), interpolation=cv2.INTER_AREA) / np.float32(255)


def _tinted(made: Array, random: Random) -> Array:
    return made * random.uniform(0.5, 1.3, 3).astype(np.float32)


def _lit(made: Array, random: Random) -> Array:
    light = smooth_noise(made.shape[:2], (3, 3), random)[..., None] * random.uniform(0, 0.12)
    return np.asarray(made * (1 + light), np.float32)
