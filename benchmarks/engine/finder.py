"""How well is the product found in photos as people take them? Photos with masks drawn by hand, none of them trained on.

`--photos` is a folder of the photos whose masks lie in tests/gpu_worker/segmentation/phone (KIND-ID.jpg). Reported: intersection
over union (IoU) with the drawn masks, the same by the rules for plain grounds alone, what is refused, what is asked about, and how
confidence goes with IoU.
"""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.engine.common import arguments, finish, summary
from gpu_worker.photos.decode import Photo, Pixels, decode_photo
from gpu_worker.photos.errors import NotOneProduct
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS, MaskSettings
from gpu_worker.segmentation.product_mask import ProductMask, find_product

MASKS = Path("tests/gpu_worker/segmentation/phone")


def main() -> None:
    options = arguments(__doc__)
    with_network = KIND_SETTINGS[options.kind]
    report: dict[str, Any] = {}
    sheet: list[list[Pixels]] = []
    for way, settings in {"rules alone": replace(with_network, finder=""), "with finder": with_network}.items():
        report[way], shown = _measured(options.photos, options.kind, settings, options.limit)
        sheet = shown
    finish(f"finder-{options.kind}", report, [sheet[i] for i in range(len(sheet))])


def _measured(folder: Path, kind: str, settings: MaskSettings, limit: int) -> tuple[dict[str, Any], list[list[Pixels]]]:
    overlaps, rows, seconds, sheet = [], [], [], []
    refused = 0
    for path in sorted(MASKS.glob(f"{kind}-*.png"))[:limit]:
        photo = decode_photo((folder / f"{path.stem}.jpg").read_bytes())
        truth = np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)) > 127
        started = time.perf_counter()
        try:
            mask = find_product(photo, settings)
        except NotOneProduct as refusal:
            refused += 1
            rows.append({"photo": path.stem, "refused": refusal.message})
            continue
        seconds.append(time.perf_counter() - started)
        found = mask.alpha > 127
        overlaps.append(float((found & truth).sum() / (found | truth).sum()))
        rows.append({"photo": path.stem, "iou": round(overlaps[-1], 3), "confidence": round(mask.confidence, 3)})
        sheet.append(
            [photo.pixels, _marked(photo, mask), np.repeat(np.where(truth, 255, 0)[..., None], 3, 2).astype(np.uint8)]
        )
    used = [row["iou"] for row in rows if row.get("confidence", 0) >= 0.85]
    return {
        "iou": summary(overlaps) if overlaps else None,
        "refused": refused,
        "asked about": len(overlaps) - len(used),
        "used, of these IoU under 0.9, under 0.8": [len(used), sum(i < 0.9 for i in used), sum(i < 0.8 for i in used)],
        "seconds": summary(seconds) if seconds else None,
        "photos": rows,
    }, sheet


def _marked(photo: Photo, mask: ProductMask) -> Pixels:
    share = mask.alpha[..., None] / 255
    return np.round(photo.pixels * share + (1 - share) * np.array([200, 0, 200])).astype(np.uint8)


if __name__ == "__main__":
    main()
