"""More or less of a part inside its product: the opening of a shoe, where its lining shows, deeper or shallower.

The part's lower border moves, column by column; the part is stretched or shrunk from its upper border, and what lies below gives way and
comes to rest within a zone. Nothing moves at the product's outline. The field is as in `borders`.
"""

import cv2
import numpy as np

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.grafts.printed import Mask
from gpu_worker.measures.colour import Array
from gpu_worker.painting.borders import faded, share_moved, smooth, vertical
from gpu_worker.segmentation.named_parts import NamedParts

_DEEPER = 0.4  # of the part's height, by which its border moves at strength 1
_LEAST = 0.03  # of the frame's side: a part that is less high is hardly seen
_UPPER = 0.14  # of the frame's side: what stands below the lining, sole included, in the middle of its columns
_ZONE, _LEAST_ZONE = 3.0, 0.1  # times what is moved; of the frame's side
_LINE, _FADE = 0.012, 0.03  # of the frame's side: how even a border is; how far beside the part it still moves
_OF_LARGEST = 0.25  # a smaller piece of it stays as it is


def lining_moved(named: NamedParts, action: str, strength: float) -> Array:
    """The lower border of a shoe's opening goes down or up. Raises DoesNotFit for one that is hardly to be seen."""
    where = _large_pieces(named.mask("lining"))
    side, columns = len(where), np.flatnonzero(where.any(0))
    tops = np.array([np.flatnonzero(where[:, column])[0] for column in columns], np.float64)
    ends = np.array([np.flatnonzero(where[:, column])[-1] + 1 for column in columns], np.float64)
    if np.percentile(ends - tops, 90) < _LEAST * side:
        raise DoesNotFit("The lining is hardly to be seen in this photo: it can be made neither deeper nor shallower.")
    floor = np.array([np.flatnonzero(named.labels[:, column] >= 0)[-1] + 1 for column in columns], np.float64)
    if float(np.median(floor - ends)) < _UPPER * side:
        raise DoesNotFit("This shoe is open: there is no upper below its lining that could give way.")
    x = np.arange(side)
    top, end = (smooth(np.interp(x, columns, line), _LINE * side) for line in (tops, ends))
    moved = share_moved(action, strength, _DEEPER) * np.maximum(end - top, 0)
    moved = smooth(moved * faded(x, columns[0], columns[-1], _FADE * side), _LINE * side)
    zone = np.maximum(_ZONE * np.abs(moved), _LEAST_ZONE * side)
    y, border = np.arange(side)[:, None], end + moved
    above = np.clip((y - top) / np.maximum(border - top, 1), 0, 1)
    below = np.clip(1 - (y - border) / zone, 0, 1)
    return vertical(np.minimum(above, below) * moved)


def _large_pieces(where: Mask) -> Mask:
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(where.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    return np.asarray(np.isin(pieces, [k for k in range(1, count) if areas[k] >= _OF_LARGEST * areas.max()]))
