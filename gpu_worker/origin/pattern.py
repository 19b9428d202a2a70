"""The third layer's signal: a tile of noise that repeats over the picture, in luminance.

Spread spectrum (Cox et al., "Secure spread spectrum watermarking for multimedia", IEEE TIP 1997), with the tiling that lets
a crop find its place again (Kalker et al., "A video watermarking system for broadcast monitoring", SPIE 1999). Lengths are
in units: a unit is the picture's longer side / 1024, and at least one pixel. So resizing needs no search, and a crop of a
tenth a short one.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

TILE = 128  # units
SIDE = 1024  # units that the longer side of a picture has
LEAST_UNIT = 1.0  # pixels; below, JPEG would take the mark for noise
BAND = (0.05, 0.2)  # cycles per unit: coarse enough for JPEG 75 at half size, too fine to be seen as blotches
BITS, CHECK_BITS = 8, 4
_SEED = 0xC0104

Spectrum = NDArray[np.complex128]  # (TILE, TILE // 2 + 1), as of rfft2


def unit_of(width: int, height: int) -> float:
    """Pixels of the picture."""
    return max(max(width, height) / SIDE, LEAST_UNIT)


@cache
def spectra() -> tuple[Spectrum, ...]:
    """One that is always there and says where the tile begins, and one for each bit; no two share a frequency."""
    random = np.random.Generator(np.random.PCG64(_SEED))
    down, right = np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None]
    radius = np.hypot(down, right)
    band = np.flatnonzero((radius > BAND[0]) & (radius < BAND[1]) & (right > 0))
    random.shuffle(band)
    half = len(band) // 2
    return tuple(_spectrum(places, random) for places in (band[:half], *np.array_split(band[half:], BITS + CHECK_BITS)))


def _spectrum(places: NDArray[np.intp], random: np.random.Generator) -> Spectrum:
    made = np.zeros(TILE * (TILE // 2 + 1), np.complex128)
    made[places] = np.exp(2j * np.pi * random.random(len(places)))
    return made.reshape(TILE, TILE // 2 + 1)


@cache
def tile(number: int) -> NDArray[np.float32]:
    """(TILE, TILE), mean 0 and variance 1, that says `number` (0 to 255)."""
    always, *each = spectra()
    said = always + sum(spectrum if bit else -spectrum for bit, spectrum in zip(to_bits(number), each, strict=True))
    noise = np.fft.irfft2(said, (TILE, TILE))
    return np.asarray(noise / noise.std(), np.float32)


def to_bits(number: int) -> list[bool]:
    """The number's bits, high ones first, and its check."""
    word = number << CHECK_BITS | _check(number)
    return [bool(word >> place & 1) for place in reversed(range(BITS + CHECK_BITS))]


def from_bits(bits: list[bool]) -> int | None:
    """The number, or None where the check says that a bit was misread."""
    word = sum(bit << place for place, bit in enumerate(reversed(bits)))
    number = word >> CHECK_BITS
    return number if _check(number) == word & (2**CHECK_BITS - 1) else None


def _check(number: int) -> int:
    """CRC-4 of ITU-T G.704, x^4 + x + 1."""
    rest = number << CHECK_BITS
    for place in reversed(range(BITS)):
        if rest >> place + CHECK_BITS & 1:
            rest ^= 0b10011 << place
    return rest
