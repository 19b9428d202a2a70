"""Many swatches on one region: solved as one batch, each strip of the photo read once for all."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from gpu_worker.contract.marks import Swatch
from gpu_worker.core.batches import in_batches
from gpu_worker.edits.constraints.swatch import Swatch as SwatchConstraint
from gpu_worker.edits.solver import SolverState, StepCallback
from gpu_worker.engine.measured import measured_variant
from gpu_worker.engine.prepared_edit import Dyed, PreparedEdit, lab_of
from gpu_worker.engine.values import Variant
from gpu_worker.measures.perceptual import Perceptual
from gpu_worker.transfer.mirror import with_mirror_image
from gpu_worker.transfer.recolour import dye_photo, solve_dyes
from gpu_worker.transfer.render import Rendered


def solve_swatches(first: PreparedEdit, messages: Sequence[Swatch], callback: StepCallback) -> tuple[Tensor, Tensor]:
    """Every swatch as one candidate of a batch: latents (N, L, D) and costs (N,). `first` is the edit of the first."""
    constraint, _ = first.weighted[0]
    assert isinstance(constraint, SwatchConstraint)
    anchor = first.start.proposal.w_plus

    def run(part: slice) -> SolverState:
        edit = replace(first, weighted=[(_with_targets(constraint, messages[part]), 1.0)])
        guessed = edit.guess()
        assert guessed is not None
        return edit.state(anchor.repeat(len(messages[part]), 1, 1)).consider(guessed).run(callback)

    states = in_batches(run, len(messages), len(messages))
    return torch.cat([state.best for state in states]), torch.cat([state.best_costs for state in states])


def _with_targets(first: SwatchConstraint, swatches: Sequence[Swatch]) -> SwatchConstraint:
    """One constraint whose target differs per candidate."""
    targets = torch.tensor(np.array([lab_of(s.colour) for s in swatches]), dtype=torch.float32)
    return replace(first, target_lab=targets.to(first.mask.device))


def dye_swatches(
    edit: PreparedEdit,
    perceptual: Perceptual,
    messages: Sequence[Swatch],
    latents_nld: Tensor,
    costs_n: Tensor,
    report: Callable[[int], None],
) -> list[Variant]:
    """One variant per swatch, in order."""
    started = time.perf_counter()
    projection = edit.projection
    assert projection is not None
    photo, alpha = projection.photo, projection.mask.alpha
    region, swatches = edit.region(messages[0]), [lab_of(message.colour) for message in messages]
    dyes = solve_dyes(region, swatches)
    pictures = dye_photo(photo.pixels, alpha, region, dyes)
    image = edit.mirror_image(region, dyes[0])
    if image is not None:
        pairs = zip(pictures, dyes, strict=True)
        pictures = [with_mirror_image(photo.pixels, made, image, dye.target, edit.mirror) for made, dye in pairs]
    seconds = (time.perf_counter() - started) / len(messages)
    variants = []
    for index, (pixels, dye, swatch) in enumerate(zip(pictures, dyes, swatches, strict=True)):
        variants.append(
            measured_variant(
                edit.manifold,
                perceptual,
                projection,
                Rendered(pixels=pixels, alpha=alpha, still=pixels),
                latents_nld[index : index + 1],
                cost=float(costs_n[index]),
                dyed=[Dyed(region=region, dye=dye, swatch=swatch, mirror=image)],
                seconds=seconds,
            )
        )
        report(index + 1)
    return variants
