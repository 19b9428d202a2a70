"""Sketch brush: an outline should run along the strokes, compared by orientation, not by pixel."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.edits.constraints.hog import hog
from gpu_worker.edits.proposal import Proposal

_CELL = 4
_CONTRAST = 0.35  # grey step across a product's outline that a stroke stands for


@dataclass(frozen=True, eq=False)
class Sketch:
    """Squared distance of the normalised HOG to that of the strokes, in cells that a stroke touches."""

    target: Tensor  # (1, 8, R / 4, R / 4)
    cells: Tensor  # (1, 1, R / 4, R / 4)
    moves_outline: bool = True
    repaints: bool = False
    creates: bool = True
    follows_progress: bool = False

    @classmethod
    def of_strokes(cls, strokes_11hw: Tensor) -> "Sketch":
        """From drawn strokes, (1, 1, R, R) in [0, 1], thin."""
        target = hog(1 - _CONTRAST * strokes_11hw, _CELL)
        cells = F.max_pool2d(strokes_11hw, 2 * _CELL, _CELL, padding=_CELL // 2)
        return cls(target, (cells > 0.2).float())

    def __call__(self, proposal: Proposal) -> Tensor:
        found, wanted = hog(proposal.grey, _CELL), self.target
        squared = (_relative(found) - _relative(wanted)).square().sum(1, keepdim=True) * self.cells
        weak = F.relu(0.5 * _strength(wanted) - _strength(found)) / _strength(wanted).clamp_min(1e-3) * self.cells
        return (squared + weak.square()).sum((1, 2, 3)) / self.cells.sum().clamp_min(1e-5)


def _strength(histogram: Tensor) -> Tensor:
    return histogram.sum(1, keepdim=True)


def _relative(histogram: Tensor) -> Tensor:
    """Histograms of equal length; cells without gradient stay near zero instead of shouting noise."""
    norm = (histogram.square().sum(1, keepdim=True) + 0.02**2).sqrt()
    result: Tensor = histogram / torch.clamp(norm, min=0.02)
    return result
