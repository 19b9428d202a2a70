"""Train the sole network: python -m gpu_worker.training.segmentation.sole --data PHOTOS --out FILE

Where a sole has another colour than the upper, colour alone finds it. Such shoes are dyed, sole and upper alike, in any one
colour: shoes of one colour with a known sole.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import fast_lab, fast_rgb
from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.dominant import dominant_region
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.parts import RESOLUTION, Parts, find_parts
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS
from gpu_worker.segmentation.product_mask import ProductMask
from gpu_worker.segmentation.silhouette import SIDE
from gpu_worker.training.segmentation.silhouette import collect_examples, compressed, placing, save, train

Mask = NDArray[np.bool_]

_LOW = 0.35  # of the shoe's height: how far up a sole reaches
_TOUCH = 4  # pixels within which it must reach the lower outline
_WIDE = 0.8  # share of the shoe's width that it must bear
_THICK = (0.04, 0.25)  # of the shoe's height, in the median
_EVEN = 2.2  # by how much its thick places, the heel's, may exceed the median
_AREA = (0.05, 0.35)  # of the shoe
_UPPER = 0.3  # of the shoe: the dominant colour's least share
_TWO_COLOURED = 0.3  # share of the examples that are not dyed


@dataclass(frozen=True, kw_only=True)
class Example:
    """A shoe in the frame at 256 px whose sole is known."""

    image: Array  # (R, R, 3) sRGB in [0, 1], on white
    alpha: Array  # (R, R) in [0, 1]
    sole: Mask  # (R, R)


def sole_by_colour(parts: Parts) -> Mask | None:
    """The sole, (R, R), where it is one band of another colour along the lower outline; else None."""
    upper, inside = dominant_region(parts), parts.labels >= 0
    rows, columns = np.arange(len(inside))[:, None], inside.any(0)
    lowest = np.where(inside, rows, -1).max(0)
    height = np.ptp(np.flatnonzero(inside.any(1)))
    other = (inside & ~upper & (rows > lowest - _LOW * height)).astype(np.uint8)
    other = cv2.morphologyEx(other, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)) & inside
    ground = inside & (rows > lowest - _TOUCH)
    count, labels = cv2.connectedComponents(other.astype(np.uint8), connectivity=4)
    sole = np.isin(labels, [k for k in range(1, count) if ((labels == k) & ground).sum() > 0.1 * (labels == k).sum()])
    thickness = sole.sum(0)[columns] / height
    share = sole.sum() / inside.sum()
    if (
        (sole & ground).any(0)[columns].mean() < _WIDE
        or not _THICK[0] < np.median(thickness) < _THICK[1]
        or np.percentile(thickness, 92) > _EVEN * np.median(thickness)
        or not _AREA[0] < share < _AREA[1]
        or upper.sum() < _UPPER * inside.sum()
    ):
        return None
    return np.asarray(sole)


def examples(source: Path, *, held_out: bool, most: int) -> list[Example]:
    """Shoes of a folder or tar whose sole colour alone finds."""
    return collect_examples(source, KIND_SETTINGS["shoe"], _example, held_out=held_out, most=most)


def _example(photo: Photo, mask: ProductMask) -> Example | None:
    frame = crop_to_frame(photo, mask, "shoe", RESOLUTION)
    sole = sole_by_colour(find_parts(frame, "shoe", sole=np.zeros(frame.alpha.shape, bool)))
    return None if sole is None else Example(image=frame.image, alpha=frame.alpha, sole=sole)


def _pair(example: Example, random: np.random.Generator) -> tuple[Array, Array]:
    """What the network sees, (192, 192, 3), and should say, (192, 192)."""
    image = example.image if random.random() < _TWO_COLOURED else _of_one_colour(example, random)
    seen = compressed(np.round(np.clip(image, 0, 1) * 255).astype(np.uint8), random) / np.float32(255)
    matrix, size = placing(example.alpha, random), (SIDE, SIDE)
    seen = cv2.warpAffine(seen, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(1.0, 1.0, 1.0))
    sole = example.sole.astype(np.float32) * example.alpha
    return seen, cv2.warpAffine(sole, matrix, size, flags=cv2.INTER_LINEAR)


def _of_one_colour(example: Example, random: np.random.Generator) -> Array:
    lab = fast_lab(example.image)
    sole = cv2.GaussianBlur(example.sole.astype(np.float32), (0, 0), 0.7)[..., None]
    chroma, hue = random.exponential(12), random.uniform(0, 2 * np.pi)
    target = np.array([random.uniform(8, 99), chroma * np.cos(hue), chroma * np.sin(hue)], np.float32)
    step = np.array([random.normal(0, 4), 0, 0], np.float32)  # hardly any material is quite the other's colour
    dyed = np.zeros_like(lab)
    for weight, where, shift in ((sole, example.sole, step), (1 - sole, ~example.sole, 0 * step)):
        base = np.median(lab[where & (example.alpha > 0.95)], axis=0)
        dyed += weight * ((lab - base) * np.float32(random.uniform(0.3, 1.0)) + target + shift)
    dyed[..., 0] = np.clip(dyed[..., 0], 0, 100)
    opacity = example.alpha[..., None]
    return np.asarray(opacity * fast_rgb(dyed.astype(np.float32)) + (1 - opacity), np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder or tar of photos of shoes, 192 px or more")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--photos", type=int, default=800)
    options = parser.parse_args()
    shoes = examples(options.data, held_out=False, most=options.photos)
    save(train(shoes, _pair, options.steps), options.out)


if __name__ == "__main__":
    main()
