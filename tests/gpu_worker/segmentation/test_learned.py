"""What the trained finder and the rules say together, on planted opinions."""

import numpy as np
import pytest

from gpu_worker.segmentation.finder import Finding
from gpu_worker.segmentation.learned import combined

WHITE = np.ones((100, 100), np.float32)


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
    product = combined(shoe, Finding(likely=probability, agreement=0.95), ruled, "shoe", WHITE).product
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
    product = combined(shoe, Finding(likely=probability, agreement=0.95), shoe | below, "shoe", light).product
    assert (product == (shoe | below if stays else shoe)).all()


@pytest.mark.parametrize(("likely", "stays"), [(0.02, False), (0.3, True)])
def test_ground_in_a_loop_is_no_product_if_the_network_is_certain(likely: float, *, stays: bool) -> None:
    shoe = np.zeros((100, 100), bool)
    shoe[20:80, 10:90] = True
    loop = (slice(22, 30), slice(12, 20))
    probability = np.where(shoe, 0.98, 0.01).astype(np.float32)
    probability[loop] = likely
    product = combined(shoe, Finding(likely=probability, agreement=0.95), shoe, "shoe", WHITE).product
    assert product[loop].all() == stays
    assert product.sum() == shoe.sum() - (0 if stays else 64)
