import csv
import io
from pathlib import Path

import pytest
import torch
from PIL import Image

from gpu_worker.manifold.bundle import load_bundle, owner_of
from gpu_worker.training.manifold.export import settle_spectral_norms
from gpu_worker.training.manifold.fine_tune import fine_tune
from gpu_worker.training.manifold.train import CHECKPOINT, RunOptions, run, start_networks
from tests.gpu_worker.training.manifold.conftest import drawn_products


def test_the_reconstruction_loss_falls(make_trainer):
    trainer = make_trainer(steps=60, adversarial_from=60)
    losses = [trainer.step()["reconstruction"] for _ in range(40)]
    assert sum(losses[-5:]) < 0.6 * sum(losses[:5])


def test_the_adversarial_phase_trains_generator_and_discriminator(make_trainer):
    trainer = make_trainer(adversarial_from=1)
    trainer.step()
    before = {n: p.clone() for n, p in trainer.networks.named_parameters() if p.requires_grad or "heads" in n}
    losses = trainer.step()
    assert {"fooled", "discriminator", "lpips"} <= losses.keys()
    moved = {n.split(".")[0] for n, p in trainer.networks.named_parameters() if n in before and not p.equal(before[n])}
    assert moved == {"generator", "encoder", "mapping", "discriminator"}
    assert all(torch.isfinite(p).all() for p in trainer.networks.parameters())


def test_a_resumed_run_goes_on_exactly_as_if_it_had_not_stopped(make_trainer):
    whole = make_trainer(adversarial_from=3)
    for _ in range(5):
        whole.step()
    first = make_trainer(adversarial_from=3)
    for _ in range(2):
        first.step()
    second = make_trainer(adversarial_from=3)
    second.load_state_dict(first.state_dict())
    for _ in range(3):
        second.step()
    for a, b in zip(whole.networks.parameters(), second.networks.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_run_that_is_stopped_saves_and_is_resumed_from_its_folder(make_trainer, photos, tmp_path: Path):
    options = RunOptions(out=tmp_path, description="drawn boxes", picture_every=2, mapping_steps=5)
    asked = iter([False, False, False, True])
    run(make_trainer(steps=6), photos, options, asked_to_stop=lambda: next(asked))
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["steps_done"] == 3
    bundle = run(make_trainer(steps=6), photos, options)
    assert load_bundle(bundle).card["training"]["steps_done"] == 6
    with (tmp_path / "metrics.csv").open() as file:
        assert {row[1] for row in csv.reader(file)} >= {"held_out_lpips"}
    assert {p.name for p in tmp_path.glob("look-*.png")} == {"look-000002.png", "look-000004.png", "look-000006.png"}


def test_shortened_singular_vectors_do_not_enlarge_the_discriminator(make_trainer):
    networks = make_trainer().average
    heads = networks.discriminator.heads
    for name, vector in heads.named_buffers():
        if name.endswith(("._u", "._v")):
            vector.mul_(0.3)  # as averages over training are
    settle_spectral_norms(networks)
    convolutions = [module for module in heads.modules() if isinstance(module, torch.nn.Conv2d)]
    assert len(convolutions) == 9
    assert not heads.training
    for convolution in convolutions:
        assert abs(float(torch.linalg.matrix_norm(convolution.weight.flatten(1), 2)) - 1) < 0.02


def test_fine_tuning_starts_from_the_bundle(bundle: Path):
    manifold = load_bundle(bundle)
    networks = start_networks(manifold.resolution, bundle)
    assert torch.equal(networks.generator.constant, manifold.generator.constant)
    assert networks.training


def test_a_catalogue_fine_tunes_a_bundle_and_reports_each_step(bundle: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("gpu_worker.training.manifold.fine_tune.LEAST_PHOTOS", 10)
    entries = [(f"p{i}", png(image)) for i, image in enumerate(drawn_products(24))]
    seen = []
    tuned = fine_tune(
        bundle,
        entries,
        tmp_path / "out",
        steps=2,
        description="boxes",
        mapping_steps=5,
        owner=7,
        on_step=lambda *at: bool(seen.append(at)),
    )
    assert seen == [(0, 2), (1, 2)]
    assert load_bundle(tuned).version != load_bundle(bundle).version
    assert (owner_of(tuned), owner_of(bundle)) == (7, None)


def test_too_few_photos_are_refused_before_training(bundle: Path, tmp_path: Path):
    with pytest.raises(ValueError, match="at least 100"):
        fine_tune(bundle, [("p", png(drawn_products(1)[0]))], tmp_path / "out", description="boxes")


def png(image_chw: torch.Tensor) -> bytes:
    buffer = io.BytesIO()
    pixels = image_chw.permute(1, 2, 0).numpy()
    Image.fromarray(pixels).resize((128, 128), Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()
