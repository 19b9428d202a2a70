"""Where a dragged point went: the patch around it, looked for in the edited picture by normalised correlation."""

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def found_at(
    before: Pixels, after: Pixels, source_xy: tuple[float, float], expected_xy: tuple[float, float], radius: int
) -> tuple[float, float]:
    """x, y in `after` of what was at `source_xy` in `before`, (H, W, 3) uint8, to a tenth of a pixel.

    It is looked for within three radii of where it is expected, and of where it was.
    """
    padded_before, padded_after, pad = _padded(before, radius), _padded(after, 4 * radius), 4 * radius
    sx, sy = round(source_xy[0] - 0.5), round(source_xy[1] - 0.5)
    patch = padded_before[sy : sy + 2 * radius + 1, sx : sx + 2 * radius + 1]
    ex, ey = round(expected_xy[0] - 0.5), round(expected_xy[1] - 0.5)
    reach = 3 * radius
    area = padded_after[
        pad + ey - reach - radius : pad + ey + reach + radius + 1,
        pad + ex - reach - radius : pad + ex + reach + radius + 1,
    ]
    score = cv2.matchTemplate(area, np.ascontiguousarray(patch), cv2.TM_CCOEFF_NORMED)
    y, x = np.unravel_index(int(np.nan_to_num(score).argmax()), score.shape)
    dx, dy = _vertex(score, int(y), int(x))
    return ex - reach + x + dx + (source_xy[0] - sx), ey - reach + y + dy + (source_xy[1] - sy)


def _padded(picture: Pixels, pad: int) -> Pixels:
    return np.asarray(cv2.copyMakeBorder(picture, pad, pad, pad, pad, cv2.BORDER_REPLICATE), np.uint8)


def _vertex(score: NDArray[np.float32], y: int, x: int) -> tuple[float, float]:
    """Subpixel offset of the peak from parabolas through its neighbours."""
    offsets = []
    for line, at in ((score[y], x), (score[:, x], y)):
        if 0 < at < len(line) - 1:
            low, peak, high = (float(line[at + k]) for k in (-1, 0, 1))
            bend = low - 2 * peak + high
            offsets.append(0.0 if abs(bend) < 1e-9 else float(np.clip(0.5 * (low - high) / bend, -0.5, 0.5)))
        else:
            offsets.append(0.0)
    return offsets[0], offsets[1]
