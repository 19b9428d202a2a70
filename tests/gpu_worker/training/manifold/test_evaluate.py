import json
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from gpu_worker.manifold.bundle import load_bundle
from gpu_worker.measures.distribution import frechet_distance, kernel_distance
from gpu_worker.training.manifold.data import PhotoSet
from gpu_worker.training.manifold.evaluate import evaluate
from tests.gpu_worker.training.manifold.conftest import drawn_products


def test_every_figure_is_measured(bundle: Path):
    photos = PhotoSet(ids=[str(i) for i in range(120)], images_nchw=drawn_products(120))
    figures = asdict(evaluate(load_bundle(bundle), photos, samples=64))
    assert figures["held_out_photos"] > 0
    assert figures["kernel_distance"] > figures["kernel_distance_floor"]  # an untrained generator draws no boxes
    assert 0 < figures["encoder_psnr"] < 40 and figures["samples_per_second"] > 0
    json.dumps(figures)


def test_kernel_distance_is_zero_in_expectation_for_one_distribution_and_grows_with_a_shift():
    random = torch.Generator().manual_seed(0)
    a, b = torch.randn(2, 400, 16, generator=random)
    near, far = kernel_distance(a, b), kernel_distance(a, b + 1)
    assert abs(near) < 0.05 < far


def test_frechet_distance_of_shifted_gaussians_is_the_squared_shift():
    random = torch.Generator().manual_seed(0)
    a = torch.randn(20_000, 4, generator=random)
    assert frechet_distance(a, a + 2) == pytest.approx(16, rel=1e-3)
    assert frechet_distance(a, 3 * a) == pytest.approx(4 * 4 + float((2 * a.mean(0)).square().sum()), rel=0.05)
