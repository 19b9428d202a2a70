import torch

from gpu_worker.commands.presentable import presentable_products
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.manifold.bundle import load_bundle


def test_products_are_unlike_one_another_well_formed_and_repeatable() -> None:
    manifold = load_bundle(BUNDLES / "shirt")
    shown = presentable_products(manifold, 6, seed=1, spread=0.8)
    assert shown.shape == (6, 3, manifold.resolution, manifold.resolution)
    usual = manifold.generator(manifold.sample(64, seed=1, spread=0.8))

    def strangeness(images: torch.Tensor) -> float:
        return float((manifold.generator(manifold.encoder(images)) - images).abs().mean())

    assert strangeness(shown) < 0.8 * strangeness(usual)
    looks = torch.nn.functional.adaptive_avg_pool2d(shown, 8).flatten(1)
    assert torch.pdist(looks).min() > 0.5
    assert torch.equal(shown, presentable_products(manifold, 6, seed=1, spread=0.8))
