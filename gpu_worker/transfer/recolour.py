"""A swatch on a photo: the region's matte, its dye, and the blend, at the photo's own size in strips.

The background, and every pixel the matte does not reach, stays bit-identical.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array, Float, ciede2000, fast_lab, fast_rgb, region_colour
from gpu_worker.segmentation.frame import Frame
from gpu_worker.transfer.dye import Dye, apply_dye, solve_dye
from gpu_worker.transfer.matte import MatteFields, matte_fields, matte_window
from gpu_worker.transfer.strips import dither, for_each_strip, sample_window, window_of

Pixels = NDArray[np.uint8]

_SAMPLES = 40_000  # pixels of the region from which the dye is solved
_PURE = 0.95  # matte above which a pixel is the region's alone


@dataclass(frozen=True, kw_only=True)
class Region:
    """One region of one photo, ready to be dyed any number of times."""

    fields: MatteFields
    rows: slice  # window of the photo outside which the matte is 0
    columns: slice
    samples: Array  # (N, 3) Lab of pixels that are the region's alone


def prepare_region(pixels: Pixels, alpha: Pixels, frame: Frame, region: NDArray[np.bool_]) -> Region:
    """Prepare a region given in the frame, (R, R) bool. Raises ValueError when it is empty."""
    fields = matte_fields(frame, region)
    rows, columns = window_of(region, frame.placing, alpha.shape[0], alpha.shape[1], margin=6)
    return Region(fields=fields, rows=rows, columns=columns, samples=_samples(pixels, alpha, fields, rows, columns))


def _samples(pixels: Pixels, alpha: Pixels, fields: MatteFields, rows: slice, columns: slice) -> Array:
    """Lab of a regular grid of pure pixels; of the purest there are, when the region is too thin for pure ones."""
    area = (rows.stop - rows.start) * (columns.stop - columns.start)
    step = max(1, int((area / (4 * _SAMPLES)) ** 0.5))
    picked, member = pixels[rows, columns][::step, ::step], sample_window(fields.member, fields.placing, rows, columns)
    member = member[::step, ::step] * (alpha[rows, columns][::step, ::step] > 127)
    certain = member > min(_PURE, 0.9 * float(member.max()))
    lab = fast_lab(np.ascontiguousarray(picked[certain][None], np.float32) / np.float32(255))[0]
    return lab[:: max(1, len(lab) // _SAMPLES)]


def dye_photo(pixels: Pixels, alpha: Pixels, region: Region, dyes: Sequence[Dye]) -> list[Pixels]:
    """The photo with the region in each dye's colour. `pixels` (H, W, 3), `alpha` (H, W) uint8; nothing is changed in place."""
    results = [pixels.copy() for _ in dyes]

    def work(rows: slice) -> None:
        window = (rows, region.columns)
        before = np.multiply(pixels[window], np.float32(1 / 255), dtype=np.float32)
        matte, pure = matte_window(region.fields, before, np.ascontiguousarray(alpha[window]), *window)
        touched = (matte > 0).astype(np.uint8)
        if not touched.any():
            return
        lab, noise = fast_lab(pure), dither(*window)
        for result, dye in zip(results, dyes, strict=True):
            after = fast_rgb(apply_dye(lab, dye))
            after -= pure
            after *= matte[..., None]
            after += before
            after *= 255
            after += noise[..., None]
            np.clip(after, 0, 255, out=after)
            cv2.copyTo(after.astype(np.uint8), touched, result[window])

    for_each_strip(work, region.rows, region.columns.stop - region.columns.start)
    return results


def solve_dyes(region: Region, swatches: Sequence[Float]) -> list[Dye]:
    """The dye for each swatch, (3,) Lab."""
    return [solve_dye(region.samples, swatch) for swatch in swatches]


def reached_colour(pixels: Pixels, alpha: Pixels, region: Region) -> Float:
    """The region's colour, (3,) Lab, in a finished picture: what the swatch is compared with."""
    return region_colour(_samples(pixels, alpha, region.fields, region.rows, region.columns)).lab


def swatch_error(pixels: Pixels, alpha: Pixels, region: Region, swatch: Float) -> float:
    """CIEDE2000 between the region's colour in a finished picture and the swatch."""
    return float(ciede2000(reached_colour(pixels, alpha, region), swatch))


def region_matte(pixels: Pixels, alpha: Pixels, region: Region) -> Pixels:
    """The region's matte over the whole photo, (H, W) uint8."""
    result = np.zeros_like(alpha)

    def work(rows: slice) -> None:
        window = (rows, region.columns)
        before = np.multiply(pixels[window], np.float32(1 / 255), dtype=np.float32)
        matte, _ = matte_window(region.fields, before, np.ascontiguousarray(alpha[window]), *window)
        result[window] = np.round(matte * 255)

    for_each_strip(work, region.rows, region.columns.stop - region.columns.start)
    return result
