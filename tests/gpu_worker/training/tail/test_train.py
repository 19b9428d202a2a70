from pathlib import Path

import torch
from safetensors.torch import load_file

from gpu_worker.manifold.tail import Tail
from gpu_worker.training.tail.train import TailSettings, batch_at, train
from tests.gpu_worker.training.manifold.conftest import drawn_products


def photos(count: int) -> torch.Tensor:
    return torch.nn.functional.interpolate(drawn_products(count).float(), size=96, mode="nearest").to(torch.uint8)


def weights_after(out: Path, steps: tuple[int, ...]) -> dict[str, torch.Tensor]:
    for count in steps:
        torch.manual_seed(0)
        settings = TailSettings(steps=4, batch=2)
        tail = Tail()
        train(tail, photos(6), photos(2), out, settings, "cpu", until=count)
    return load_file(out / "tail.safetensors")


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path):
    whole, halves = weights_after(tmp_path / "a", (4,)), weights_after(tmp_path / "b", (2, 4))
    assert whole.keys() == halves.keys()
    assert all(torch.equal(whole[name], halves[name]) for name in whole)


def test_batches_are_drawn_by_the_step():
    pixels = photos(6).permute(0, 2, 3, 1).numpy()
    settings = TailSettings(batch=3)
    first, again, next_one = (batch_at(step, pixels, settings) for step in (7, 7, 8))
    assert first.shape == (3, 3, 96, 96)
    assert torch.equal(first, again)
    assert not torch.equal(first, next_one)
