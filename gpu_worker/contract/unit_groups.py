"""Parts of a merchant's own: the message that has one found from strokes, and its answer. No torch here."""

from typing import Annotated

from pydantic import Field

from gpu_worker.contract.keys import ObjectKey
from gpu_worker.contract.manifolds import ForManifold, ManifoldName
from gpu_worker.contract.marks import Kind, Message
from gpu_worker.contract.numbers import Numbers

UNIT_GROUP_TASK, RECORD_UNIT_GROUP = "gpu_worker.unit_group", "editing.record_unit_group"
SIDE = 32  # of a map of where it was painted
MOST_PHOTOS = 12


class PaintedPhoto(Message):
    """Where the part is in one photo."""

    w_plus: Numbers  # (L, D)
    painted: Annotated[str, Field(pattern=f"^[01]{{{SIDE * SIDE}}}$")]  # row by row over the frame


class UnitGroupJob(Message):
    """Find the group of units that is on where the strokes are."""

    group: int
    kind: Kind
    manifold_version: str
    manifold: ForManifold = None  # where it is a merchant's own
    photos: Annotated[list[PaintedPhoto], Field(min_length=1, max_length=MOST_PHOTOS)]

    @property
    def manifold_name(self) -> ManifoldName:
        """The manifold that the latents are of."""
        return self.manifold or ManifoldName(version=self.manifold_version)


class BestUnit(Message):
    """A single unit that agrees with the strokes by itself."""

    layer: int
    unit: int
    agreement: float


class UnitGroupAnswer(Message):
    group: int
    agreement: float = 0.0
    weights: Numbers | None = None
    places: Numbers | None = None
    best: list[BestUnit] = []
    strip_key: ObjectKey | None = None
    problem: str = ""
