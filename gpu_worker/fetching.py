"""The engine of the manifold that a message names: the worker's own, or one that is fetched from the object store and kept."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from gpu_worker import storage
from gpu_worker.contract.manifolds import ManifoldName
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.loaded import engine_at, engine_of, shared_version
from gpu_worker.manifold.bundle import BundleError


class ManifoldAway(Exception):
    """Neither this worker nor the object store has the manifold; a worker of another release may."""

    message = (
        "This was made with a picture model that our workers do not have just now. Nothing is lost; try again later."
    )


def engine_named(kind: str, name: ManifoldName | None) -> Engine:
    """The engine for a message; without a name, of the manifold that all share, as this worker has it.

    Raises ManifoldAway, StorageError; BundleError for a manifold that is not what the message says it is.
    """
    if name is None or (name.owner is None and name.version == shared_version(kind)):
        return engine_of(kind)
    folder = _kept(kind, name)
    if not folder.is_dir():
        _fetch(name, _files_of(kind, name), folder)
    engine = engine_at(folder, owner=name.owner)
    if (engine.manifold.kind, engine.manifold.version) != (kind, name.version):
        raise BundleError(
            f"{folder} holds the {engine.manifold.kind} {engine.manifold.version}, not {kind} {name.version}"
        )
    return engine


def versions_key(kind: str, version: str) -> str:
    """Where operators' releases list the files of a shared version."""
    return f"bundles/versions/{kind}-{version}.json"


def _kept(kind: str, name: ManifoldName) -> Path:
    root = Path(os.environ.get("MANIFOLDS_CACHE", "/var/tmp/colorway-manifolds"))  # noqa: S108  0700 below
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root / f"{kind}-{name.version}-{name.owner or 'shared'}"


def _files_of(kind: str, name: ManifoldName) -> dict[str, str]:
    if name.owner is not None:
        return dict(name.file_keys)
    try:
        files: dict[str, str] = json.loads(storage.get(versions_key(kind, name.version)))
    except storage.ObjectMissing as error:
        raise ManifoldAway(f"{kind} {name.version} is in no release that was pushed") from error
    return files


def _fetch(name: ManifoldName, files: dict[str, str], folder: Path) -> None:
    """Whole or not at all, whoever else fetches it at the same time. Every file's bytes are checked against its address."""
    new = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        for file, key in files.items():
            (new / Path(file).name).write_bytes(storage.get(key))
        new.rename(folder)
    except storage.ObjectMissing as error:
        raise ManifoldAway(f"{name.version}: {error} is no longer in the store") from error
    except OSError:
        if not folder.is_dir():  # else another process was faster
            raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
