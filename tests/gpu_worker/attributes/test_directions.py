import pytest
import torch
from torch.nn import functional as F

from gpu_worker.attributes import directions

D = 12


@pytest.fixture
def examples():
    """Latents whose first coordinate tells the two classes apart, and whose second differs too, by half as much."""
    random = torch.Generator().manual_seed(0)
    with_, without = torch.randn(2, 300, D, generator=random)
    with_[:, 0] += 3
    with_[:, 1] += 1.5
    return with_, without


@pytest.mark.parametrize("find", [directions.mean_difference, directions.linear_classifier])
def test_the_direction_of_the_difference_is_found(examples, find):
    found = find(*examples)
    expected = F.normalize(torch.tensor([3.0, 1.5] + [0.0] * (D - 2)), dim=0)
    assert found.vector @ expected > 0.95
    assert found.vector.norm() == pytest.approx(1, abs=1e-5)
    assert found.accuracy > 0.9 and found.examples == (300, 300)


def test_what_cannot_be_told_apart_has_the_accuracy_of_a_coin():
    random = torch.Generator().manual_seed(1)
    found = directions.linear_classifier(*torch.randn(2, 400, D, generator=random))
    assert found.accuracy == pytest.approx(0.5, abs=0.06)


def test_position_is_signed_and_in_standard_deviations(examples):
    found = directions.mean_difference(*examples)
    assert found.position(examples[0]).mean() > 0 > found.position(examples[1]).mean()
    assert found.position(torch.cat(examples)).std() == pytest.approx(1, rel=1e-3)


def test_nearest_examples_give_the_local_direction():
    """Left of the origin the attribute is up, right of it down; a photo on the left should go up."""
    random = torch.Generator().manual_seed(2)
    left, right = torch.randn(2, 100, 2, generator=random) * 0.1
    with_ = torch.cat([left + torch.tensor([-3.0, 1]), right + torch.tensor([3.0, -1])])
    without = torch.cat([left + torch.tensor([-3.0, 0]), right + torch.tensor([3.0, 0])])
    found = directions.nearest_difference(torch.tensor([-3.0, 0.0]), with_, without, neighbours=80)
    assert found.vector[1] > 0.95


def test_a_conditional_direction_leaves_the_kept_one_alone(examples):
    found = directions.mean_difference(*examples)
    second = directions.principal(torch.eye(D)[1], std=1.0)
    assert abs(directions.entanglement(found, second)) > 0.3
    freed = directions.conditional(found, [second])
    assert abs(directions.entanglement(freed, second)) < 1e-5
    assert freed.vector[0] > 0.9


def test_nothing_left_after_keeping_itself_is_an_error(examples):
    found = directions.mean_difference(*examples)
    with pytest.raises(ValueError, match="cannot be changed without"):
        directions.conditional(found, [found])


def test_too_few_examples_are_an_error(examples):
    with pytest.raises(ValueError, match="at least 5 examples"):
        directions.mean_difference(examples[0][:3], examples[1])


def test_a_walk_moves_only_the_chosen_layers(examples):
    found = directions.mean_difference(*examples)
    start = torch.zeros(4, D)
    moved = directions.walk(start, found, [-1, 0, 2], slice(0, 2))
    assert torch.equal(moved[1], start)
    assert torch.equal(moved[:, 2:], start[2:].expand(3, 2, D))
    assert torch.allclose(moved[2, 0] @ found.vector, torch.tensor(2 * found.scale), rtol=1e-5)
