"""What a worker answers: typed, versioned messages. No torch here; both sides of the broker import it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Base64Bytes, Field, TypeAdapter

from gpu_worker.contract.jobs import MESSAGE_VERSION, MeasuredColour, StoredProjection
from gpu_worker.contract.keys import ObjectKey
from gpu_worker.contract.marks import Hex, Message

# Codes of failures that pass: the object store is away, or this worker is of another release than the job.
STORAGE_AWAY, UNREADABLE = "storage", "unreadable"
RECORD_ANSWER = "editing.record_answer"


class Answer(Message):
    version: Literal[1] = MESSAGE_VERSION
    job: UUID
    token: int
    worker: Annotated[str, Field(max_length=120)]


class Heartbeat(Answer):
    """A sign of life, with the state of the work; the first one says that the work has begun."""

    type: Literal["heartbeat"] = "heartbeat"
    stage: Literal["fetch", "project", "solve", "transfer", "store", "train"]
    step: int = 0
    steps: int = 0


class StoredVariant(Message):
    """One finished image; its objects are in the store."""

    candidate: Annotated[int, Field(ge=0)]  # with the job, its identity
    colour_name: str
    swatch: Hex | None = None
    measured: MeasuredColour
    key: ObjectKey
    sha256: str
    content_type: str
    width: int
    height: int
    thumbnails: dict[str, ObjectKey]
    sequence_key: ObjectKey | None = None
    alpha_key: ObjectKey | None = None  # the product's opacity, as large as the picture: a cut-out for exports
    w_plus: Base64Bytes
    manifold_version: str
    measures: dict[str, float]
    warnings: list[str] = []


class Outlined(Answer):
    """Where the product is in a photo, seconds before its latent is there."""

    type: Literal["outlined"] = "outlined"
    outline_key: ObjectKey  # a grey picture, white where the product is; smaller than the photo
    confidence: Annotated[float, Field(ge=0, le=1)]
    revision: Annotated[int, Field(ge=0)]  # of the marks by which it was found


class Projected(Answer):
    """A photo's latent; ends a ProjectJob, or comes along with a RenderJob that had to project."""

    type: Literal["projected"] = "projected"
    projection: StoredProjection
    outline_revision: Annotated[int, Field(ge=0)] = 0
    seconds: float


class VariantStored(Answer):
    """One variant of a job that still runs, so that it shows as soon as it is there."""

    type: Literal["variant"] = "variant"
    variant: StoredVariant


class Finished(Answer):
    """The job is done. It names every variant again, because messages may overtake each other."""

    type: Literal["finished"] = "finished"
    variants: list[StoredVariant] = []
    bundle_keys: dict[str, ObjectKey] = {}  # of a TrainJob: file name -> key
    seconds: float


class Failed(Answer):
    """The job cannot be done (`worth_retrying` false) or was hindered."""

    type: Literal["failed"] = "failed"
    code: Annotated[str, Field(max_length=40)]
    message: Annotated[str, Field(max_length=400)]  # for the merchant
    detail: str = ""  # for operators
    worth_retrying: bool


class Returned(Answer):
    """The broker gave this job out a second time. It was not run: its worker may have died of it, or may still work."""

    type: Literal["returned"] = "returned"


AnyAnswer = Annotated[
    Heartbeat | Outlined | Projected | VariantStored | Finished | Failed | Returned, Field(discriminator="type")
]
ANSWER: TypeAdapter[AnyAnswer] = TypeAdapter(AnyAnswer)
