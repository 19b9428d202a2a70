"""How well are the named parts of a product found? Catalogue crops with drawn parts, one in five, none of them trained on.

Reported per part: intersection over union (IoU) with what was drawn, 0 where the part is missed, beside the sole network's sole, the
sole that keeps its colour, and that colour cluster which happens to fit best; how often the part was found where it is, and where it is
not. The sheet shows photo, truth and what was found.
"""

import time
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.engine.common import arguments, finish, summary
from gpu_worker.contract.parts import PARTS
from gpu_worker.photos.decode import Photo, Pixels, decode_photo
from gpu_worker.segmentation.frame import Frame, Similarity, crop_to_frame
from gpu_worker.segmentation.named_parts import NamedParts, find_named_parts
from gpu_worker.segmentation.part_network import load_head
from gpu_worker.segmentation.parts import RESOLUTION, find_parts
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS
from gpu_worker.segmentation.product_mask import ProductMask, find_product
from gpu_worker.segmentation.sole import find_sole
from gpu_worker.training.segmentation.drawn_parts import OPEN, SIDE, Drawn, drawn

Mask = NDArray[np.bool_]

COLOURS = np.array(
    [[255, 255, 255], [150, 150, 150], [230, 60, 60], [60, 200, 60], [60, 60, 230], [230, 200, 40], [200, 60, 200]],
    np.uint8,
)
_SOLID = 0.95  # opacity from which a pixel is product, as in `find_parts`
_LEAST = 60  # pixels at 384 px: less of a part is not worth counting


def main() -> None:
    options = arguments(__doc__)
    load_head(options.kind)
    found: dict[str, dict[str, list[float]]] = {}
    presence: dict[str, list[int]] = {name: [0, 0, 0, 0] for name in PARTS[options.kind]}
    seconds, sheet = [], []
    for example in drawn(options.photos, options.kind, measuring=True)[: options.limit]:
        photo = decode_photo((options.photos / example.name).read_bytes())
        mask = _known_mask(photo, example, options.kind)
        started = time.perf_counter()
        parts = find_named_parts(photo, mask, options.kind, every=True)
        seconds.append(time.perf_counter() - started)
        frame = crop_to_frame(photo, mask, options.kind, RESOLUTION)
        _measure(example, parts, frame, found, presence)
        sheet.append(_shown(example, parts))
    report: dict[str, Any] = {
        name: {way: summary(v) | {"mean": round(float(np.mean(v)), 4)} for way, v in ways.items()}
        for name, ways in found.items()
    }
    for name, (there, hit, absent, wrong) in presence.items():
        report.setdefault(name, {}).update(
            {"shown": there, "found": hit, "not shown": absent, "found all the same": wrong}
        )
    report["seconds"] = summary(seconds)
    finish(f"named-parts-{options.kind}", report, sheet)


def _known_mask(photo: Photo, example: Drawn, kind: str) -> ProductMask:
    """The mask that the drawing was cut by, so that parts are measured and not outlines."""
    found = find_product(photo, KIND_SETTINGS[kind])
    size = (photo.width, photo.height)
    inside = cv2.resize((example.labels > 0).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return replace(found, alpha=np.round(inside * 255).astype(np.uint8))


def _measure(
    example: Drawn,
    parts: NamedParts,
    frame: Frame,
    found: dict[str, dict[str, list[float]]],
    presence: dict[str, list[int]],
) -> None:
    known = example.labels != OPEN
    clusters = find_parts(frame, parts.kind)
    for k, name in enumerate(PARTS[parts.kind], start=1):
        truth = example.labels == k
        there = int(truth.sum()) >= _LEAST
        seen = name in parts.confidence
        presence[name] = [
            a + b for a, b in zip(presence[name], (there, there & seen, not there, not there and seen), strict=True)
        ]
        if not there:
            continue
        ways = found.setdefault(name, {})
        ways.setdefault("named", []).append(_iou(_back(parts.mask(name), parts.frame.placing), truth, known))
        fits = [_iou(_back(clusters.labels == r, frame.placing), truth, known) for r in range(len(clusters.colours))]
        ways.setdefault("best colour cluster", []).append(max(fits))
        if name == "sole":
            alone = find_sole(frame.image, frame.alpha > _SOLID)
            ways.setdefault("sole network", []).append(_iou(_back(alone, frame.placing), truth, known))
            ways.setdefault("sole as it is kept", []).append(_iou(_back(clusters.sole, frame.placing), truth, known))


def _back(mask: Mask, placing: Similarity) -> Mask:
    """From the frame to the drawing, which is as large as two crops."""
    zoom = SIDE / 192
    scale = placing.scale / zoom
    matrix = np.array([[scale, 0, placing.shift_x + scale / 2 - 0.5], [0, scale, placing.shift_y + scale / 2 - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(mask.astype(np.float32), matrix, (SIDE, SIDE), flags=flags) > 0.5)


def _iou(found: Mask, truth: Mask, known: Mask) -> float:
    return float((found & truth & known).sum() / max(1, ((found | truth) & known).sum()))


def _shown(example: Drawn, parts: NamedParts) -> list[Pixels]:
    photo = np.round(np.clip(example.image, 0, 1) * 255).astype(np.uint8)
    labels = np.zeros((SIDE, SIDE), np.int64)
    for k, name in enumerate(PARTS[parts.kind], start=1):
        labels[_back(parts.mask(name), parts.frame.placing)] = k
    truth = np.where(example.labels == OPEN, 0, example.labels)
    return [photo, *((0.35 * photo + 0.65 * COLOURS[each]).astype(np.uint8) for each in (truth, labels))]


if __name__ == "__main__":
    main()
