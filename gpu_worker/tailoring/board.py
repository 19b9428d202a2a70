"""A finer grid over some of a frame, to draw seams, stitches and buttons on: a frame's own pixels are wider than a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from gpu_worker.grafts.lines import Line
from gpu_worker.measures.colour import Array
from gpu_worker.segmentation.frame import Similarity
from gpu_worker.tailoring.cloth import Cut

_SHIFT = 8  # bits of a pixel in which OpenCV takes places


@dataclass(frozen=True, kw_only=True, eq=False)
class Board:
    """Of a rectangle of the frame; lines and distances are in the frame's pixels, arrays are (h, w) on the board."""

    left: int
    top: int
    width: int
    height: int
    fine: float  # pixels of the board on one of the frame

    @classmethod
    def around(cls, first: ArrayLike, last: ArrayLike, frame: tuple[int, ...], fine: float) -> "Board":
        """Between two places x, y, as far as the frame (R, R) goes."""
        limits = np.array([frame[1], frame[0]])
        (left, top), (right, bottom) = np.clip([np.floor(first), np.ceil(last)], 0, limits).astype(int).tolist()
        return cls(left=left, top=top, width=right - left, height=bottom - top, fine=fine)

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w)."""
        return round(self.height * self.fine), round(self.width * self.fine)

    @cached_property
    def x(self) -> Array:
        """(h, w) columns of the frame."""
        columns = (np.arange(self.shape[1], dtype=np.float32) + 0.5) / self.fine + self.left - 0.5
        return np.broadcast_to(columns, self.shape).copy()

    @cached_property
    def y(self) -> Array:
        """(h, w) rows of the frame."""
        rows = (np.arange(self.shape[0], dtype=np.float32) + 0.5) / self.fine + self.top - 0.5
        return np.broadcast_to(rows[:, None], self.shape).copy()

    def placing(self, frame: Similarity) -> Similarity:
        """From the photo to the board."""
        shifts = ((shift - edge) * self.fine for shift, edge in ((frame.shift_x, self.left), (frame.shift_y, self.top)))
        x, y = shifts
        return Similarity(scale=frame.scale * self.fine, shift_x=x, shift_y=y)

    def sampled(self, field: Array) -> Array:
        """A field (R, R) of the frame."""
        return np.asarray(cv2.remap(field, self.x, self.y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))

    def distance(self, *lines: Line) -> Array:
        """(h, w) to the nearest of open lines (N, 2)."""
        away = np.ones(self.shape, np.uint8)
        cv2.polylines(away, self._places(lines), isClosed=False, color=0, thickness=1, shift=_SHIFT)
        return np.asarray(cv2.distanceTransform(away, cv2.DIST_L2, 5) / self.fine)

    def inside(self, outline: Line) -> Array:
        """(h, w) how far inside a closed line (N, 2); negative beyond it."""
        filled = np.zeros(self.shape, np.uint8)
        cv2.fillPoly(filled, self._places([outline]), 1, shift=_SHIFT)
        return self.inside_of(filled)

    def inside_of(self, where: NDArray[np.uint8]) -> Array:
        """The same of a mask (h, w)."""
        within, beyond = (cv2.distanceTransform(one, cv2.DIST_L2, 5) for one in (where, 1 - where))
        return np.asarray((np.maximum(within - 0.5, 0) - np.maximum(beyond - 0.5, 0)) / self.fine)

    def cut(
        self,
        source: tuple[Array, Array],
        light: NDArray[np.floating],
        depth: NDArray[np.floating],
        shown: NDArray[np.floating] | None = None,
    ) -> Cut:
        """Cloth from `source`, columns and rows of the frame (h, w) each, as deep inside its outline as `depth` (h, w) says."""
        x, y = source
        places = np.dstack([(x + 0.5 - self.left) * self.fine - 0.5, (y + 0.5 - self.top) * self.fine - 0.5])
        whole = np.ones(self.shape, np.float32) if shown is None else shown
        fields = (np.asarray(field, np.float32) for field in (places, light, depth * self.fine, whole))
        there, lit, deep, seen = fields
        return Cut(source=there, light=lit, depth=deep, shown=seen)

    def _places(self, lines: Sequence[Line]) -> list[NDArray[np.int32]]:
        edge = np.array([self.left, self.top])
        on_board = [(line + 0.5 - edge) * self.fine - 0.5 for line in lines]
        return [np.round(line * (1 << _SHIFT)).astype(np.int32) for line in on_board]
