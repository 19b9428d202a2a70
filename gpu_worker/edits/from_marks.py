"""From the messages of gpu_worker.contract.jobs to constraints on the manifold. Raises EditError for what cannot be meant."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import torch
from numpy.typing import NDArray

from gpu_worker.contract import marks
from gpu_worker.edits.constraints import Constraint
from gpu_worker.edits.constraints.colour import ColourBrush
from gpu_worker.edits.constraints.keep import Keep
from gpu_worker.edits.constraints.latent import Attribute, Morph
from gpu_worker.edits.constraints.sketch import Sketch
from gpu_worker.edits.constraints.swatch import Swatch
from gpu_worker.edits.constraints.warp import Warp
from gpu_worker.edits.errors import Contradiction, EmptyRegion, NothingAsked, OutOfReach, WrongLatent
from gpu_worker.edits.named import asks_for_named, named_in_frame
from gpu_worker.edits.solver import Weighted
from gpu_worker.edits.start import Start
from gpu_worker.edits.strokes import draw_strokes, mask_in_frame
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.examples import FULL, Examples, reach, without
from gpu_worker.measures.colour import hex_to_rgb, rgb_to_lab
from gpu_worker.photos.errors import WrongMask
from gpu_worker.projection.project import latent_scale
from gpu_worker.segmentation.dominant import dominant_region

Masks = Mapping[str, NDArray[np.uint8]]
Region = NDArray[np.bool_]

_SAME_PLACE = 0.6  # share of the smaller of two regions that makes them the same place
_ABOUT_COLOUR = 0.5  # cosine to one of the colours' directions from which an attribute is about colour
_STRANGE = 0.3  # root mean square of what the trunk does not know of a product
_LEAST_STEP = 0.2  # of an attribute, below which nothing would be seen
_LEAST_REGION = 0.0005  # of the frame


def build_constraints(
    messages: Sequence[marks.Constraint], start: Start, manifold: Manifold, masks: Masks | None = None
) -> list[Weighted]:
    """Constraints with their weights, in order. Raises NothingAsked, Contradiction, EmptyRegion, OutOfReach, WrongLatent."""
    if not messages:
        raise NothingAsked("Nothing is asked for: paint, draw, drag or choose a colour first.")
    _require_no_contradiction(messages, start, masks or {})
    return [(_build(message, start, manifold, masks or {}), getattr(message, "weight", 1.0)) for message in messages]


def _build(message: marks.Constraint, start: Start, manifold: Manifold, masks: Masks) -> Constraint:
    match message:
        case marks.ColourBrush():
            mask = start.mask_tensor(draw_strokes(message.strokes, start.resolution, least_radius=0.7))
            return ColourBrush(
                target_lab=_lab(message.colour, start)[None, :, None, None].expand_as(start.proposal.lab), mask=mask
            )
        case marks.Swatch():
            region = start.to_resolution(swatch_region(message, start, masks).astype(np.float32))
            return Swatch(target_lab=_lab(message.colour, start), mask=start.mask_tensor(region))
        case marks.SketchBrush():
            return Sketch.of_strokes(
                start.mask_tensor(draw_strokes(message.strokes, start.resolution, least_radius=0.6))
            )
        case marks.Warp():
            return _warp(message, start)
        case marks.Attribute():
            return _attribute(message, start, manifold)
        case marks.Keep():
            mask = start.mask_tensor(draw_strokes(message.strokes, start.resolution, least_radius=0.7))
            return Keep(start_lab=start.proposal.lab, mask=mask)
        case marks.Remove():
            raise NothingAsked("There is no photo from which something could be removed.")
        case marks.Look():
            raise NothingAsked("There is no photo that could be given another look.")
        case marks.Part():
            raise NothingAsked("There is no photo that could take a part of another product.")
        case marks.Units() | marks.OwnPart():
            raise NothingAsked("There is no photo on which a part could be painted.")
        case marks.Enlarge():
            raise NothingAsked("There is no photo that could be enlarged.")
        case marks.Walk():
            raise NothingAsked("There is no photo in which a walk could begin.")
        case marks.Morph():
            goal = read_latent(message.w_plus, manifold).to(start.device)
            here = start.proposal.w_plus
            return Morph(goal=here + message.amount * (goal - here), unit=latent_scale(manifold))


def swatch_region(message: marks.Swatch | marks.Look, start: Start, masks: Masks) -> Region:
    """The swatch's or look's region in the 256 px frame (or the manifold's own frame without a photo). Raises EmptyRegion."""
    product = start.frame.alpha > 0.5 if start.frame is not None else start.alpha > 0.5
    if message.region == "product":
        region = product
    elif message.region == "painted":
        region = _painted(message, start, masks, product.shape[0]) & product
    elif message.region == "part":
        region = _part(message.part, start)
    elif (name := asks_for_named(message, start)) is not None:
        region = named_in_frame(name, start)
    elif message.region == "sole":
        region = _sole(start)
    else:
        asked = getattr(message, "material", None)
        material = np.array(asked, np.float32) if asked else None
        region = dominant_region(start.parts, material) if start.parts is not None else product
    if region.mean() < _LEAST_REGION:
        raise EmptyRegion("The chosen region covers nothing of the product.")
    return np.asarray(region)


def _part(rank: int, start: Start) -> Region:
    if start.parts is None:
        raise EmptyRegion("Parts are found in a photo, and there is none: choose the whole product or paint a region.")
    if rank > len(start.parts.colours):
        raise EmptyRegion(f"The product has {len(start.parts.colours)} parts.", parts=len(start.parts.colours))
    return start.parts.mask(rank - 1)


def _sole(start: Start) -> Region:
    if start.parts is None or not start.parts.sole.any():
        raise EmptyRegion("No sole was found with certainty: paint it instead.")
    return start.parts.sole


def _painted(message: marks.Swatch | marks.Look, start: Start, masks: Masks, side: int) -> Region:
    painted = draw_strokes(message.strokes, side) > 0.5 if message.strokes else np.zeros((side, side), bool)
    if message.mask_key is None:
        return painted
    if start.frame is None or message.mask_key not in masks:
        raise EmptyRegion("The region's mask is missing.", mask_key=message.mask_key)
    return np.asarray(painted | (mask_in_frame(masks[message.mask_key], start.frame.placing, side) > 0.5))


def check_masks(masks: Masks, height: int, width: int) -> None:
    """Raises WrongMask for a mask that is not (height, width) uint8."""
    for key, mask in masks.items():
        if mask.shape != (height, width):
            raise WrongMask(
                f"The mask {key} has {mask.shape[1]} x {mask.shape[0]} pixels, the photo {width} x {height}."
            )


def read_latent(data: bytes, manifold: Manifold) -> torch.Tensor:
    """Little-endian float32 (L, D) to (1, L, D). Raises WrongLatent."""
    layers, width = manifold.layers, manifold.w_dim
    if len(data) != 4 * layers * width:
        raise WrongLatent(f"A latent of this manifold has {4 * layers * width} bytes, not {len(data)}.")
    values = np.frombuffer(data, "<f4").reshape(1, layers, width)
    if not np.isfinite(values).all():
        raise WrongLatent("The latent holds values that are no numbers.")
    return torch.from_numpy(values.astype(np.float32))


def _lab(colour: str, start: Start) -> torch.Tensor:
    return torch.tensor(rgb_to_lab(hex_to_rgb(colour)), dtype=torch.float32, device=start.device)


def _warp(message: marks.Warp, start: Start) -> Warp:
    side = start.resolution
    drags = (
        torch.tensor([[*d.source, *d.target] for d in message.drags], dtype=torch.float32, device=start.device) * side
    )
    return Warp(
        start_lab=start.proposal.lab,
        start_grey=start.proposal.grey,
        drags=drags,
        radius=max(2.0, message.radius * side),
    )


def _attribute(message: marks.Attribute, start: Start, manifold: Manifold) -> Attribute:
    examples = examples_of(message, manifold)
    vector, about_colour = without_colour(_direction(message, manifold), manifold.colour_directions)
    step, amount = vector * message.scale, message.amount
    if examples is not None and not about_colour:
        here = (start.adapted.editable if start.adapted is not None else start.proposal.w_plus).mean((0, 1))
        step = examples.step(here) / FULL
        farthest = examples.farthest(here, step if amount > 0 else -step)
        _require_known(start, farthest, message.name, manifold.kind)
        amount = max(-farthest, min(farthest, amount))
    return Attribute(
        start=start.proposal.w_plus,
        direction=step / step.norm(),
        scale=float(step.norm()),
        amount=amount,
        reading=vector / message.scale,
        asked=message.amount * float(step @ vector) / message.scale,
        reach=reach(examples, manifold.generator) if examples is not None else None,
        repaints=about_colour,
    )


def _require_known(start: Start, farthest: float, name: str, kind: str) -> None:
    """Raises OutOfReach for a product that is too unlike the examples to be changed in their way."""
    misfit = start.adapted.misfit(start.mask_tensor(start.alpha)) if start.adapted is not None else 0.0
    if misfit > _STRANGE or farthest < _LEAST_STEP:
        raise OutOfReach(
            f"This {kind} is seen in a way that the studio has not learned, so it cannot be made “{name}”."
        )


def _direction(message: marks.Attribute, manifold: Manifold) -> torch.Tensor:
    """Its unit vector, (D,). Raises WrongLatent."""
    if len(message.direction) != 4 * manifold.w_dim:
        raise WrongLatent(f"The direction of {message.name!r} belongs to another manifold: learn it again.")
    vector = torch.from_numpy(np.frombuffer(message.direction, "<f4").astype(np.float32)).to(manifold.device)
    length = float(vector.norm())
    if not np.isfinite(length) or length < 1e-6:
        raise WrongLatent(f"The direction of {message.name!r} is empty.")
    return vector / length


def examples_of(message: marks.Attribute, manifold: Manifold) -> Examples | None:
    """The examples of an attribute that the manifold knows, shipped or taught: known by its direction. Raises WrongLatent."""
    vector = _direction(message, manifold)
    same = (e for e in manifold.examples if torch.allclose(vector, e.direction, atol=1e-4))
    return next(same, None)


def without_colour(vector_d: torch.Tensor, colour_directions_cd: torch.Tensor) -> tuple[torch.Tensor, bool]:
    """A unit direction that leaves lightness and colour as they are, and False; an attribute of colour itself, and True.

    Source: conditional manipulation, Shen et al. 2020, section 3.3.
    """
    if len(colour_directions_cd) == 0:
        return vector_d, False
    if float((colour_directions_cd @ vector_d).abs().max()) > _ABOUT_COLOUR:
        return vector_d, True
    left = without(vector_d, colour_directions_cd)
    return left / left.norm(), False


def _require_no_contradiction(messages: Sequence[marks.Constraint], start: Start, masks: Masks) -> None:
    swatches = [(m, swatch_region(m, start, masks)) for m in messages if isinstance(m, marks.Swatch)]
    for (first, here), (second, there) in combinations(swatches, 2):
        both = (here & there).sum() / max(1, min(here.sum(), there.sum()))
        if both > _SAME_PLACE and first.colour.lower() != second.colour.lower():
            raise Contradiction(f"The same region cannot be both {first.colour} and {second.colour}.")
    kept = [draw_strokes(m.strokes, start.resolution) > 0.5 for m in messages if isinstance(m, marks.Keep)]
    painted = [draw_strokes(m.strokes, start.resolution) > 0.5 for m in messages if isinstance(m, marks.ColourBrush)]
    for keep in kept:
        for paint in painted:
            if (keep & paint).sum() > _SAME_PLACE * max(1, paint.sum()):
                raise Contradiction("A painted spot is also marked to be kept as it is.")
