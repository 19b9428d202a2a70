"""Where an edit probably ends, before the first step: the colours are painted on the picture, and the encoder is asked.

Zhu et al. 2016 begin a projection from the encoder's guess; an edit that asks for colours can begin so too. Gradients lead from a
black shoe to blue under the strokes, and may lose its heel on the way, for which nothing asks; the encoder knows where such
a shoe in blue is (docs/decisions/0015).
"""

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import Tensor

from gpu_worker.edits.constraints.colour import ColourBrush
from gpu_worker.edits.constraints.latent import Attribute
from gpu_worker.edits.constraints.swatch import Swatch
from gpu_worker.edits.solver import Weighted
from gpu_worker.edits.start import Start
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.measures.lab import lab_to_image

_SAME, _OTHER = 18.0, 30.0  # Lab distance, lightness counting half, up to and from which a pixel is not of the material
_LIGHTNESS = 0.5


@torch.no_grad()
def guess(manifold: Manifold, constraints: Sequence[Weighted], start: Start) -> Tensor | None:
    """Latents (N, L, D) at which the colours and attributes asked for are met more or less; None where neither is.

    N is that of a swatch with several targets, else 1.
    """
    brushes = [c for c, _ in constraints if isinstance(c, ColourBrush)]
    swatches = [c for c, _ in constraints if isinstance(c, Swatch)]
    attributes = [c for c, _ in constraints if isinstance(c, Attribute)]
    if not brushes and not swatches and not attributes:
        return None
    there = start.proposal.w_plus
    for attribute in attributes:
        there = there + attribute.way
    if not brushes and not swatches:
        return there
    lab, product = start.proposal.lab, start.mask_tensor(start.alpha)
    for swatch in swatches:
        weight = swatch.mask / swatch.mask.sum().clamp_min(1e-5)
        mean = (lab * weight).sum((2, 3))
        lab = lab + swatch.mask * (swatch.target_lab.view(-1, 3) - mean)[:, :, None, None]
    for brush, nearest in zip(brushes, _nearest(brushes), strict=True):
        lab = _recoloured(lab, brush, start.proposal.lab, product * nearest)
    images = torch.cat([start.proposal.image, lab_to_image(lab)]).contiguous(memory_format=torch.channels_last)
    encoded = manifold.encoder(images)
    return there + encoded[1:] - encoded[:1]


def _recoloured(lab: Tensor, brush: ColourBrush, start_lab: Tensor, where: Tensor) -> Tensor:
    """The brush's colour under its strokes, and on what lies near and has the colour that they cover: its material."""
    total = brush.mask.sum().clamp_min(1e-5)
    covered = (start_lab * brush.mask).sum((2, 3), keepdim=True) / total
    wanted = (brush.target_lab * brush.mask).sum((2, 3), keepdim=True) / total
    apart = start_lab - covered
    distance = torch.cat([_LIGHTNESS * apart[:, :1], apart[:, 1:]], 1).norm(dim=1, keepdim=True)
    material = where * (1 - (distance - _SAME) / (_OTHER - _SAME)).clamp(0, 1)
    weight = torch.maximum(material, brush.mask)
    return lab + weight * (start_lab + wanted - covered - lab)


def _nearest(brushes: Sequence[ColourBrush]) -> list[Tensor]:
    """(1, 1, R, R) per brush: where no other brush's strokes are nearer."""
    if not brushes:
        return []
    masks = [brush.mask[0, 0].cpu().numpy() for brush in brushes]
    away = [cv2.distanceTransform((mask < 0.5).astype(np.uint8), cv2.DIST_L2, 5) for mask in masks]
    owner = np.argmin(np.stack(away), axis=0)
    return [
        torch.from_numpy((owner == k).astype(np.float32))[None, None].to(brushes[k].mask) for k in range(len(masks))
    ]
