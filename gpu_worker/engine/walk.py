"""A walk between two products of a kind: pictures between them, the first and the last being the photos themselves.

The latents go along the line between the two (Zhu et al. 2016, section 3); each photo's own residual (adapted.py) fades with the distance
from it, so that the walk begins and ends in the very products and not in what the manifold takes them for.
"""

from base64 import b64encode

import torch
from torch import Tensor

from gpu_worker.contract.marks import Morph, SolverOptions
from gpu_worker.edits.errors import WrongLatent
from gpu_worker.edits.sequence import latents_between
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.values import Callback, Pixels, Projection, Variant, to_pixels
from gpu_worker.manifold.adapted import Adapted


def walk_pictures(engine: Engine, first: Projection, second: Projection, frames: int) -> list[Pixels]:
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


def _own(engine: Engine, projection: Projection) -> Adapted:
    adapted = engine.start_of(projection).adapted
    assert adapted is not None
    return adapted


def walk_stills(
    engine: Engine, first: Projection, second: Projection, count: int, callback: Callback | None = None
) -> list[Variant]:
    """Places evenly between the two on the first photo, at its own size. Raises WrongLatent."""
    if first.w_plus.shape != second.w_plus.shape or first.manifold_version != second.manifold_version:
        raise WrongLatent("The two products are of different kinds: walk between two shoes or two shirts.")
    stills = []
    for number in range(1, count + 1):
        share = number / (count + 1)
        latent = first.w_plus + share * (second.w_plus - first.w_plus)
        options = SolverOptions.model_validate({"chosen": b64encode(latent.astype("<f4").tobytes())})
        mark = Morph.model_validate({"w_plus": b64encode(second.w_plus_bytes()), "amount": share})
        stills += engine.edit(first, [mark], options, callback=callback).variants
    return stills
