"""The manifolds of this worker and its cached engines."""

import os
from functools import lru_cache
from pathlib import Path

import torch

from gpu_worker.engine.facade import Engine

BUNDLES = Path(__file__).parents[1] / "manifold" / "bundles"


def default_device() -> str:
    """CUDA where there is one, else the CPU."""
    return "cuda" if torch.cuda.is_available() else "cpu"


@lru_cache(maxsize=8)
def engine_for(bundle: Path, device: str) -> Engine:
    """The process's one engine for a bundle; raises BundleError."""
    return Engine.load(bundle, device)


def bundle_of(kind: str) -> Path:
    """The manifold that this worker uses for a product kind."""
    return Path(os.environ.get("MANIFOLDS_DIR") or BUNDLES) / kind


def engine_of(kind: str) -> Engine:
    """The process's engine for the manifold of a product kind, on the default device; raises BundleError."""
    return engine_for(bundle_of(kind), default_device())
