"""Manifolds in the object store, for machines whose image does not hold them.

    python -m gpu_worker.commands.bundles push v2     the bundles of this checkout, as the release v2
    python -m gpu_worker.commands.bundles fetch       release MANIFOLDS_VERSION into MANIFOLDS_DIR

A release is a list of files with their content addresses, so that releases share what they have in common, and a file
that came back damaged is refused. Beside it stands a list for each manifold by its version, so that a worker of another
release can fetch the one that a message names. Needs the S3_* variables.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from gpu_worker import storage
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.fetching import versions_key
from gpu_worker.manifold.bundle import BundleError, owner_of, version_of


def push(version: str, folder: Path = BUNDLES) -> dict[str, str]:
    """Store every file, then the list that names them."""
    files = {
        path.relative_to(folder).as_posix(): storage.put(
            "bundles", path.read_bytes(), content_type="application/octet-stream"
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in {".safetensors", ".json"}
    }
    for kind in {name.partition("/")[0] for name in files}:
        _list_version(kind, folder / kind, files)
    storage.put_named(_list_key(version), json.dumps(files, indent=1).encode())
    return files


def _list_version(kind: str, bundle: Path, files: dict[str, str]) -> None:
    if (owner := owner_of(bundle)) is not None:
        raise BundleError(f"{bundle} was fitted to the photos of merchant {owner}; it is no release for all")
    own = {name.partition("/")[2]: key for name, key in files.items() if name.startswith(f"{kind}/")}
    storage.put_named(versions_key(kind, version_of(bundle)), json.dumps(own, indent=1).encode())


def fetch(version: str, folder: Path) -> int:
    """Bring the release's files into the folder; how many were missing there."""
    files: dict[str, str] = json.loads(storage.get(_list_key(version)))
    missing = [name for name in files if not (folder / name).exists()]
    for name in missing:
        target = folder / name
        if not target.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"{name} leads out of the folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(target.suffix + ".part")
        part.write_bytes(storage.get(files[name]))
        part.rename(target)
    return len(missing)


def _list_key(version: str) -> str:
    return f"bundles/releases/{version}.json"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["push", "fetch"])
    parser.add_argument("version", nargs="?", default=os.environ.get("MANIFOLDS_VERSION"))
    options = parser.parse_args(arguments)
    if not options.version:
        parser.error("name a release, or set MANIFOLDS_VERSION")
    count = (
        len(push(options.version))
        if options.action == "push"
        else fetch(options.version, Path(os.environ["MANIFOLDS_DIR"]))
    )
    sys.stdout.write(f"{count} files\n")


if __name__ == "__main__":
    main()
