"""Train a manifold: python -m gpu_worker.training.manifold.train --kind shoe --data PHOTOS --resolution 64 --out DIR

Runs until --steps or --minutes, saves as it goes, and goes on from DIR when called again. On several GPUs:
torchrun --nproc-per-node N -m gpu_worker.training.manifold.train ...

With --start-from BUNDLE a trained manifold is fine-tuned, on a merchant's own catalogue for instance.
"""

import argparse
import csv
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor
from torchvision.utils import save_image
from tqdm import tqdm

from gpu_worker.manifold.bundle import load_bundle
from gpu_worker.manifold.discriminator import Discriminator
from gpu_worker.manifold.features import pretrained_features
from gpu_worker.manifold.networks import NetworkSize
from gpu_worker.training.manifold.data import PhotoSet, crop_for, load_photos, resize_for, to_float
from gpu_worker.training.manifold.export import export
from gpu_worker.training.manifold.trainer import Networks, Trainer, TrainingSettings

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Everything around the steps that does not change their result."""

    out: Path  # checkpoints, pictures, metrics and the bundle
    description: str  # what the photos are, for the card
    owner: int | None = None  # the merchant whom alone the bundle may serve
    minutes: float = float("inf")  # stop after this time, to be resumed
    save_minutes: float = 5
    picture_every: int = 500  # steps between sample pictures
    mapping_steps: int = 1500  # of the mapping's last fit


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    device = _start_processes(options.device)
    crop = resize_for(options.resolution) if options.cropped else crop_for(options.kind, options.resolution)
    photos = load_photos(options.data, crop)
    if photos.rejected:
        _write_rejected(options.out, photos)
    networks = start_networks(options.resolution, options.start_from, options.seed)
    trainer = Trainer(_settings(options), photos.part(held_out=False), networks, device)
    stop = _StopOnSignal()
    run(trainer, photos.part(held_out=True), _run_options(options), asked_to_stop=lambda: stop.asked)
    if dist.is_initialized():
        dist.destroy_process_group()


def start_networks(resolution: int, start_from: Path | None = None, seed: int = 0) -> Networks:
    """Fresh networks on pretrained discriminator features, or a trained bundle's.

    Raises ValueError when the bundle is of another resolution.
    """
    torch.manual_seed(seed)
    if start_from is None:
        return Networks(NetworkSize(resolution=resolution), Discriminator(pretrained_features()))
    manifold = load_bundle(start_from)
    if manifold.resolution != resolution:
        raise ValueError(f"{start_from} has resolution {manifold.resolution}, not {resolution}")
    networks = Networks(manifold.size, manifold.discriminator)
    for name in ("generator", "encoder", "mapping"):
        getattr(networks, name).load_state_dict(getattr(manifold, name).state_dict())
    return networks.train()


def run(
    trainer: Trainer, held_out: PhotoSet, options: RunOptions, asked_to_stop: Callable[[], bool] = lambda: False
) -> Path:
    """The loop around `Trainer.step`: resume, log, pictures, checkpoints; returns the bundle's directory."""
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    if (out / CHECKPOINT).exists():
        trainer.load_state_dict(torch.load(out / CHECKPOINT, weights_only=True, map_location=trainer.device))
    log = _Log(out, enabled=trainer.rank == 0)
    started = saved = time.monotonic()
    steps = trainer.settings.steps
    bar = tqdm(total=steps, initial=trainer.steps_done, disable=trainer.rank != 0, mininterval=5, unit="step")
    while trainer.steps_done < steps and not asked_to_stop() and time.monotonic() - started < options.minutes * 60:
        log.add(trainer.steps_done + 1, trainer.step())
        bar.update()
        if trainer.steps_done % options.picture_every == 0 and trainer.rank == 0 and held_out.ids:
            log.write(trainer.steps_done, {"held_out_lpips": _look(trainer, held_out, out)})
        if time.monotonic() - saved > options.save_minutes * 60:
            _save(trainer, out)
            saved = time.monotonic()
    _save(trainer, out)
    bar.close()
    if trainer.rank == 0:
        export(trainer, out / "bundle", options.description, mapping_steps=options.mapping_steps, owner=options.owner)
    return out / "bundle"


