"""The measures every variant carries."""

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from gpu_worker.measures.perceptual import Perceptual
from gpu_worker.measures.structure import structure_kept

Pixels = NDArray[np.uint8]

_LPIPS_SIDE = 256


def picture_measures(before: Pixels, after: Pixels, alpha: Pixels, perceptual: Perceptual) -> dict[str, float]:
    """Of a picture whose pixels lie where the photo's do: structure kept and grey LPIPS."""
    return {
        "structure": structure_kept(before, after, alpha),
        "grey_lpips": grey_lpips(before, after, perceptual),
    }


@torch.no_grad()
def grey_lpips(before: Pixels, after: Pixels, perceptual: Perceptual) -> float:
    """LPIPS between the grey versions, each stretched to the same mean and deviation, at 256 px."""
    pair = [_stretched_grey(picture) for picture in (before, after)]
    device = next(perceptual.parameters()).device
    a, b = (torch.from_numpy(np.stack([grey] * 3))[None].to(device) for grey in pair)
    return float(perceptual.lpips(a, b))


def _stretched_grey(picture: Pixels) -> NDArray[np.float32]:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    scale = _LPIPS_SIDE / max(grey.shape)
    size = (max(32, round(grey.shape[1] * scale)), max(32, round(grey.shape[0] * scale)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    product = small < 250
    if product.sum() < 16:
        product[:] = True
    centred = (small - small[product].mean()) / max(float(small[product].std()), 4.0)
    return np.asarray(np.where(product, np.clip(0.4 * centred, -1, 1), 1), np.float32)
