"""The mark "part": a part of the photo's product becomes that of another product of the merchant's.

Parts come after removals and looks and before every other mark, which are then meant for the photo with its new part.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from gpu_worker.contract.marks import Part
from gpu_worker.contract.parts import LABELS, cannot_be_transferred
from gpu_worker.edits.errors import EditError, NothingAsked, WrongLatent
from gpu_worker.engine.beforehand import Done, Editor, Given, projected, worst
from gpu_worker.engine.reporting import report
from gpu_worker.engine.values import Example, Projection
from gpu_worker.grafts.garment import garment_of
from gpu_worker.grafts.grafted import Grafted, NoSuchPart
from gpu_worker.grafts.prints import with_print_of
from gpu_worker.grafts.soles import shoe_of, with_sole_of
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.segmentation.named_parts import find_named_parts
from gpu_worker.segmentation.product_mask import mask_of

MADE_UP = "A computer took this part from another product's photo: look at its place, its edges and its light."
_SOFT, _TOO_SOFT = 1.5, 4.0  # times as large as its photo shows it


class NotTransferred(EditError):
    """A part that cannot come from another product of this kind."""

    code = "not_transferred"


def graft(engine: Editor, projection: Projection, wanted: Sequence[Part], given: Given) -> Done:
    """The photo with every part, in order. Raises EditError, PhotoError."""
    manifold = engine.manifold
    for mark in wanted:
        if reason := cannot_be_transferred(mark.part, manifold.kind):
            raise NotTransferred(reason)
    measures, here = dict[str, float](), projection
    for number, mark in enumerate(wanted):
        report(given.callback, "transfer", number, len(wanted))
        made = grafted(manifold, here, mark, _example(mark, here, manifold, given.examples))
        changed = (here.photo.pixels != made.pixels).any(2)
        outside = {"outside_changed": float(changed[made.weight == 0].sum())}
        measures = worst(measures, made.measures | outside)
        here = projected(manifold, here, made.pixels)
    report(given.callback, "transfer", len(wanted), len(wanted))
    return Done(projection=here, measures=measures, warnings=_warnings(measures))


def grafted(manifold: Manifold, projection: Projection, mark: Part, example: Example) -> Grafted:
    """One part, whether or not it is offered. Raises PhotoError."""
    mask = mask_of(example.photo, example.kind, example.outline)
    there = find_named_parts(example.photo, mask, example.kind)
    photo, here = projection.photo, projection.named(manifold.kind).found
    if mark.part == "print":
        made = with_print_of(garment_of(photo.pixels, here), garment_of(example.photo.pixels, there), mark.colours)
    elif mark.part == "sole":
        shoe = shoe_of(photo.pixels, projection.mask.alpha, here)
        made = with_sole_of(shoe, shoe_of(example.photo.pixels, mask.alpha, there), mark.colours)
    else:
        raise NotTransferred(f"The {LABELS[mark.part]} cannot be taken from another product yet.")
    if made.measures["example_enlarged"] > _TOO_SOFT:
        raise NoSuchPart("The example's photo is too small to show its part at this size: choose a larger one.")
    return made


def _example(mark: Part, projection: Projection, manifold: Manifold, examples: Mapping[str, Example]) -> Example:
    example = examples.get(mark.example_key)
    if example is None:
        raise NoSuchPart("The other product's photo is not there any more: choose another.")
    if example.kind != manifold.kind:
        raise WrongLatent(
            "The two products are of different kinds: take a part from a shoe for a shoe, and from a shirt for a shirt."
        )
    if np.array_equal(example.photo.pixels, projection.photo.pixels):
        raise NothingAsked("This is the same photo: choose another product.")
    return example


def _warnings(measures: dict[str, float]) -> list[str]:
    soft = measures.get("example_enlarged", 0.0) > _SOFT
    return [MADE_UP, *(["The example's photo is small: its part looks soft here."] if soft else [])]