class _StopOnSignal:
    """SIGTERM and Ctrl-C end the loop after the running step, so that nothing is lost."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True


class _Log:
    """Means over 50 steps, as CSV and for TensorBoard (where it is installed)."""

    def __init__(self, out: Path, *, enabled: bool) -> None:
        self.enabled = enabled
        self.path = out / "metrics.csv"
        self.sums: dict[str, float] = {}
        self.count = 0
        if enabled:
            from torch.utils.tensorboard import SummaryWriter

            self.board = SummaryWriter(str(out / "tensorboard"))

    def add(self, step: int, losses: dict[str, float]) -> None:
        self.count += 1
        for name, value in losses.items():
            self.sums[name] = self.sums.get(name, 0.0) + value
        if self.count == 50:
            self.write(step, {name: value / self.count for name, value in self.sums.items()})
            self.sums, self.count = {}, 0

    def write(self, step: int, values: dict[str, float]) -> None:
        if not self.enabled:
            return
        with self.path.open("a", newline="") as file:
            csv.writer(file).writerows([step, name, f"{value:.5f}"] for name, value in values.items())
        for name, value in values.items():
            self.board.add_scalar(name, value, step)


@torch.no_grad()
def _look(trainer: Trainer, held_out: PhotoSet, out: Path) -> float:
    """Write held-out photos, their reconstructions and samples as a picture; return held-out LPIPS by encoder."""
    n = trainer.average
    photo = to_float(held_out.images_nchw[:256].to(trainer.device))
    made = torch.cat([n.generator(n.encoder(chunk)) for chunk in photo.split(32)])
    z = torch.randn(48, n.size.w_dim, generator=torch.Generator().manual_seed(1)).to(trainer.device)
    samples = n.generator(n.generator.spread(n.mapping(z)))
    rows = [photo[:16], made[:16], photo[16:32], made[16:32], samples]
    save_image(_to_unit(torch.cat(rows)), out / f"look-{trainer.steps_done:06d}.png", nrow=16, padding=1)
    pairs = zip(made.split(32), photo.split(32), strict=True)
    return float(torch.cat([trainer.perceptual.lpips(a, b) for a, b in pairs]).mean())


def _to_unit(image: Tensor) -> Tensor:
    return (image.float().cpu() + 1) / 2


def _save(trainer: Trainer, out: Path) -> None:
    if trainer.rank == 0:
        partial = out / (CHECKPOINT + ".partial")
        torch.save(trainer.state_dict(), partial)
        partial.replace(out / CHECKPOINT)


def _write_rejected(out: Path, photos: PhotoSet) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with (out / "rejected.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "reason"), *photos.rejected.items()])


def _start_processes(device: str) -> torch.device:
    """Under torchrun join the other processes, one GPU each."""
    if "LOCAL_RANK" not in os.environ:
        return torch.device(device)
    dist.init_process_group("nccl" if device == "cuda" else "gloo")
    return torch.device("cuda", int(os.environ["LOCAL_RANK"])) if device == "cuda" else torch.device("cpu")


def _settings(options: argparse.Namespace) -> TrainingSettings:
    return TrainingSettings(
        kind=options.kind,
        steps=options.steps,
        adversarial_from=options.adversarial_from,
        matching_weight=options.matching_weight,
        batch=options.batch,
        mirror_share=0.5 if options.kind == "shirt" else 0.0,
        seed=options.seed,
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    default = TrainingSettings(kind="shoe")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=["shoe", "shirt"], required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder or tar of photos")
    parser.add_argument("--resolution", type=int, choices=[32, 64, 128, 256], default=64)
    parser.add_argument("--cropped", action="store_true", help="the photos are in the manifold's frame already")
    parser.add_argument("--start-from", type=Path, help="a bundle to fine-tune")
    parser.add_argument("--out", type=Path, required=True, help="checkpoints, pictures, metrics and the bundle")
    parser.add_argument("--steps", type=int, default=default.steps)
    parser.add_argument("--adversarial-from", type=int, default=default.adversarial_from)
    parser.add_argument("--matching-weight", type=float, default=default.matching_weight)
    parser.add_argument("--batch", type=int, default=default.batch)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after this time, to be resumed")
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--picture-every", type=int, default=500, help="steps between sample pictures")
    parser.add_argument("--description", default="", help="what the photos are, for the card")
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args(arguments)


def _run_options(options: argparse.Namespace) -> RunOptions:
    return RunOptions(
        out=options.out,
        description=options.description or options.data.name,
        minutes=options.minutes,
        save_minutes=options.save_minutes,
        picture_every=options.picture_every,
    )


if __name__ == "__main__":
    main()
