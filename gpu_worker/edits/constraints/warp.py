"""Warp brush: what is at each source should move to its target (Zhu et al. 2016, section 4; cf. DragGAN's handles).

The patch around the source in the starting image is the target at a place that travels from source to target with the
solver's progress: its colours and its HOG must be found there. The travelling keeps the patch within reach of gradients.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.edits.constraints.hog import hog
from gpu_worker.edits.proposal import Proposal

_UNIT = 25.0  # Lab distance that costs 1
_ARRIVAL = 0.6  # share of the steps after which the travelling patch has arrived


@dataclass(frozen=True, kw_only=True, eq=False)
class Warp:
    """Patches of the starting image, each to be found at its place on the way."""

    start_lab: Tensor  # (1, 3, R, R) of the image before the edit
    start_grey: Tensor  # (1, 1, R, R)
    drags: Tensor  # (K, 4) source x, y, target x, y in pixels of the frame
    radius: float  # of a patch in pixels
    moves_outline: bool = True
    repaints: bool = False
    creates: bool = False
    follows_progress: bool = True

    def __call__(self, proposal: Proposal) -> Tensor:
        way = min(1.0, proposal.progress / _ARRIVAL)
        shift = (self.drags[:, 2:] - self.drags[:, :2]) * way
        total = torch.zeros(len(proposal.image), device=proposal.image.device)
        for source, moved in zip(self.drags[:, :2], shift, strict=True):
            total = total + self._patch_cost(proposal, source, moved)
        return total / len(self.drags)

    def _patch_cost(self, proposal: Proposal, source: Tensor, shift: Tensor) -> Tensor:
        side = proposal.image.shape[-1]
        mask = disc(side, source + shift, self.radius, like=proposal.image)
        wanted = translate(torch.cat([self.start_lab, self.start_grey], 1), shift)
        colour = ((proposal.lab - wanted[:, :3]).square().sum(1, keepdim=True) * mask).sum((1, 2, 3))
        shape = (hog(proposal.grey) - hog(wanted[:, 3:])).square().sum(1, keepdim=True)
        cells = F.avg_pool2d(mask, 4)
        outline = (shape * cells).sum((1, 2, 3)) / cells.sum().clamp_min(1e-5)
        return colour / mask.sum().clamp_min(1e-5) / _UNIT**2 + 4 * outline


def disc(side: int, centre_xy: Tensor, radius: float, *, like: Tensor) -> Tensor:
    """(1, 1, side, side) soft disc; the centre is in pixels, pixel i covering [i, i + 1)."""
    grid = torch.arange(side, device=like.device, dtype=like.dtype) + 0.5
    distance = torch.hypot(grid[None, :] - centre_xy[0], grid[:, None] - centre_xy[1])
    return ((radius - distance) / 2 + 0.5).clamp(0, 1)[None, None]


def translate(image_nchw: Tensor, shift_xy: Tensor) -> Tensor:
    """The image moved by a shift in pixels, bilinear, its border repeated."""
    side = image_nchw.shape[-1]
    grid = (torch.arange(side, device=image_nchw.device, dtype=image_nchw.dtype) + 0.5) * 2 / side - 1
    y, x = torch.meshgrid(grid - shift_xy[1] * 2 / side, grid - shift_xy[0] * 2 / side, indexing="ij")
    where = torch.stack([x, y], -1)[None].expand(len(image_nchw), -1, -1, -1)
    return F.grid_sample(image_nchw, where, padding_mode="border", align_corners=False)
