"""Attributes by Deep Feature Interpolation: the mark `attribute` with `way: "features"`.

The neighbours are the photo's own, with the attribute and without it, among the examples of the attribute; phi is AlexNet, whose
features the core has anyway (all convolutions but the first), of the product on white at 192 px. Solved over the trunk's w+
(decision 0121): the answer is a latent like any other, so motion, the photo's own residual and the measures are those of every edit.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from gpu_worker.attributes.deep_interpolation import (
    Features,
    Interpolation,
    Phi,
    Show,
    feature_step,
    interpolate,
    mean_features,
)
from gpu_worker.contract.marks import Attribute as AttributeMark
from gpu_worker.contract.marks import Constraint, SolverOptions, Swatch
from gpu_worker.core.progress import Callback, Progress
from gpu_worker.edits.constraints.latent import Attribute
from gpu_worker.edits.errors import Contradiction, TooFewExamples
from gpu_worker.edits.from_marks import examples_of, read_latent
from gpu_worker.edits.solver import Solution
from gpu_worker.engine.prepared_edit import PreparedEdit
from gpu_worker.engine.reporting import report_steps
from gpu_worker.engine.values import to_pixels
from gpu_worker.manifold.adapted import Adapted
from gpu_worker.manifold.examples import FULL, NEIGHBOURS
from gpu_worker.measures.perceptual import Perceptual
from gpu_worker.projection.project import latent_scale


def solution_of(
    edit: PreparedEdit, options: SolverOptions, perceptual: Perceptual, callback: Callback | None
) -> Solution:
    """Where an edit ends: the latent that a preview showed, the one found by deep features, or the solver's. Raises EditError."""
    if options.chosen is not None:
        return edit.chosen(read_latent(options.chosen, edit.manifold).to(edit.manifold.device))
    if asked(edit.messages):
        return edit.chosen(_interpolated(edit, perceptual, callback))
    return edit.solve(report_steps(callback))


def asked(constraints: Sequence[Constraint]) -> bool:
    """Whether an attribute is to be reached by deep features. Raises Contradiction beside marks that need the solver."""
    by_features = [m for m in constraints if isinstance(m, AttributeMark) and m.way == "features"]
    if by_features and not all(isinstance(m, AttributeMark | Swatch) for m in constraints):
        raise Contradiction(
            "An attribute by deep features goes with colours and other attributes alone: draw afterwards."
        )
    return bool(by_features)


def _interpolated(edit: PreparedEdit, perceptual: Perceptual, callback: Callback | None) -> Tensor:
    """(1, L, D), as the photo's projection knows latents. Raises TooFewExamples."""
    own = edit.start.adapted
    assert own is not None

    def phi(picture: Tensor) -> Features:
        return perceptual.features(picture)[1:]

    def show(w_plus: Tensor) -> Tensor:
        return own.high.enlarge(own.manifold.generator(w_plus))

    steps = []
    there = own.editable
    for mark, (constraint, _) in zip(edit.messages, edit.weighted, strict=True):
        if not isinstance(mark, AttributeMark) or not isinstance(constraint, Attribute):
            continue
        if mark.way == "features":
            w = _step(mark, edit, own, lambda plain: show(own.manifold.generator.spread(plain).contiguous()), phi)
            steps.append([constraint.amount / FULL * layer for layer in w])
        else:
            there = there + constraint.way

    def listen(step: int, of: int, cost: float, picture: Tensor) -> None:
        if callback is not None:
            callback(Progress(stage="solve", step=step, steps=of, cost=cost, preview=to_pixels(picture)[0]))

    together = [torch.stack(list(layers)).sum(0) for layers in zip(*steps, strict=True)]
    settings = Interpolation(rate=0.15 * latent_scale(edit.manifold))
    return own.projected + interpolate(show, phi, there, together, settings, listen) - own.editable


def _step(mark: AttributeMark, edit: PreparedEdit, own: Adapted, show: Show, phi: Phi) -> Features:
    """w of one attribute for this photo."""
    examples = examples_of(mark, edit.manifold)
    if examples is None or min(len(examples.having), len(examples.lacking)) < NEIGHBOURS:
        raise TooFewExamples(
            f"There are too few examples of “{mark.name}” for this way: "
            f"it needs at least {NEIGHBOURS} products with it and {NEIGHBOURS} without it."
        )
    having, lacking = examples.neighbours(own.editable.mean((0, 1)))
    return feature_step(mean_features(phi, show, having), mean_features(phi, show, lacking))
