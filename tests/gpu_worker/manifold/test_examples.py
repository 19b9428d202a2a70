from dataclasses import replace
from pathlib import Path

import pytest
import torch

from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.manifold.bundle import Manifold, load_bundle
from gpu_worker.manifold.examples import Examples, reach, unrelated, without
from gpu_worker.manifold.known_attributes import ATTRIBUTES_FILE, load_examples, read_directions

D = 8


@pytest.fixture
def examples() -> Examples:
    """Two families, told apart by coordinate 1: in one the attribute adds to coordinate 2, in the other to coordinate 3."""
    random = torch.Generator().manual_seed(0)
    base = 0.1 * torch.randn(400, D, generator=random)
    base[:200, 1], base[200:, 1] = -3, 3
    having = base.clone()
    having[:, 0] += 1
    having[:200, 2] += 2
    having[200:, 3] += 2
    return Examples(direction=torch.eye(D)[0], having=having, lacking=base, kept=torch.empty(0, D))


@pytest.mark.parametrize(("family", "own", "other"), [(-3.0, 2, 3), (3.0, 3, 2)])
def test_a_photo_goes_the_way_of_its_own_family(examples: Examples, family: float, own: int, other: int):
    here = torch.zeros(D)
    here[1] = family
    step = examples.step(here)
    assert step[0] == pytest.approx(1, abs=0.2)
    assert step[own] == pytest.approx(2, abs=0.2)
    assert step[other] == pytest.approx(0, abs=0.2)


def test_nobody_goes_farther_out_than_almost_all_examples(examples: Examples):
    pool = torch.cat([examples.having, examples.lacking])
    centre, spread = pool.mean(0), pool.std(0)
    farthest = examples.farthest(centre, torch.eye(D)[0])
    end = (centre + farthest * torch.eye(D)[0] - centre) / spread
    assert (((pool - centre) / spread).norm(dim=1) > end.norm()).float().mean() == pytest.approx(0.02, abs=0.005)
    assert examples.farthest(centre + 100 * spread, torch.eye(D)[0]) == 0


def test_what_is_kept_does_not_move(examples: Examples):
    kept = replace(examples, kept=torch.eye(D)[2:4])
    assert kept.step(torch.zeros(D))[2:4].abs().max() < 1e-5


def test_a_step_without_anything_to_keep_stays_as_it_is():
    assert without(torch.ones(3), torch.empty(0, 3)).tolist() == [1, 1, 1]


def test_attributes_that_mean_nearly_the_same_are_not_held_still():
    near, far = torch.tensor([0.9, 0.436]), torch.tensor([0.0, 1.0])
    assert unrelated(torch.tensor([1.0, 0.0]), torch.stack([near, far])).tolist() == [far.tolist()]


@pytest.fixture(scope="module")
def shirts() -> Manifold:
    return load_bundle(BUNDLES / "shirt")


def test_shipped_attributes_about_shape_have_examples_and_those_about_colour_have_none(shirts: Manifold):
    directions = read_directions(BUNDLES / "shirt", shirts.version)
    having = [name for name, v in directions.items() if any(torch.equal(v, e.direction) for e in shirts.examples)]
    assert having == ["collar and buttons", "formal", "sporty", "long sleeves", "women's"]


def test_long_sleeves_show_at_the_arms_and_not_on_the_chest(shirts: Manifold):
    vector = read_directions(BUNDLES / "shirt", shirts.version)["long sleeves"]
    sleeves = next(e for e in shirts.examples if torch.equal(e.direction, vector))
    shown = reach(sleeves, shirts.generator)
    assert shown[28:44, 8:18].mean() > 0.7 and shown[28:44, 24:40].mean() < 0.5


def test_examples_of_other_weights_are_none(tmp_path: Path):
    (tmp_path / ATTRIBUTES_FILE).write_text((BUNDLES / "shirt" / ATTRIBUTES_FILE).read_text())
    assert load_examples(tmp_path, "0" * 16, "cpu") == ()
