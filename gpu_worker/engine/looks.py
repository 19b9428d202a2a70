"""The mark "look": a part of the photo takes the material of another product of the merchant's.

Looks are laid on after removals and before every other mark, which are then meant for the photo with its new materials. The trunk's 64 px
cannot carry a weave: the material is quilted from the example's own pixels (docs/decisions/0130-materials-are-quilted.md).
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from gpu_worker.contract.marks import Constraint, Look, SolverOptions
from gpu_worker.contract.outline import Outline
from gpu_worker.edits.errors import EmptyRegion
from gpu_worker.edits.from_marks import swatch_region
from gpu_worker.edits.start import Start
from gpu_worker.engine.removal import encoded
from gpu_worker.engine.reporting import report
from gpu_worker.engine.values import Callback, EditResult, Pixels, Projection, Variant
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.measures.colour import ciede2000
from gpu_worker.measures.structure import light_kept
from gpu_worker.photos.decode import Photo
from gpu_worker.photos.errors import PhotoError
from gpu_worker.segmentation.dominant import dominant_region
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.parts import RESOLUTION, Parts, find_parts
from gpu_worker.segmentation.product_mask import mask_of
from gpu_worker.transfer.cloth import Cloth, Mask, cloth_of, find_piece, let_out, with_rim
from gpu_worker.transfer.look import dressed
from gpu_worker.transfer.recolour import Region, prepare_region, reached_colour, region_matte

MADE_UP = "A computer laid the material of another product's photo on this one: look at its seams, edges and pattern."
_SOFT = 1.5  # times as large as its photo shows it, from which an example's material is told to be soft
_TOO_SOFT = 6.0


class NoMaterial(PhotoError):
    """An example that shows too little of its material, or none of the part asked for."""

    code = "no_material"


@dataclass(frozen=True, kw_only=True, eq=False)
class Example:
    """A photo that looks are taken from, with what its merchant said about its outline."""

    photo: Photo
    kind: str
    outline: Outline = field(default_factory=Outline)


@dataclass(frozen=True, kw_only=True, eq=False)
class Dressed:
    """A projection in its new materials, and what is measured on them."""

    projection: Projection
    measures: dict[str, float]
    warnings: list[str]


Examples = Mapping[str, Example]
Masks = Mapping[str, Pixels]


def apart(constraints: Sequence[Constraint]) -> tuple[list[Look], list[Constraint]]:
    """The looks, and the other marks."""
    looks = [mark for mark in constraints if isinstance(mark, Look)]
    return looks, [mark for mark in constraints if not isinstance(mark, Look)]


class Editor(Protocol):
    """What is used of the engine, which uses this module."""

    manifold: Manifold

    def start_of(self, projection: Projection, *, own_generator: bool = True) -> Start:
        """Where edits of a projection begin."""

    def edit(
        self,
        projection: Projection,
        constraints: Sequence[Constraint],
        options: SolverOptions | None = None,
        *,
        masks: Masks | None = None,
        callback: Callback | None = None,
    ) -> EditResult:
        """The pictures of a set of constraints."""


def edited(
    engine: Editor,
    projection: Projection,
    wanted: Sequence[Look],
    rest: Sequence[Constraint],
    options: SolverOptions,
    masks: Masks,
    examples: Examples,
    callback: Callback | None,
) -> EditResult:
    """Looks, and then every other mark on the photo in its new materials. Raises EditError, PhotoError."""
    started = time.perf_counter()
    done = dress(engine, projection, wanted, examples, masks, callback)
    if not rest:
        return _result_of(done, time.perf_counter() - started)
    return _with_told(engine.edit(done.projection, rest, options, masks=masks, callback=callback), done)


def dress(
    engine: Editor,
    projection: Projection,
    wanted: Sequence[Look],
    examples: Examples,
    masks: Masks | None = None,
    callback: Callback | None = None,
) -> Dressed:
    """The photo in other materials, laid on in order, and projected anew. Raises EmptyRegion, PhotoError."""
    photo, mask, frame = projection.photo, projection.mask, projection.frame
    start, side = engine.start_of(projection, own_generator=False), len(frame.image) / frame.placing.scale
    pixels, measures = photo.pixels, dict[str, float]()
    for number, look in enumerate(wanted):
        report(callback, "transfer", number, len(wanted))
        cloth = cloth_for(look, examples, side)
        chosen = _region(look, start, masks or {})
        alpha = let_out(photo.pixels, mask.alpha, frame, chosen) if photo.alpha is None else mask.alpha
        region = prepare_region(photo.pixels, alpha, frame, chosen)
        after = dressed(pixels, alpha, region, cloth, side)
        for name, value in _measured(pixels, after, alpha, region, cloth).items():
            measures[name] = (min if name == "light_kept" else max)(measures.get(name, value), value)
        pixels = after
    report(callback, "transfer", len(wanted), len(wanted))
    return Dressed(
        projection=_projected(engine.manifold, projection, pixels), measures=measures, warnings=_warnings(measures)
    )


def _projected(manifold: Manifold, projection: Projection, pixels: Pixels) -> Projection:
    photo = replace(projection.photo, pixels=pixels)
    frame = crop_to_frame(photo, projection.mask, manifold.kind, RESOLUTION)
    return replace(projection, photo=photo, frame=frame, w_plus=encoded(manifold, frame)[0].cpu().numpy())


def _warnings(measures: Mapping[str, float]) -> list[str]:
    soft = measures["example_enlarged"] > _SOFT
    return [MADE_UP, *(["The example's photo is small: its material looks soft here."] if soft else [])]


def cloth_for(look: Look, examples: Examples, side: float) -> Cloth:
    """The example's material at the size at which a product whose frame has `side` photo pixels shows it. Raises PhotoError."""
    example = examples.get(look.example_key)
    if example is None:
        raise NoMaterial("The example's photo is not there any more: choose another.")
    mask = mask_of(example.photo, example.kind, example.outline)
    frame = crop_to_frame(example.photo, mask, example.kind, RESOLUTION)
    parts = find_parts(frame, example.kind)
    piece = find_piece(frame, parts, _example_region(look, parts))
    if piece is None:
        raise NoMaterial("The example shows no even piece of its material: choose another product or another part.")
    ratio = side / (len(frame.image) / frame.placing.scale) * look.scale
    if ratio > _TOO_SOFT:
        raise NoMaterial("The example's photo is too small to show its material at this size: choose a larger one.")
    return cloth_of(example.photo.pixels, frame, piece, ratio)


