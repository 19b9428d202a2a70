"""Keep: pixels under the mask stay what they are."""

from dataclasses import dataclass

from torch import Tensor

from gpu_worker.edits.proposal import Proposal

_UNIT = 15.0  # Lab distance that costs 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Keep:
    """Mean square Lab distance to the starting image under the mask."""

    start_lab: Tensor  # (1, 3, R, R)
    mask: Tensor  # (1, 1, R, R)
    moves_outline: bool = False
    repaints: bool = False
    creates: bool = False
    follows_progress: bool = False

    def __call__(self, proposal: Proposal) -> Tensor:
        squared = (proposal.lab - self.start_lab).square().sum(1, keepdim=True) * self.mask
        return squared.sum((1, 2, 3)) / self.mask.sum().clamp_min(1e-5) / _UNIT**2
