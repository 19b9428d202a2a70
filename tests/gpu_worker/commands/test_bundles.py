"""Manifolds go to the object store and come back as they were."""

import json
from pathlib import Path

import pytest

from gpu_worker import storage
from gpu_worker.commands import bundles

pytestmark = pytest.mark.usefixtures("stack")


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    for name in ("shoe/weights.safetensors", "shoe/card.json", "shoe/notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    card = {"format": 1, "kind": "shoe", "version": "0123456789abcdef", "resolution": 32, "w_dim": 16}
    (folder / "shoe/card.json").write_text(json.dumps(card))
    return folder


def test_a_release_comes_back_as_it_was_and_is_fetched_once(shipped: Path, tmp_path: Path):
    assert set(bundles.push("v9", shipped)) == {"shoe/weights.safetensors", "shoe/card.json"}
    here = tmp_path / "here"
    assert bundles.fetch("v9", here) == 2
    assert (here / "shoe/weights.safetensors").read_bytes() == b"shoe/weights.safetensors"
    assert bundles.fetch("v9", here) == 0


def test_a_file_with_other_bytes_is_refused(shipped: Path, tmp_path: Path):
    files = bundles.push("v10", shipped)
    storage.put_named(files["shoe/card.json"], b"something else")
    with pytest.raises(storage.StorageError, match="other bytes"):
        bundles.fetch("v10", tmp_path / "here")
    assert not (tmp_path / "here/shoe/card.json").exists()


def test_an_unknown_release_is_said_to_be_missing(tmp_path: Path):
    with pytest.raises(storage.ObjectMissing):
        bundles.fetch("v0", tmp_path)


def test_a_list_that_leads_out_of_the_folder_is_refused(tmp_path: Path):
    storage.put_named("bundles/releases/evil.json", b'{"../evil": "bundles/x"}')
    with pytest.raises(ValueError, match="leads out"):
        bundles.fetch("evil", tmp_path / "here")
    assert not (tmp_path / "evil").exists()
