"""What the trained finder and the rules say together, on planted opinions."""

import numpy as np
import pytest

from gpu_worker.segmentation.background import Background
from gpu_worker.segmentation.finder import Finding
from gpu_worker.segmentation.learned import combined, with_rim
from gpu_worker.segmentation.plain_ground import Ruled

WHITE = np.ones((100, 100), np.float32)


def by_rules(product: np.ndarray, shadow: np.ndarray | None = None) -> Ruled:
    background = Background(coefficients=np.ones((6, 3), np.float32), noise=0.0)
    return Ruled(product=product, shadow=np.zeros_like(product) if shadow is None else shadow, background=background)


@pytest.mark.parametrize(("side", "likely", "stays"), [(3, 0.98, False), (3, 0.5, True), (20, 0.98, True)])
def test_a_speck_in_the_rules_outline_that_is_certainly_product_is_closed(
    side: int, likely: float, *, stays: bool
) -> None:
    shoe = np.zeros((100, 100), bool)
    shoe[20:80, 10:90] = True
    probability = np.where(shoe, 0.98, 0.01).astype(np.float32)
    gloss = (slice(60, 60 + side), slice(50, 50 + side))
    probability[gloss] = likely
    ruled = shoe.copy()
    ruled[gloss] = False
    product = combined(shoe, Finding(likely=probability, agreement=0.95), by_rules(ruled), "shoe", WHITE).product
    assert (product == (ruled if stays else shoe)).all()


def _shoe_on_a_shadow() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The shoe, what lies below it (both bool), and the network's opinion."""
    shoe, below = np.zeros((100, 100), bool), np.zeros((100, 100), bool)
    shoe[20:70, 10:90], below[70:76, 10:90] = True, True
    return shoe, below, np.where(shoe, 0.98, 0.05).astype(np.float32)


@pytest.mark.parametrize("stays", [False, True])
def test_what_fades_below_the_shoe_is_its_shadow_and_what_ends_in_a_step_its_sole(*, stays: bool) -> None:
    shoe, below, probability = _shoe_on_a_shadow()
    light = np.where(shoe, 0.3, 1.0).astype(np.float32)
    light[70:76, 10:90] = 0.4 if stays else np.linspace(0.6, 0.98, 6)[:, None]
    product = combined(shoe, Finding(likely=probability, agreement=0.95), by_rules(shoe | below), "shoe", light).product
    assert (product == (shoe | below if stays else shoe)).all()


@pytest.mark.parametrize(("likely", "stays"), [(0.02, False), (0.3, True)])
def test_ground_in_a_loop_is_no_product_if_the_network_is_certain(likely: float, *, stays: bool) -> None:
    shoe = np.zeros((100, 100), bool)
    shoe[20:80, 10:90] = True
    loop = (slice(22, 30), slice(12, 20))
    probability = np.where(shoe, 0.98, 0.01).astype(np.float32)
    probability[loop] = likely
    product = combined(shoe, Finding(likely=probability, agreement=0.95), by_rules(shoe), "shoe", WHITE).product
    assert product[loop].all() == stays
    assert product.sum() == shoe.sum() - (0 if stays else 64)


def _shirt() -> tuple[np.ndarray, np.ndarray]:
    """The shirt, and the network's opinion."""
    shirt = np.zeros((100, 100), bool)
    shirt[10:90, 10:90] = True
    return shirt, np.where(shirt, 0.98, 0.02).astype(np.float32)


def test_white_stripes_that_the_rules_took_for_the_ground_are_a_shirts_if_the_network_is_certain() -> None:
    shirt, likely = _shirt()
    ruled = shirt.copy()
    ruled[86:90, 20:80:8] = ruled[86:90, 21:80:8] = False  # notches at a hem
    ruled[40:43, 40:43] = False  # a check
    shown = Finding(likely=likely, agreement=0.95)
    product = combined(shirt, shown, by_rules(ruled), "shirt", WHITE).product
    assert (product == shirt)[:88].all()
    doubtful = Finding(likely=np.where(ruled, likely, 0.6).astype(np.float32), agreement=0.95)
    assert (combined(shirt, doubtful, by_rules(ruled), "shirt", WHITE).product == ruled).all()


def test_what_the_rules_took_for_a_shirts_shadow_is_its_pale_cuff_if_the_network_says_so() -> None:
    shirt, likely = _shirt()
    cuff = np.zeros_like(shirt)
    cuff[70:90, 70:90] = True
    below = np.zeros_like(shirt)
    below[90:95] = True
    rules = by_rules(shirt & ~cuff, cuff | below)
    likely[cuff] = 0.7
    product = combined(shirt, Finding(likely=likely, agreement=0.95), rules, "shirt", WHITE).product
    assert (product == shirt).all()


def test_a_garments_rim_at_the_ground_is_its_own_and_an_arm_beside_it_is_not() -> None:
    shirt, likely = _shirt()
    garment = shirt.copy()
    garment[10:90, 89], garment[10:40, 10:30] = False, False
    found = with_rim(garment, shirt, Finding(likely=likely, agreement=0.95))
    assert found[10:90, 89].all()
    assert not found[12:38, 12:28].any()
