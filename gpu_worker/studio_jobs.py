"""The studio's messages and where they lie in Valkey. No torch here; both sides import it.

Live previews do not travel through Celery: of a hundred strokes only the newest matters, and a worker that keeps its
sessions warm must be reached again. So the newest order of a session is one key that is overwritten, a list wakes a
worker, and previews are published on the session's channel (docs/decisions/0060-live-previews-beside-celery.md).
"""

from base64 import b64encode
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Base64Bytes, Field

from gpu_worker.jobs import Constraint, Kind, Message, ObjectKey, SolverOptions

# Celery task names: the worker's, and those that record its answers.
ATTRIBUTE_TASK, PRINCIPAL_TASK = "gpu_worker.attribute", "gpu_worker.principal_directions"
RECORD_ATTRIBUTE, RECORD_PRINCIPAL = "editing.record_attribute", "editing.record_principal"

WAKE_LIST = "studio:wake"  # session ids for any worker
ORDER_SECONDS = 3600
LEASE_MILLISECONDS = 4000  # a worker that died is forgotten after this


def wake_list_of(worker: str) -> str:
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
    photo_key: ObjectKey | None = None  # None: from scratch
    w_plus: Base64Bytes | None = None  # (L, D): the photo's projection
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    constraints: list[Constraint] = []
    options: SolverOptions = SolverOptions()
    choice: Annotated[int, Field(ge=0, le=15)] = 0  # the candidate that the person goes on with


class PreviewNews(Message):
    """What a worker has to show. Pictures are data URLs, because they go straight into the browser's event stream."""

    revision: int
    step: int = 0
    cost: float = 0.0
    settled: bool = False
    placed: Annotated[str, Field(pattern="^(photo|frame)$")] = "frame"  # what the picture covers
    image: str = ""
    candidates: list[str] = []  # 64 px each, the shown one included
    frames: list[str] = []  # the sequence from the photo to the edit, when settled
    w_plus: str = ""  # (L, D) of a settled preview, base64; not for the browser
    problem: str = ""  # for the person; then there is no picture


class AttributeJob(Message):
    """Find a direction from examples, or draw the strip of one that is known. Latents are (D,) float32."""

    attribute: int
    kind: Kind
    manifold_version: str
    method: Annotated[str, Field(pattern="^(mean|nearest|logistic|known)$")]
    having: list[Base64Bytes] = []
    lacking: list[Base64Bytes] = []
    near: Base64Bytes | None = None  # nearest: the latent whose neighbours count
    neighbours: Annotated[int, Field(ge=5, le=500)] = 100
    kept: list[Base64Bytes] = []  # directions that must not move
    direction: Base64Bytes | None = None  # known: only the strip is drawn
    scale: float = 1.0

    @classmethod
    def of_bytes(cls, **fields: Any) -> Self:
        """From plain bytes, which pydantic would take for base64."""
        return cls(**{name: _encoded(value) for name, value in fields.items()})


def _encoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_encoded(item) for item in value]
    return b64encode(value) if isinstance(value, bytes) else value


class AttributeAnswer(Message):
    attribute: int
    direction: Base64Bytes | None = None
    scale: float = 1.0
    threshold: float = 0.0
    accuracy: float | None = None
    having: int = 0  # how many examples had it
    lacking: int = 0
    strip_key: ObjectKey | None = None
    problem: str = ""


class PrincipalJob(Message):
    """Draw the film strips of a manifold's first principal directions."""

    kind: Kind
    manifold_version: str
    count: Annotated[int, Field(ge=1, le=40)] = 16


class PrincipalDirectionMessage(Message):
    index: int
    direction: Base64Bytes
    scale: float
    strip_key: ObjectKey


class PrincipalAnswer(Message):
    kind: Kind
    manifold_version: str
    directions: list[PrincipalDirectionMessage]
