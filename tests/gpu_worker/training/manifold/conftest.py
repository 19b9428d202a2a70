"""A tiny manifold and a tiny set of drawn products: enough to train a few steps in seconds."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from gpu_worker.manifold.discriminator import Discriminator
from gpu_worker.manifold.networks import NetworkSize
from gpu_worker.training.manifold.data import PhotoSet
from gpu_worker.training.manifold.export import export
from gpu_worker.training.manifold.trainer import Networks, Trainer, TrainingSettings

SIDE = 32


def drawn_products(count: int) -> Tensor:
    """uint8 (N, 3, 32, 32): one coloured box on white each."""
    random = torch.Generator().manual_seed(3)
    images = torch.full((count, 3, SIDE, SIDE), 255, dtype=torch.uint8)
    for image in images:
        top, left, height, width = (torch.randint(4, 12, (4,), generator=random)).tolist()
        colour = torch.randint(0, 220, (3, 1, 1), generator=random, dtype=torch.uint8)
        image[:, top : top + height, left : left + width] = colour
    return images


def tiny_trainer(**settings: object) -> Trainer:
    torch.manual_seed(0)
    networks = Networks(NetworkSize(resolution=SIDE, w_dim=16), Discriminator())
    chosen = {"kind": "shoe", "steps": 20, "adversarial_from": 20, "batch": 4} | settings
    return Trainer(TrainingSettings(**chosen), tiny_photos(), networks, torch.device("cpu"))


def tiny_photos() -> PhotoSet:
    return PhotoSet(ids=[f"p{i}" for i in range(40)], images_nchw=drawn_products(40))


@pytest.fixture
def photos() -> PhotoSet:
    return tiny_photos()


@pytest.fixture
def make_trainer() -> Callable[..., Trainer]:
    return tiny_trainer


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("manifold") / "bundle"
    export(tiny_trainer(), directory, "drawn boxes", settle_batches=2, mapping_steps=20)
    return directory


@pytest.fixture
def bundle(exported: Path, tmp_path: Path) -> Path:
    """A bundle of one's own, to damage at will."""
    return shutil.copytree(exported, tmp_path / "bundle")
