"""On the shipped manifold of shoes: only a trained encoder knows where colours are."""

import pytest
import torch
from torch import Tensor

from gpu_worker.edits.constraints.colour import ColourBrush
from gpu_worker.edits.constraints.keep import Keep
from gpu_worker.edits.constraints.swatch import Swatch
from gpu_worker.edits.guess import guess
from gpu_worker.edits.proposal import Proposal
from gpu_worker.edits.solver import SolverSettings, SolverState
from gpu_worker.edits.start import Start, start_at
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.manifold.bundle import Manifold, load_bundle

RED, BLUE = torch.tensor([41.0, 63.0, 44.0]), torch.tensor([38.0, 25.0, -65.0])


@pytest.fixture(scope="module")
def shoes() -> Manifold:
    return load_bundle(BUNDLES / "shoe")


def _start(shoes: Manifold, seed: int) -> Start:
    return start_at(shoes, shoes.sample(1, seed=seed, spread=0.7))


def _product(start: Start) -> Tensor:
    return start.mask_tensor(start.alpha)


def _brush(colour: Tensor, rows: slice, columns: slice) -> ColourBrush:
    mask = torch.zeros(1, 1, 64, 64)
    mask[:, :, rows, columns] = 1
    return ColourBrush(target_lab=colour.view(1, 3, 1, 1).expand(1, 3, 64, 64), mask=mask)


def _cost(shoes: Manifold, constraint: ColourBrush | Swatch, latents: Tensor) -> Tensor:
    with torch.no_grad():
        return constraint(Proposal(w_plus=latents, image=shoes.generator(latents)))


@pytest.mark.parametrize("seed", range(4))
def test_a_guess_is_most_of_the_way_to_a_painted_colour(shoes: Manifold, seed: int) -> None:
    start, brush = _start(shoes, seed), _brush(RED, slice(34, 40), slice(20, 36))
    guessed = guess(shoes, [(brush, 1.0)], start)
    assert guessed is not None
    assert float(_cost(shoes, brush, guessed)) < 0.35 * float(_cost(shoes, brush, start.proposal.w_plus))


def test_every_target_of_a_swatch_has_its_own_guess(shoes: Manifold) -> None:
    start = _start(shoes, 1)
    swatch = Swatch(target_lab=torch.stack([RED, BLUE]), mask=_product(start))
    guessed = guess(shoes, [(swatch, 1.0)], start)
    assert guessed is not None and len(guessed) == 2
    here = _cost(shoes, swatch, start.proposal.w_plus.expand(2, -1, -1))
    assert (_cost(shoes, swatch, guessed) < 0.5 * here).all()


def test_two_brushes_share_a_product_by_nearness(shoes: Manifold) -> None:
    start = _start(shoes, 1)
    left, right = _brush(RED, slice(34, 40), slice(12, 18)), _brush(BLUE, slice(34, 40), slice(46, 52))
    both = guess(shoes, [(left, 1.0), (right, 1.0)], start)
    red_alone = guess(shoes, [(left, 1.0)], start)
    assert both is not None and red_alone is not None
    assert float(_cost(shoes, right, both)) < 0.7 * float(_cost(shoes, right, red_alone))


def test_where_no_colour_is_asked_for_there_is_none(shoes: Manifold) -> None:
    start = _start(shoes, 1)
    assert guess(shoes, [(Keep(start_lab=start.proposal.lab, mask=_product(start)), 1.0)], start) is None


def test_each_candidate_begins_where_it_costs_less(shoes: Manifold) -> None:
    start = _start(shoes, 1)
    swatch = Swatch(target_lab=torch.stack([RED, start.proposal.lab.mean((0, 2, 3))]), mask=torch.ones(1, 1, 64, 64))
    red = guess(shoes, [(swatch, 1.0)], start)
    assert red is not None
    settings = SolverSettings(realism=0.0, stay=1.0)
    latents = start.proposal.w_plus.repeat(2, 1, 1)
    state = SolverState(shoes, [(swatch, 1.0)], start.proposal.w_plus, settings, latents).consider(
        red[:1].expand(2, -1, -1)
    )
    assert torch.equal(state.latents[0], red[0])
    assert torch.equal(state.latents[1], start.proposal.w_plus[0])
