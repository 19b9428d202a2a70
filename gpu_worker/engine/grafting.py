"""The mark "part": a part of the photo's product becomes that of another product of the merchant's.

Parts come after removals and looks and before every other mark, which are then meant for the photo with its new part.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gpu_worker.contract.marks import Constraint, Part, SolverOptions
from gpu_worker.contract.parts import LABELS, cannot_be_transferred
from gpu_worker.edits.errors import EditError, NothingAsked, WrongLatent
from gpu_worker.engine.looks import Editor, Example, Examples, Masks
from gpu_worker.engine.removal import encoded
from gpu_worker.engine.reporting import report
from gpu_worker.engine.values import Callback, EditResult, Pixels, Projection, Variant
from gpu_worker.grafts.garment import garment_of
from gpu_worker.grafts.grafted import Grafted, NoSuchPart
from gpu_worker.grafts.prints import with_print_of
from gpu_worker.grafts.soles import shoe_of, with_sole_of
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.named_parts import find_named_parts
from gpu_worker.segmentation.parts import RESOLUTION
from gpu_worker.segmentation.product_mask import mask_of

MADE_UP = "A computer took this part from another product's photo: look at its place, its edges and its light."
_SOFT, _TOO_SOFT = 1.5, 4.0  # times as large as its photo shows it


class NotTransferred(EditError):
    """A part that cannot come from another product of this kind."""

    code = "not_transferred"


@dataclass(frozen=True, kw_only=True, eq=False)
class Done:
    """A projection with its new parts, and what is measured on them."""

    projection: Projection
    measures: dict[str, float]
    warnings: list[str]


def apart(constraints: Sequence[Constraint]) -> tuple[list[Part], list[Constraint]]:
    """The parts that are to come from other products, and the other marks."""
    wanted = [mark for mark in constraints if isinstance(mark, Part)]
    return wanted, [mark for mark in constraints if not isinstance(mark, Part)]


def edited(
    engine: Editor,
    projection: Projection,
    wanted: Sequence[Part],
    rest: Sequence[Constraint],
    options: SolverOptions,
    masks: Masks,
    examples: Examples,
    callback: Callback | None,
) -> EditResult:
    """Parts, and then every other mark on the photo with them. Raises EditError, PhotoError."""
    started = time.perf_counter()
    done = graft(engine.manifold, projection, wanted, examples, callback)
    if not rest:
        return EditResult(variants=[_variant(done, time.perf_counter() - started)], sequence=_steps(projection, done))
    result = engine.edit(done.projection, rest, options, masks=masks, callback=callback)
    told = [
        replace(v, measures={**v.measures, **done.measures}, warnings=[*done.warnings, *v.warnings])
        for v in result.variants
    ]
    return replace(result, variants=told)


def graft(
    manifold: Manifold,
    projection: Projection,
    wanted: Sequence[Part],
    examples: Examples,
    callback: Callback | None = None,
) -> Done:
    """The photo with every part, in order. Raises EditError, PhotoError."""
    for mark in wanted:
        if reason := cannot_be_transferred(mark.part, manifold.kind):
            raise NotTransferred(reason)
    measures, here = dict[str, float](), projection
    for number, mark in enumerate(wanted):
        report(callback, "transfer", number, len(wanted))
        made = grafted(manifold, here, mark, _example(mark, here, manifold, examples))
        changed = (here.photo.pixels != made.pixels).any(2)
        measures |= made.measures | {"outside_changed": float(changed[made.weight == 0].sum())}
        here = _projected(manifold, here, made.pixels)
    report(callback, "transfer", len(wanted), len(wanted))
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


def _example(mark: Part, projection: Projection, manifold: Manifold, examples: Examples) -> Example:
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


def _projected(manifold: Manifold, projection: Projection, pixels: Pixels) -> Projection:
    photo = replace(projection.photo, pixels=pixels)
    frame = crop_to_frame(photo, projection.mask, manifold.kind, RESOLUTION)
    return replace(projection, photo=photo, frame=frame, w_plus=encoded(manifold, frame)[0].cpu().numpy())


def _warnings(measures: dict[str, float]) -> list[str]:
    soft = measures.get("example_enlarged", 0.0) > _SOFT
    return [MADE_UP, *(["The example's photo is small: its part looks soft here."] if soft else [])]


def _steps(before: Projection, done: Done) -> list[Pixels]:
    """Before and after, as the frame shows them: there is nothing between the two."""
    return [np.asarray(np.round(one.frame.image * 255), np.uint8) for one in (before, done.projection)]


def _variant(done: Done, seconds: float) -> Variant:
    projection = done.projection
    return Variant(
        pixels=projection.photo.pixels,
        alpha=projection.mask.alpha,
        w_plus=projection.w_plus,
        cost=0.0,
        measures={**done.measures, "mask_confidence": projection.mask.confidence, "seconds_transfer": seconds},
        warnings=list(done.warnings),
    )
