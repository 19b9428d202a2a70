"""What a constraint looks at: a batch of latents with what they give, computed once and shared."""

from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from gpu_worker.measures.lab import image_to_lab


@dataclass(frozen=True, kw_only=True, eq=False)
class Proposal:
    """N candidates at one step of the solver."""

    w_plus: Tensor  # (N, L, D)
    image: Tensor  # (N, 3, R, R) in [-1, 1]
    progress: float = 1.0  # share of the steps done; moving targets follow it

    @cached_property
    def lab(self) -> Tensor:
        """(N, 3, R, R)."""
        return image_to_lab(self.image)

    @cached_property
    def grey(self) -> Tensor:
        """(N, 1, R, R) in [0, 1]."""
        weights = self.image.new_tensor((0.299, 0.587, 0.114))
        grey: Tensor = ((self.image + 1) / 2 * weights[:, None, None]).sum(1, keepdim=True)
        return grey
