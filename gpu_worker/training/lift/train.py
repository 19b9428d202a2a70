"""Train the lift. `python -m gpu_worker.training.lift.train PHOTOS... --tail tail.safetensors --bundle DIR... --out runs/lift`.

Half of a batch are photos made small, which teaches what detail belongs to an outline; half are what the trunks make of the same photos
(by encoder), which teaches to mend what trunks get wrong. The photo at 192 px is the target of both: L1 and LPIPS, and a patch critic
that asks for a photo's texture where the first two would blur. The same command goes on where it stopped.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from gpu_worker.engine.values import to_pixels
from gpu_worker.manifold.bundle import Manifold, load_bundle
from gpu_worker.manifold.lift import ENLARGES, Lift
from gpu_worker.manifold.tail import SHRINK, Tail
from gpu_worker.measures.perceptual import Perceptual, shared_perceptual
from gpu_worker.training.checkpoints import Stateful, crops_of, half_precision, report, resume, save
from gpu_worker.training.lift.critic import PatchCritic, fools
from gpu_worker.training.manifold.data import to_float

SMALL_CROP = 32  # pixels of the small picture; the large one's are three times as many
SMALL = 64


@dataclass(frozen=True, kw_only=True)
class LiftSettings:
    steps: int = 8000
    batch: int = 12
    rate: float = 1e-3
    critic_rate: float = 4e-4
    critic_from: int = 500
    critic_weight: float = 0.05
    latent_weight: float = 0.3  # L1 in the tail's latent, for photos made small
    made_l1: float = 0.7  # of the trunk's pictures, which do not lie on the photo's pixels, the L1 counts less
    noise: float = 0.05  # most noise on photos made small, so that a trunk's small errors are not taken for detail
    seed: int = 0

    def rate_at(self, step: int) -> float:
        return self.rate * min(1, step / 100) * max(0.03, 1 - step / self.steps)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Photos (N, 3, 192, 192) uint8 with what the trunk makes of them (N, 3, 64, 64) uint8."""

    photo: Tensor
    made: Tensor


@dataclass(frozen=True, kw_only=True, eq=False)
class Batch:
    small: Tensor  # (N, 3, 32, 32)
    photo: Tensor  # (N, 3, 96, 96)
    by_trunk: Tensor  # (N,) bool: which are the trunk's


@torch.no_grad()
def pairs_of(photos: Tensor, manifold: Manifold) -> Pairs:
    made = []
    for part in photos.split(64):
        small = F.interpolate(to_float(part), size=SMALL, mode="area").to(manifold.device)
        made.append(torch.from_numpy(to_pixels(manifold.generator(manifold.encoder(small)))).permute(0, 3, 1, 2))
    return Pairs(photo=photos, made=torch.cat(made))


