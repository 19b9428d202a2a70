"""What a person says about a photo's outline: a box around the product, and strokes on it and beside it. No torch here.

Coordinates are fractions of the photo's longer side, from its top left corner, in both directions: strokes stay round. A click is a
stroke of one point.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from gpu_worker.contract.marks import Drawn, Message, Stroke, has_too_many_points

Share = Annotated[float, Field(ge=0, le=1)]


class OutlineBrush(Drawn):
    """Strokes on the product, or on what is none."""

    type: Literal["product", "other"]
    strokes: Annotated[list[Stroke], Field(min_length=1, max_length=200)]


class Outline(Message):
    """Marks in the order in which they were made: a later one counts where it covers an earlier one."""

    revision: Annotated[int, Field(ge=0)] = 0  # comes back with what was found by it
    box: tuple[Share, Share, Share, Share] | None = None  # left, top, right, bottom: all that is product lies in it
    marks: Annotated[list[OutlineBrush], Field(max_length=100)] = []
    confirmed: bool = False  # a person has looked at what was found and says that it is right

    @model_validator(mode="after")
    def _is_a_drawing(self) -> Outline:
        if self.box is not None and not (self.box[0] < self.box[2] and self.box[1] < self.box[3]):
            raise ValueError("a box has its left before its right and its top above its bottom")
        if has_too_many_points(self.marks):
            raise ValueError("the marks have too many points in all")
        return self

    @property
    def says_nothing(self) -> bool:
        """Whether there is neither a box nor a stroke."""
        return self.box is None and not self.marks