def _example_region(look: Look, parts: Parts) -> Mask:
    if look.example_region == "sole":
        region = parts.sole
    elif look.example_region == "part":
        region = parts.mask(look.example_part - 1)
    else:
        region = dominant_region(parts)
    if not region.any():
        raise NoMaterial(f"No such part ({look.example_region}) was found in the example.")
    return region


def _region(look: Look, start: Start, masks: Masks) -> Mask:
    region = swatch_region(look, start, masks)
    if look.region == "dominant" and start.parts is not None:
        region = with_rim(region, start.parts)
    if not region.any():
        raise EmptyRegion("The chosen region covers nothing of the product.")
    return region


def _measured(before: Pixels, after: Pixels, alpha: Pixels, region: Region, cloth: Cloth) -> dict[str, float]:
    matte = region_matte(before, alpha, region)
    reached = reached_colour(after, alpha, region)
    return {
        "outside_changed": float((before != after).any(2)[matte == 0].sum()),
        "material_de2000": float(ciede2000(reached, cloth.middle)),
        "light_kept": light_kept(before, after, matte),
        "example_enlarged": cloth.enlarged,
    }


def _result_of(done: Dressed, seconds: float) -> EditResult:
    """Of looks alone: one picture."""
    projection = done.projection
    variant = Variant(
        pixels=projection.photo.pixels,
        alpha=projection.mask.alpha,
        w_plus=projection.w_plus,
        cost=0.0,
        measures={**done.measures, "mask_confidence": projection.mask.confidence, "seconds_transfer": seconds},
        warnings=list(done.warnings),
    )
    return EditResult(variants=[variant], sequence=[])


def _with_told(result: EditResult, done: Dressed) -> EditResult:
    """What was measured on the materials, said of every picture."""
    told = [
        replace(v, measures={**v.measures, **done.measures}, warnings=[*done.warnings, *v.warnings])
        for v in result.variants
    ]
    return replace(result, variants=told)
