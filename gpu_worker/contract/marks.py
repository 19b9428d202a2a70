"""Marks: what a person asks of a picture, as messages. No torch here; both sides of the broker import it.

Coordinates are fractions of the manifold's square frame (0 = left or top, 1 = right or bottom), so that strokes drawn on
one product can be applied to another of its kind. Colours are sRGB as #rrggbb. Latents and vectors are little-endian
float32, base64 in JSON. Objects are named by their key in the worker's bucket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gpu_worker.contract.keys import ObjectKey
from gpu_worker.contract.numbers import Numbers
from gpu_worker.contract.parts import PartName
from gpu_worker.contract.units import Action

Kind = Literal["shoe", "shirt"]
Hex = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Point = tuple[Annotated[float, Field(ge=-0.5, le=1.5)], Annotated[float, Field(ge=-0.5, le=1.5)]]
Way = Literal["neighbours", "features"]
MirrorImages = Literal["follow", "grey"]
RegionName = Literal["dominant", "product", "painted", "part"] | PartName
Moved = Callable[[Sequence[Point]], list[Point]]  # where points of one frame lie in another
Weight = Annotated[float, Field(gt=0, le=100)]
MAX_STROKES, MAX_POINTS = 600, 60_000  # of all marks together: more is no drawing, and would hold up everybody


class Message(BaseModel):
    """Unknown fields are refused: a worker of another version must not half-understand a job."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Stroke(Message):
    """A polyline with a round pen."""

    points: Annotated[list[Point], Field(min_length=1, max_length=4000)]
    radius: Annotated[float, Field(gt=0, le=0.5)] = 0.02


class BaseMark(Message):
    """Something that is asked of a picture; it knows what was drawn for it, and where that lies in another frame."""

    def drawn(self) -> list[Stroke]:
        """What was drawn with a pen, if anything was."""
        return []

    def brought(self, there: Moved, ratio: float) -> Self:
        """The same in another frame of the photo: where its points lie there, lengths times a ratio."""
        return self


class Drawn(BaseMark):
    """A mark with strokes."""

    if TYPE_CHECKING:  # each says itself how many, and in its own place of the message
        strokes: list[Stroke]

    def drawn(self) -> list[Stroke]:
        """Its strokes."""
        return self.strokes

    def brought(self, there: Moved, ratio: float) -> Self:
        """Strokes where they lie there, pens as wide in the photo."""
        moved = [Stroke(points=there(stroke.points), radius=min(0.5, stroke.radius * ratio)) for stroke in self.strokes]
        return self.model_copy(update={"strokes": moved})


class ColourBrush(Drawn):
    """Painted pixels should have this colour."""

    type: Literal["colour"] = "colour"
    strokes: Annotated[list[Stroke], Field(min_length=1, max_length=200)]
    colour: Hex
    weight: Weight = 1.0


class Swatch(Drawn):
    """A region's colour should be this swatch; shading, texture and other colours stay."""

    type: Literal["swatch"] = "swatch"
    colour: Hex
    region: RegionName = "dominant"
    part: Annotated[int, Field(ge=1, le=10)] = 1  # for "part": which, by importance
    material: tuple[float, float, float] | None = None  # for "dominant": its Lab in the product's leading view
    strokes: Annotated[list[Stroke], Field(max_length=200)] = []  # the painted region
    mask_key: ObjectKey | None = None  # or a mask as large as the photo
    weight: Weight = 1.0

    @model_validator(mode="after")
    def _painted_needs_paint(self) -> Swatch:
        if self.region == "painted" and not self.strokes and self.mask_key is None:
            raise ValueError("a painted region needs strokes or a mask")
        return self


class SketchBrush(Drawn):
    """An outline should run along the strokes."""

    type: Literal["sketch"] = "sketch"
    strokes: Annotated[list[Stroke], Field(min_length=1, max_length=200)]
    weight: Weight = 1.0


class Drag(Message):
    source: Point
    target: Point


class Warp(BaseMark):
    """What is at each source should move to its target."""

    type: Literal["warp"] = "warp"
    drags: Annotated[list[Drag], Field(min_length=1, max_length=32)]
    radius: Annotated[float, Field(gt=0, le=0.5)] = 0.09  # of the patch that is followed
    weight: Weight = 1.0

    def brought(self, there: Moved, ratio: float) -> Self:
        """Both ends of each drag where they lie there."""
        moved = [
            Drag(source=source, target=target) for source, target in (there([d.source, d.target]) for d in self.drags)
        ]
        return self.model_copy(update={"drags": moved})


class Attribute(BaseMark):
    """Move `amount` standard deviations along a direction of the latent space."""

    type: Literal["attribute"] = "attribute"
    name: Annotated[str, Field(min_length=1, max_length=80)]
    direction: Numbers  # (D,) unit vector
    amount: Annotated[float, Field(ge=-6, le=6)]
    scale: Annotated[float, Field(gt=0)] = 1.0  # length of one standard deviation along the direction
    weight: Weight = 1.0
    # how a photo gets there: from its nearest examples in latents, or by Deep Feature Interpolation (half a minute)
    way: Way = "neighbours"
    examples_key: ObjectKey | None = None  # of an attribute that a merchant taught: its examples


class Keep(Drawn):
    """Painted pixels should stay as they are."""

    type: Literal["keep"] = "keep"
    strokes: Annotated[list[Stroke], Field(min_length=1, max_length=200)]
    weight: Weight = 1.0


