"""A higher top: what stands on a shoe's sole is stretched upwards, the way its collar and its laces go anyway."""

import numpy as np

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.measures.colour import Array
from gpu_worker.painting.borders import room_for, upper_moved
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.tailoring.room import shares_up_to

_STRENGTH = 3.0  # of a border's move, at a share of 1: 45 % of what stands on the sole
_HIGH = 0.8  # of its length: a shoe so high is a boot already


def higher(named: NamedParts, share: float, height: int, width: int) -> tuple[Array, float]:
    """By how much what is seen moves (R, R, 2), and the share for which the photo (height, width) has room.

    Raises DoesNotFit for a boot, and where there is no room above.
    """
    product = named.labels >= 0
    tall, length = (np.ptp(np.flatnonzero(product.any(axis))) for axis in (1, 0))
    if tall > _HIGH * length:
        raise DoesNotFit("This shoe is as high as a high-top already.")
    for less in shares_up_to(share):
        field = upper_moved(named, "more", _STRENGTH * less)
        if room_for(field, product, named.frame.placing, height, width):
            return field, less
    raise DoesNotFit("There is no room above the shoe in this photo: leave some ground there.")
