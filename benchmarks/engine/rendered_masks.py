"""How exact is the outline of our own rendered products, whose masks are known to the pixel? `python -m benchmarks.engine.rendered_masks`

For each kind: intersection over union with the rendered mask, and what was taken for product beyond it, as a share of it.
"""

import argparse
import sys

import numpy as np
from PIL import Image

from benchmarks.engine.common import finish, summary
from deploy.renders.listed import PICTURES, listed
from gpu_worker.photos.decode import decode_photo
from gpu_worker.segmentation.product_mask import mask_of


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    finish("rendered_masks", {kind: of_kind(kind) for kind in ("shoe", "shirt")})


def of_kind(kind: str) -> dict[str, object]:
    found: dict[str, list[float]] = {"IoU": [], "beyond": []}
    for folder, views in listed(kind).items():
        for view in views:
            path = PICTURES / folder / f"{view}.jpg"
            truth = np.asarray(Image.open(path.with_suffix(".parts.png"))) > 0
            ours = mask_of(decode_photo(path.read_bytes()), kind).alpha > 127
            found["IoU"].append(float((ours & truth).sum() / (ours | truth).sum()))
            found["beyond"].append(float((ours & ~truth).sum() / truth.sum()))
            sys.stderr.write(f"{folder} {view} {found['IoU'][-1]:.4f} {found['beyond'][-1]:.4f}\n")
    return {name: summary(values) for name, values in found.items()}


if __name__ == "__main__":
    main()
