"""Small photos enlarged two and four times against Lanczos, LPIPS to the photo at 192 px: python -m benchmarks.engine.enlarging

Held-out crops of 192 px, made small by area. The lower the better; `lower` is by how much ours is below Lanczos.
"""

from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.engine.common import arguments, finish, held_out_photos, summary
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.measures.perceptual import shared_perceptual
from gpu_worker.restoration.enlarge import Factor, enlarge

Pixels = NDArray[np.uint8]
FACTORS: tuple[Factor, ...] = (2, 4)


def main() -> None:
    options = arguments(__doc__)
    high, report, rows = shared_high_resolution(options.device), {}, []
    photos = [photo.pixels for _, photo in held_out_photos(options.photos, options.limit)]
    for factor in FACTORS:
        ours, lanczos = [], []
        for photo in photos:
            small = cv2.resize(photo, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
            made = enlarge(np.asarray(small, np.uint8), factor, high)
            smooth = cv2.resize(small, photo.shape[1::-1], interpolation=cv2.INTER_LANCZOS4)
            ours.append(_lpips(made, photo))
            lanczos.append(_lpips(np.asarray(smooth, np.uint8), photo))
            rows.append([photo, np.asarray(smooth, np.uint8), made])
        report[f"x{factor}"] = _row(ours, lanczos)
    finish(f"enlarging-{options.kind}", report, rows[:8] + rows[-8:])


def _row(ours: list[float], lanczos: list[float]) -> dict[str, Any]:
    lower = 1 - float(np.mean(ours)) / float(np.mean(lanczos))
    return {"ours": summary(ours), "lanczos": summary(lanczos), "lower": round(lower, 3)}


def _lpips(a: Pixels, b: Pixels) -> float:
    pair = [torch.from_numpy(x).permute(2, 0, 1)[None].float() / 127.5 - 1 for x in (a, b)]
    return float(shared_perceptual().lpips(*pair))


if __name__ == "__main__":
    main()
