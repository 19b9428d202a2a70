"""What is printed on plain cloth, apart from the cloth: how much of each pixel is ink, the ink's colour in even light, and the cloth below.

A pixel mixes ink P and cloth C: I = beta P + (1 - beta) C. The cloth is seen around and between the letters and spread from there; ink is
what differs from it by more than the cloth's own grain. Only at the ink's edges, where a pixel is a mixture, is P taken from the pure
pixels beside it. All at the size of a window of the photo; Lab in float32.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.measures.colour import Array, fast_lab, fast_rgb
from gpu_worker.segmentation.frame import Frame
from gpu_worker.segmentation.named_parts import NamedParts
from gpu_worker.transfer.cloth import BLACK
from gpu_worker.transfer.hole import pushed_and_pulled
from gpu_worker.transfer.strips import sample_window, window_of

Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint8]

_LIGHT = 0.03  # of the frame's side: the cloth's lightness is followed this closely between letters
_HUE = 0.08
_AROUND = 0.05  # of the frame's side: how far beyond what the finder calls a print ink may reach
_GROWN = 2.0  # times that: a larger piece of another colour is no print
_BESIDE = 0.024  # of the frame's side: cloth this far from a print has no ink
_FRINGE = 2.5  # times the edges' softness: around ink, where the cloth may be stained by it
_RIM = 0.015  # of the frame's side: of the front, that is seam and shade
_LEAST_INK = 7.0  # Lab from the cloth
_NOISE = 4.0  # times the cloth's own grain
_RINGING = 0.24  # of the strongest ink near to it, below which a colour comes of the photo's compression
_RINGS = 5  # times the edge's softness: how far compression's rings reach
_RAMP = 9.0  # Lab over which a pixel goes from cloth to ink
_ODD = 11.0  # Lab from the cloth's middle, light apart, from which a pixel of cloth is a pattern
_EDGE = 0.0012  # of the frame's side: how wide the mixtures at an edge are, at least a pixel


@dataclass(frozen=True, kw_only=True, eq=False)
class Printed:
    """A window of a photo taken apart."""

    rows: slice
    columns: slice
    cloth: Array  # (h, w, 3) Lab of the cloth, also below the ink
    middle: Array  # (3,) its median
    ink: Array  # (h, w, 3) Lab of the ink as the photo's light shows it
    beta: Array  # (h, w) in [0, 1]
    patterned: float  # Lab: how much the cloth varies beside the print
    noise: float  # Lab
    edge: float  # sigma in pixels of the mixtures at the ink's edges


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cloth:
    """What is known of the cloth in the frame."""

    field: Array  # (R, R, 3) Lab
    middle: Array
    patterned: float
    noise: float
    odd: Mask  # (R, R) of another colour


def printed_on(pixels: Pixels, named: NamedParts, body: Mask, blob: Mask) -> Printed:
    """Take the garment's front apart. `body` (R, R) is plain cloth and print in the named parts' frame, `blob` what may be ink."""
    frame = named.frame
    side = len(frame.raw) / frame.placing.scale
    rows, columns = window_of(body, frame.placing, pixels.shape[0], pixels.shape[1], margin=2)
    rgb = np.multiply(pixels[rows, columns], np.float32(1 / 255), dtype=np.float32)
    lab, inked = fast_lab(rgb), np.zeros(body.shape, bool)
    for _ in range(2):  # what was found to be ink, and around it, says nothing about the cloth
        found = _cloth(frame, body, blob, inked)
        below = sample_window(found.field, frame.placing, rows, columns, repeat=True)
        where = sample_window(_where(body, blob, found.odd), frame.placing, rows, columns)
        ink, beta, edge = _ink(rgb, lab, below, where, found.noise, max(1.0, _EDGE * side))
        inked = _in_frame(cv2.dilate(beta, disc(round(_FRINGE * edge))), frame, rows, columns) > 0.1
    return Printed(
        rows=rows,
        columns=columns,
        cloth=below,
        middle=found.middle,
        ink=fast_lab(ink),
        beta=beta,
        patterned=found.patterned,
        noise=found.noise,
        edge=edge,
    )


def _in_frame(field: Array, frame: Frame, rows: slice, columns: slice) -> Array:
    """A field of the window (h, w) in the frame (R, R)."""
    placing = frame.placing
    factor = max(1, int(1 / placing.scale))
    small = cv2.resize(field, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA) if factor > 1 else field
    s = placing.scale * field.shape[0] / small.shape[0]
    shift_x, shift_y = placing.shift_x + columns.start * placing.scale, placing.shift_y + rows.start * placing.scale
    matrix = np.array([[s, 0, shift_x + 0.5 * s - 0.5], [0, s, shift_y + 0.5 * s - 0.5]])
    return np.asarray(cv2.warpAffine(small, matrix, (len(frame.raw),) * 2, flags=cv2.INTER_LINEAR), np.float32)


def _where(body: Mask, blob: Mask, odd: Mask) -> Array:
    """(R, R) in [0, 1] where there may be ink: around what the finder calls a print, and what is `odd` and goes on from there."""
    reach, rim = (max(1, round(share * len(body))) for share in (_AROUND, _RIM))
    wide = cv2.dilate(blob.astype(np.uint8), disc(reach))
    inner = cv2.erode(body.astype(np.uint8), disc(rim)) | blob
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(odd.astype(np.uint8), disc(2)) & inner)
    joined = np.unique(pieces[(wide > 0) & (pieces > 0)])
    joined = joined[stats[joined, cv2.CC_STAT_AREA] < _GROWN * max(1, wide.sum())]
    return np.asarray(cv2.GaussianBlur(((wide & inner) | np.isin(pieces, joined)).astype(np.float32), (0, 0), 1.5))


def disc(reach: int) -> NDArray[np.uint8]:
    """A round structuring element."""
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2), np.uint8)


def _cloth(frame: Frame, body: Mask, blob: Mask, inked: Mask) -> _Cloth:
    """The cloth as it is seen around and between what is printed (R, R), spread from there."""
    side = len(frame.raw)
    lab = fast_lab(np.ascontiguousarray(frame.raw, np.float32))
    core = cv2.erode(body.astype(np.uint8), disc(2)) > 0
    beside = core & ~(cv2.dilate(blob.astype(np.uint8), disc(round(_BESIDE * side))) > 0)
    plain = beside if beside.sum() > 0.05 * core.sum() else core
    middle = np.median(lab[plain], axis=0).astype(np.float32)
    off = _apart(lab, middle)
    known = core & (off < np.where(blob, 0.6 * _ODD, _ODD)) & ~inked
    for _ in range(3):  # what is near to the cloth beside it is cloth, folds and all
        apart = np.linalg.norm(lab - _spread(lab, known, _LIGHT * side), axis=2)
        noise = 1.4826 * float(np.median(apart[known])) if known.any() else 1.0
        known = core & (apart < max(0.8 * _LEAST_INK, 3 * noise)) & (off < np.where(blob, 1.0, 1.7) * _ODD) & ~inked
    fine, hue = _spread(lab, known, 0.006 * side), _spread(lab, known, _HUE * side)
    return _Cloth(
        field=np.dstack([fine[..., 0], hue[..., 1:]]).astype(np.float32),
        middle=middle,
        patterned=_pattern(lab, cv2.erode(plain.astype(np.uint8), disc(round(0.75 * _RIM * side))) > 0),
        noise=noise,
        odd=off > _ODD,
    )


def _pattern(lab: Array, plain: Mask) -> float:
    """How much cloth varies within a twentieth of the frame, its light counting less: Lab, the third quartile."""
    if not plain.any():
        return float("inf")
    apart = lab - _spread(lab, plain, 0.05 * len(lab))
    return float(np.percentile(np.hypot(np.linalg.norm(apart[..., 1:], axis=2), 0.6 * apart[..., 0])[plain], 75))


def _apart(lab: Array, middle: Array) -> Array:
    """How far colours are from one, when light is taken out of them."""
    factor = (middle[0] + BLACK) / np.maximum(lab[..., 0] + BLACK, 8)
    chroma = lab[..., 1:] * np.clip(factor, 0.5, 2)[..., None] - middle[1:]
    return np.asarray(np.hypot(np.linalg.norm(chroma, axis=2), 0.45 * (lab[..., 0] - middle[0])), np.float32)


def _spread(field: Array, known: Mask, sigma: float) -> Array:
    """The field's mean around each place from where it is known; near places first where nothing is."""
    factor = max(1, int(sigma / 3))
    size = (-(-field.shape[1] // factor), -(-field.shape[0] // factor))
    weight = known.astype(np.float32)
    total, mass = (cv2.resize(f, size, interpolation=cv2.INTER_AREA) for f in (field * weight[..., None], weight))
    total, mass = (cv2.GaussianBlur(f, (0, 0), sigma / factor) for f in (total, mass))
    mean = total / np.maximum(mass, 1e-4)[..., None]
    filled = pushed_and_pulled(np.asarray(mean, np.float32), np.clip(mass * 6, 0, 1) * (mass > 0.02))
    return np.asarray(cv2.resize(filled, field.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _ink(
    rgb: Array, lab: Array, cloth: Array, where: Array, noise: float, least_edge: float
) -> tuple[Array, Array, float]:
    """The ink's colour (h, w, 3), sRGB, its share (h, w), and how soft its edges are. Mixtures are straight lines in sRGB, not in Lab."""
    apart = np.linalg.norm(lab - cloth, axis=2) * where
    low = max(_LEAST_INK, _NOISE * noise)
    share = np.clip((apart - low) / _RAMP, 0, 1)
    share = share * share * (3 - 2 * share)
    edge = _softness(apart, share, least_edge)
    below = fast_rgb(cloth)
    reach = max(1, round(2 * edge))
    most = cv2.dilate(apart, disc(reach))
    strongest = cv2.dilate(apart, np.ones((2 * round(_RINGS * edge) + 1,) * 2, np.uint8))
    share = share * np.clip((apart / np.maximum(strongest, 1e-3) - _RINGING) / 0.12, 0, 1)
    pure = (share * np.power(apart / np.maximum(most, 1e-3), 8)).astype(np.float32) + 1e-7 * share
    mass = cv2.GaussianBlur(pure, (0, 0), edge)
    colour = cv2.GaussianBlur(rgb * pure[..., None], (0, 0), edge) / np.maximum(mass, 1e-12)[..., None]
    axis = colour - below
    along = ((rgb - below) * axis).sum(2) / np.maximum(np.square(axis).sum(2), 1e-4)
    off = np.linalg.norm(rgb - below - along[..., None] * axis, axis=2)
    mixed = np.clip((along - 0.2) / 0.7, 0, 1) * np.clip(2 * apart / low - 1, 0, 1)
    near = cv2.dilate((share < 0.5).astype(np.float32), disc(reach))
    trust = (
        cv2.GaussianBlur(near, (0, 0), edge / 2)
        * np.exp(-np.square(off / (0.1 + 0.5 * np.linalg.norm(axis, axis=2))))
        * (mass > 1e-6)
    )
    trust *= np.clip(np.linalg.norm(axis, axis=2) / 0.1, 0, 1)
    beta = (trust * mixed + (1 - trust) * share) * where
    beta *= _no_specks(beta > 0.25, apart, (2.5 * edge) ** 2)
    ink = rgb + (trust * np.clip(2 - 2 * along, 0, 1))[..., None] * (colour - rgb)
    return np.asarray(ink, np.float32), np.asarray(beta, np.float32), edge


def _no_specks(inked: Mask, apart: Array, least: float) -> Mask:
    """Where ink is, or nothing at all: small or faint pieces are noise."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(inked.astype(np.uint8), connectivity=8)
    strongest = np.zeros(count, np.float32)
    np.maximum.at(strongest, pieces.ravel(), apart.ravel())
    usual = float(np.percentile(apart[inked], 75)) if inked.any() else 0.0
    areas = stats[:, cv2.CC_STAT_AREA]
    kept = (areas >= least) & ((strongest > 0.45 * usual) | (areas > 40 * least))
    kept[0] = False
    reach = max(1, round(least**0.5))
    near = cv2.dilate(kept[pieces].astype(np.uint8), np.ones((2 * reach + 1,) * 2, np.uint8))
    return np.asarray((near > 0) & (kept[pieces] | ~inked))


def _softness(apart: Array, share: Array, least: float) -> float:
    """How wide the mixtures at the ink's edges are, as a Gaussian's sigma in pixels."""
    slope = np.hypot(cv2.Sobel(apart, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(apart, cv2.CV_32F, 0, 1, scale=1 / 8))
    inked = share > 0.5
    if inked.sum() < 50:
        return least
    height, steep = np.percentile(apart[inked], 75), np.percentile(slope[inked], 90)
    return float(np.clip(height / max(float(steep), 1e-3) / 2.5, least, 6 * least))


def in_even_light(colour: Array, cloth: Array, middle: Array) -> Array:
    """(h, w, 3) Lab without the light that the cloth shows there."""
    return relit(colour, (middle[0] + BLACK) / np.maximum(cloth[..., 0] + BLACK, 4))


def relit(colour: Array, factor: Array) -> Array:
    """(h, w, 3) Lab in light that is `factor` (h, w) as much, in cube roots."""
    factor = np.clip(factor, 0.4, 2.0)
    after = colour * factor[..., None]
    after[..., 0] = (colour[..., 0] + BLACK) * factor - BLACK
    return np.asarray(after, np.float32)
