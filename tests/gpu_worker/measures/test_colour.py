import numpy as np
import pytest
import torch

from gpu_worker.measures.colour import (
    ciede2000,
    fast_lab,
    hex_to_rgb,
    lab_to_rgb,
    region_colour,
    rgb_to_hex,
    rgb_to_lab,
)
from gpu_worker.measures.lab import image_to_lab, lab_to_image

# Pairs of the supplementary test data of Sharma, Wu and Dalal 2005.
SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (50, 3.2592, 0.335), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("first", "second", "wanted"), SHARMA)
def test_ciede2000_agrees_with_the_published_pairs(first: tuple, second: tuple, wanted: float) -> None:
    assert abs(float(ciede2000(np.array(first), np.array(second))) - wanted) < 1e-4


def test_lab_and_back_is_the_identity() -> None:
    rgb = np.random.default_rng(0).random((500, 3))
    assert np.abs(lab_to_rgb(rgb_to_lab(rgb)) - rgb).max() < 1e-6


def test_an_image_to_lab_and_back_is_itself() -> None:
    image = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert (lab_to_image(image_to_lab(image)) - image).abs().max() < 1e-4


def test_known_colours_have_known_lab() -> None:
    assert np.allclose(rgb_to_lab(np.array([1.0, 1.0, 1.0])), [100, 0, 0], atol=0.02)
    assert np.allclose(rgb_to_lab(np.array([1.0, 0.0, 0.0])), [53.24, 80.09, 67.20], atol=0.05)


def test_the_fast_and_the_differentiable_lab_agree_with_the_exact_one() -> None:
    rgb = np.random.default_rng(1).random((40, 40, 3)).astype(np.float32)
    exact = rgb_to_lab(rgb)
    image = torch.from_numpy(rgb.transpose(2, 0, 1))[None] * 2 - 1
    assert np.abs(image_to_lab(image)[0].permute(1, 2, 0).numpy() - exact).max() < 0.05
    assert np.percentile(np.abs(fast_lab(rgb) - exact), 99) < 0.6


def test_lab_has_finite_gradients_at_black() -> None:
    image = torch.full((1, 3, 4, 4), -1.0, requires_grad=True)
    image_to_lab(image).sum().backward()
    assert image.grad is not None
    assert bool(image.grad.isfinite().all())


def test_hex_is_read_and_written() -> None:
    assert rgb_to_hex(hex_to_rgb("#c1121f")) == "#c1121f"
    for wrong in ("c1121f", "#c112", "#c1121g", "red"):
        with pytest.raises(ValueError, match="not a colour"):
            hex_to_rgb(wrong)


def test_a_regions_colour_ignores_shadow_and_highlight() -> None:
    base = np.tile([50.0, 40, 20], (600, 1))
    light = np.random.default_rng(0).normal(0, 1, 600)
    shadow, highlight = np.tile([15.0, 10, 5], (200, 1)), np.tile([97.0, 2, 1], (100, 1))
    base[:, 0] += light
    found = region_colour(np.concatenate([base, shadow, highlight])).lab
    assert float(ciede2000(found, np.array([50.0, 40, 20]))) < 1


def test_a_region_without_pixels_has_no_colour() -> None:
    with pytest.raises(ValueError, match="no colour"):
        region_colour(np.zeros((0, 3)))
