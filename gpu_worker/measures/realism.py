"""Distance between sets of pictures: the kernel distance (KID) on AlexNet features.

Source: Binkowski et al. 2018, polynomial kernel (x . y / d + 1)^3, unbiased estimator; features from measures.perceptual,
not Inception, so figures compare only with each other.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.measures import distribution
from gpu_worker.measures.perceptual import Perceptual

Float = NDArray[np.float64]

_SIDE = 128
_BATCH = 32


@torch.no_grad()
def picture_features(pictures: list[NDArray[np.uint8]], perceptual: Perceptual) -> Float:
    """(N, 896) features of pictures (H, W, 3) uint8, each seen at 128 px."""
    features = []
    for start in range(0, len(pictures), _BATCH):
        batch = torch.stack([_seen(picture) for picture in pictures[start : start + _BATCH]])
        features.append(perceptual.embedding(batch))
    return torch.cat(features).double().cpu().numpy()


def _seen(picture: NDArray[np.uint8]) -> Tensor:
    image = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None].float() / 127.5 - 1
    return F.interpolate(image, size=(_SIDE, _SIDE), mode="bilinear", antialias=True, align_corners=False)[0]


def kernel_distance(first: Float, second: Float) -> float:
    """Unbiased squared MMD between (N, D) and (M, D), N and M at least 2; may be slightly negative for equal sets."""
    if min(len(first), len(second)) < 2:
        raise ValueError("a kernel distance needs at least two pictures on each side")
    scale = np.concatenate([first, second]).std() + 1e-9
    return distribution.kernel_distance(torch.from_numpy(first / scale), torch.from_numpy(second / scale))
