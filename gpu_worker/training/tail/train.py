"""Train the tail on crops of every kind. `python -m gpu_worker.training.tail.train PHOTOS... --out runs/tail`.

L1 + L2 at every step, LPIPS at every second one, on crops of 96 px, in bfloat16. The same command goes on where it stopped. Batches
are drawn by the step's number, so a run that was interrupted sees what an uninterrupted one would have seen.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from gpu_worker.manifold.tail import Tail
from gpu_worker.measures.perceptual import Perceptual, shared_perceptual
from gpu_worker.training.checkpoints import Stateful, crops_of, half_precision, report, resume, save
from gpu_worker.training.manifold.data import to_float

CROP = 96


@dataclass(frozen=True, kw_only=True)
class TailSettings:
    steps: int = 12_000
    batch: int = 16
    rate: float = 1e-3
    lpips_weight: float = 0.5  # taken at every second step
    swapped_channels: float = 0.3  # share of batches whose colour channels are exchanged: colours no catalogue has
    seed: int = 0

    def rate_at(self, step: int) -> float:
        """Linear warm-up over 100 steps, then linearly down to 3 %."""
        return self.rate * min(1, step / 100) * max(0.03, 1 - step / self.steps)


def batch_at(step: int, photos_nhw3: np.ndarray, settings: TailSettings) -> Tensor:
    """The step's crops, (batch, 3, 96, 96) in [-1, 1]."""
    draw = np.random.default_rng((settings.seed, step))
    chosen = draw.integers(len(photos_nhw3), size=settings.batch)
    corners = draw.integers(0, photos_nhw3.shape[1] - CROP + 1, size=(settings.batch, 2))
    crops = np.stack([photos_nhw3[i, y : y + CROP, x : x + CROP] for i, (y, x) in zip(chosen, corners, strict=True)])
    if draw.random() < 0.5:
        crops = crops[:, :, ::-1]
    if draw.random() < settings.swapped_channels:
        crops = crops[..., draw.permutation(3)]
    pixels = torch.from_numpy(np.ascontiguousarray(crops)).permute(0, 3, 1, 2)
    return to_float(pixels).contiguous(memory_format=torch.channels_last)


def loss_of(tail: Tail, photo_nchw: Tensor, perceptual: Perceptual | None, settings: TailSettings) -> Tensor:
    with torch.autocast(photo_nchw.device.type, torch.bfloat16):
        made = tail(photo_nchw)
        near = perceptual.lpips(made, photo_nchw).mean().float() if perceptual else made.new_zeros(())
    return F.l1_loss(made, photo_nchw) + 2 * F.mse_loss(made, photo_nchw) + settings.lpips_weight * near


@torch.no_grad()
def evaluate(tail: Tail, photos: Tensor, perceptual: Perceptual) -> dict[str, float]:
    """Mean LPIPS and PSNR (dB) of photos (N, 3, R, R) uint8 at their own size."""
    tail.eval()
    lpips, psnr = [], []
    for part in photos.split(8):
        photo = to_float(part)
        made = tail(photo).clamp(-1, 1)
        lpips.append(perceptual.lpips(made, photo))
        psnr.append(-10 * torch.log10(((made - photo) / 2).square().mean((1, 2, 3))))
    tail.train()
    return {"lpips": float(torch.cat(lpips).mean()), "psnr": float(torch.cat(psnr).mean())}


def train(
    tail: Tail,
    photos: Tensor,
    held_out: Tensor,
    out: Path,
    settings: TailSettings,
    device: str,
    *,
    until: int | None = None,
) -> None:
    """Go on from the checkpoint in `out` to the settings' last step, or stop after step `until`."""
    last = min(settings.steps, until or settings.steps)
    perceptual = shared_perceptual(device)
    tail.to(torch.device(device)).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(tail.parameters(), settings.rate, betas=(0.9, 0.98), weight_decay=1e-4)
    parts: dict[str, Stateful] = {"tail": tail, "optimiser": optimiser}
    first = resume(out / "checkpoint.pt", parts)
    pixels = photos.permute(0, 2, 3, 1).numpy()
    saved = time.monotonic()
    for step in range(first, last):
        for group in optimiser.param_groups:
            group["lr"] = settings.rate_at(step)
        photo = batch_at(step, pixels, settings).to(device)
        loss = loss_of(tail, photo, perceptual if step % 2 == 0 else None, settings)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(tail.parameters(), 1.0)
        optimiser.step()
        if step + 1 == last or time.monotonic() - saved > 300:
            save(out / "checkpoint.pt", parts, step + 1)
            report(step + 1, evaluate(tail, held_out[::4] if step + 1 < settings.steps else held_out, perceptual))
            saved = time.monotonic()
    save_file(half_precision(tail), out / "tail.safetensors")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path, nargs="+", help="folders or tars of square crops")
    parser.add_argument("--size", type=int, default=192)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=TailSettings.steps)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    inside, outside = crops_of(options.photos, options.size)
    train(Tail(), inside, outside, options.out, TailSettings(steps=options.steps), options.device)


if __name__ == "__main__":
    main()
