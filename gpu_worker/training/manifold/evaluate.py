"""Figures of a manifold: python -m gpu_worker.training.manifold.evaluate BUNDLE DATA [--json] [--write-card]

Everything is measured on photos that were not trained on, at the manifold's resolution. Distances between sets are on
AlexNet features (gpu_worker/measures/weights), standardised over the training photos; they compare to each other and to
the floor printed beside them, not to figures from other feature networks.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from gpu_worker.manifold.bundle import CARD_FILE, Manifold, load_bundle
from gpu_worker.measures.distribution import frechet_distance, kernel_distance_interval, scale_to_unit_variance
from gpu_worker.measures.perceptual import Perceptual
from gpu_worker.training.manifold.data import PhotoSet, load_photos, resize_for, to_float

_CHUNK = 64


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Means; intervals are (low, high) of 95 %."""

    held_out_photos: int
    encoder_lpips: float
    encoder_l2: float  # mean square error, images in [-1, 1]
    encoder_psnr: float  # dB, peak 2
    kernel_distance: float  # samples to held-out photos, unbiased
    kernel_distance_interval: tuple[float, float]
    kernel_distance_floor: float  # training photos to held-out photos, unbiased: 0 but for chance
    kernel_distance_ratio: float  # of the two by the biased estimate on equal subsets, whose floor is not 0
    frechet_distance: float  # samples to training photos
    frechet_distance_floor: float  # held-out photos to training photos
    diversity: float  # mean LPIPS between random pairs of samples
    diversity_of_photos: float
    nearest_training: float  # median LPIPS of a sample to its nearest training photo
    nearest_training_of_photos: float  # the same of held-out photos; samples far below it were learned by heart
    path_length: float  # perceptual path length in w
    generator_ms: float  # forward at batch 1, one thread
    samples_per_second: float  # forward at batch 32, all threads


@torch.no_grad()
def evaluate(manifold: Manifold, photos: PhotoSet, *, samples: int = 2048, seed: int = 0) -> Figures:
    """All figures of a manifold over a set of photos, split as in training."""
    bar = tqdm(total=5, desc="evaluate", file=sys.stderr)
    perceptual = Perceptual().to(manifold.device)
    train = to_float(photos.part(held_out=False).images_nchw)
    held_out = to_float(photos.part(held_out=True).images_nchw)
    made = _samples(manifold, samples, seed)
    bar.update()
    reconstruction = _reconstruction(manifold, perceptual, held_out)
    bar.update()
    distances = _distances(perceptual, train, held_out, made)
    bar.update()
    variety = _variety(perceptual, train, held_out, made, seed)
    bar.update()
    rest: dict[str, Any] = {"path_length": _path_length(manifold, perceptual, seed), **_speed(manifold)}
    bar.update()
    bar.close()
    return Figures(held_out_photos=len(held_out), **reconstruction, **distances, **variety, **rest)


def _samples(manifold: Manifold, count: int, seed: int) -> Tensor:
    w_plus = manifold.sample(count, seed=seed)
    return torch.cat([manifold.generator(chunk).cpu() for chunk in w_plus.split(_CHUNK)])


def _reconstruction(manifold: Manifold, perceptual: Perceptual, held_out: Tensor) -> dict[str, Any]:
    lpips, squares = [], []
    for chunk in held_out.split(_CHUNK):
        photo = chunk.to(manifold.device)
        made = manifold.generator(manifold.encoder(photo))
        lpips.append(perceptual.lpips(made, photo))
        squares.append((made - photo).square().mean((1, 2, 3)))
    square = torch.cat(squares)
    return {
        "encoder_lpips": float(torch.cat(lpips).mean()),
        "encoder_l2": float(square.mean()),
        "encoder_psnr": float((10 * torch.log10(4 / square)).mean()),
    }


def _embed(perceptual: Perceptual, images: Tensor) -> Tensor:
    device = next(perceptual.buffers()).device
    return torch.cat([perceptual.embedding(chunk.to(device)).cpu() for chunk in images.split(_CHUNK)])


