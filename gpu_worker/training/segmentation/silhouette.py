"""Train a silhouette network: python -m gpu_worker.training.segmentation.silhouette --kind shoe --data PHOTOS --out FILE

From photos whose outline stands out all along, the product's soft mask is known. Such products are dyed pale, in whole or in
part, on their own background with their own shadows, and compressed again: pale products with a known outline.
"""

import argparse
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from gpu_worker.measures.colour import fast_lab, fast_rgb
from gpu_worker.photos.decode import Photo, Pixels, decode_photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.outline import spread
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS, MaskSettings
from gpu_worker.segmentation.product_mask import ProductMask, find_product
from gpu_worker.segmentation.silhouette import SIDE, Silhouette
from gpu_worker.training.manifold.data import is_held_out, photo_files

_STANDS_OUT = 0.15  # sRGB deviation just inside an outline that is beyond doubt
_ALL_ALONG = 0.9  # share of the outline
_UNTOUCHED = 0.15  # share of the examples
_BATCH = 16
_RATE = 2e-3

E = TypeVar("E")
Pair = Callable[[E, np.random.Generator], tuple[Array, Array]]  # an example to what is seen and what is true


@dataclass(frozen=True, kw_only=True)
class Example:
    """A photo whose outline is known, taken apart; sRGB in [0, 1], (H, W, 3), at the photo's size."""

    product: Array  # alone, as if it had no soft edge
    alpha: Array  # (H, W) in [0, 1]
    behind: Array  # what is seen beside the product, its shadow too, continued behind it
    surface: Array  # the background alone, without shadow


def certain_examples(source: Path, kind: str, *, held_out: bool, most: int) -> list[Example]:
    """Photos of a folder or tar on which the product stands out all along its outline."""
    settings = replace(KIND_SETTINGS.get(kind, MaskSettings()), silhouette="", finder="")

    def example(photo: Photo, mask: ProductMask) -> Example | None:
        surface = np.ascontiguousarray(mask.background.at(photo.height, photo.width))
        if not _stands_out(photo.pixels, mask.alpha, surface):
            return None
        return _taken_apart(photo.pixels, mask.alpha, surface)

    return collect_examples(source, settings, example, held_out=held_out, most=most)


def collect_examples(
    source: Path,
    settings: MaskSettings,
    example: Callable[[Photo, ProductMask], E | None],
    *,
    held_out: bool,
    most: int,
) -> list[E]:
    """What `example` makes of the photos of a folder or tar, of those on one side of the split; None is left out."""
    found: list[E] = []
    bar = tqdm(total=most, desc="examples", file=sys.stderr, mininterval=5)
    for name, content in photo_files(source):
        if len(found) == most:
            break
        if is_held_out(name) != held_out:
            continue
        try:
            photo = decode_photo(content)
            made = example(photo, find_product(photo, settings))
        except PhotoError:
            continue
        if made is not None:
            found.append(made)
            bar.update()
    bar.close()
    return found


def _stands_out(pixels: Pixels, alpha: Pixels, surface: Array) -> bool:
    inside = (alpha == 255).astype(np.uint8)
    rim = (inside - cv2.erode(inside, np.ones((3, 3), np.uint8), borderValue=1)).astype(bool)
    deviation = np.abs(pixels / np.float32(255) - surface).max(2)
    return bool(rim.sum() > 50 and (deviation[rim] > _STANDS_OUT).mean() >= _ALL_ALONG)


def _taken_apart(pixels: Pixels, mask: Pixels, surface: Array) -> Example:
    alpha = np.asarray(mask / 255, np.float32)
    image = np.asarray(pixels / 255, np.float32)
    behind = spread(image, (alpha == 0).astype(np.float32))
    weight = alpha[..., None]
    product = np.clip((image - (1 - weight) * behind) / np.maximum(weight, 0.2), 0, 1).astype(np.float32)
    return Example(product=product, alpha=alpha, behind=behind, surface=surface)


def pale_photo(example: Example, random: np.random.Generator) -> Pixels:
    """The photo with its product dyed, mostly pale, and compressed again."""
    dyed = _dyed(example.product, example.alpha, random)
    made = example.behind + example.alpha[..., None] * (dyed - example.behind)
    return compressed(np.round(np.clip(made, 0, 1) * 255).astype(np.uint8), random)


def pale_pair(example: Example, random: np.random.Generator) -> tuple[Array, Array]:
    """What the network sees, (192, 192, 3), and should say, (192, 192)."""
    light = pale_photo(example, random) / (255 * np.maximum(example.surface, 1e-3))
    matrix, size = placing(example.alpha, random), (SIDE, SIDE)
    light = cv2.warpAffine(np.clip(light, 0, 1), matrix, size, flags=cv2.INTER_LINEAR, borderValue=(1.0, 1.0, 1.0))
    return light, cv2.warpAffine(example.alpha, matrix, size, flags=cv2.INTER_LINEAR)


