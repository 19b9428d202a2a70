"""Train the heads of named parts: python -m gpu_worker.training.segmentation.named_parts --kind KIND --photos FOLDER --out FILE

Crops whose parts were drawn (`drawn_parts`) are turned, mirrored, laid on grounds of any colour, and each part is dyed by itself, so
that a part is known by its shape and place rather than by its colour. The encoder is frozen: its features of past pictures are kept
and used again. Loss: cross entropy plus one minus the soft Dice coefficient of every part that is there (Milletari et al. 2016).
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from gpu_worker.contract.parts import PARTS
from gpu_worker.measures.colour import fast_lab, fast_rgb
from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.part_network import SIDE, PartHead, encoder
from gpu_worker.training.segmentation.drawn_parts import OPEN, Drawn, Labels, drawn
from gpu_worker.training.segmentation.train import save

Random = np.random.Generator

_BATCH, _FRESH, _KEPT = 8, 2, 240
_RATE, _AVERAGE = 3e-3, 0.99
_RARE = 0.5  # exponent of a part's rarity in its weight


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the head sees of one picture, and should say."""

    taps: list[Tensor]
    labels: Tensor  # (SIDE / 2, SIDE / 2) int64


def picture(example: Drawn, random: Random) -> tuple[Array, Labels]:
    """(SIDE, SIDE, 3) and its labels, never twice the same."""
    image = _dyed(example, random) if random.random() < 0.7 else example.image
    if random.random() < 0.4:
        image = _on_ground(image, example.labels, random)
    matrix = _placing(example.labels > 0, random)
    size = (SIDE, SIDE)
    image = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    labels = cv2.warpAffine(example.labels, matrix, size, flags=cv2.INTER_NEAREST)
    return _in_other_light(image, random), np.asarray(labels, np.uint8)


def _dyed(example: Drawn, random: Random) -> Array:
    """Every part by itself, or all alike, in another colour and another contrast."""
    lab, whole = fast_lab(np.clip(example.image, 0, 1)), random.random() < 0.4
    known = [k for k in np.unique(example.labels) if k not in (0, OPEN)]
    groups = [known] if whole else [[k] for k in known if random.random() < 0.6]
    result = lab.copy()
    for group in groups:
        where = np.isin(example.labels, group)
        soft = cv2.GaussianBlur(where.astype(np.float32), (0, 0), 0.8)[..., None]
        base, chroma, hue = np.median(lab[where], axis=0), random.exponential(16), random.uniform(0, 2 * np.pi)
        target = np.array([random.uniform(12, 95), chroma * np.cos(hue), chroma * np.sin(hue)], np.float32)
        moved = (lab - base) * np.float32(random.uniform(0.5, 1.2)) + target
        result = soft * moved + (1 - soft) * result
    result[..., 0] = np.clip(result[..., 0], 0, 100)
    return np.asarray(fast_rgb(result.astype(np.float32)), np.float32)


def _on_ground(image: Array, labels: Labels, random: Random) -> Array:
    product = cv2.GaussianBlur((labels > 0).astype(np.float32), (0, 0), 0.8)[..., None]
    rough = cv2.resize(random.random((random.integers(2, 40), random.integers(2, 40), 3)), labels.shape[::-1])
    ground = random.random(3) + random.uniform(0, 0.4) * (rough - 0.5)
    return np.asarray(product * image + (1 - product) * np.clip(ground, 0, 1), np.float32)


def _placing(product: np.ndarray, random: Random) -> Array:
    """The product's box with some margin to the whole square, turned, perhaps mirrored: a 2 x 3 matrix."""
    rows, columns = np.flatnonzero(product.any(1)), np.flatnonzero(product.any(0))
    centre = np.array([columns[0] + columns[-1], rows[0] + rows[-1]]) / 2
    longest = max(np.ptp(columns), np.ptp(rows)) + 1
    scale = SIDE / longest * random.uniform(0.7, 1.0)
    matrix = cv2.getRotationMatrix2D(centre.tolist(), random.normal(0, 7), scale)
    matrix[:, 2] += SIDE / 2 - centre + random.normal(0, 0.03 * SIDE, 2)
    if random.random() < 0.5:
        matrix[0] *= -1
        matrix[0, 2] += SIDE - 1
    return np.asarray(matrix)


