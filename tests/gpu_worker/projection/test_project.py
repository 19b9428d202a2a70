import pytest
import torch

from gpu_worker.manifold.bundle import Manifold
from gpu_worker.measures.perceptual import shared_perceptual
from gpu_worker.projection.project import ProjectionResult, ProjectionSettings, project

TRUST = torch.ones(1, 1, 32, 32)


def target(manifold: Manifold) -> torch.Tensor:
    with torch.no_grad():
        return manifold.generator(manifold.sample(1, seed=9))


def run(manifold: Manifold, **settings: object) -> ProjectionResult:
    chosen = ProjectionSettings(**{"steps": 25, **settings})  # type: ignore[arg-type]
    return project(manifold, shared_perceptual(), target(manifold), TRUST, chosen)


@pytest.mark.parametrize("loss", ["lpips", "pixels+conv4"])
@pytest.mark.parametrize("space", ["w", "w+"])
def test_the_loss_falls(manifold: Manifold, loss: str, space: str) -> None:
    result = run(manifold, loss=loss, space=space)
    assert len(result.losses) == 25
    assert min(result.losses) < 0.6 * result.losses[0]
    if space == "w":
        assert torch.equal(result.w_plus[:, :1].expand_as(result.w_plus), result.w_plus)


def test_hybrid_beats_the_encoder(manifold: Manifold) -> None:
    assert run(manifold, method="hybrid").pixels < run(manifold, method="encoder").pixels


def test_a_seed_repeats_and_another_differs(manifold: Manifold) -> None:
    first, again, other = (run(manifold, method="optimisation", seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first.w_plus, again.w_plus)
    assert not torch.equal(first.w_plus, other.w_plus)


def test_only_trusted_pixels_count(manifold: Manifold) -> None:
    clean = target(manifold)
    spoiled, trust = clean.clone(), TRUST.clone()
    spoiled[..., :16], trust[..., :16] = 1.0, 0.0
    settings = ProjectionSettings(steps=20, loss="pixels+conv4", method="optimisation")
    blind = project(manifold, shared_perceptual(), spoiled, trust, settings)
    fooled = project(manifold, shared_perceptual(), spoiled, TRUST, settings)

    def error(result: ProjectionResult) -> float:
        return float((result.image - clean)[..., 16:].square().mean())

    assert error(blind) < error(fooled)


def test_an_image_of_another_size_is_refused(manifold: Manifold) -> None:
    with pytest.raises(ValueError, match="must be"):
        project(manifold, shared_perceptual(), torch.zeros(1, 3, 64, 64), TRUST)
    with pytest.raises(ValueError, match="at least 1"):
        ProjectionSettings(steps=0)
