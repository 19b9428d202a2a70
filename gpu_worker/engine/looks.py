"""The mark "look": a part of the photo takes the material of another product of the merchant's.

Looks are laid on after removals and before every other mark, which are then meant for the photo with its new materials. The trunk's 64 px
cannot carry a weave: the material is quilted from the example's own pixels (docs/decisions/0130-materials-are-quilted.md).
"""

from collections.abc import Mapping, Sequence

from gpu_worker.contract.marks import Look
from gpu_worker.edits.errors import EmptyRegion
from gpu_worker.edits.from_marks import swatch_region
from gpu_worker.edits.start import Start
from gpu_worker.engine.beforehand import Done, Editor, Given, projected, worst
from gpu_worker.engine.reporting import report
from gpu_worker.engine.values import Example, Pixels, Projection
from gpu_worker.measures.colour import ciede2000
from gpu_worker.measures.structure import light_kept
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


def dress(engine: Editor, projection: Projection, wanted: Sequence[Look], given: Given) -> Done:
    """The photo in other materials, laid on in order. Raises EmptyRegion, PhotoError."""
    photo, mask, frame = projection.photo, projection.mask, projection.frame
    start, side = engine.start_of(projection, own_generator=False), len(frame.image) / frame.placing.scale
    pixels, measures = photo.pixels, dict[str, float]()
    for number, look in enumerate(wanted):
        report(given.callback, "transfer", number, len(wanted))
        cloth = cloth_for(look, given.examples, side)
        chosen = _region(look, start, given.masks)
        alpha = let_out(photo.pixels, mask.alpha, frame, chosen) if photo.alpha is None else mask.alpha
        region = prepare_region(photo.pixels, alpha, frame, chosen)
        after = dressed(pixels, alpha, region, cloth, side)
        measures, pixels = worst(measures, _measured(pixels, after, alpha, region, cloth)), after
    report(given.callback, "transfer", len(wanted), len(wanted))
    now = projected(engine.manifold, projection, pixels)
    return Done(projection=now, measures=measures, warnings=_warnings(measures))


def _warnings(measures: Mapping[str, float]) -> list[str]:
    soft = measures["example_enlarged"] > _SOFT
    return [MADE_UP, *(["The example's photo is small: its material looks soft here."] if soft else [])]


def cloth_for(look: Look, examples: Mapping[str, Example], side: float) -> Cloth:
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


def _region(look: Look, start: Start, masks: dict[str, Pixels]) -> Mask:
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
