"""Messages name a manifold: whose it is decides who may use it, and a worker that has another fetches it or says no."""

import io
import json
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from pydantic import ValidationError

from gpu_worker import storage
from gpu_worker.commands import bundles
from gpu_worker.contract.answers import UNREADABLE, Failed, Projected
from gpu_worker.contract.jobs import ProjectJob
from gpu_worker.contract.manifolds import ManifoldName
from gpu_worker.engine import loaded
from gpu_worker.fetching import ManifoldAway, engine_named
from gpu_worker.manifold.bundle import CARD_FILE, WEIGHTS_FILE, BundleError, version_of
from gpu_worker.tasks import celery, lifeline
from tests.gpu_worker.conftest import draw_product, save_random_bundle

pytestmark = pytest.mark.usefixtures("stack")
OURS, THEIRS = 7, 8


@pytest.fixture(autouse=True)
def shared(tmp_path: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This worker's folder of shared manifolds, and where it keeps what it fetches."""
    folder = tmp_path / "manifolds"
    shutil.copytree(bundle, folder / "shoe")
    monkeypatch.setenv("MANIFOLDS_DIR", str(folder))
    monkeypatch.setenv("MANIFOLDS_CACHE", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def fitted(tmp_path: Path) -> Path:
    """What a training on our photos made."""
    folder = tmp_path / "fitted"
    save_random_bundle(folder, seed=6, owner=OURS)
    return folder


def named(folder: Path, owner: int) -> ManifoldName:
    keys = {
        file.name: storage.put("bundles", file.read_bytes(), content_type="application/octet-stream")
        for file in folder.iterdir()
    }
    return ManifoldName(version=version_of(folder), owner=owner, file_keys=keys)


def test_a_message_without_a_name_gets_what_all_share(shared: Path):
    assert engine_named("shoe", None).manifold.version == version_of(shared / "shoe")


def test_a_merchants_own_is_fetched_for_them_and_kept(fitted: Path):
    name = named(fitted, OURS)
    engine = engine_named("shoe", name)
    assert engine.manifold.version == version_of(fitted) != loaded.shared_version("shoe")
    assert engine_named("shoe", name) is engine


def test_a_merchants_own_is_loaded_for_no_other(fitted: Path):
    """Even if the web named it by mistake, and even once it lies in the worker's folder."""
    engine_named("shoe", named(fitted, OURS))
    with pytest.raises(BundleError, match="does not belong to merchant 8"):
        engine_named("shoe", named(fitted, THEIRS))


def test_a_merchants_own_never_serves_as_the_shared_one(shared: Path, fitted: Path):
    """As it did when an operator pointed MANIFOLDS_DIR at a training's result."""
    shutil.rmtree(shared / "shoe")
    shutil.copytree(fitted, shared / "shoe")
    with pytest.raises(BundleError, match="was fitted to the photos of merchant 7; it must not serve others"):
        engine_named("shoe", None)
    with pytest.raises(BundleError, match="must not serve others"):
        engine_named("shoe", ManifoldName(version=version_of(fitted)))


def test_a_shared_version_of_another_release_is_fetched(tmp_path: Path):
    other = tmp_path / "release"
    version = save_random_bundle(other / "shoe", seed=9)
    bundles.push("v77", other)
    assert engine_named("shoe", ManifoldName(version=version)).manifold.version == version


def test_a_merchants_own_is_no_release(tmp_path: Path):
    other = tmp_path / "release"
    save_random_bundle(other / "shoe", seed=9, owner=OURS)
    with pytest.raises(BundleError, match="no release for all"):
        bundles.push("v78", other)


def test_a_version_that_is_nowhere_is_said_to_be_away():
    with pytest.raises(ManifoldAway, match="is in no release"):
        engine_named("shoe", ManifoldName(version="0123456789abcdef"))


def test_files_that_are_gone_leave_nothing_half_fetched(fitted: Path, tmp_path: Path):
    name = named(fitted, OURS)
    gone = name.model_copy(update={"file_keys": {**name.file_keys, WEIGHTS_FILE: "bundles/" + "0" * 64}})
    with pytest.raises(ManifoldAway, match="no longer in the store"):
        engine_named("shoe", gone)
    assert list((tmp_path / "cache").iterdir()) == []
    assert engine_named("shoe", name).manifold.version == name.version


def test_files_of_another_version_or_kind_are_refused(fitted: Path):
    name = named(fitted, OURS)
    with pytest.raises(BundleError, match="holds the shoe"):
        engine_named("shoe", name.model_copy(update={"version": "0" * 16}))
    card = json.loads((fitted / CARD_FILE).read_text())
    (fitted / CARD_FILE).write_text(json.dumps({**card, "kind": "shirt"}))
    with pytest.raises(BundleError, match="holds the shirt"):
        engine_named("shoe", named(fitted, OURS).model_copy(update={"version": name.version, "owner": OURS}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "../../etc"},
        {"version": "a", "owner": OURS},
        {"version": "a", "file_keys": {"card.json": "bundles/x"}},
        {"version": "a", "owner": OURS, "file_keys": {"../card.json": "bundles/x"}},
        {"version": "a", "owner": 0, "file_keys": {"card.json": "bundles/x"}},
    ],
)
def test_a_name_is_shared_or_whole_and_leads_nowhere_else(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        ManifoldName.model_validate(wrong)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the worker would put on the queue `results`."""
    answers: list[Any] = []
    monkeypatch.setattr(lifeline, "_send", answers.append)
    return answers


def run_project(name: ManifoldName | None) -> None:
    """The task on the queue `project`, as a worker runs it."""
    out = io.BytesIO()
    Image.fromarray(draw_product()).save(out, "PNG")
    key = storage.put("photos", out.getvalue(), content_type="image/png")
    job = ProjectJob(job=uuid4(), token=1, kind="shoe", photo_key=key, manifold=name)
    celery.project(job.model_dump(mode="json"))


def test_a_workers_answer_is_of_the_manifold_that_the_message_names(shared: Path, fitted: Path, sent: list[Any]):
    """One after the other on one worker: before, both had what lay in its folder."""
    run_project(named(fitted, OURS))
    run_project(None)
    versions = [answer.projection.manifold_version for answer in sent if isinstance(answer, Projected)]
    assert versions == [version_of(fitted), version_of(shared / "shoe")]


def test_a_message_for_another_release_goes_back_to_wait_for_its_worker(sent: list[Any]):
    run_project(ManifoldName(version="0123456789abcdef"))
    (failed,) = [answer for answer in sent if isinstance(answer, Failed)]
    assert (failed.code, failed.worth_retrying) == (UNREADABLE, True)
    assert "picture model that our workers do not have" in failed.message


def test_a_message_that_names_anothers_manifold_fails_and_is_reported(fitted: Path, sent: list[Any]):
    run_project(named(fitted, THEIRS))
    (failed,) = [answer for answer in sent if isinstance(answer, Failed)]
    assert failed.code == "internal" and "does not belong to merchant 8" in failed.detail
    assert not any(isinstance(answer, Projected) for answer in sent)
