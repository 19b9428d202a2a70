"""How far do a person's strokes mend a mask? On photos taken at home whose found mask is not good, with masks drawn by hand.

A stroke is laid into the middle of the largest error, three times over, as a person would who looks at the shade.
`python -m benchmarks.engine.marks --kind KIND --photos FOLDER [--limit N]`
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.engine.common import arguments, finish
from gpu_worker.contract.outline import Outline, OutlineBrush
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.photos.errors import NotOneProduct
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS
from gpu_worker.segmentation.product_mask import find_product

MASKS = Path("tests/gpu_worker/segmentation/phone")
STROKES, GOOD, LARGEST = 3, 0.93, 0.02

Mask = NDArray[np.bool_]


def main() -> None:
    options = arguments(__doc__)
    rows: dict[str, list[float]] = {}
    for path in sorted(MASKS.glob(f"{options.kind}-*.png")):
        truth = np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)) > 127
        photo = decode_photo((options.photos / f"{path.stem}.jpg").read_bytes())
        found = _mended(photo, options.kind, truth)
        if len(found) > 1:
            rows[path.stem] = found
        if len(rows) == options.limit:
            break
    report: dict[str, Any] = {"iou by strokes": rows}
    if rows:
        report["median"] = np.round(np.median(list(rows.values()), axis=0), 3).tolist()
    finish(f"marks-{options.kind}", report, [])


def _mended(photo: Photo, kind: str, truth: Mask) -> list[float]:
    """Intersection over union after none, one, two ... strokes; the first alone where it is good."""
    marks: list[OutlineBrush] = []
    overlaps: list[float] = []
    while len(overlaps) <= STROKES:
        found = _found(photo, kind, marks)
        overlaps.append(round(float((found & truth).sum() / (found | truth).sum()), 3))
        if overlaps[0] > GOOD:
            break
        marks.append(_stroke(found, truth))
    return overlaps


def _found(photo: Photo, kind: str, marks: list[OutlineBrush]) -> Mask:
    try:
        return find_product(photo, KIND_SETTINGS[kind], Outline(marks=list(marks))).alpha > 127
    except NotOneProduct:
        return np.zeros((photo.height, photo.width), bool)


def _stroke(found: Mask, truth: Mask) -> OutlineBrush:
    depth = cv2.distanceTransform(np.pad(found != truth, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    longest = max(truth.shape)
    radius = min(LARGEST, max(0.004, 0.7 * float(depth.max()) / longest))
    strokes = [{"points": [((x + 0.5) / longest, (y + 0.5) / longest)], "radius": radius}]
    return OutlineBrush.model_validate({"type": "product" if truth[y, x] else "other", "strokes": strokes})


if __name__ == "__main__":
    main()
