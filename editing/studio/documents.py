"""The studio's documents: checked when they come in, turned into constraint messages when they go to a worker.

A document's marks are the constraint messages themselves, but for two that refer to rows: an attribute is named by its
id and a morph by the other photo's. What they refer to is looked up, under the actor's own rows, when it is needed.
"""

from base64 import b64encode
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from catalog.errors import InvalidInput
from catalog.tenancy.access import Actor
from editing.lifecycle.examples import key_of, keys_by_photo
from editing.models import StudioSession
from editing.own_parts.services import group_of
from editing.studio.selectors import attributes_by_id, latents_by_photo
from gpu_worker.contract.marks import (
    Attribute,
    BaseMark,
    ColourBrush,
    Constraint,
    Drawn,
    Hex,
    Keep,
    Look,
    Message,
    Morph,
    OwnPart,
    Remove,
    SketchBrush,
    SolverOptions,
    Stroke,
    Swatch,
    Units,
    Warp,
    Way,
    has_too_many_points,
)
from gpu_worker.contract.parts import PartName

MAX_MARKS = 60  # a job takes 64 constraints


class AttributeMark(BaseMark):
    type: Literal["attribute"] = "attribute"
    attribute: int
    amount: Annotated[float, Field(ge=-6, le=6)]
    way: Way = "neighbours"


class MorphMark(BaseMark):
    type: Literal["morph"] = "morph"
    photo: int
    amount: Annotated[float, Field(ge=0, le=1)]


class LookMark(Drawn):
    """A look, its example named by the photo's number; with strokes it is meant where they are."""

    type: Literal["look"] = "look"
    photo: int
    region: Literal["dominant", "product", "painted"] | PartName
    scale: Annotated[float, Field(ge=0.25, le=4)]
    strokes: Annotated[list[Stroke], Field(max_length=200)] = []

    @model_validator(mode="after")
    def _painted_needs_paint(self) -> Self:
        if (self.region == "painted") != bool(self.strokes):
            raise ValueError("what is painted has strokes, and nothing else has")
        return self


class OwnPartMark(Drawn):
    """A part of the merchant's own taken away, named by its number."""

    type: Literal["own_part"] = "own_part"
    group: int
    strength: Annotated[float, Field(ge=0.25, le=2)] = 1.0
    strokes: Annotated[list[Stroke], Field(max_length=200)] = []


class PartMark(BaseMark):
    """A part of the photo's product has this colour."""

    type: Literal["swatch"] = "swatch"
    colour: Hex
    region: PartName


Mark = Annotated[
    ColourBrush
    | SketchBrush
    | Warp
    | Keep
    | Remove
    | AttributeMark
    | MorphMark
    | LookMark
    | PartMark
    | Units
    | OwnPartMark,
    Field(discriminator="type"),
]


class Weights(Message):
    strength: Annotated[float, Field(ge=0, le=100)] = 1.0
    realism: Annotated[float, Field(ge=0, le=10)] = 0.1


class Document(Message):
    marks: Annotated[list[Mark], Field(max_length=MAX_MARKS)] = []
    options: Weights = Weights()
    choice: Annotated[int, Field(ge=0, le=15)] = 0


def parse(raw: object) -> Document:
    """Raises InvalidInput for what is no document, or too large a one."""
    try:
        document = Document.model_validate(raw)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InvalidInput(f"This drawing cannot be used ({where}: {error.errors()[0]['msg']}).") from error
    if has_too_many_points(document.marks):
        raise InvalidInput("This drawing has too many strokes. Take some away before you draw on.")
    return document


def as_stored(document: Document) -> dict[str, Any]:
    """JSON for the session's row and for the page. Unset defaults stay unset, so that it equals what the page sent."""
    stored: dict[str, Any] = document.model_dump(mode="json", exclude_defaults=True)
    marks = [
        {"type": mark.type, **described}
        for mark, described in zip(document.marks, stored.get("marks", []), strict=True)
    ]
    return {"marks": marks, "options": document.options.model_dump(mode="json"), "choice": document.choice}


def constraints(session: StudioSession, actor: Actor, version: str) -> list[Constraint]:
    """The session's marks as messages for a worker whose manifold is `version`. Raises InvalidInput for a mark whose
    row is gone or belongs to another manifold."""
    return from_marks(parse(session.document).marks, actor, version)


def from_marks(marks: Sequence[Mark], actor: Actor, version: str) -> list[Constraint]:
    attributes = attributes_by_id(actor, [m.attribute for m in marks if isinstance(m, AttributeMark)], version)
    latents = latents_by_photo(actor, [m.photo for m in marks if isinstance(m, MorphMark)], version)
    keys = keys_by_photo(actor, [m.photo for m in marks if isinstance(m, LookMark)])
    found: list[Constraint] = []
    for mark in marks:
        if isinstance(mark, AttributeMark):
            found.append(_attribute(attributes, mark))
        elif isinstance(mark, MorphMark):
            found.append(_morph(latents, mark))
        elif isinstance(mark, LookMark):
            found.append(_look(keys, mark))
        elif isinstance(mark, OwnPartMark):
            found.append(OwnPart(group=group_of(actor, mark.group), strength=mark.strength, strokes=mark.strokes))
        elif isinstance(mark, PartMark):
            found.append(Swatch(colour=mark.colour, region=mark.region))
        else:
            found.append(mark)
    return found


def _attribute(attributes: dict[int, Any], mark: AttributeMark) -> Attribute:
    row = attributes.get(mark.attribute)
    if row is None:
        raise InvalidInput("An attribute of this drawing is not available any more. Set its slider to 0.")
    return Attribute(
        name=row.name,
        direction=b64encode(bytes(row.direction)),
        scale=row.scale,
        amount=mark.amount,
        way=mark.way,
        examples_key=row.examples_key or None,
    )


def _morph(latents: dict[int, bytes], mark: MorphMark) -> Morph:
    if mark.photo not in latents:
        raise InvalidInput("The product to blend with is not ready or not available any more. Choose another one.")
    return Morph(w_plus=b64encode(latents[mark.photo]), amount=mark.amount)


def _look(keys: dict[int, str], mark: LookMark) -> Look:
    return Look(example_key=key_of(keys, mark.photo), region=mark.region, strokes=mark.strokes, scale=mark.scale)


def solver_options(
    document: Document, *, candidates: int = 1, seed: int = 0, chosen: str | None = None
) -> SolverOptions:
    weights = document.options
    return SolverOptions(
        strength=weights.strength,
        realism=weights.realism,
        candidates=candidates,
        seed=seed,
        chosen=chosen.encode() if chosen else None,
    )


def plain_latent(w_plus: bytes, dimensions: int) -> bytes:
    """The mean over the layers of a w+, as the directions' examples are given: (D,) little-endian float32."""
    layers = np.frombuffer(w_plus, "<f4").reshape(-1, dimensions)
    return bytes(layers.mean(0).astype("<f4").tobytes())
