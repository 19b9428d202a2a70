"""The print of one shirt on another: taken off its cloth, placed as it sits there, in the other shirt's own light and folds."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gpu_worker.grafts.garment import Garment, Torso, front_in
from gpu_worker.grafts.grafted import TOUCHED, Colours, DoesNotFit, Grafted, NoSuchPart
from gpu_worker.grafts.printed import Mask, Pixels, Printed, disc, in_even_light, relit
from gpu_worker.measures.colour import Array, fast_lab, fast_rgb
from gpu_worker.measures.structure import structure_kept
from gpu_worker.transfer.cloth import BLACK
from gpu_worker.transfer.strips import dither

_LEAST_PRINT = 0.006  # of the body: smaller is a badge, and nothing that is worth moving
_ALL_OVER = 0.62  # of the body: a larger one is the cloth itself
_PATTERNED = 7.6  # Lab by which cloth may vary
_LIKE = 0.35  # likeness below which a print was not taken off whole
_LEFT = 0.015  # share of the print's place that may still be of another colour when the old print is gone
_STAINED = (
    8.0  # Lab by which the cloth there may differ from its middle: more, and it is print that was taken for cloth
)
_OUT = 0.02  # share of the ink that may lie beyond the other body
_SHRUNK = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6)
_ANOTHER = 11.0  # Lab from the cloth that is another colour
_GHOST = 6.5  # likewise, where nothing is laid over it
_GRAINS = 2.5  # times its spread: stronger is no grain of the cloth
_LEAST_SEEN = 12.0  # Lab from the cloth that a quarter of the ink must have
_SOFT_EDGES = 4.5  # times the softness of the ink's edges: the same, where a photo is soft
_FRINGE = 0.004  # of the frame's side: around ink, what is replaced with it
_BETWEEN = 0.03  # of the frame's side: how far apart pieces of one print may be
_LOWER = (0.0, 0.06, 0.12, 0.18, 0.25, 0.32)  # of the body's width


def check_example(example: Garment) -> None:
    """Raises NoSuchPart."""
    share = example.named.mask("print").sum() / max(1, example.front.sum())
    if share < _LEAST_PRINT or example.apart.beta.max() < 0.5:
        raise NoSuchPart("No print was found on the example.")
    if share > _ALL_OVER:
        raise NoSuchPart("The example is printed all over: take its material instead.")
    if example.apart.patterned > _PATTERNED:
        raise NoSuchPart("The example's cloth is patterned or deeply creased: its print cannot be told from it.")


def check_plain(garment: Garment) -> None:
    """Raises DoesNotFit for cloth on which what was taken away would leave a patch."""
    if garment.apart.patterned > _PATTERNED:
        raise DoesNotFit(
            "The cloth of this shirt is patterned or deeply creased: what is taken away would leave a patch."
        )


def erased(garment: Garment, brushed: Mask) -> Grafted:
    """The photo without the pieces of its print that the brush (H, W) touched. Raises NoSuchPart, DoesNotFit."""
    part = garment.apart
    share = garment.named.mask("print").sum() / max(1, garment.front.sum())
    if share > _ALL_OVER:
        raise DoesNotFit("The shirt is printed all over: give it another material instead.")
    check_plain(garment)
    clean, gone = without_print(garment)
    here = brushed[part.rows, part.columns]
    _, pieces = cv2.connectedComponents((gone > TOUCHED).astype(np.uint8))
    gone = gone * np.isin(pieces, np.setdiff1d(pieces[here], [0]))
    if gone.max() < 0.5:
        raise NoSuchPart("No print was found where the brush was.")
    result, weight = garment.pixels.copy(), np.zeros(garment.pixels.shape[:2], np.float32)
    window = garment.pixels[part.rows, part.columns]
    clean = np.where(gone[..., None] > 0, clean, window)
    try:
        _check_clean(clean, gone, np.zeros_like(gone), garment, _GHOST)
    except DoesNotFit as error:
        raise DoesNotFit("The print cannot be taken off without a trace: choose a photo with plainer cloth.") from error
    result[part.rows, part.columns], weight[part.rows, part.columns] = clean, gone
    return Grafted(pixels=result, weight=weight, measures={})


def with_print_of(target: Garment, example: Garment, colours: Colours = "theirs") -> Grafted:
    """The target's photo in the example's print, its own gone. Raises NoSuchPart, DoesNotFit."""
    check_example(example)
    if target.apart.patterned > _PATTERNED:
        raise DoesNotFit("The cloth of this shirt is patterned or deeply creased: a print would be lost on it.")
    matrix = _placed(target, example)
    clean, gone = without_print(target)
    flat = in_even_light(example.apart.ink, example.apart.cloth, example.apart.middle)
    if colours == "own":
        flat = _in_colours_of(flat, example.apart.beta, target)
    ink, beta = _moved(flat, example.apart.beta, matrix, target.apart)
    beta *= front_in(target)
    light = (target.apart.cloth[..., 0] + BLACK) / (target.apart.middle[0] + BLACK)
    before = clean.astype(np.float32) / np.float32(255)
    after = before + beta[..., None] * (fast_rgb(relit(ink, light)) - before)
    _check_seen(ink, beta, target)
    _check_clean(clean, gone, beta, target)
    return _grafted(target, example, after, beta, gone, matrix)


def _check_seen(ink: Array, beta: Array, target: Garment) -> None:
    """Raises DoesNotFit for ink that is of the cloth's own colour."""
    inked = beta > 0.7
    apart = np.linalg.norm(ink[inked] - target.apart.middle, axis=1)
    if len(apart) == 0 or np.percentile(apart, 75) < _LEAST_SEEN:
        raise DoesNotFit("The print would hardly be seen on this shirt: it is of the same colour.")


