"""The tiny trained bundle of the training's tests."""

from tests.gpu_worker.training.manifold.conftest import bundle, exported

__all__ = ["bundle", "exported"]
