"""Colour brush: painted pixels should have the brush's colour (Zhu et al. 2016, section 4)."""

from dataclasses import dataclass

from torch import Tensor

from gpu_worker.edits.proposal import Proposal

_UNIT = 30.0  # Lab distance that costs 1


@dataclass(frozen=True, kw_only=True, eq=False)
class ColourBrush:
    """Mean square Lab distance to a colour under the mask. Strokes of one request may lie in one target image."""

    target_lab: Tensor  # (1, 3, R, R) the colour painted at each pixel
    mask: Tensor  # (1, 1, R, R)
    moves_outline: bool = False
    repaints: bool = True
    creates: bool = False
    follows_progress: bool = False

    def __call__(self, proposal: Proposal) -> Tensor:
        squared = (proposal.lab - self.target_lab).square().sum(1, keepdim=True) * self.mask
        return squared.sum((1, 2, 3)) / self.mask.sum().clamp_min(1e-5) / _UNIT**2