class Remove(Drawn):
    """What is painted over should be gone, and the product go on: a hand, a price tag, a hanger, a hole, a crease."""

    type: Literal["remove"] = "remove"
    strokes: Annotated[list[Stroke], Field(max_length=200)] = []
    mask_key: ObjectKey | None = None  # or a mask as large as the photo

    @model_validator(mode="after")
    def _needs_paint(self) -> Remove:
        if not self.strokes and self.mask_key is None:
            raise ValueError("what is to be removed needs strokes or a mask")
        return self


class Look(Drawn):
    """A region should look as if made of an example's material: its colours, pattern and weave; light and folds stay."""

    type: Literal["look"] = "look"
    example_key: ObjectKey  # another photo of the same merchant
    example_region: Literal["dominant", "sole", "part"] = "dominant"  # whose material it is, in the example
    example_part: Annotated[int, Field(ge=1, le=10)] = 1
    region: RegionName = "dominant"
    part: Annotated[int, Field(ge=1, le=10)] = 1
    strokes: Annotated[list[Stroke], Field(max_length=200)] = []  # the painted region
    mask_key: ObjectKey | None = None  # or a mask as large as the photo
    scale: Annotated[float, Field(ge=0.25, le=4)] = 1.0  # of the pattern: 1 as large on the product as in the example

    @model_validator(mode="after")
    def _painted_needs_paint(self) -> Look:
        if self.region == "painted" and not self.strokes and self.mask_key is None:
            raise ValueError("a painted region needs strokes or a mask")
        return self


class Part(BaseMark):
    """A part should be as another product's: the print of a shirt on another shirt, the sole of a shoe under another."""

    type: Literal["part"] = "part"
    example_key: ObjectKey  # another photo of the same merchant
    part: PartName  # what is offered for a kind: contract.parts.TRANSFERRED
    colours: Literal["theirs", "own"] = "theirs"  # own: those that the photo's part has


class Units(Drawn):
    """A part should be there, be gone, or be more or less, where the brush was (painting of units, Bau et al. 2019)."""

    type: Literal["units"] = "units"
    part: PartName
    action: Action  # what is offered of both for a kind: contract.units
    strength: Annotated[float, Field(ge=0.25, le=2)] = 1.0  # s of the paper, relative: less or more of it
    strokes: Annotated[list[Stroke], Field(max_length=200)] = []  # none: all of the part that is found

    @model_validator(mode="after")
    def _new_needs_paint(self) -> Units:
        if self.action == "add" and not self.strokes:
            raise ValueError("a part that is to be added needs strokes")
        return self


class UnitGroup(Message):
    """What reads a part of a merchant's own off a manifold's units, found from a few strokes (gpu_worker.painting.own_groups)."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    kind: Kind
    manifold_version: Annotated[str, Field(max_length=64)]
    weights: Numbers  # (C,) of the units
    places: Numbers  # (32, 32) over the frame


class OwnPart(Drawn):
    """A part of the merchant's own should be gone where the brush was."""

    type: Literal["own_part"] = "own_part"
    group: UnitGroup
    strength: Annotated[float, Field(ge=0.25, le=2)] = 1.0
    strokes: Annotated[list[Stroke], Field(max_length=200)] = []  # none: all of the part that is found


class Enlarge(BaseMark):
    """The photo two or four times as large, its finest detail made up; alone, since everything else is meant for one size."""

    type: Literal["enlarge"] = "enlarge"
    factor: Literal[2, 4] = 2


class Morph(BaseMark):
    """Move a share of the way towards another product's latent."""

    type: Literal["morph"] = "morph"
    w_plus: Numbers  # (L, D) of the other product
    amount: Annotated[float, Field(ge=0, le=1)] = 1.0


class Walk(BaseMark):
    """Pictures between the photo's product and another one of its kind; alone, since it is the whole way that is asked for."""

    type: Literal["walk"] = "walk"
    example_key: ObjectKey  # another photo of the same merchant: where the walk ends
    stills: Annotated[int, Field(ge=1, le=8)] = 3  # on the photo, evenly between the two


Constraint = Annotated[
    ColourBrush
    | Swatch
    | SketchBrush
    | Warp
    | Attribute
    | Keep
    | Morph
    | Remove
    | Look
    | Part
    | Units
    | OwnPart
    | Enlarge
    | Walk,
    Field(discriminator="type"),
]


def has_too_many_points(marks: Iterable[BaseMark]) -> bool:
    """Whether the marks together have more strokes or points than a job takes."""
    strokes = [stroke for mark in marks for stroke in mark.drawn()]
    return len(strokes) > MAX_STROKES or sum(len(stroke.points) for stroke in strokes) > MAX_POINTS


class SolverOptions(Message):
    """How far and how plausibly; the studio's two sliders are the first two."""

    strength: Annotated[float, Field(ge=0, le=100)] = 1.0  # lambda_s: how strongly the result stays near the photo
    realism: Annotated[float, Field(ge=0, le=10)] = 0.1  # lambda_d: weight of the discriminator
    steps: Annotated[int, Field(ge=1, le=500)] = 60
    candidates: Annotated[int, Field(ge=1, le=16)] = 1
    frames: Annotated[int, Field(ge=2, le=31)] = 7
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    mirror: MirrorImages = (
        "follow"  # what a dyed product's mirror image on a glossy floor does; a shadow stays a shadow
    )
    chosen: Numbers | None = None  # (L, D): the latent that a preview showed; it is rendered, nothing is solved


def pictures_of(marks: Iterable[Message], options: SolverOptions) -> int:
    """How many pictures a job with these marks is asked for: a walk's stills, else candidates."""
    return next((mark.stills for mark in marks if isinstance(mark, Walk)), options.candidates)
