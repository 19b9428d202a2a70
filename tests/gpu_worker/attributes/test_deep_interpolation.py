import pytest
import torch
from torch import Tensor

from gpu_worker.attributes.deep_interpolation import Interpolation, interpolate, mean_features, total_variation


def phi(picture: Tensor) -> list[Tensor]:
    return [picture, picture.square()]


def test_the_picture_gets_the_features_that_were_asked_for():
    start = torch.full((1, 3, 4, 4), 0.5)
    step = [torch.full((1, 3, 4, 4), 0.2), torch.full((1, 3, 4, 4), 0.7**2 - 0.5**2)]
    settings = Interpolation(steps=120, rate=0.02, smooth=0)
    assert torch.allclose(interpolate(lambda z: z, phi, start, step, settings), torch.tensor(0.7), atol=0.01)


def test_standing_still_costs_a_half_and_the_cost_only_falls():
    heard: list[tuple[int, int, float]] = []
    start, step = torch.zeros(1, 3, 4, 4), [torch.ones(1, 3, 4, 4), torch.ones(1, 3, 4, 4)]
    settings = Interpolation(steps=5, rate=0.05, smooth=0)
    interpolate(lambda z: z, phi, start, step, settings, lambda *said: heard.append(said[:3]))
    assert [number for number, _, _ in heard] == [1, 2, 3, 4, 5]
    assert heard[0][2] == pytest.approx(0.5)
    assert [cost for *_, cost in heard] == sorted((cost for *_, cost in heard), reverse=True)


def test_total_variation_is_the_mean_square_of_neighbours_differences():
    picture = torch.zeros(1, 1, 2, 3)
    picture[0, 0, :, 1] = 2.0  # every step across is 2, none down
    assert float(total_variation(picture)) == pytest.approx(4.0)


def test_the_mean_over_many_pictures_is_that_of_all_at_once():
    latents = torch.randn(10, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    means = mean_features(phi, lambda z: z, latents)
    for mean, whole in zip(means, phi(latents), strict=True):
        assert torch.allclose(mean, whole.mean(0, keepdim=True), atol=1e-6)
