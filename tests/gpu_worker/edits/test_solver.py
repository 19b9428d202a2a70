import pytest
import torch

from gpu_worker.edits.constraints.swatch import Swatch
from gpu_worker.edits.errors import Diverged, NothingAsked
from gpu_worker.edits.proposal import Proposal
from gpu_worker.edits.sequence import latents_between, sequence
from gpu_worker.edits.solver import Solution, SolverSettings, SolverState, Step, solve
from gpu_worker.manifold.bundle import Manifold

SWATCH = Swatch(target_lab=torch.tensor([45.0, 60.0, 40.0]), mask=torch.ones(1, 1, 32, 32))


def anchor(manifold: Manifold) -> torch.Tensor:
    return manifold.sample(1, seed=3)


def solved(manifold: Manifold, **settings: object) -> Solution:
    chosen = SolverSettings(**{"steps": 20, "realism": 0.0, **settings})  # type: ignore[arg-type]
    return solve(manifold, [(SWATCH, 1.0)], anchor(manifold), chosen)


def test_the_cost_falls(manifold: Manifold) -> None:
    costs: list[float] = []
    chosen = SolverSettings(steps=20, realism=0.0)
    solve(manifold, [(SWATCH, 1.0)], anchor(manifold), chosen, callback=lambda step: costs.append(float(step.costs[0])))
    assert min(costs) < 0.7 * costs[0]


def test_a_seed_repeats_bit_by_bit(manifold: Manifold) -> None:
    first, again = (solved(manifold, candidates=3, seed=4, same=0.0) for _ in range(2))
    assert torch.equal(first.w_plus, again.w_plus)


def test_candidates_come_cheapest_first_without_near_duplicates(manifold: Manifold) -> None:
    solution = solved(manifold, candidates=4, same=0.0)
    assert (solution.costs.diff() >= 0).all()
    assert len(solved(manifold, candidates=4, same=3.0).costs) == 1


def test_a_stronger_pull_stays_nearer(manifold: Manifold) -> None:
    def distance(stay: float) -> float:
        return float((solved(manifold, stay=stay).w_plus - anchor(manifold)).norm())

    assert distance(20.0) < distance(0.0)


def test_realism_enters_the_cost(manifold: Manifold) -> None:
    assert not torch.equal(solved(manifold, realism=5.0).w_plus, solved(manifold, realism=0.0).w_plus)


def test_it_stops_early_when_nothing_is_gained(manifold: Manifold) -> None:
    start = anchor(manifold)

    class Met:
        moves_outline = follows_progress = False

        def __call__(self, proposal: Proposal) -> torch.Tensor:
            return proposal.w_plus.sum((1, 2)) * 0 + 1

    solution = solve(manifold, [(Met(), 1.0)], start, SolverSettings(steps=200, patience=5, realism=0.0))
    assert solution.steps <= 7


def test_no_constraints_is_an_error_of_its_own(manifold: Manifold) -> None:
    with pytest.raises(NothingAsked):
        solve(manifold, [], anchor(manifold))


def test_not_a_number_never_leaves(manifold: Manifold) -> None:
    class Broken:
        moves_outline = follows_progress = False

        def __call__(self, proposal: Proposal) -> torch.Tensor:
            return proposal.image.mean((1, 2, 3)) * torch.nan

    with pytest.raises(Diverged):
        solve(manifold, [(Broken(), 1.0)], anchor(manifold), SolverSettings(steps=3))


def test_one_broken_candidate_does_not_spoil_the_others(manifold: Manifold) -> None:
    class FirstBroken:
        moves_outline = follows_progress = False

        def __call__(self, proposal: Proposal) -> torch.Tensor:
            cost = proposal.image.square().mean((1, 2, 3))
            return torch.cat([cost[:1] * torch.nan, cost[1:]])

    solution = solve(
        manifold, [(FirstBroken(), 1.0)], anchor(manifold), SolverSettings(steps=4, candidates=3, same=0.0)
    )
    assert len(solution.costs) == 2
    assert bool(solution.w_plus.isfinite().all())


def test_a_callback_can_cancel(manifold: Manifold) -> None:
    class Stop(Exception):
        pass

    seen: list[Step] = []

    def stop(step: Step) -> None:
        seen.append(step)
        if step.step == 3:
            raise Stop

    with pytest.raises(Stop):
        solve(manifold, [(SWATCH, 1.0)], anchor(manifold), callback=stop)
    assert len(seen) == 3


def test_a_warm_start_begins_where_the_last_one_ended(manifold: Manifold) -> None:
    first = solved(manifold)
    settings = SolverSettings(steps=5, realism=0.0)
    warm = SolverState(manifold, [(SWATCH, 1.0)], anchor(manifold), settings, first.w_plus).advance()
    cold = SolverState(manifold, [(SWATCH, 1.0)], anchor(manifold), settings, anchor(manifold)).advance()
    assert float(warm.costs[0]) < float(cold.costs[0])


def test_a_sequence_runs_from_start_to_end(manifold: Manifold) -> None:
    start, end = manifold.sample(2, seed=1).split(1)
    frames = sequence(manifold, start, end, 7)
    assert frames.shape == (7, 3, 32, 32)
    assert torch.allclose(frames[0], manifold.generator(start)[0], atol=1e-5)
    assert torch.allclose(frames[-1], manifold.generator(end)[0], atol=1e-5)
    with pytest.raises(ValueError, match="two frames"):
        latents_between(start, end, 1)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_agrees_with_the_cpu(bundle: object) -> None:
    from pathlib import Path

    from gpu_worker.manifold.bundle import load_bundle

    assert isinstance(bundle, Path)
    swatch = SWATCH
    results = []
    for device in ("cpu", "cuda"):
        manifold = load_bundle(bundle, device)
        own = Swatch(target_lab=swatch.target_lab.to(device), mask=swatch.mask.to(device))
        start = anchor(manifold)
        results.append(solve(manifold, [(own, 1.0)], start, SolverSettings(steps=10, realism=0.0)).image.cpu())
    assert float((results[0] - results[1]).abs().max()) < 0.05
