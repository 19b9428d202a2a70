"""Contact sheets: pictures side by side, for people to look at."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_GAP = 4


def contact_sheet(rows: Sequence[Sequence[Pixels]], cell: int = 192) -> Pixels:
    """One picture from rows of pictures (H, W, 3), each fitted into a white square of `cell` px."""
    columns = max(len(row) for row in rows)
    side = cell + _GAP
    sheet = np.full((len(rows) * side, columns * side, 3), 128, np.uint8)
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            sheet[y * side : y * side + cell, x * side : x * side + cell] = _fitted(picture, cell)
    return sheet


def _fitted(picture: Pixels, cell: int) -> Pixels:
    scale = cell / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    small = np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
    square = np.full((cell, cell, 3), 255, np.uint8)
    top, left = (cell - small.shape[0]) // 2, (cell - small.shape[1]) // 2
    square[top : top + small.shape[0], left : left + small.shape[1]] = small
    return square
