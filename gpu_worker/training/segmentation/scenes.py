"""Cut-outs laid on grounds, dyed, lit and compressed: what the finder sees, and what it should say."""

import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gpu_worker.measures.colour import fast_lab, fast_rgb
from gpu_worker.training.segmentation.grounds import Array, Random, colour, ground, smooth_noise
from gpu_worker.training.segmentation.material import CutOut

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What products of one kind are laid on."""

    photos: list[Pixels]  # without this kind of product
    cloths: list[Pixels]
    others: list[CutOut]  # things that are not the product


@dataclass(frozen=True, kw_only=True)
class Scene:
    """image (S, S, 3) sRGB in [0, 1]; product and known (S, S) in [0, 1]; hints (S, S, 2)."""

    image: Array
    product: Array
    known: Array
    hints: Array

    def mirrored(self) -> "Scene":
        return Scene(
            image=self.image[:, ::-1],
            product=self.product[:, ::-1],
            known=self.known[:, ::-1],
            hints=self.hints[:, ::-1],
        )


def scene(cut: CutOut, grounds: Grounds, side: int, random: Random, *, as_it_is: float) -> Scene:
    """A cut-out on a ground; with probability `as_it_is` the whole photo on its own ground."""
    pixels = _dyed(_light(cut.pixels), cut, random)
    whole = cut.opaque.min() == 255
    if whole or random.random() < as_it_is:
        image, product, known = _whole_photo(pixels, cut, side, random)
    else:
        image, product, known = _composed(pixels, cut, grounds, side, random)
    image = _photographed(image, random)
    return Scene(image=image, product=product, known=known, hints=_hints(product, known, random))


def _whole_photo(pixels: Array, cut: CutOut, side: int, random: Random) -> tuple[Array, Array, Array]:
    matrix = _placing(cut, side, random, calm=True)
    border = cv2.BORDER_REPLICATE if cut.opaque.min() < 255 else cv2.BORDER_REFLECT_101
    return (
        _warp(pixels, matrix, side, border),
        _warp(_light(cut.product), matrix, side, border),
        (_warp(_light(cut.known), matrix, side, border) > 0.9).astype(np.float32),
    )


def _composed(pixels: Array, cut: CutOut, grounds: Grounds, side: int, random: Random) -> tuple[Array, Array, Array]:
    image = ground(side, random, grounds.photos, grounds.cloths)
    if random.random() < 0.15 and grounds.others:
        other = grounds.others[random.integers(len(grounds.others))]
        image, _, _ = _laid(image, _light(other.pixels), other, _placing(other, side, random, calm=False), random)
    matrix = _placing(cut, side, random, calm=False)
    image, product, known = _laid(image, pixels, cut, matrix, random)
    if cut.kind == "shoe" and random.random() < 0.5:
        beside = _beside(matrix, cut, side, random)
        image, second, known_second = _laid(image, pixels, cut, beside, random)
        product, known = np.maximum(product, second), np.minimum(known, known_second)
    return image, product, known


def _laid(image: Array, pixels: Array, cut: CutOut, matrix: NDArray[np.float64], random: Random) -> tuple[Array, ...]:
    side = len(image)
    alpha = _warp(_light(cut.opaque), matrix, side, cv2.BORDER_CONSTANT)
    clean = np.clip((alpha - 0.25) / 0.6, 0, 1)  # a little inside: no rim of the old ground
    shifted = np.roll(alpha, random.integers(-8, 9, 2), (0, 1))
    shadow = cv2.GaussianBlur(shifted, (0, 0), random.uniform(1, 9)) * random.uniform(0, 0.65)
    image = image * (1 - shadow[..., None])
    laid = image + clean[..., None] * (_warp(pixels, matrix, side, cv2.BORDER_REPLICATE) - image)
    product = np.minimum(_warp(_light(cut.product), matrix, side, cv2.BORDER_CONSTANT), clean)
    unknown = _warp(_light(255 - cut.known), matrix, side, cv2.BORDER_CONSTANT)
    return laid, product, (unknown < 0.1).astype(np.float32)


def _placing(cut: CutOut, side: int, random: Random, *, calm: bool) -> NDArray[np.float64]:
    """Photo pixels -> scene pixels."""
    height, width = cut.opaque.shape
    whole = cut.opaque.min() == 255
    turn = random.normal(0, 0.08) if calm else random.normal(0, 0.3)
    if not calm and random.random() < (0.5 if cut.kind == "shoe" else 0.12):
        turn = random.uniform(0, 2 * np.pi)
    scale = side / max(height, width) * (random.uniform(0.9, 1.5) if whole else random.uniform(0.5, 1.3))
    if max(height, width) > 300 and not whole:
        scale *= random.uniform(1, 1.7)  # worn garments fill less of their photo
    flip = -1.0 if random.random() < 0.5 else 1.0
    stretch = random.uniform(0.88, 1.14)
    linear = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    linear = linear @ np.diag([flip * stretch, 1 / stretch])
    rows, columns = np.nonzero(cut.product > 127)
    middle = np.array([columns.mean(), rows.mean()]) if len(rows) and not whole else np.array([width, height]) / 2
    centre = side / 2 + random.normal(0, 0.04 if calm else 0.08, 2) * side
    return np.hstack([linear, (centre - linear @ middle)[:, None]])


def _beside(matrix: NDArray[np.float64], cut: CutOut, side: int, random: Random) -> NDArray[np.float64]:
    """The second shoe of a pair: mirrored or not, beside the first."""
    linear = matrix[:, :2].copy()
    middle = np.array(cut.opaque.shape[::-1]) / 2
    if random.random() < 0.6:
        linear = linear @ np.diag([-1.0, 1.0]) if random.random() < 0.5 else linear @ np.diag([1.0, -1.0])
    turn = random.normal(0, 0.15)
    linear = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ linear
    centre = matrix @ np.append(middle, 1)
    away = random.normal(0, 1, 2)
    away *= (
        random.uniform(0.25, 0.75) * np.sqrt(abs(np.linalg.det(linear))) * max(middle) / max(np.linalg.norm(away), 1e-3)
    )
    inside = np.clip(centre + away * 1.3, 0.15 * side, 0.85 * side)
    return np.hstack([linear, (inside - linear @ middle)[:, None]])


def _warp(plane: Array, matrix: NDArray[np.float64], side: int, border: int) -> Array:
    shrink = 1 / np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    if shrink > 1.3:
        plane = cv2.GaussianBlur(plane, (0, 0), 0.5 * (shrink - 1) + 0.1)
    return np.asarray(
        cv2.warpAffine(plane, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=border), np.float32
    )


def _dyed(pixels: Array, cut: CutOut, random: Random) -> Array:
    """The product, and what is worn with it, in other colours."""
    product = (_light(cut.product))[..., None]
    if random.random() < 0.6:
        pixels = pixels + product * (_recoloured(pixels, cut.product > 127, random) - pixels)
    if random.random() < 0.3 and cut.kind == "shirt":
        rest = (_light(cut.opaque))[..., None] * (1 - product)
        low = (np.arange(len(pixels)) > 0.6 * len(pixels))[:, None, None]
        pixels = pixels + rest * low * (_recoloured(pixels, (rest * low)[..., 0] > 0.5, random) - pixels)
    return np.asarray(pixels, np.float32)


def _recoloured(pixels: Array, where: NDArray[np.bool_], random: Random) -> Array:
    if not where.any():
        return pixels
    lab = fast_lab(pixels)
    base = np.median(lab[where], axis=0)
    wanted = fast_lab(colour(random)[None, None])[0, 0]
    if random.random() < 0.3:
        wanted[1:] *= random.uniform(1, 3)
    made = wanted + (lab - base) * np.array([random.uniform(0.5, 1.1), random.uniform(0.3, 1), random.uniform(0.3, 1)])
    made[..., 0] = np.clip(made[..., 0], 1, 99)
    return fast_rgb(made.astype(np.float32))


def _photographed(image: Array, random: Random) -> Array:
    """Light across the scene, white balance, exposure, blur, noise, compression."""
    side = len(image)
    light = 1 + smooth_noise((side, side), (2, 2), random)[..., None] * random.uniform(0, 0.15)
    image = image * light * random.normal(1, 0.05, 3).astype(np.float32)
    image = np.clip(image * random.uniform(0.75, 1.2), 0, 1) ** random.uniform(0.8, 1.3)
    if random.random() < 0.3:
        image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.3, 1.5))
    if random.random() < 0.4:
        image = image + random.normal(0, random.uniform(0, 0.03), image.shape).astype(np.float32)
    file = io.BytesIO()
    Image.fromarray(np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)).save(
        file, "JPEG", quality=int(random.integers(45, 97))
    )
    return _light(np.asarray(Image.open(file).convert("RGB")))


def _light(levels: Pixels) -> Array:
    """Levels to [0, 1]."""
    return np.asarray(levels, np.float32) / np.float32(255)


def _hints(product: Array, known: Array, random: Random) -> Array:
    """For two scenes in five, a few clicks on the product and beside it."""
    hints = np.zeros((*product.shape, 2), np.float32)
    if random.random() > 0.4:
        return hints
    for plane, where in enumerate((product > 0.9, product < 0.1)):
        rows, columns = np.nonzero(where & (known > 0.5))
        for _ in range(random.integers(0, 4) if len(rows) else 0):
            pick = random.integers(len(rows))
            drawn = np.ascontiguousarray(hints[..., plane])
            cv2.circle(drawn, (int(columns[pick]), int(rows[pick])), 4, 1.0, -1)
            hints[..., plane] = drawn
    return hints
