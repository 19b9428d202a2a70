"""A tiny random manifold and drawn product photos: the core's tests need no trained weights and no pictures."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from gpu_worker.engine.facade import Engine
from gpu_worker.manifold.bundle import Manifold, load_bundle, save_bundle
from gpu_worker.manifold.discriminator import Discriminator
from gpu_worker.manifold.networks import Encoder, Generator, Mapping, NetworkSize
from gpu_worker.photos.decode import Photo

Pixels = NDArray[np.uint8]
SIZE = NetworkSize(resolution=32, w_dim=16)


def draw_product(
    side: int = 320,
    colour: tuple[int, int, int] = (180, 40, 40),
    logo: tuple[int, int, int] = (250, 220, 40),
    background: int = 245,
    shading: float = 12.0,
) -> Pixels:
    """A shaded rounded body with a white-ish sole and a small logo on a softly shaded background; a copy of one's own."""
    return _drawn(side, colour, logo, background, shading).copy()


@cache
def _drawn(
    side: int, colour: tuple[int, int, int], logo: tuple[int, int, int], background: int, shading: float
) -> Pixels:
    fine = (4 if side <= 400 else 1) * side
    y, x = np.mgrid[:fine, :fine].astype(np.float32) / fine
    ground = background + shading * (x - 0.5) * (background < 250)
    picture = np.repeat(ground[..., None], 3, 2)
    light = 1 + 0.35 * (0.5 - y) + 0.08 * np.sin(14 * x)
    for shape, paint in (
        (((x - 0.5) / 0.4) ** 4 + ((y - 0.45) / 0.22) ** 4 < 1, np.array(colour) * light[..., None]),
        ((abs(x - 0.5) < 0.4) & (y > 0.64) & (y < 0.72), np.array((205, 200, 190)) * np.ones_like(light)[..., None]),
        ((abs(x - 0.6) < 0.06) & (abs(y - 0.42) < 0.03), np.array(logo) * np.ones_like(light)[..., None]),
    ):
        picture = np.where(shape[..., None], paint, picture)
    small = cv2.resize(np.clip(picture, 0, 255).astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(np.round(small), np.uint8)


@pytest.fixture
def photo() -> Photo:
    return Photo(pixels=draw_product())


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved manifold with random weights."""
    directory = tmp_path_factory.mktemp("bundle")
    save_random_bundle(directory, seed=5)
    return directory


def save_random_bundle(directory: Path, *, seed: int, **card: object) -> str:
    """Answers its version; `card` says more about it, such as its owner."""
    torch.manual_seed(seed)
    networks = torch.nn.Module()
    parts = {"generator": Generator(SIZE), "encoder": Encoder(SIZE), "mapping": Mapping(SIZE)}
    for name, part in {**parts, "discriminator": Discriminator()}.items():
        setattr(networks, name, part)
    return save_bundle(
        directory,
        networks,
        mean_w=torch.zeros(16),
        pca_components=torch.eye(16)[:4],
        pca_std=torch.ones(4) * 2,
        card={"kind": "shoe", "resolution": SIZE.resolution, "w_dim": SIZE.w_dim, **card},
    )


@pytest.fixture(scope="session")
def manifold(bundle: Path) -> Manifold:
    return load_bundle(bundle)


@pytest.fixture(scope="session")
def engine(manifold: Manifold) -> Engine:
    return Engine(manifold)
