import pytest
import torch

from gpu_worker.engine.facade import Engine
from gpu_worker.projection.segments import SegmentSettings, composed, project_segments


def halves(side: int) -> torch.Tensor:
    """Left and right, (2, 1, R, R)."""
    left = (torch.arange(side) < side // 2).float().expand(1, side, side)
    return torch.stack([left, 1 - left])


@torch.no_grad()
def two_products(engine: Engine, side: int) -> torch.Tensor:
    """Another product in each half: no single latent gives this picture."""
    return composed(engine.manifold, engine.manifold.sample(2, seed=4), halves(side))


def test_two_latents_fit_what_one_cannot(engine: Engine):
    side = engine.manifold.resolution
    image, trust, one = two_products(engine, side), torch.ones(1, 1, side, side), torch.ones(1, 1, side, side)
    settings = SegmentSettings(steps=20, together=0.0)
    errors = []
    for segments in (one, halves(side)):
        latents = project_segments(engine.manifold, engine.perceptual, image, trust, segments, settings)
        errors.append(float((composed(engine.manifold, latents, segments) - image).square().mean()))
    assert errors[1] < 0.8 * errors[0]


def test_the_regulariser_holds_the_latents_together(engine: Engine):
    side = engine.manifold.resolution
    image, trust = two_products(engine, side), torch.ones(1, 1, side, side)
    apart = []
    for together in (0.0, 10.0):
        settings = SegmentSettings(steps=10, together=together)
        latents = project_segments(engine.manifold, engine.perceptual, image, trust, halves(side), settings)
        apart.append(float((latents[0] - latents[1]).norm()))
    assert apart[1] < 0.5 * apart[0]


def test_segments_must_cover_the_picture_once(engine: Engine):
    side = engine.manifold.resolution
    with pytest.raises(ValueError, match="sum to one"):
        project_segments(
            engine.manifold,
            engine.perceptual,
            torch.zeros(1, 3, side, side),
            torch.ones(1, 1, side, side),
            2 * halves(side),
        )
