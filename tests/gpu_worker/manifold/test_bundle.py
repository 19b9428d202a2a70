import json
from pathlib import Path

import pytest
import torch

from gpu_worker.manifold.bundle import CARD_FILE, WEIGHTS_FILE, BundleError, load_bundle


def test_a_bundle_gives_its_networks_back(bundle: Path):
    manifold = load_bundle(bundle)
    w_plus = manifold.sample(3, seed=1)
    image = manifold.generator(w_plus)
    assert w_plus.shape == (3, manifold.layers, manifold.w_dim)
    assert image.shape == (3, 3, 32, 32) and image.abs().max() <= 1
    assert manifold.encoder(image).shape == w_plus.shape
    assert manifold.discriminator(image).shape == (3,)
    assert torch.equal(manifold.sample(3, seed=1), w_plus)
    gram = manifold.pca_components @ manifold.pca_components.T
    assert torch.allclose(gram, torch.eye(len(gram)), atol=2e-3)


def test_edits_can_differentiate_through_every_network(bundle: Path):
    manifold = load_bundle(bundle)
    w_plus = manifold.sample(1, seed=0).requires_grad_()
    image = manifold.generator(w_plus)
    (manifold.discriminator(image).sum() + manifold.encoder(image).sum()).backward()
    assert w_plus.grad is not None and torch.isfinite(w_plus.grad).all() and w_plus.grad.abs().sum() > 0


def test_the_wrong_shape_of_latent_is_refused(bundle: Path):
    with pytest.raises(ValueError, match=r"w\+ must be"):
        load_bundle(bundle).generator(torch.zeros(1, 3, 16))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda b: (b / CARD_FILE).unlink(), "cannot be read"),
        (lambda b: (b / CARD_FILE).write_text("{"), "cannot be read"),
        (lambda b: (b / CARD_FILE).write_text("{}"), "lacks"),
        (lambda b: (b / WEIGHTS_FILE).unlink(), "is missing"),
        (lambda b: (b / WEIGHTS_FILE).write_bytes(b"x" * 99), "damaged or was changed"),
        (lambda b: _rewrite(b, format=99), "of format 99"),
        (lambda b: _rewrite(b, w_dim=8), "does not hold this program's networks"),
    ],
)
def test_a_damaged_bundle_says_what_is_wrong(bundle: Path, damage, message):
    damage(bundle)
    with pytest.raises(BundleError, match=message):
        load_bundle(bundle)


def _rewrite(bundle: Path, **changes: object) -> None:
    card = json.loads((bundle / CARD_FILE).read_text())
    (bundle / CARD_FILE).write_text(json.dumps(card | changes))
