"""A walk between two products of a kind: pictures between them, the first and the last being the photos themselves.

The latents go along the line between the two (Zhu et al. 2016, section 3); each photo's own residual (adapted.py) fades with the distance
from it, so that the walk begins and ends in the very products and not in what the manifold takes them for.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from gpu_worker.contract.marks import Constraint, Morph, SolverOptions, Walk
from gpu_worker.contract.outline import Outline
from gpu_worker.edits.errors import Contradiction, NothingAsked, WrongLatent
from gpu_worker.edits.sequence import latents_between
from gpu_worker.edits.start import Start
from gpu_worker.engine.reporting import report
from gpu_worker.engine.values import Callback, EditResult, Example, Pixels, Projection, Variant, to_pixels
from gpu_worker.manifold.adapted import Adapted
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.photos.decode import Photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.projection.project import ProjectionSettings

MADE_UP = "A computer made this picture between two products: look at its outline and its details."
FRAMES = 9  # of the strip that comes with the stills
_OTHER_KIND = "The two products are of different kinds: walk between two shoes or two shirts."


class Walker(Protocol):
    """What is used of the engine, which uses this module."""

    manifold: Manifold

    def start_of(self, projection: Projection, *, own_generator: bool = True) -> Start:
        """Where edits of a projection begin."""

    def project(self, photo: Photo, *, outline: Outline | None, settings: ProjectionSettings | None) -> Projection:
        """A photo's product and its latent."""

    def edit(
        self,
        projection: Projection,
        constraints: Sequence[Constraint],
        options: SolverOptions | None = None,
        *,
        callback: Callback | None = None,
    ) -> EditResult:
        """The pictures of a set of constraints."""


def asked(constraints: Sequence[Constraint]) -> Walk | None:
    """The mark, if it is there. Raises Contradiction beside others."""
    found = [mark for mark in constraints if isinstance(mark, Walk)]
    if found and len(constraints) > 1:
        raise Contradiction("Ask for the way to another product by itself, and edit a picture on it afterwards.")
    return found[0] if found else None


def walked(
    engine: Walker, projection: Projection, mark: Walk, examples: Mapping[str, Example], callback: Callback | None
) -> EditResult:
    """The stills of a walk, with its strip from photo to photo as their sequence. Raises EditError, PhotoError."""
    if mark.example_key not in examples:
        raise PhotoError("The product at the walk's other end is not available any more.")
    there = _end(engine, projection, examples[mark.example_key])
    stills = walk_stills(engine, projection, there, mark.stills, callback)
    return EditResult(
        variants=[replace(still, warnings=[*still.warnings, MADE_UP]) for still in stills],
        sequence=walk_pictures(engine, projection, there, FRAMES),
    )


def _end(engine: Walker, projection: Projection, example: Example) -> Projection:
    """Where it ends, by the encoder: an optimised latent lies further from every other one."""
    if example.kind != engine.manifold.kind:
        raise WrongLatent(_OTHER_KIND)
    if np.array_equal(example.photo.pixels, projection.photo.pixels):
        raise NothingAsked("This walk would end where it begins: choose another product.")
    return engine.project(example.photo, outline=example.outline, settings=ProjectionSettings(method="encoder"))


def walk_pictures(engine: Walker, first: Projection, second: Projection, frames: int) -> list[Pixels]:
    """`frames` pictures of the frame, nine times the trunk's size. Raises WrongLatent, ValueError for fewer than two."""
    here, there = (_own(engine, projection) for projection in (first, second))
    pictures = []
    for share, latent in zip(
        torch.linspace(0, 1, frames), latents_between(here.editable, there.editable, frames), strict=True
    ):
        pictures.append(to_pixels(here.high.enlarge(_between(here, there, latent[None], float(share))))[0])
    return pictures


@torch.no_grad()
def _between(here: Adapted, there: Adapted, editable_1ld: Tensor, share: float) -> Tensor:
    """(1, 3, 192, 192) in [-1, 1]."""
    lifted = here.high.lift(here.manifold.generator(editable_1ld))
    first, second = (
        max(0.0, 1 - 2 * share) ** 2,
        max(0.0, 2 * share - 1) ** 2,
    )  # never both: two photos at once are a double exposure
    residual = first * here.kept(lifted) * here.delta + second * there.kept(lifted) * there.delta
    return here.high.decode(lifted + residual)


def _own(engine: Walker, projection: Projection) -> Adapted:
    adapted = engine.start_of(projection).adapted
    assert adapted is not None
    return adapted


def walk_stills(
    engine: Walker, first: Projection, second: Projection, count: int, callback: Callback | None = None
) -> list[Variant]:
    """Places evenly between the two on the first photo, at its own size. Raises WrongLatent."""
    if first.w_plus.shape != second.w_plus.shape or first.manifold_version != second.manifold_version:
        raise WrongLatent(_OTHER_KIND)
    stills = []
    for number in range(1, count + 1):
        share = number / (count + 1)
        latent = first.w_plus + share * (second.w_plus - first.w_plus)
        options = SolverOptions.model_validate({"chosen": b64encode(latent.astype("<f4").tobytes())})
        mark = Morph.model_validate({"w_plus": b64encode(second.w_plus_bytes()), "amount": share})
        stills += engine.edit(first, [mark], options).variants
        report(callback, "transfer", number, count)
    return stills
