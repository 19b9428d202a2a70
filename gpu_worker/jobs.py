"""What a worker is asked and what it answers: typed, versioned messages. No torch here; both sides of the broker import it.

Coordinates are fractions of the manifold's square frame (0 = left or top, 1 = right or bottom), so that strokes drawn on
one product can be applied to another of its kind. Colours are sRGB as #rrggbb. Latents and vectors are little-endian
float32, base64 in JSON. Objects are named by their key in the worker's bucket.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

MESSAGE_VERSION: Literal[1] = 1

Kind = Literal["shoe", "shirt"]
Hex = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
ObjectKey = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9/_.-]{3,200}$")]
Point = tuple[Annotated[float, Field(ge=-0.5, le=1.5)], Annotated[float, Field(ge=-0.5, le=1.5)]]
RegionName = Literal["dominant", "product", "sole", "painted", "part"]
Weight = Annotated[float, Field(gt=0, le=100)]


class Message(BaseModel):
    """Unknown fields are refused: a worker of another version must not half-understand a job."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stroke(Message):
    """A polyline with a round pen."""

    points: Annotated[list[Point], Field(min_length=1, max_length=4000)]
    radius: Annotated[float, Field(gt=0, le=0.5)] = 0.02


class ColourBrush(Message):
    """Painted pixels should have this colour."""

    type: Literal["colour"] = "colour"
    strokes: Annotated[list[Stroke], Field(min_length=1, max_length=200)]
    colour: Hex
    weight: Weight = 1.0


class Swatch(Message):
    """A region's colour should be this swatch; shading, texture and other colours stay."""

    type: Literal["swatch"] = "swatch"
    colour: Hex
    region: RegionName = "dominant"
    part: Annotated[int, Field(ge=1, le=10)] = 1  # for "part": which, by importance
    strokes: Annotated[list[Stroke], Field(max_length=200)] = []  # the painted region
    mask_key: ObjectKey | None = None  # or a mask as large as the photo
    weight: Weight = 1.0

    @model_validator(mode="after")
    def _painted_needs_paint(self) -> Swatch:
        if self.region == "painted" and not self.strokes and self.mask_key is None:
            raise ValueError("a painted region needs strokes or a mask")
        return self


class SketchBrush(Message):
    """An outline should run along the strokes."""

    type: Literal["sketch"] = "sketch"
    strokes: Annotated[list[Stroke], Field(min_length=1, max_length=200)]
    weight: Weight = 1.0


class Drag(Message):
    source: Point
    target: Point


class Warp(Message):
    """What is at each source should move to its target."""

    type: Literal["warp"] = "warp"
    drags: Annotated[list[Drag], Field(min_length=1, max_length=32)]
    radius: Annotated[float, Field(gt=0, le=0.5)] = 0.09  # of the patch that is followed
    weight: Weight = 1.0


class Attribute(Message):
    """Move `amount` standard deviations along a direction of the latent space."""

    type: Literal["attribute"] = "attribute"
    name: Annotated[str, Field(min_length=1, max_length=80)]
    direction: Base64Bytes  # (D,) unit vector
    amount: Annotated[float, Field(ge=-6, le=6)]
    scale: Annotated[float, Field(gt=0)] = 1.0  # length of one standard deviation along the direction
    weight: Weight = 1.0


class Keep(Message):
    """Painted pixels should stay as they are."""

    type: Literal["keep"] = "keep"
    strokes: Annotated[list[Stroke], Field(min_length=1, max_length=200)]
    weight: Weight = 1.0


class Morph(Message):
    """Move a share of the way towards another product's latent."""

    type: Literal["morph"] = "morph"
    w_plus: Base64Bytes  # (L, D) of the other product
    amount: Annotated[float, Field(ge=0, le=1)] = 1.0


Constraint = Annotated[
    ColourBrush | Swatch | SketchBrush | Warp | Attribute | Keep | Morph, Field(discriminator="type")
]