def _in_colours_of(flat: Array, beta: Array, target: Garment) -> Array:
    """The ink with mean and spread of the target's own (Reinhard et al. 2001). Raises NoSuchPart."""
    own = target.apart
    if own.beta.max() < 0.5:
        raise NoSuchPart("This shirt has no print whose colours could stay: take the other one's.")
    there, here = flat[beta > 0.7], in_even_light(own.ink, own.cloth, own.middle)[own.beta > 0.7]
    ratio = np.clip(here.std(0) / np.maximum(there.std(0), 1.0), 0.4, 2.0)
    return np.asarray((flat - there.mean(0)) * ratio + here.mean(0), np.float32)


def _grafted(
    target: Garment, example: Garment, after: Array, beta: Array, gone: Array, matrix: NDArray[np.float64]
) -> Grafted:
    rows, columns = target.apart.rows, target.apart.columns
    changed = np.maximum(beta, gone)
    result, weight = target.pixels.copy(), np.zeros(target.pixels.shape[:2], np.float32)
    level = np.clip(after * 255 + dither(rows, columns)[..., None], 0, 255).astype(np.uint8)
    result[rows, columns] = np.where(changed[..., None] > TOUCHED, level, target.pixels[rows, columns])
    weight[rows, columns] = np.where(changed > TOUCHED, changed, 0)
    now = result[rows, columns]
    before, likeness = _likeness(target, example, now, beta, matrix)
    if likeness < _LIKE:
        raise NoSuchPart("The print could not be told from its cloth well enough: choose another photo of it.")
    measures = {
        "part_likeness": likeness,
        "part_likeness_before": before,
        "example_enlarged": float(np.hypot(matrix[0, 0], matrix[0, 1])),
    }
    if (seam := _seam(now, gone, beta, front_in(target))) is not None:
        measures["seam"] = seam
    return Grafted(pixels=result, weight=weight, measures=measures)


