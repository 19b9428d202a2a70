"""Swatch: a region's mean Lab should be the swatch, with a spread that a single dye would show."""

from dataclasses import dataclass

from torch import Tensor

from gpu_worker.edits.proposal import Proposal

_UNIT = 20.0  # Lab distance of the means that costs 1
_SPREAD_UNIT = 40.0  # standard deviation of chroma that costs 1 beyond what is allowed


@dataclass(frozen=True, kw_only=True, eq=False)
class Swatch:
    """Distance of the region's mean colour to the target, plus its excess spread of chroma.

    Targets may differ per candidate: eight swatches are solved as one batch.
    """

    target_lab: Tensor  # (3,) or (N, 3)
    mask: Tensor  # (1, 1, R, R)
    allowed_spread: float = 6.0  # standard deviation of a and b within one dyed material
    moves_outline: bool = False
    repaints: bool = False
    creates: bool = False
    follows_progress: bool = False

    def __call__(self, proposal: Proposal) -> Tensor:
        weight = self.mask / self.mask.sum().clamp_min(1e-5)
        mean = (proposal.lab * weight).sum((2, 3))
        off = (mean - self.target_lab).square().sum(1) / _UNIT**2
        chroma = proposal.lab[:, 1:]
        variance = ((chroma - mean[:, 1:, None, None]).square() * weight).sum((1, 2, 3))
        spread = ((variance + 1e-6).sqrt() - self.allowed_spread).clamp_min(0)
        return off + spread.square() / _SPREAD_UNIT**2
