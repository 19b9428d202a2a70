"""How work tells where it stands and hears that it should stop. No networks: whoever only waits imports this."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Stage = Literal["project", "solve", "transfer"]


class Cancelled(Exception):
    """Raised by a callback to stop the work."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where the work stands."""

    stage: Stage
    step: int
    steps: int
    cost: float | None = None
    preview: Pixels | None = None  # (R, R, 3) the best candidate in the frame, when there is one


Callback = Callable[[Progress], None]
