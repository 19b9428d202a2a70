"""A recipe: all that decides how a picture looks, but the photo. Typed, versioned, and never changed once written."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from editing.models import EditJob
from gpu_worker.contract.answers import StoredVariant
from gpu_worker.contract.jobs import NamedSwatch
from gpu_worker.contract.keys import ObjectKey
from gpu_worker.contract.marks import Constraint, Kind, Message, RegionName, SolverOptions
from gpu_worker.contract.parts import LABELS

RELEASE = version("colorway")


class RecipeDocument(Message):
    """Colours for a region, or constraints with their weights; one of the two."""

    version: Literal[1] = 1
    kind: Kind
    swatches: Annotated[list[NamedSwatch], Field(max_length=24)] = []
    region: RegionName = "dominant"
    part: Annotated[int, Field(ge=1, le=10)] = 1
    mask_key: ObjectKey | None = None  # of the photo that it was painted on
    constraints: Annotated[list[Constraint], Field(max_length=64)] = []
    options: SolverOptions = SolverOptions()
    format: Literal["webp", "webp-lossless"] = "webp"
    manifold_version: str = ""
    release: str = ""  # of this service, when the picture was made

    @property
    def is_colour(self) -> bool:
        """Colours alone: shape and details stay those of the photo."""
        return bool(self.swatches)

    @property
    def is_bound_to_its_photo(self) -> bool:
        """A region that was painted as a mask lies where it lies on that photo alone."""
        masks = [self.mask_key, *(getattr(constraint, "mask_key", None) for constraint in self.constraints)]
        return any(masks)

    def spec(self) -> dict[str, Any]:
        """What a render job takes."""
        asked = self.model_dump(mode="json", exclude={"version", "kind", "manifold_version", "release"})
        unused = ("constraints",) if self.is_colour else ("swatches", "region", "part", "mask_key")
        return {name: value for name, value in asked.items() if name not in unused}


RECIPE: TypeAdapter[RecipeDocument] = TypeAdapter(RecipeDocument)


def document_of(job: EditJob, stored: StoredVariant) -> RecipeDocument:
    """The recipe of one picture of a job: of several colours, the one that it has."""
    assert job.photo  # noqa: S101  a render job has one
    asked = job.asked
    if asked.get("swatches"):
        asked["swatches"] = asked["swatches"][stored.candidate : stored.candidate + 1]
    known = {"kind": job.photo.product.kind, "manifold_version": stored.manifold_version, "release": RELEASE}
    return RecipeDocument.model_validate({**asked, **known})


def digest_of(document: RecipeDocument) -> str:
    text = json.dumps(document.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


REGION_WORDS: dict[str, str] = {
    "dominant": "the main colour",
    "product": "the whole product",
    "painted": "where painted",
    "part": "a part",
    **{name: f"the {label}" for name, label in LABELS.items()},
}
_MARK_WORDS = {
    "colour": "colour strokes", "swatch": "a colour", "sketch": "an outline", "warp": "a pull",
    "attribute": "an attribute", "keep": "an area to keep", "morph": "a blend", "remove": "a removal", "enlarge": "an enlargement",
    "look": "another material", "part": "another product's part", "units": "a changed part", "walk": "a walk to another product",
}  # fmt: skip


def title_of(document: RecipeDocument) -> str:
    """In everyday words."""
    if document.is_colour:
        names = ", ".join(swatch.name for swatch in document.swatches)
        return f"{names} on {REGION_WORDS[document.region]}"[:120]
    kinds = [_MARK_WORDS[constraint.type] for constraint in document.constraints]
    return " and ".join(dict.fromkeys(kinds)).capitalize()[:120]
