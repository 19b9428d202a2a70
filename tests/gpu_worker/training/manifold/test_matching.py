import torch

from gpu_worker.manifold.features import EfficientFeatures
from gpu_worker.training.manifold.matching import FeatureMatching


def _matching(photos: torch.Tensor) -> FeatureMatching:
    torch.manual_seed(0)
    return FeatureMatching(EfficientFeatures(), photos)


def _striped(count: int, seed: int) -> torch.Tensor:
    """Photos of one look: stripes of a random phase, (N, 3, 32, 32) uint8."""
    phase = 6.28 * torch.rand(count, 1, 1, 1, generator=torch.Generator().manual_seed(seed))
    wave = torch.sin(torch.arange(32) * 0.8 + phase).expand(count, 3, 32, 32)
    return (127 + 100 * wave).to(torch.uint8)


def test_pictures_like_the_photos_lose_little_and_others_much():
    matching = _matching(_striped(256, seed=1))
    like, unlike = _striped(64, seed=2).float() / 127.5 - 1, torch.full((64, 3, 32, 32), -0.5)
    for _ in range(16):  # until it remembers nothing else
        of_like = matching(like)
    for _ in range(16):
        of_unlike = matching(unlike)
    assert abs(float(of_like)) < 0.1 * float(of_unlike)


def test_its_gradient_makes_pictures_more_like_the_photos():
    matching = _matching(_striped(256, seed=1))
    made = torch.full((32, 3, 32, 32), -0.5) + 0.05 * torch.randn(32, 3, 32, 32)
    for _ in range(32):
        matching(made)
    made.requires_grad_(True)
    before = matching(made)
    (gradient,) = torch.autograd.grad(before, made)
    changed = made.detach() - 0.5 * gradient / gradient.abs().max()
    assert float(matching(changed)) < float(before.detach())


def test_its_state_is_what_it_remembers_and_nothing_of_the_features():
    assert list(_matching(_striped(16, seed=1)).state_dict()) == ["remembered"]
