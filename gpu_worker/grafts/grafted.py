"""What all transfers of parts give, and why they may be refused."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array
from gpu_worker.photos.errors import PhotoError

Colours = Literal["theirs", "own"]
TOUCHED = 0.004  # share of a pixel below which it stays as it is


class NoSuchPart(PhotoError):
    """A photo without the part, or in which it cannot be told apart."""

    code = "no_such_part"


class DoesNotFit(PhotoError):
    """Two products whose parts are too unlike, or a part that would not be seen."""

    code = "does_not_fit"


@dataclass(frozen=True, kw_only=True, eq=False)
class Grafted:
    """A photo (H, W, 3) with another product's part, the share of each pixel that is new (H, W), and what was measured."""

    pixels: NDArray[np.uint8]
    weight: Array
    measures: dict[str, float]
