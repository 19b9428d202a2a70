"""The studio's messages and where they lie in Valkey. No torch here; both sides import it.

Live previews do not travel through Celery: of a hundred strokes only the newest matters, and a worker that keeps its
sessions warm must be reached again. So the newest order of a session is one key that is overwritten, a list wakes a
worker, and previews are published on the session's channel (docs/decisions/0060-live-previews-beside-celery.md).
"""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Base64Bytes, Field, model_validator

from gpu_worker.contract.jobs import Example
from gpu_worker.contract.keys import ObjectKey, keys_in
from gpu_worker.contract.manifolds import ForManifold, ManifoldName
from gpu_worker.contract.marks import Attribute, Constraint, Kind, Message, SolverOptions, has_too_many_points
from gpu_worker.contract.outline import Outline
from gpu_worker.contract.parts import PartName

WAKE_LIST = "studio:wake"  # session ids for any worker
ORDER_SECONDS = 3600
PART_STEP = 20  # grey levels between two parts of a PartMap
LEASE_MILLISECONDS = 4000  # a worker that died is forgotten after this


def wake_list_of(worker: str) -> str:
    """The list in the broker on which one worker waits for orders."""
    return f"{WAKE_LIST}:{worker}"


def order_key(session: UUID | str) -> str:
    """The newest PreviewOrder."""
    return f"studio:order:{session}"


def owner_key(session: UUID | str) -> str:
    """The worker that keeps the session warm, while it lives."""
    return f"studio:owner:{session}"


def news_key(session: UUID | str) -> str:
    """The last PreviewNews, for whoever connects later."""
    return f"studio:news:{session}"


def channel(session: UUID | str) -> str:
    """Where PreviewNews is published."""
    return f"studio:channel:{session}"


class PreviewOrder(Message):
    """Everything a worker needs to begin or to go on with a session: any worker can take over from here."""

    session: UUID
    revision: Annotated[int, Field(ge=0)]
    kind: Kind
    manifold_version: str
    manifold: ForManifold = None  # where it is a merchant's own
    photo_key: ObjectKey | None = None  # None: from scratch
    outline: Outline = Outline()  # of the photo, as its merchant marked it
    w_plus: Base64Bytes | None = None  # (L, D): the photo's projection
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    constraints: list[Constraint] = []
    examples: Annotated[list[Example], Field(max_length=16)] = []  # the merchant's own photos that looks are taken from
    options: SolverOptions = SolverOptions()
    choice: Annotated[int, Field(ge=0, le=15)] = 0  # the candidate that the person goes on with

    @property
    def manifold_name(self) -> ManifoldName | None:
        """The manifold that its latents are of; None where it has none yet."""
        return self.manifold or (ManifoldName(version=self.manifold_version) if self.manifold_version else None)

    @model_validator(mode="after")
    def _is_small_and_reads_its_photo_alone(self) -> Self:
        if has_too_many_points(self.constraints):
            raise ValueError("the constraints have too many points in all")
        taught = {mark.examples_key for mark in self.constraints if isinstance(mark, Attribute)}
        if keys_in(self.constraints) - taught - {example.key for example in self.examples}:
            raise ValueError(
                "a preview reads no object but its photo, its merchant's examples and what its attributes were taught with"
            )
        return self


class PartMap(Message):
    """Which named part of the product lies where in the photo's frame."""

    names: list[PartName]
    image: str  # data URL of a square grey PNG: PART_STEP times a part's place in `names`, counted from 1; 0 is none


class PreviewNews(Message):
    """What a worker has to show. Pictures are data URLs, because they go straight into the browser's event stream."""

    revision: int
    step: int = 0
    cost: float = 0.0
    settled: bool = False
    placed: Annotated[str, Field(pattern="^(photo|frame)$")] = "frame"  # what the picture covers
    image: str = ""
    candidates: list[str] = []  # three times the trunk's size each, the shown one included
    frames: list[str] = []  # the sequence from the photo to the edit, when settled
    w_plus: str = ""  # (L, D) of a settled preview, base64; not for the browser
    parts: PartMap | None = None  # of the photo, once they were looked for
    note: str = ""  # for the person: what this photo cannot show
    problem: str = ""  # for the person; then there is no picture