def _likeness(
    target: Garment, example: Garment, now: Pixels, beta: Array, matrix: NDArray[np.float64]
) -> tuple[float, float]:
    """Of the photo as it was, and as it is, to the example brought there: structure of what differs from the cloth, whichever way."""
    here, there = target.apart, example.apart
    place = np.round(255 * _closed(beta > 0.3, max(2, len(beta) // 60))).astype(np.uint8)
    shown = example.pixels[there.rows, there.columns]
    wanted = _warped(_off_cloth(shown, there.cloth), matrix, beta.shape)
    before, after = (_off_cloth(one, here.cloth) for one in (target.pixels[here.rows, here.columns], now))
    pictures = [np.dstack([np.clip(2.5 * one, 0, 255).astype(np.uint8)] * 3) for one in (wanted, before, after)]
    return structure_kept(pictures[0], pictures[1], place), structure_kept(pictures[0], pictures[2], place)


def _off_cloth(window: Pixels, cloth: Array) -> Array:
    """(h, w) Lab distances."""
    lab = fast_lab(np.multiply(window, np.float32(1 / 255), dtype=np.float32))
    return np.asarray(np.linalg.norm(lab - cloth, axis=2), np.float32)


def _check_clean(clean: Pixels, gone: Array, beta: Array, target: Garment, another: float = _ANOTHER) -> None:
    """Raises DoesNotFit where something else stays in the place of the print, old or new: what is `another` colour, in Lab."""
    place = _closed((beta > 0.3) | (gone > 0.3), max(2, len(beta) // 30)) * (front_in(target) > 0.9)
    odd = _off_cloth(cv2.GaussianBlur(clean, (0, 0), max(1.0, len(beta) / 500)), target.apart.cloth) > another
    stained = _apart_from(target.apart.cloth[place > 0], target.apart.middle)
    if odd[place > 0].mean() > _LEFT or np.percentile(stained, 90) > _STAINED:
        raise DoesNotFit("Something else is printed on this shirt that could not be taken off: remove it first.")


def _apart_from(lab_n3: Array, middle: Array) -> Array:
    """(N,) how far colours are from one, light counting less."""
    return np.asarray(np.hypot(np.linalg.norm(lab_n3[:, 1:] - middle[1:], axis=1), 0.4 * (lab_n3[:, 0] - middle[0])))


def _seam(now: Pixels, gone: Array, beta: Array, front: Array) -> float | None:
    """How steep lightness is where the old print's place ends, against the cloth beside it; None where nothing was removed."""
    lightness = cv2.GaussianBlur(fast_lab(now.astype(np.float32) / np.float32(255))[..., 0], (0, 0), 1.0)
    slope = np.hypot(*(cv2.Sobel(lightness, cv2.CV_32F, dx, dy, scale=1 / 8) for dx, dy in ((1, 0), (0, 1))))
    ink = cv2.dilate((beta > 0).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    border = (gone > 0.05) & (gone < 0.95) & ~ink & (front > 0.99)
    cloth = (gone == 0) & ~ink & (front > 0.99)
    if border.sum() < 50 or cloth.sum() < 50:
        return None
    return float(slope[border].mean() / max(float(slope[cloth].mean()), 1e-3))


def without_print(target: Garment) -> tuple[Pixels, Array]:
    """The target's window without its print, and how much of each pixel was replaced (h, w)."""
    part = target.apart
    window = target.pixels[part.rows, part.columns]
    if part.beta.max() < 0.3:
        return window, np.zeros(window.shape[:2], np.float32)
    side = len(target.named.frame.raw) / target.named.frame.placing.scale
    rgb = window.astype(np.float32) / np.float32(255)
    lab, front = fast_lab(rgb), front_in(target)
    reach = max(1, round(max(_FRINGE * side, _SOFT_EDGES * part.edge)))
    inked = np.clip(3 * cv2.dilate(part.beta, disc(reach)), 0, 1)
    faint = np.clip(np.linalg.norm(lab - part.cloth, axis=2) / max(4.0, 3 * part.noise) - 1, 0, 1)
    gone = np.maximum(inked, _closed(part.beta > 0.3, round(_BETWEEN * side)) * faint)
    gone = cv2.GaussianBlur(gone, (0, 0), max(0.5, reach / 2)) * front
    cloth = part.cloth + _grain(lab - part.cloth, (gone > TOUCHED) | (front < 0.9), part.noise)
    after = rgb + gone[..., None] * (fast_rgb(cloth) - rgb)
    return np.where(gone[..., None] > TOUCHED, np.round(after * 255), window).astype(np.uint8), gone


def _closed(where: Mask, reach: int) -> Array:
    """(h, w) the place that pieces near to each other cover together."""
    factor = max(1, reach // 6)
    size = (max(1, where.shape[1] // factor), max(1, where.shape[0] // factor))
    small = cv2.resize(where.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    small = cv2.dilate(cv2.morphologyEx(small, cv2.MORPH_CLOSE, disc(max(1, reach // factor))), disc(1))
    return np.asarray(cv2.resize(small, where.shape[::-1], interpolation=cv2.INTER_NEAREST), np.float32)


def _grain(residual: Array, inked: Mask, noise: float) -> Array:
    """The cloth's own grain, (h, w, 3), also where ink was: mirrored from the nearest piece without ink."""
    free = cv2.distanceTransform((~inked).astype(np.uint8), cv2.DIST_C, 3)
    y, x = np.unravel_index(int(free.argmax()), free.shape)
    reach = int(max(4, free[y, x] * 0.7))
    patch = residual[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach]
    patch = patch - cv2.GaussianBlur(patch, (0, 0), max(2.0, reach / 8))
    tile = np.concatenate(
        [np.concatenate([patch, patch[:, ::-1]], 1), np.concatenate([patch[::-1], patch[::-1, ::-1]], 1)]
    )
    repeats = (-(-residual.shape[0] // tile.shape[0]), -(-residual.shape[1] // tile.shape[1]), 1)
    return np.clip(np.tile(tile, repeats)[: residual.shape[0], : residual.shape[1]], -_GRAINS * noise, _GRAINS * noise)


def _placed(target: Garment, example: Garment) -> NDArray[np.float64]:
    """The similarity (2, 3) from the example's window to the target's. Raises DoesNotFit."""
    beta, part = example.apart.beta, example.apart
    y, x = np.nonzero(beta > 0.5)
    points = np.stack([x + part.columns.start, y + part.rows.start], 1)[:: max(1, len(x) // 4000)].astype(np.float64)
    here, there = target.torso, example.torso
    free = cv2.erode(target.front.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    best: tuple[float, NDArray[np.float64]] | None = None
    for shrunk in _SHRUNK:
        for lower in _LOWER:
            matrix = _similarity(here, there, points.mean(0), shrunk, lower)
            at = target.named.frame.placing.to_frame(points @ matrix[:, :2].T + matrix[:, 2])
            inside = _looked_up(free, at)
            cost = max(0.0, 1 - inside.mean() - _OUT) * 20 + (1 - shrunk) * 1.0 + lower * 1.4
            if 1 - inside.mean() <= 2 * _OUT and (best is None or cost < best[0]):
                best = cost, matrix
    if best is None:
        raise DoesNotFit(
            "The print does not fit on the front of this shirt: it has buttons, a pocket or too little room there."
        )
    matrix = best[1].copy()
    offset = np.array([part.columns.start, part.rows.start], np.float64)
    matrix[:, 2] += matrix[:, :2] @ offset - np.array([target.apart.columns.start, target.apart.rows.start])
    return matrix


def _similarity(
    here: Torso, there: Torso, centre: NDArray[np.float64], shrunk: float, lower: float
) -> NDArray[np.float64]:
    """From photo to photo: the print's centre keeps its place on the front, in widths of it."""
    scale = here.width / there.width * shrunk
    y = here.top + ((centre[1] - there.top) / there.width + lower) * here.width
    x = here.middle + (centre[0] - there.middle) * scale
    return np.array([[scale, 0, x - scale * centre[0]], [0, scale, y - scale * centre[1]]])


def _looked_up(where: Mask, points: NDArray[np.float64]) -> Mask:
    at = np.floor(points).astype(int)
    inside = (at >= 0).all(1) & (at < len(where)).all(1)
    at = np.clip(at, 0, len(where) - 1)
    return np.asarray(inside & where[at[:, 1], at[:, 0]])


def _moved(ink: Array, beta: Array, matrix: NDArray[np.float64], part: Printed) -> tuple[Array, Array]:
    """Ink and its share brought to the other window."""
    shape = (part.rows.stop - part.rows.start, part.columns.stop - part.columns.start)
    moved = _warped(np.dstack([fast_rgb(ink) * beta[..., None], beta]), matrix, shape)
    share = np.clip(moved[..., 3], 0, 1)
    colour = np.clip(moved[..., :3] / np.maximum(moved[..., 3:], 1e-3), 0, 1)
    return fast_lab(np.ascontiguousarray(colour, np.float32)), np.asarray(share, np.float32)


def _warped(field: Array, matrix: NDArray[np.float64], shape: tuple[int, ...]) -> Array:
    """A field of the example's window in the target's, of a shape (h, w)."""
    scale = float(np.hypot(matrix[0, 0], matrix[0, 1]))
    if scale < 1:
        field = cv2.GaussianBlur(field, (0, 0), max(0.3, 0.4 / scale))
    centred = matrix.copy()  # pixel centres are at half-integers
    centred[:, 2] += 0.5 * matrix[:, :2].sum(1) - 0.5
    warped = cv2.warpAffine(field, centred, (shape[1], shape[0]), flags=cv2.INTER_CUBIC)
    return np.asarray(warped, np.float32)