def _distances(perceptual: Perceptual, train: Tensor, held_out: Tensor, made: Tensor) -> dict[str, Any]:
    embedded = [_embed(perceptual, images) for images in (train, held_out, made)]
    of_train, of_held_out, of_made = scale_to_unit_variance(*embedded)
    mean, low, high = kernel_distance_interval(of_made, of_held_out)
    floor, _, _ = kernel_distance_interval(of_train, of_held_out)
    biased, _, _ = kernel_distance_interval(of_made, of_held_out, unbiased=False)
    biased_floor, _, _ = kernel_distance_interval(of_train, of_held_out, unbiased=False)
    return {
        "kernel_distance": mean,
        "kernel_distance_interval": (low, high),
        "kernel_distance_floor": floor,
        "kernel_distance_ratio": biased / biased_floor,
        "frechet_distance": frechet_distance(of_made, of_train),
        "frechet_distance_floor": frechet_distance(of_held_out, of_train),
    }


def _variety(perceptual: Perceptual, train: Tensor, held_out: Tensor, made: Tensor, seed: int) -> dict[str, Any]:
    random = torch.Generator().manual_seed(seed)
    return {
        "diversity": _pairwise(perceptual, made, random),
        "diversity_of_photos": _pairwise(perceptual, train, random),
        "nearest_training": _nearest(perceptual, made[:128], train),
        "nearest_training_of_photos": _nearest(perceptual, held_out[:128], train),
    }


def _pairwise(perceptual: Perceptual, images: Tensor, random: torch.Generator, pairs: int = 512) -> float:
    device = next(perceptual.buffers()).device
    first, second = torch.randint(len(images), (2, pairs), generator=random)
    distances = [
        perceptual.lpips(images[a].to(device), images[b].to(device))
        for a, b in zip(first.split(_CHUNK), second.split(_CHUNK), strict=True)
    ]
    return float(torch.cat(distances).mean())


def _nearest(perceptual: Perceptual, images: Tensor, train: Tensor, shortlist: int = 8) -> float:
    """Median LPIPS to the nearest training photo, looked for among the `shortlist` nearest in plain pixels."""
    device = next(perceptual.buffers()).device
    small = torch.nn.functional.avg_pool2d(train, 4).flatten(1)
    asked = torch.nn.functional.avg_pool2d(images, 4).flatten(1)
    near = torch.cdist(asked, small).topk(shortlist, largest=False).indices
    best = [
        perceptual.lpips(image[None].expand(shortlist, -1, -1, -1).to(device), train[index].to(device)).min()
        for image, index in zip(images, near, strict=True)
    ]
    return float(torch.stack(best).median())


def _path_length(manifold: Manifold, perceptual: Perceptual, seed: int, pairs: int = 256, step: float = 0.01) -> float:
    """Mean LPIPS per squared step along lines between random w (Karras et al. 2019, equation 3)."""
    ends = manifold.sample(2 * pairs, seed=seed + 1).view(2, pairs, manifold.layers, manifold.w_dim)
    at = torch.rand(pairs, 1, 1, generator=torch.Generator().manual_seed(seed)).to(manifold.device)
    here, there = torch.lerp(ends[0], ends[1], at), torch.lerp(ends[0], ends[1], at + step)
    lengths = [
        perceptual.lpips(manifold.generator(a), manifold.generator(b)) / step**2
        for a, b in zip(here.split(_CHUNK), there.split(_CHUNK), strict=True)
    ]
    return float(torch.cat(lengths).mean())


def _speed(manifold: Manifold) -> dict[str, Any]:
    one, many = manifold.sample(1, seed=0), manifold.sample(32, seed=0)
    per_second = 32 / _median_seconds(manifold, many)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    milliseconds = 1000 * _median_seconds(manifold, one)
    torch.set_num_threads(threads)
    return {"generator_ms": milliseconds, "samples_per_second": per_second}


def _median_seconds(manifold: Manifold, w_plus: Tensor, repeats: int = 15) -> float:
    times = []
    for _ in range(repeats + 3):
        started = time.perf_counter()
        manifold.generator(w_plus).sum().item()  # .item() waits for the device
        times.append(time.perf_counter() - started)
    return sorted(times[3:])[repeats // 2]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("data", type=Path, help="folder or tar of photos, already in the frame")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--write-card", action="store_true", help="also write the figures to the bundle's card")
    parser.add_argument("--samples", type=int, default=2048)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args(arguments)
    manifold = load_bundle(options.bundle, options.device)
    photos = load_photos(options.data, resize_for(manifold.resolution))
    figures = asdict(evaluate(manifold, photos, samples=options.samples))
    if options.write_card:
        card = {**manifold.card, "figures": figures}
        (options.bundle / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")
    lines = [f"{name:28} {value}" for name, value in figures.items()]
    sys.stdout.write((json.dumps(figures, indent=2) if options.json else "\n".join(lines)) + "\n")


if __name__ == "__main__":
    main()