def _in_other_light(image: Array, random: Random) -> Array:
    light = random.uniform(0.75, 1.15) * random.normal(1, 0.04, 3)
    seen = np.clip(image * light, 0, 1) ** random.uniform(0.75, 1.35)
    if random.random() < 0.3:
        seen = cv2.GaussianBlur(seen, (0, 0), random.uniform(0.3, 1.5))
    if random.random() < 0.4:
        seen = seen + random.normal(0, random.uniform(0, 0.03), image.shape)
    return np.asarray(np.clip(seen, 0, 1), np.float32)


def batches(examples: list[Drawn], random: Random) -> Iterator[list[Seen]]:
    """Two new pictures and six of the last ones, for ever."""
    look, kept = encoder(), list[Seen]()
    while True:
        chosen = [examples[i] for i in random.integers(len(examples), size=_FRESH if kept else _BATCH)]
        made = [picture(example, random) for example in chosen]
        image_nchw = torch.from_numpy(np.stack([image for image, _ in made])).permute(0, 3, 1, 2)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            taps = look(image_nchw.contiguous(memory_format=torch.channels_last))
        kept += [
            Seen(taps=[tap[i] for tap in taps], labels=torch.from_numpy(labels[::2, ::2].astype(np.int64)))
            for i, (_, labels) in enumerate(made)
        ]
        old = random.integers(0, max(1, len(kept) - _FRESH), _BATCH - _FRESH)
        yield [kept[i] for i in old] + kept[-_FRESH:]
        del kept[: max(0, len(kept) - _KEPT)]


def loss_of(logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """Logits (N, C, H, W), labels (N, H, W), weights (C,)."""
    entropy = F.cross_entropy(logits, labels, weights, ignore_index=OPEN)
    known = (labels != OPEN)[:, None]
    likely = logits.softmax(1) * known
    truth = F.one_hot(labels.where(labels != OPEN, 0), logits.shape[1]).permute(0, 3, 1, 2) * known
    there = truth.sum((0, 2, 3)) > 0
    dice = 2 * (likely * truth).sum((0, 2, 3)) / (likely.sum((0, 2, 3)) + truth.sum((0, 2, 3)) + 1)
    return entropy + (1 - dice[there]).mean()


def rarity(examples: list[Drawn], count: int) -> Tensor:
    """(count,) how much a class counts: more where it is rare."""
    area = np.sum([np.bincount(e.labels[e.labels != OPEN], minlength=count) for e in examples], axis=0)
    weights = (area.sum() / np.maximum(area, 1)) ** _RARE
    return torch.from_numpy(weights / weights.mean()).float()


def train(head: PartHead, examples: list[Drawn], steps: int, seed: int = 0) -> PartHead:
    """Returns the head with weights averaged along the way (Polyak and Juditsky 1992)."""
    torch.manual_seed(seed)
    head.train()
    weights = rarity(examples, head.out.out_channels)
    optimiser = torch.optim.AdamW(head.parameters(), lr=_RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps, pct_start=0.1)
    average = torch.optim.swa_utils.AveragedModel(
        head, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(_AVERAGE), use_buffers=True
    )
    bar = tqdm(range(steps), file=sys.stderr, mininterval=5)
    for _, seen in zip(bar, batches(examples, np.random.default_rng(seed)), strict=False):
        taps = [torch.stack(level) for level in zip(*(s.taps for s in seen), strict=True)]
        with torch.autocast("cpu", torch.bfloat16):
            logits = head(taps)
        loss = loss_of(logits, torch.stack([s.labels for s in seen]), weights)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        average.update_parameters(head)
        bar.set_postfix(loss=f"{loss.item():.3f}", refresh=False)
    head.load_state_dict(average.module.state_dict())
    return head.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=PARTS, required=True)
    parser.add_argument("--photos", type=Path, required=True, help="folder of the catalogue crops of 192 px")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=700)
    options = parser.parse_args()
    examples = drawn(options.photos, options.kind, measuring=False)
    save(train(PartHead(options.kind), examples, options.steps).state_dict(), options.out)


if __name__ == "__main__":
    main()