def _dyed(product: Array, alpha: Array, random: np.random.Generator) -> Array:
    """Whole, or above or below a line along the sole, in a colour that is mostly pale."""
    lab = fast_lab(product)
    if random.random() < _UNTOUCHED:
        return product
    where = _along_the_sole(alpha, random) if random.random() < 0.6 else np.ones_like(alpha)
    pale = random.random() < 0.85
    lightness = random.uniform(78, 101) if pale else random.uniform(30, 80)
    chroma, hue = random.exponential(4 if pale else 25), random.uniform(0, 2 * np.pi)
    chosen = lab[(alpha > 0.5) & (where > 0.5)]
    base = np.median(chosen if len(chosen) else lab[alpha > 0.5], axis=0)
    dyed = (lab - base) * np.float32(random.uniform(0.25, 1.0))
    dyed[..., 0] += lightness + _unevenness(alpha.shape, random)
    dyed[..., 1] += chroma * np.cos(hue)
    dyed[..., 2] += chroma * np.sin(hue)
    dyed[..., 0] = np.clip(dyed[..., 0], 0, 100)
    return product + where[..., None] * (fast_rgb(dyed.astype(np.float32)) - product)


def _along_the_sole(alpha: Array, random: np.random.Generator) -> Array:
    height = np.ptp(np.flatnonzero((alpha > 0.5).any(1)))
    lowest = np.where(alpha > 0.5, np.arange(len(alpha))[:, None], 0).max(0).astype(np.float32)
    line = cv2.GaussianBlur(lowest[None], (0, 0), 4)[0] - random.uniform(0.05, 0.3) * height
    below = np.clip(np.arange(len(alpha), dtype=np.float32)[:, None] - line[None] + 0.5, 0, 1)
    return np.asarray(below if random.random() < 0.6 else 1 - below, np.float32)


def _unevenness(shape: tuple[int, ...], random: np.random.Generator) -> Array:
    coarse = random.normal(0, random.uniform(0, 5), (4, 4)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def compressed(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """As a shop's photo: WebP or JPEG of some quality."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, random.choice(["WEBP", "JPEG"]), quality=int(random.integers(55, 96)))
    return np.asarray(Image.open(file).convert("RGB"))


def placing(alpha: Array, random: np.random.Generator) -> NDArray[np.float64]:
    """As the network will be shown products: centred with a margin, but for an error; mirrored half of the time."""
    rows, columns = np.flatnonzero((alpha > 0.5).any(1)), np.flatnonzero((alpha > 0.5).any(0))
    longer = max(np.ptp(rows), np.ptp(columns)) + 1
    scale = SIDE / (1.2 * longer) * random.uniform(0.85, 1.08)
    flip = -1.0 if random.random() < 0.5 else 1.0
    x, y = (columns[0] + columns[-1]) / 2, (rows[0] + rows[-1]) / 2
    shift = random.uniform(-0.05, 0.05, 2) * SIDE
    turn = random.uniform(-0.08, 0.08)
    linear = scale * np.array([[flip * np.cos(turn), -np.sin(turn)], [flip * np.sin(turn), np.cos(turn)]])
    centre = np.array([SIDE / 2 - 0.5, SIDE / 2 - 0.5]) + shift
    return np.hstack([linear, (centre - linear @ np.array([x, y]))[:, None]])


def _batches(examples: list[E], pair: Pair[E], seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    random = np.random.default_rng(seed)
    while True:
        pairs = [pair(examples[random.integers(len(examples))], random) for _ in range(_BATCH)]
        light = torch.from_numpy(np.stack([seen for seen, _ in pairs])).permute(0, 3, 1, 2)
        yield (
            light.contiguous(memory_format=torch.channels_last),
            torch.from_numpy(np.stack([mask for _, mask in pairs])),
        )


def train(examples: list[E], pair: Pair[E], steps: int, seed: int = 0) -> Silhouette:
    """Cross entropy with the soft mask, in bf16; the rate falls along a cosine.

    `pair` draws what the network sees of an example, (192, 192, 3), and should say, (192, 192).
    """
    torch.manual_seed(seed)
    network = Silhouette().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps)
    bar = tqdm(range(steps), file=sys.stderr, mininterval=5)
    for _, (light, mask) in zip(bar, _batches(examples, pair, seed), strict=False):
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(light)
        loss = F.binary_cross_entropy_with_logits(logits, mask)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        bar.set_postfix(loss=f"{loss.item():.4f}", refresh=False)
    return network.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=["shoe", "shirt"], required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder or tar of photos, 192 px or more")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--photos", type=int, default=2000)
    options = parser.parse_args()
    photos = certain_examples(options.data, options.kind, held_out=False, most=options.photos)
    save(train(photos, pale_pair, options.steps), options.out)


def save(network: Silhouette, path: Path) -> None:
    """Half precision, safetensors."""
    weights = {name: v.half() if v.is_floating_point() else v for name, v in network.state_dict().items()}
    save_file({name: value.contiguous() for name, value in weights.items()}, path)


if __name__ == "__main__":
    main()
