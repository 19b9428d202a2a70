import csv
from pathlib import Path

import torch

from gpu_worker.manifold.bundle import load_bundle
from gpu_worker.manifold.train import CHECKPOINT, RunOptions, run, start_networks


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
    options = RunOptions(out=tmp_path, description="drawn boxes", picture_every=2)
    asked = iter([False, False, False, True])
    run(make_trainer(steps=6), photos, options, asked_to_stop=lambda: next(asked))
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["steps_done"] == 3
    bundle = run(make_trainer(steps=6), photos, options)
    assert load_bundle(bundle).card["training"]["steps_done"] == 6
    with (tmp_path / "metrics.csv").open() as file:
        assert {row[1] for row in csv.reader(file)} >= {"held_out_lpips"}
    assert {p.name for p in tmp_path.glob("look-*.png")} == {"look-000002.png", "look-000004.png", "look-000006.png"}


def test_fine_tuning_starts_from_the_bundle(bundle: Path):
    manifold = load_bundle(bundle)
    networks = start_networks(manifold.resolution, bundle)
    assert torch.equal(networks.generator.constant, manifold.generator.constant)
    assert networks.training
