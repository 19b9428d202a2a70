from pathlib import Path

import torch

from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.manifold.bundle import load_bundle
from gpu_worker.manifold.high_resolution import WEIGHTS
from gpu_worker.measures.perceptual import shared_perceptual
from gpu_worker.training.lift.train import LiftSettings, LiftTrainer, batch_at, load_tail, pairs_of, train
from tests.gpu_worker.training.manifold.conftest import drawn_products


def test_a_few_steps_train_and_write_the_weights_and_a_sheet(tmp_path: Path):
    photos = torch.nn.functional.interpolate(drawn_products(4).float(), size=192, mode="nearest").to(torch.uint8)
    pairs = pairs_of(photos, load_bundle(BUNDLES / "shoe"))
    assert pairs.made.shape == (4, 3, 64, 64)
    torch.manual_seed(0)
    settings = LiftSettings(steps=3, batch=2, critic_from=1)
    trainer = LiftTrainer(load_tail(WEIGHTS / "tail.safetensors"), settings, shared_perceptual())
    before = [value.clone() for value in trainer.lift.state_dict().values()]
    train(trainer, pairs, {"shoe": pairs}, tmp_path)
    assert any(not torch.equal(a, b) for a, b in zip(before, trainer.lift.state_dict().values(), strict=True))
    assert {"checkpoint.pt", "lift.safetensors", "shoe.png"} <= {file.name for file in tmp_path.iterdir()}


def test_half_a_batch_is_the_trunks_and_lies_where_the_photo_does():
    photos = torch.nn.functional.interpolate(drawn_products(4).float(), size=192, mode="nearest").to(torch.uint8)
    pairs = pairs_of(photos, load_bundle(BUNDLES / "shoe"))
    batch = batch_at(3, pairs, LiftSettings(batch=4, noise=0.0))
    assert batch.by_trunk.tolist() == [True, False, True, False]
    small = torch.nn.functional.interpolate(batch.photo, size=32, mode="area")
    assert torch.allclose(small[1], batch.small[1], atol=1e-5)
