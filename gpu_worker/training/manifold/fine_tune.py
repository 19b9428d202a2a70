"""Fit a trained manifold to a merchant's own catalogue: the work behind the queue `train`."""

from collections.abc import Callable, Iterable
from pathlib import Path

import torch

from gpu_worker.manifold.bundle import load_bundle
from gpu_worker.training.manifold.data import collect, crop_for
from gpu_worker.training.manifold.train import RunOptions, run, start_networks
from gpu_worker.training.manifold.trainer import Trainer, TrainingSettings

LEAST_PHOTOS = 100  # fewer teach the discriminator the photos themselves


def fine_tune(
    base: Path,
    entries: Iterable[tuple[str, bytes]],
    out: Path,
    *,
    steps: int = 1000,
    description: str,
    owner: int | None = None,
    device: str = "cpu",
    mapping_steps: int = 1500,
    on_step: Callable[[int, int], bool] = lambda done, steps: False,
) -> Path:
    """Train `steps` steps from the bundle `base` on (photo ID, file content) pairs; returns the new bundle's directory.

    `owner` is the merchant whose photos they are: the card says it, and no worker loads the bundle for another.
    `on_step(done, steps)` is asked before every step and stops the run by answering True; a later call with the same
    `out` goes on from there. Raises ValueError when too few photos fit the frame.
    """
    manifold = load_bundle(base)
    photos = collect(entries, crop_for(manifold.kind, manifold.resolution), where="the catalogue")
    if len(photos.ids) < LEAST_PHOTOS:
        raise ValueError(f"{len(photos.ids)} photos fit the frame; training needs at least {LEAST_PHOTOS}")
    settings = TrainingSettings(kind=manifold.kind, steps=steps, adversarial_from=steps // 4, rate=3e-4)
    networks = start_networks(manifold.resolution, base)
    trainer = Trainer(settings, photos.part(held_out=False), networks, torch.device(device))
    return run(
        trainer,
        photos.part(held_out=True),
        RunOptions(
            out=out,
            description=description,
            owner=owner,
            picture_every=max(100, steps // 5),
            mapping_steps=mapping_steps,
        ),
        asked_to_stop=lambda: on_step(trainer.steps_done, steps),
    )
