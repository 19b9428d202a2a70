"""The closing correction of a warp: what was dragged arrives exactly where it was dragged to.

The manifold's motion says how the rest of the product follows; at the handles it may fall short. The shortfalls are
interpolated by Gaussians, wide enough never to fold the picture, and added to the motion.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.transfer.motion_colour import Change

_LEAST_WIDTH = 5.0  # pixels of the frame
_FOLD_FREE = 1.3  # width per length of a correction: its slope stays under 0.5
_RIDGE = 1e-3


def anchor_drags(change: Change, drags_k4: Tensor) -> Change:
    """The change, N = 1, with flow(target) = source - target for each drag (source x, y, target x, y in frame pixels)."""
    sources, targets = drags_k4[:, :2], drags_k4[:, 2:]
    missing = (sources - targets) - _flow_at(change.flow, targets)
    width = max(_LEAST_WIDTH, _FOLD_FREE * float(missing.norm(dim=1).max()))
    among = torch.exp(-0.5 * torch.cdist(targets, targets).square() / width**2)
    weights = torch.linalg.solve(among + _RIDGE * torch.eye(len(targets)).to(among), missing)  # (K, 2)
    height, side = change.flow.shape[2:]
    y, x = torch.meshgrid(_centres(height, change.flow), _centres(side, change.flow), indexing="ij")
    points = torch.stack([x, y], -1).reshape(-1, 2)
    bumps = torch.exp(-0.5 * torch.cdist(points, targets).square() / width**2)
    added = (bumps @ weights).T.reshape(1, 2, height, side)
    return Change(flow=change.flow + added, affine=change.affine)


def _centres(count: int, like: Tensor) -> Tensor:
    return torch.arange(count, device=like.device, dtype=like.dtype) + 0.5


def _flow_at(flow_12hw: Tensor, points_k2: Tensor) -> Tensor:
    size = torch.tensor([flow_12hw.shape[3], flow_12hw.shape[2]], device=flow_12hw.device)
    where = (points_k2 * 2 / size - 1)[None, None]
    return F.grid_sample(flow_12hw, where, padding_mode="border", align_corners=False)[0, :, 0].T
