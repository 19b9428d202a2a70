"""How near is a photo's own generator to the photo, at 192 px? python -m benchmarks.engine.own_generator --kind KIND --photos FOLDER

LPIPS to the photo in the frame, by what makes the picture: the trunk's encoder or hybrid projection enlarged (cubic) and lifted, the tail
alone, and the photo's own generator; with the seconds it takes from a known latent and the bytes that belong to the photo.
"""

import time
from collections import defaultdict

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from benchmarks.engine.common import arguments, engine_of, finish, held_out_photos, projected, summary
from gpu_worker.engine.values import to_pixels
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.manifold.lift import ENLARGES
from gpu_worker.segmentation.frame import crop_to_frame


@torch.no_grad()
def main() -> None:
    options = arguments(__doc__)
    engine, high = engine_of(options), shared_high_resolution(options.device)
    found: dict[str, list[float]] = defaultdict(list)
    rows = []
    for _, photo in held_out_photos(options.photos, options.limit):
        with torch.enable_grad():
            projections = {method: projected(engine, photo, method) for method in ("encoder", "hybrid")}
        hybrid = projections["hybrid"]
        if hybrid is None:
            continue
        frame = crop_to_frame(photo, hybrid.mask, engine.manifold.kind, ENLARGES * engine.manifold.resolution).image
        target = torch.from_numpy(frame.transpose(2, 0, 1) * 2 - 1)[None]
        pictures: dict[str, Tensor] = {}
        for method, projection in projections.items():
            assert projection is not None
            small = engine.manifold.generator(torch.from_numpy(projection.w_plus)[None])
            pictures[f"{method}, enlarged"] = F.interpolate(small, scale_factor=ENLARGES, mode="bicubic").clamp(-1, 1)
            pictures[f"{method}, lifted"] = high.enlarge(small)
        pictures["tail alone"] = high.decode(high.encode(target))
        started = time.perf_counter()
        own = engine.start_of(hybrid).adapted
        found["seconds of the photo's own generator"].append(time.perf_counter() - started)
        assert own is not None
        pictures["photo's own generator"] = own.picture(own.projected)
        for name, picture in pictures.items():
            found[f"LPIPS, {name}"].append(float(engine.perceptual.lpips(picture, target)))
        rows.append([to_pixels(target)[0], *(to_pixels(picture)[0] for picture in pictures.values())])
        found["bytes of the photo's residual, as float16"].append(2.0 * own.delta.numel())
    finish(f"own-generator-{options.kind}", {name: summary(values) for name, values in found.items()}, rows[:12])
    assert np.isfinite(found["LPIPS, photo's own generator"]).all()


if __name__ == "__main__":
    main()