class SolverOptions(Message):
    """How far and how plausibly; the studio's two sliders are the first two."""

    strength: Annotated[float, Field(ge=0, le=100)] = 1.0  # lambda_s: how strongly the result stays near the photo
    realism: Annotated[float, Field(ge=0, le=10)] = 0.1  # lambda_d: weight of the discriminator
    steps: Annotated[int, Field(ge=1, le=500)] = 60
    candidates: Annotated[int, Field(ge=1, le=16)] = 1
    frames: Annotated[int, Field(ge=2, le=31)] = 7
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class Similarity(Message):
    """Photo pixels = scale * frame fraction + offset: where the frame lies in the photo."""

    scale: Annotated[float, Field(gt=0)]  # side of the frame in photo pixels
    left: float
    top: float


class StoredProjection(Message):
    """A photo's latent, valid for one manifold version."""

    manifold_version: str
    w_plus: Base64Bytes  # (L, D)
    frame: Similarity
    lpips: float  # reconstruction error at the manifold's resolution


# --- What a worker is asked -------------------------------------------------------------------------------------------


class Job(Message):
    """`token` is the fencing token: every answer brings it back, and an answer with an old one is dropped."""

    version: Literal[1] = MESSAGE_VERSION
    job: UUID
    token: Annotated[int, Field(ge=1)]


class ProjectJob(Job):
    """Find the latent of a photo."""

    type: Literal["project"] = "project"
    kind: Kind
    photo_key: ObjectKey


class NamedSwatch(Message):
    """One colourway of a request."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    colour: Hex


class Provenance(Message):
    """What a variant's metadata says about where it comes from."""

    request: UUID
    photo_sha256: str


class RenderJob(Job):
    """Make variants of a photo: one or more candidates for each swatch, or candidates for a set of constraints."""

    type: Literal["render"] = "render"
    kind: Kind
    photo_key: ObjectKey
    projection: StoredProjection | None = None  # without one, or of another version, the worker projects first
    swatches: Annotated[list[NamedSwatch], Field(max_length=24)] = []
    region: RegionName = "dominant"
    part: Annotated[int, Field(ge=1, le=10)] = 1  # for "part": which, by importance
    mask_key: ObjectKey | None = None  # the painted region, as large as the photo
    constraints: Annotated[list[Constraint], Field(max_length=64)] = []
    options: SolverOptions = SolverOptions()
    format: Literal["webp", "webp-lossless"] = "webp"
    provenance: Provenance

    @model_validator(mode="after")
    def _asks_for_something(self) -> RenderJob:
        if bool(self.swatches) == bool(self.constraints):
            raise ValueError("a render job has swatches or constraints")
        if self.region == "painted" and self.mask_key is None:
            raise ValueError("a painted region needs a mask")
        return self


class TrainPhoto(Message):
    name: str
    key: ObjectKey


class TrainJob(Job):
    """Fit a manifold to a merchant's own catalogue."""

    type: Literal["train"] = "train"
    kind: Kind
    photos: Annotated[list[TrainPhoto], Field(min_length=1, max_length=20_000)]
    steps: Annotated[int, Field(ge=1, le=20_000)] = 1000
    description: Annotated[str, Field(max_length=400)]


# --- What a worker answers --------------------------------------------------------------------------------------------


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


class MeasuredColour(Message):
    """CIELAB (D65) of the edited region."""

    l: float  # noqa: E741  the letter that colorimetry uses
    a: float
    b: float


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
    w_plus: Base64Bytes
    manifold_version: str
    measures: dict[str, float]
    warnings: list[str] = []


class Projected(Answer):
    """A photo's latent; ends a ProjectJob, or comes along with a RenderJob that had to project."""

    type: Literal["projected"] = "projected"
    projection: StoredProjection
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


AnyAnswer = Annotated[Heartbeat | Projected | VariantStored | Finished | Failed | Returned, Field(discriminator="type")]
ANSWER: TypeAdapter[AnyAnswer] = TypeAdapter(AnyAnswer)

# Celery task names, so that neither side imports the other.
TASKS = {"project": "gpu_worker.project", "render": "gpu_worker.render", "train": "gpu_worker.train"}
QUEUE_OF = {"project": "project", "render": "edit", "train": "train"}
# Codes of failures that pass: the object store is away, or this worker is of another release than the job.
STORAGE_AWAY, UNREADABLE = "storage", "unreadable"
RECORD_ANSWER = "editing.record_answer"


def stop_key(job: UUID, token: int) -> str:
    """An object under this key tells the worker to stop: cancelled, or given to another worker."""
    return f"control/{job}/{token}"
