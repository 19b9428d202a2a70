"""A shoe's sole, also where it has the upper's colour: who asks for a navy sneaker means the upper.

The network is that of `photos.silhouette`, trained by `train_sole` on shoes whose sole another colour gives away.
"""

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from gpu_worker.segmentation.background import Array
from gpu_worker.segmentation.silhouette import SIDE, Silhouette, load_network

Mask = NDArray[np.bool_]

WEIGHTS = Path(__file__).parent / "weights" / "sole.safetensors"
_SURE = 0.8  # mean probability within what is taken for a sole
_AREA = (0.03, 0.4)  # of the shoe
_EVEN = 3.5  # by how much its thick places may exceed the median: heels do, toes taken for soles exceed it
_BEARS = 0.6  # share of the shoe's width that stands on it
_GROUND = 5  # pixels above the lower outline
_NAMED_AREA, _NAMED_BEARS = (0.06, 0.5), 0.8  # of a sole by its name: less is a sandal's rim, found here and there


@torch.no_grad()
def find_sole(image: Array, inside: Mask, network: Silhouette | None = None) -> Mask:
    """(R, R) the sole of the shoe `inside` a frame's `image`, (R, R, 3) sRGB on white; nothing where there is doubt."""
    network = network or load_network(WEIGHTS)
    side = len(image)
    seen = torch.from_numpy(cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA))[None].permute(0, 3, 1, 2)
    likely = cv2.resize(network(seen.clamp(0, 1))[0].sigmoid().numpy(), (side, side), interpolation=cv2.INTER_LINEAR)
    sole = np.asarray((likely > 0.5) & inside)
    return sole if _is_plausible(sole, inside, likely) else np.zeros_like(sole)


def _is_plausible(sole: Mask, inside: Mask, likely: Array) -> bool:
    if not sole.any() or likely[sole].mean() < _SURE:
        return False
    lowest = np.where(inside, np.arange(len(inside))[:, None], -1).max(0)
    ground = sole & (np.arange(len(inside))[:, None] > lowest - _GROUND)
    thickness = sole.sum(0)[sole.any(0)]
    return bool(
        _AREA[0] < sole.sum() / inside.sum() < _AREA[1]
        and np.percentile(thickness, 95) < _EVEN * np.median(thickness)
        and ground.any(0)[inside.any(0)].mean() > _BEARS
    )


def is_whole(named: Mask, inside: Mask) -> bool:
    """Whether a sole by its name goes all along the shoe `inside`, (R, R) both: a piece of a rim is better dyed with the rest."""
    share = named.sum() / max(1, inside.sum())
    along = named.any(0).sum() / max(1, inside.any(0).sum())
    return bool(_NAMED_AREA[0] < share < _NAMED_AREA[1] and along > _NAMED_BEARS)
