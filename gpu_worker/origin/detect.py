"""Find the mark in a picture's pixels, whatever was done to the file since."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gpu_worker.origin.pattern import LEAST_UNIT, SIDE, TILE, Spectrum, from_bits, spectra

SURE = 8.0  # deviations of the peak; unmarked pictures reach 6 (benchmarks.mark_survival)
_LARGEST = 1024  # pixels that are looked at on the longer side
_STEP = 0.012  # from one tried size to the next: a unit or two at the edge of a product
_PROMISING = 4  # sizes that are looked at more closely
_SIZES = (200, 1320)  # units that the longer side of what was cut out of a picture, or padded, has
_AROUND = 6  # pixels
_CAP = 2.5


@dataclass(frozen=True, kw_only=True)
class Mark:
    """`number` names the installation; None where its check failed."""

    number: int | None
    strength: float  # deviations


def find_mark(picture: Image.Image) -> Mark | None:
    """The mark, or None. Seconds for a picture that has none: all sizes are tried."""
    longer = max(picture.size)
    detail = _detail(_grey(picture))
    likely = [float(SIDE), *([longer / LEAST_UNIT] if longer < SIDE * LEAST_UNIT else [])]
    best = _best(detail, likely)
    if best.peak < SURE:
        best = max(best, _searched(detail), key=_peak)
    if best.peak < SURE:
        return None
    return Mark(number=from_bits(best.bits()), strength=round(best.peak, 1))


@dataclass(frozen=True, kw_only=True)
class _Match:
    peak: float
    size: float
    spectrum: Spectrum
    place: tuple[int, int]

    def bits(self) -> list[bool]:
        """The sign of each bit's part, with the tile's beginning moved to the origin."""
        down, right = np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None]
        moved = self.spectrum * np.exp(2j * np.pi * (down * self.place[0] + right * self.place[1]))
        return [float((moved * each.conj()).real.sum()) > 0 for each in spectra()[1:]]


def _peak(match: _Match) -> float:
    return match.peak


def _best(detail: NDArray[np.float32], sizes: Iterable[float]) -> _Match:
    return max((_match(detail, size) for size in sizes), key=_peak)


def _searched(detail: NDArray[np.float32]) -> _Match:
    tried = int(np.log(_SIZES[1] / _SIZES[0]) / _STEP)
    coarse = [(match.peak, match.size) for match in (_match(detail, size) for size in np.geomspace(*_SIZES, tried))]
    near = np.linspace(1 - _STEP / 2, 1 + _STEP / 2, 7)
    return _best(detail, [size * factor for _, size in sorted(coarse)[-_PROMISING:] for factor in near])


def _grey(picture: Image.Image) -> NDArray[np.float32]:
    """(h, w) luminance. What is transparent counts as white, as everywhere."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    grey = picture.convert("L")
    grey.thumbnail((_LARGEST, _LARGEST), Image.Resampling.LANCZOS, reducing_gap=None)
    return np.asarray(grey, np.float32)


def _detail(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """(h, w) what is fine in the picture, equally strong everywhere, so that no edge outweighs a surface."""
    fine = grey - _mean_around(grey)
    deviation = np.sqrt(np.maximum(_mean_around(fine * fine), 0))
    return np.clip(fine / (deviation + 1), -_CAP, _CAP).astype(np.float32)


def _mean_around(values: NDArray[np.float32]) -> NDArray[np.float32]:
    for axis in (0, 1):
        edges = [(_AROUND + 1, _AROUND) if axis == side else (0, 0) for side in (0, 1)]
        sums = np.moveaxis(np.pad(values, edges, mode="edge").astype(np.float64).cumsum(axis), axis, 0)
        window = 2 * _AROUND + 1
        values = np.moveaxis((sums[window:] - sums[:-window]) / window, 0, axis).astype(np.float32)
    return values


def _match(detail: NDArray[np.float32], size: float) -> _Match:
    """Lay all tiles of a picture `size` units long upon each other, and look for the pattern at every place of it."""
    factor = size / max(detail.shape)
    shape = (max(1, round(detail.shape[1] * factor)), max(1, round(detail.shape[0] * factor)))
    units = np.asarray(Image.fromarray(detail).resize(shape, Image.Resampling.BILINEAR))
    whole = np.pad(units, [(0, -side % TILE) for side in units.shape])
    folded = whole.reshape(whole.shape[0] // TILE, TILE, whole.shape[1] // TILE, TILE).sum((0, 2))
    spectrum = np.fft.rfft2(folded)
    spectrum /= _level(np.abs(spectrum)) + 1e-6  # the picture's own texture must not outweigh the rest of the band
    found = np.fft.irfft2(spectrum * spectra()[0].conj(), (TILE, TILE))
    place = np.unravel_index(int(found.argmax()), found.shape)
    peak = float((found.max() - found.mean()) / (found.std() + 1e-12))
    return _Match(peak=peak, size=size, spectrum=spectrum, place=(int(place[0]), int(place[1])))


def _level(magnitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root mean square of the 5 x 5 frequencies around each."""
    power = magnitude**2
    for axis in (0, 1):
        edges = [(3, 2) if axis == side else (0, 0) for side in (0, 1)]
        sums = np.pad(power, edges, mode="edge").cumsum(axis)
        power = (np.take(sums, range(5, sums.shape[axis]), axis) - np.take(sums, range(sums.shape[axis] - 5), axis)) / 5
    return np.asarray(np.sqrt(np.maximum(power, 0)))