def batch_at(step: int, pairs: Pairs, settings: LiftSettings) -> Batch:
    """Every random draw is seeded by the step."""
    draw = np.random.default_rng((settings.seed, step))
    chosen = torch.from_numpy(draw.integers(len(pairs.photo), size=settings.batch))
    photo, made = to_float(pairs.photo[chosen]), to_float(pairs.made[chosen])
    if draw.random() < 0.5:
        photo, made = photo.flip(-1), made.flip(-1)
    if draw.random() < 0.3:
        order = torch.from_numpy(draw.permutation(3))
        photo, made = photo[:, order], made[:, order]
    by_trunk = torch.from_numpy(np.arange(settings.batch) % 2 == 0)
    small = F.interpolate(photo, size=SMALL, mode="area")
    small = small + float(draw.uniform(0, settings.noise)) * torch.from_numpy(draw.standard_normal(small.shape)).float()
    small = torch.where(by_trunk[:, None, None, None], made, small)
    top, left = (8 * int(v) for v in draw.integers(0, (SMALL - SMALL_CROP) // 8 + 1, size=2))
    place = (
        ...,
        slice(ENLARGES * top, ENLARGES * (top + SMALL_CROP)),
        slice(ENLARGES * left, ENLARGES * (left + SMALL_CROP)),
    )
    return Batch(
        small=small[..., top : top + SMALL_CROP, left : left + SMALL_CROP].contiguous(),
        photo=photo[place].contiguous(memory_format=torch.channels_last),
        by_trunk=by_trunk,
    )


class LiftTrainer:
    """The lift against its critic, through the frozen tail."""

    def __init__(self, tail: Tail, settings: LiftSettings, perceptual: Perceptual) -> None:
        self.tail, self.settings, self.perceptual = tail, settings, perceptual
        self.lift = Lift().to(memory_format=torch.channels_last)
        self.critic = PatchCritic().to(memory_format=torch.channels_last)
        self.optimiser = torch.optim.AdamW(self.lift.parameters(), settings.rate, betas=(0.9, 0.98))
        self.critic_optimiser = torch.optim.AdamW(self.critic.parameters(), settings.critic_rate, betas=(0.5, 0.98))

    @property
    def parts(self) -> dict[str, Stateful]:
        return {
            "lift": self.lift,
            "critic": self.critic,
            "optimiser": self.optimiser,
            "critic_optimiser": self.critic_optimiser,
        }

    def advance(self, step: int, batch: Batch) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.rate_at(step)
        made = self._step_of_lift(step, batch)
        if step >= self.settings.critic_from - 100:
            self._step_of_critic(batch.photo, made)

    def _step_of_lift(self, step: int, batch: Batch) -> Tensor:
        s = self.settings
        with torch.autocast("cpu", torch.bfloat16):
            latent = self.lift(batch.small)
            made = self.tail.decoder(latent).float()
            near = self.perceptual.lpips(made, batch.photo).mean().float()
            with torch.no_grad():
                goal = self.tail.encoder(batch.photo)
            weight = torch.where(batch.by_trunk, s.made_l1, 1.0)[:, None, None, None]
            loss = 2 * (weight * (made - batch.photo).abs()).mean() + near
            inner = (latent - goal)[..., 1:-1, 1:-1].abs().mean((1, 2, 3))
            loss = loss + s.latent_weight * (inner * ~batch.by_trunk).mean()
            if step >= s.critic_from:
                loss = loss + s.critic_weight * fools(self.critic, made)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.lift.parameters(), 1.0)
        self.optimiser.step()
        return made.detach()

    def _step_of_critic(self, photo: Tensor, made: Tensor) -> None:
        with torch.autocast("cpu", torch.bfloat16):
            loss = self.critic.loss(photo, made)
        self.critic_optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.critic_optimiser.step()


@torch.no_grad()
def evaluate(
    lift: Lift, tail: Tail, pairs: Pairs, perceptual: Perceptual, sheet: Path | None = None
) -> dict[str, float]:
    """Mean LPIPS at 192 px of photos made small and lifted, and of the trunk's reconstructions lifted."""
    lift.eval()
    photo, sums = to_float(pairs.photo), {"photo": 0.0, "enlarged": 0.0, "trunk": 0.0, "trunk_enlarged": 0.0}
    rows: list[Tensor] = []
    for part in torch.arange(len(photo)).split(8):
        target, trunk = photo[part], to_float(pairs.made[part])
        small = F.interpolate(target, size=SMALL, mode="area")
        made = {"photo": _seen(lift, tail, small), "trunk": _seen(lift, tail, trunk)}
        made |= {"enlarged": _enlarged(small), "trunk_enlarged": _enlarged(trunk)}
        for name, image in made.items():
            sums[name] += float(perceptual.lpips(image, target).sum())
        rows = rows or [target, made["enlarged"], made["photo"], made["trunk_enlarged"], made["trunk"]]
    if sheet is not None:
        Image.fromarray(np.concatenate([np.concatenate(list(to_pixels(row)), 1) for row in rows])).save(sheet)
    lift.train()
    return {name: round(total / len(photo), 4) for name, total in sums.items()}


def _seen(lift: Lift, tail: Tail, small: Tensor) -> Tensor:
    image: Tensor = tail.decoder(lift(small)).clamp(-1, 1)
    return image


def _enlarged(small: Tensor) -> Tensor:
    return F.interpolate(small, scale_factor=ENLARGES, mode="bicubic").clamp(-1, 1)


def train(trainer: LiftTrainer, pairs: Pairs, held_out: dict[str, Pairs], out: Path) -> None:
    settings, saved = trainer.settings, time.monotonic()
    for step in range(resume(out / "checkpoint.pt", trainer.parts), settings.steps):
        trainer.advance(step, batch_at(step, pairs, settings))
        if step + 1 == settings.steps or time.monotonic() - saved > 300:
            save(out / "checkpoint.pt", trainer.parts, step + 1)
            save_file(half_precision(trainer.lift), out / "lift.safetensors")
            for name, some in held_out.items():
                found = evaluate(trainer.lift, trainer.tail, some, trainer.perceptual, out / f"{name}.png")
                report(step + 1, {f"{name}_{key}": value for key, value in found.items()})
            saved = time.monotonic()


def load_tail(path: Path) -> Tail:
    tail = Tail()
    tail.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    return tail.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "photos", type=Path, nargs="+", help="folders or tars of crops of 192 px, one of each bundle's kind, in order"
    )
    parser.add_argument("--bundle", type=Path, nargs="+", required=True, help="trunks")
    parser.add_argument("--tail", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=LiftSettings.steps)
    parser.add_argument("--start", type=Path, help="a lift to go on from; its critic is learned anew")
    parser.add_argument("--rate", type=float, default=LiftSettings.rate)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    inside, held_out = [], {}
    for folder, bundle in zip(options.photos, options.bundle, strict=True):
        manifold = load_bundle(bundle)
        some, outside = crops_of([folder], SMALL * ENLARGES)
        inside.append(pairs_of(some, manifold))
        held_out[manifold.kind] = pairs_of(outside[:24], manifold)
    pairs = Pairs(photo=torch.cat([p.photo for p in inside]), made=torch.cat([p.made for p in inside]))
    assert pairs.photo.shape[-1] % SHRINK == 0
    settings = LiftSettings(steps=options.steps, rate=options.rate)
    trainer = LiftTrainer(load_tail(options.tail), settings, shared_perceptual())
    if options.start is not None:
        trainer.lift.load_state_dict({name: value.float() for name, value in load_file(options.start).items()})
    train(trainer, pairs, held_out, options.out)


if __name__ == "__main__":
    main()
