"""The manifolds of this worker and its cached engines."""

import os
from functools import lru_cache
from pathlib import Path

import torch

from gpu_worker.engine.facade import Engine
from gpu_worker.manifold.bundle import BundleError, owner_of, version_of

BUNDLES = Path(__file__).parents[1] / "manifold" / "bundles"


def default_device() -> str:
    """CUDA where there is one, else the CPU."""
    return "cuda" if torch.cuda.is_available() else "cpu"


@lru_cache(maxsize=8)
def engine_for(bundle: Path, device: str) -> Engine:
    """The process's one engine for a bundle; raises BundleError."""
    return Engine.load(bundle, device)


def bundle_of(kind: str) -> Path:
    """The manifold of a product kind that all merchants share; raises BundleError where the folder holds a merchant's own."""
    bundle = Path(os.environ.get("MANIFOLDS_DIR") or BUNDLES) / kind
    _require_owner(bundle, None)
    return bundle


def shared_version(kind: str) -> str:
    """The version of the manifold that all merchants share, off its card; raises BundleError."""
    return version_of(bundle_of(kind))


def engine_of(kind: str) -> Engine:
    """The process's engine for the manifold of a product kind, on the default device; raises BundleError."""
    return engine_for(bundle_of(kind), default_device())


def engine_at(bundle: Path, *, owner: int | None) -> Engine:
    """The process's engine for a bundle that is this merchant's, or nobody's; raises BundleError for another's."""
    _require_owner(bundle, owner)
    return engine_for(bundle, default_device())


def _require_owner(bundle: Path, owner: int | None) -> None:
    found = owner_of(bundle)
    if found == owner:
        return
    if owner is None:
        raise BundleError(f"{bundle} was fitted to the photos of merchant {found}; it must not serve others")
    raise BundleError(f"{bundle} does not belong to merchant {owner}")
