"""A shoe lifted off the ground at its back: the photo moved along a field, the ground where it stood, and the heel below it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array
from gpu_worker.painting.borders import moved
from gpu_worker.segmentation.frame import Similarity
from gpu_worker.tailoring.cloth import laid
from gpu_worker.tailoring.heels import Heel
from gpu_worker.transfer.hole import pushed_and_pulled
from gpu_worker.transfer.strips import sample_window

Pixels = NDArray[np.uint8]

_RIM = 0.004  # of the frame: of the ground around a product that may show it still
_LIFTED = 0.7  # frame pixels from which what stood there is gone


def lifted(pixels: Pixels, alpha: Pixels, heel: Heel, placing: Similarity, side: int) -> tuple[Pixels, Pixels]:
    """The photo (H, W, 3) and its product's mask (H, W) on a heel."""
    height, width = alpha.shape
    reach = max(2, round(_RIM * side / placing.scale))
    lift = -sample_window(heel.lift[..., 1], placing, slice(0, height), slice(0, width), repeat=True)
    wide = cv2.dilate(alpha, np.ones((2 * reach + 1,) * 2, np.uint8)) > 0
    gone = wide & (lift > _LIFTED)
    ground = _ground(pixels, gone, wide)
    up, up_alpha = moved(pixels, heel.lift, placing)[0], moved(alpha, heel.lift, placing)[0]
    share = up_alpha.astype(np.float32)[..., None] / 255
    over = (ground + share * (up.astype(np.float32) - ground)).round().astype(np.uint8)
    still = lift < 1e-3
    over[still] = pixels[still]
    return laid(over, np.where(still, alpha, up_alpha), heel.block, placing, pixels)


def _ground(pixels: Pixels, gone: NDArray[np.bool_], product: NDArray[np.bool_]) -> Array:
    """(H, W, 3) the photo, and where the shoe stood the ground around it."""
    result = pixels.astype(np.float32)
    if not gone.any():
        return result
    y, x = np.flatnonzero(gone.any(1)), np.flatnonzero(gone.any(0))
    margin = max(8, (y[-1] - y[0]) // 4)
    rows = slice(max(0, y[0] - margin), y[-1] + margin)
    columns = slice(max(0, x[0] - margin), x[-1] + margin)
    known = (~product[rows, columns]).astype(np.float32)
    filled = pushed_and_pulled(result[rows, columns], known)
    result[rows, columns] = np.where(gone[rows, columns][..., None], filled, result[rows, columns])
    return result
