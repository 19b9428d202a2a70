"""What a worker is asked: typed, versioned messages. No torch here; both sides of the broker import it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from gpu_worker.contract.keys import ObjectKey, keys_in
from gpu_worker.contract.manifolds import ForManifold
from gpu_worker.contract.marks import Constraint, Hex, Kind, Message, RegionName, SolverOptions, has_too_many_points
from gpu_worker.contract.numbers import Numbers
from gpu_worker.contract.outline import Outline

MESSAGE_VERSION: Literal[1] = 1

# Celery task names, so that neither side imports the other.
TASKS = {"project": "gpu_worker.project", "render": "gpu_worker.render", "train": "gpu_worker.train"}
QUEUE_OF = {"project": "project", "render": "edit", "train": "train"}


class FramePlace(Message):
    """Photo pixels = scale * frame fraction + offset: where the frame lies in the photo."""

    scale: Annotated[float, Field(gt=0)]  # side of the frame in photo pixels
    left: float
    top: float


class MeasuredColour(Message):
    """CIELAB (D65) of a region."""

    l: float  # noqa: E741  the letter that colorimetry uses
    a: float
    b: float


class StoredProjection(Message):
    """A photo's latent, valid for one manifold version."""

    manifold_version: str
    w_plus: Numbers  # (L, D)
    frame: FramePlace
    lpips: float  # reconstruction error at the manifold's resolution
    mask_confidence: Annotated[float, Field(ge=0, le=1)] = 1.0  # how well the product's outline was found
    colours: Annotated[list[MeasuredColour], Field(max_length=2)] = []  # the product's own, the dominant one first


class Job(Message):
    """`token` is the fencing token: every answer brings it back, and an answer with an old one is dropped."""

    version: Literal[1] = MESSAGE_VERSION
    job: UUID
    token: Annotated[int, Field(ge=1)]


class ProjectJob(Job):
    """Find the latent of a photo."""

    type: Literal["project"] = "project"
    kind: Kind
    manifold: ForManifold = None  # none named: the one that all share, as this worker has it
    photo_key: ObjectKey
    outline: Outline = Outline()  # what a person said about it


class NamedSwatch(Message):
    """One colourway of a request."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    colour: Hex


class Provenance(Message):
    """What a variant's metadata says about where it comes from."""

    request: UUID
    photo: Annotated[str, Field(max_length=80)]  # a keyed digest: a plain hash would be the name of a private object


class Example(Message):
    """A photo of the same merchant that a look is taken from."""

    key: ObjectKey
    kind: Kind
    outline: Outline = Outline()


class RenderJob(Job):
    """Make variants of a photo: one or more candidates for each swatch, or candidates for a set of constraints."""

    type: Literal["render"] = "render"
    kind: Kind
    manifold: ForManifold = None  # named where it is a merchant's own, or where marks hold only on one version
    photo_key: ObjectKey
    outline: Outline = Outline()
    lead_photo_key: ObjectKey | None = None  # the product's main photo: what "dominant" is there, it is here
    lead_outline: Outline = Outline()
    projection: StoredProjection | None = None  # without one, or of another version, the worker projects first
    swatches: Annotated[list[NamedSwatch], Field(max_length=24)] = []
    region: RegionName = "dominant"
    part: Annotated[int, Field(ge=1, le=10)] = 1  # for "part": which, by importance
    mask_key: ObjectKey | None = None  # the painted region, as large as the photo
    mask_keys: Annotated[list[ObjectKey], Field(max_length=64)] = []  # the merchant's own: the only ones that are read
    examples: Annotated[list[Example], Field(max_length=16)] = []  # likewise, of looks
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
        if has_too_many_points(self.constraints):
            raise ValueError("the constraints have too many points in all")
        own = {*self.mask_keys, *(example.key for example in self.examples)}
        if keys_in([self.constraints, {"mask_key": self.mask_key}]) - own:
            raise ValueError("a mask or an example is named that is not among the job's own")
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
    owner: Annotated[int, Field(ge=1)]  # the merchant, whom alone the result may serve
    description: Annotated[str, Field(max_length=400)]


def stop_key(job: UUID, token: int) -> str:
    """An object under this key tells the worker to stop: cancelled, or given to another worker."""
    return f"control/{job}/{token}"
