"""What the trained finder and the rules say together, on planted opinions."""

import numpy as np
import pytest

from gpu_worker.segmentation.finder import Finding
from gpu_worker.segmentation.learned import combined


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
    product = combined(shoe, Finding(likely=probability, agreement=0.95), ruled, "shoe").product
    assert (product == (ruled if stays else shoe)).all()
