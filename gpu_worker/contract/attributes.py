"""Attributes: the messages that find a direction, draw its strip, and bring the answers. No torch here."""

from base64 import b64encode
from typing import Annotated, Any, Self

from pydantic import Base64Bytes, Field

from gpu_worker.contract.keys import ObjectKey
from gpu_worker.contract.manifolds import ForManifold, ManifoldName
from gpu_worker.contract.marks import Kind, Message

# Celery task names: the worker's, and those that record its answers.
ATTRIBUTE_TASK, PRINCIPAL_TASK = "gpu_worker.attribute", "gpu_worker.principal_directions"
RECORD_ATTRIBUTE, RECORD_PRINCIPAL = "editing.record_attribute", "editing.record_principal"


class AttributeJob(Message):
    """Find a direction from examples, or draw the strip of one that is known. Latents are (D,) float32."""

    attribute: int
    kind: Kind
    manifold_version: str
    manifold: ForManifold = None  # where it is a merchant's own
    method: Annotated[str, Field(pattern="^(mean|nearest|logistic|known)$")]
    having: list[Base64Bytes] = []
    lacking: list[Base64Bytes] = []
    near: Base64Bytes | None = None  # nearest: the latent whose neighbours count
    neighbours: Annotated[int, Field(ge=5, le=500)] = 100
    kept: list[Base64Bytes] = []  # directions that must not move
    direction: Base64Bytes | None = None  # known: only the strip is drawn
    scale: float = 1.0
    examples_prefix: ObjectKey | None = None  # where the examples are kept, for photos to go the way of the nearest

    @property
    def manifold_name(self) -> ManifoldName:
        """The manifold that its examples are of."""
        return self.manifold or ManifoldName(version=self.manifold_version)

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
    examples_key: ObjectKey | None = None
    problem: str = ""


class PrincipalJob(Message):
    """Draw the film strips of a manifold's first principal directions."""

    kind: Kind
    manifold_version: str
    manifold: ForManifold = None  # where it is a merchant's own
    count: Annotated[int, Field(ge=1, le=40)] = 16

    @property
    def manifold_name(self) -> ManifoldName:
        """The manifold whose directions are drawn."""
        return self.manifold or ManifoldName(version=self.manifold_version)


class PrincipalDirectionMessage(Message):
    index: int
    direction: Base64Bytes
    scale: float
    strip_key: ObjectKey


class PrincipalAnswer(Message):
    kind: Kind
    manifold_version: str
    directions: list[PrincipalDirectionMessage]
