"""How well is a sole found, and where it meets the upper? Our own rendered shoes, whose parts are known to the pixel.

Each of the 12 pictures is measured as it is, and with the upper in the sole's colour, the sole in the upper's, and both in tan, so that
no colour tells them apart. Reported, in the frame of 256 px: intersection over union (IoU) with the rendered sole, and by how many rows
the line at which it begins is off (mean; share of columns within one row). `python -m benchmarks.engine.soles`
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.engine.common import finish, summary
from gpu_worker.measures.colour import Float, fast_lab, fast_rgb, region_colour
from gpu_worker.photos.decode import Photo, Pixels, decode_photo
from gpu_worker.segmentation.frame import Similarity, crop_to_frame
from gpu_worker.segmentation.parts import RESOLUTION, find_parts
from gpu_worker.segmentation.product_mask import mask_of
from gpu_worker.transfer.dye import apply_dye, solve_dye

Mask = NDArray[np.bool_]

PICTURES = Path(__file__).resolve().parents[2] / "editing/demo/pictures"
SHOES = ("ballet", "chelsea", "court", "derby", "plimsoll", "runner")
UPPER, SOLE = 1, 2  # of the maps' parts
TAN = np.array([66.0, 9.0, 30.0])


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    found: dict[str, dict[str, list[float]]] = {}
    for name in SHOES:
        for path in sorted((PICTURES / name).glob("*.jpg")):
            parts = np.array(Image.open(path.with_suffix(".parts.png")))
            for way, photo in ways(decode_photo(path.read_bytes()), parts):
                measured = _measured(photo, parts)
                for figure, value in measured.items():
                    found.setdefault(way, {}).setdefault(figure, []).append(value)
                sys.stderr.write(f"{name} {path.stem} {way} {measured}\n")
    report = {way: {figure: summary(values) for figure, values in figures.items()} for way, figures in found.items()}
    every = {f: summary([v for figures in found.values() for v in figures[f]]) for f in found["as it is"]}
    finish("soles", {"all": every, **report})


def ways(photo: Photo, parts: NDArray[np.uint8]) -> Iterator[tuple[str, Photo]]:
    """The picture as it is and dyed."""
    upper, sole = (_colour(photo.pixels, parts == part) for part in (UPPER, SOLE))
    yield "as it is", photo
    for way, on_upper, on_sole in (
        ("upper as the sole", sole, sole),
        ("sole as the upper", upper, upper),
        ("both tan", TAN, TAN),
    ):
        dyed = _dyed(_dyed(photo.pixels, parts == UPPER, on_upper), parts == SOLE, on_sole)
        yield way, replace(photo, pixels=dyed)


def _colour(pixels: Pixels, where: Mask) -> Float:
    return region_colour(_lab(pixels)[where]).lab


def _lab(pixels: Pixels) -> NDArray[np.float32]:
    return fast_lab(pixels.astype(np.float32) / np.float32(255))


def _dyed(pixels: Pixels, where: Mask, colour: Float) -> Pixels:
    lab = _lab(pixels)
    made = fast_rgb(apply_dye(lab, solve_dye(lab[where], colour)))
    share = cv2.GaussianBlur(where.astype(np.float32), (0, 0), 0.7)[..., None]
    return np.round(pixels * (1 - share) + 255 * made * share).astype(np.uint8)


def _measured(photo: Photo, parts: NDArray[np.uint8]) -> dict[str, float]:
    frame = crop_to_frame(photo, mask_of(photo, "shoe"), "shoe", RESOLUTION)
    truth, product = (_in_frame(where, frame.placing) for where in (parts == SOLE, parts > 0))
    sole = find_parts(frame, "shoe").sole & product
    off = np.abs(sole.argmax(0) - truth.argmax(0))[sole.any(0) & truth.any(0)]
    return {
        "iou": float((sole & truth).sum() / (sole | truth).sum()),
        "rows off": float(off.mean()) if len(off) else np.inf,
        "within a row": float((off <= 1).mean()) if len(off) else 0.0,
    }


def _in_frame(where: Mask, placing: Similarity) -> Mask:
    s = placing.scale
    matrix = np.array([[s, 0, placing.shift_x + s / 2 - 0.5], [0, s, placing.shift_y + s / 2 - 0.5]])
    smooth = cv2.GaussianBlur(where.astype(np.float32), (0, 0), 0.4 / s)
    return np.asarray(cv2.warpAffine(smooth, matrix, (RESOLUTION, RESOLUTION), flags=cv2.INTER_LINEAR) > 0.5)


if __name__ == "__main__":
    main()
