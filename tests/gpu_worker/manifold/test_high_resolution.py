import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.manifold.adapted import Adapted, adapt
from gpu_worker.manifold.bundle import Manifold, load_bundle
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.measures.perceptual import shared_perceptual


@pytest.fixture(scope="module")
def shoe() -> Manifold:
    return load_bundle(BUNDLES / "shoe")


def distance(a: Tensor, b: Tensor) -> float:
    return float(shared_perceptual().lpips(a, b))


def sampled(manifold: Manifold, seed: int) -> Tensor:
    """A product of the manifold at 192 px, standing for a photo."""
    return shared_high_resolution().enlarge(manifold.generator(manifold.sample(1, seed=seed, spread=0.7)))


@pytest.fixture(scope="module")
def own(shoe: Manifold) -> Adapted:
    photo = sampled(shoe, 5)
    small = F.interpolate(photo, size=(64, 64), mode="area")
    return adapt(shoe, shared_high_resolution(), shoe.encoder(small) + 0.1, photo)


def test_a_picture_comes_back_from_the_tail_almost_as_it_was(shoe: Manifold):
    photo, high = sampled(shoe, 2), shared_high_resolution()
    latent = high.encode(photo)
    assert latent.shape == (1, 32, 24, 24)
    assert distance(high.decode(latent), photo) < 0.02


def test_sides_that_the_tail_cannot_halve_thrice_are_refused():
    with pytest.raises(ValueError, match="divisible by 8"):
        shared_high_resolution().encode(torch.zeros(1, 3, 100, 96))


def test_lifting_is_nearer_to_the_photo_than_interpolation(shoe: Manifold):
    photo = sampled(shoe, 3)
    small = F.interpolate(photo, size=(64, 64), mode="area")
    smooth = F.interpolate(small, size=(192, 192), mode="bicubic").clamp(-1, 1)
    assert distance(shared_high_resolution().enlarge(small), photo) < distance(smooth, photo)


def test_the_photos_own_generator_gives_the_photo_back(shoe: Manifold, own: Adapted):
    photo = sampled(shoe, 5)
    assert distance(own.picture(own.projected), photo) < 0.02
    assert own.side == 192


def test_a_step_in_the_latent_is_taken_from_the_encoders_answer(own: Adapted):
    step = torch.zeros_like(own.projected)
    step[:, :, 0] = 1.5
    assert torch.allclose(own.moved(own.projected + step), own.editable + step, atol=1e-5)


def test_the_residual_fades_where_an_edit_changes_the_picture(shoe: Manifold, own: Adapted):
    another = own.projected - own.editable + shoe.sample(1, seed=11)
    kept = [own.kept(own.high.lift(own.small(latent)))[0, 0] for latent in (own.projected, another)]
    assert float(kept[0].min()) > 0.99
    assert float(kept[1][8:20, 4:20].mean()) < 0.5  # where the products are
    assert float(kept[1][:2].mean()) > 0.9  # the ground above them is the same in both
