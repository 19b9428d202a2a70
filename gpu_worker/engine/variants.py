"""From solutions on the manifold to finished, measured variants of one photo."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from gpu_worker.contract.marks import Attribute, ColourBrush, Constraint, Morph, SolverOptions, Swatch
from gpu_worker.edits.constraints.swatch import Swatch as SwatchConstraint
from gpu_worker.edits.constraints.warp import Warp
from gpu_worker.edits.from_marks import swatch_region
from gpu_worker.edits.sequence import sequence
from gpu_worker.edits.solver import SolverSettings, Weighted
from gpu_worker.edits.start import Start
from gpu_worker.engine.values import Pixels, Projection, Variant, to_pixels
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.measures.colour import Float, hex_to_rgb, rgb_to_lab
from gpu_worker.measures.perceptual import Perceptual
from gpu_worker.measures.structure import background_changed
from gpu_worker.measures.variant import picture_measures
from gpu_worker.transfer.anchor import anchor_drags
from gpu_worker.transfer.apply import PhotoChange, prepare_change
from gpu_worker.transfer.dye import Dye
from gpu_worker.transfer.motion_colour import compose, estimate_change
from gpu_worker.transfer.recolour import Region, dye_photo, prepare_region, solve_dyes, swatch_error
from gpu_worker.transfer.render import Rendered, render

_STAY, _REALISM = 0.05, 0.2  # what 1 on the studio's sliders means for lambda_s and lambda_d
_SWATCH_STEPS = 16  # the closing correction does the rest
_MISSED = 2.5  # CIEDE2000 from which the reviewer is told

Masks = Mapping[str, Pixels]


def solver_settings(options: SolverOptions, constraints: Sequence[Constraint]) -> SolverSettings:
    """The solver's settings for a request's options."""
    only_swatches = all(isinstance(message, Swatch) for message in constraints)
    return SolverSettings(
        stay=_STAY * options.strength,
        realism=0.0 if only_swatches else _REALISM * options.realism,
        steps=min(options.steps, _SWATCH_STEPS) if only_swatches else options.steps,
        candidates=1 if only_swatches else options.candidates,
        seed=options.seed,
    )


def swatch_messages(constraints: Sequence[Constraint]) -> list[Swatch]:
    return [message for message in constraints if isinstance(message, Swatch)]


def paints(constraints: Sequence[Constraint]) -> bool:
    """Whether colours may change beyond the swatches' dyes: a drag or an outline asks for shape alone."""
    return any(isinstance(message, ColourBrush | Attribute | Morph) for message in constraints)


def region_fields(region: str | Pixels) -> dict[str, object]:
    """A swatch message's fields for a region named as on the command line, or for a mask called "given"."""
    if not isinstance(region, str):
        return {"region": "painted", "mask_key": "given"}
    name, _, number = region.partition("-")
    if name == "part" and number.isdecimal() and int(number) >= 1:
        return {"region": "part", "part": int(number)}
    if region not in ("dominant", "product", "sole"):
        raise ValueError(f"a region is dominant, product, sole, part-1, part-2, ... or a mask, not {region!r}")
    return {"region": region}


def swatch_batch(first: SwatchConstraint, swatches: Sequence[Swatch]) -> SwatchConstraint:
    """One constraint whose target differs per candidate."""
    targets = torch.tensor(np.array([_lab(s.colour) for s in swatches]), dtype=torch.float32)
    return replace(first, target_lab=targets.to(first.mask.device))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Dyed:
    region: Region
    dye: Dye
    swatch: Float


class VariantMaker:
    """Makes the variants of one request: keeps what its candidates share."""

    def __init__(
        self, manifold: Manifold, perceptual: Perceptual, projection: Projection, start: Start, frames: int
    ) -> None:
        self.manifold, self.perceptual, self.projection, self.start = manifold, perceptual, projection, start
        self.frames = frames
        self.dyed: list[_Dyed] = []
        self.drags: Tensor | None = None  # (K, 4) source and target in frame pixels
        self.first_sequence: list[Pixels] = []

    def prepare_warps(self, constraints: Sequence[Weighted]) -> None:
        """Note where drags must arrive."""
        drags = [constraint.drags for constraint, _ in constraints if isinstance(constraint, Warp)]
        self.drags = torch.cat(drags) if drags else None

    def prepare_swatches(self, messages: Sequence[Swatch], masks: Masks) -> None:
        """Find each swatch's region on the photo and solve its dye."""
        for message in messages:
            region, swatch = self._region(message, masks), _lab(message.colour)
            self.dyed.append(_Dyed(region=region, dye=solve_dyes(region, [swatch])[0], swatch=swatch))

    def make(self, w_plus_1ld: Tensor, cost: float, *, moves: bool, paints: bool) -> Variant:
        """Transfer one solution. `moves`: outlines may; `paints`: colours may beyond the swatches."""
        started = time.perf_counter()
        change = self.change(w_plus_1ld, moves=moves, colour=paints) if moves or paints else None
        finished = render(self.projection.photo.pixels, self.projection.mask, change, self.dyes())
        seconds = time.perf_counter() - started
        if not self.first_sequence and change is None:
            self._remember(sequence(self.manifold, self.start.proposal.w_plus, w_plus_1ld, self.frames))
        misses = [self._miss(finished.still, item) for item in self.dyed]
        return self._variant(finished, w_plus_1ld, cost, misses, seconds)

    def recolour(
        self,
        messages: Sequence[Swatch],
        masks: Masks,
        latents_nld: Tensor,
        costs_n: Tensor,
        report: Callable[[int], None],
    ) -> list[Variant]:
        """One variant per swatch; they share their region, and each strip of the photo is read once for all."""
        started = time.perf_counter()
        photo, mask = self.projection.photo, self.projection.mask
        region = self._region(messages[0], masks)
        swatches = [_lab(message.colour) for message in messages]
        dyes = solve_dyes(region, swatches)
        pictures = dye_photo(photo.pixels, mask.alpha, region, dyes)
        seconds = (time.perf_counter() - started) / len(messages)
        variants = []
        for index, (pixels, dye, swatch) in enumerate(zip(pictures, dyes, swatches, strict=True)):
            finished = Rendered(pixels=pixels, alpha=mask.alpha, still=pixels)
            miss = self._miss(pixels, _Dyed(region=region, dye=dye, swatch=swatch))
            latent = latents_nld[index : index + 1]
            variants.append(self._variant(finished, latent, float(costs_n[index]), [miss], seconds))
            report(index + 1)
        return variants

    def _region(self, message: Swatch, masks: Masks) -> Region:
        chosen = swatch_region(message, self.start, masks)
        photo, mask = self.projection.photo, self.projection.mask
        return prepare_region(photo.pixels, mask.alpha, self.projection.frame, chosen)

    def dyes(self) -> list[tuple[Region, Dye]]:
        """The regions and dyes of the prepared swatches."""
        return [(item.region, item.dye) for item in self.dyed]

    def change(self, w_plus_1ld: Tensor, *, moves: bool, colour: bool) -> PhotoChange:
        """What the way from the start to a solution does to the photo."""
        frames = sequence(self.manifold, self.start.proposal.w_plus, w_plus_1ld, self.frames)
        if not self.first_sequence:
            self._remember(frames)
        change = compose(estimate_change(frames, with_motion=moves))
        if self.drags is not None:
            change = anchor_drags(change, self.drags)
        return prepare_change(change, self.projection.frame, colour=colour)

    def _remember(self, frames: Tensor) -> None:
        self.first_sequence = list(to_pixels(frames))

    def _miss(self, pixels: Pixels, item: _Dyed) -> float:
        return swatch_error(pixels, self.projection.mask.alpha, item.region, item.swatch)

    def _variant(
        self, finished: Rendered, w_plus_1ld: Tensor, cost: float, misses: Sequence[float], seconds: float
    ) -> Variant:
        photo, mask = self.projection.photo, self.projection.mask
        measures = picture_measures(photo.pixels, finished.still, mask.alpha, self.perceptual)
        if finished.still is not finished.pixels:
            union = np.maximum(mask.alpha, finished.alpha)
            measures["background_changed"] = float(background_changed(photo.pixels, finished.pixels, union))
        with torch.no_grad():
            logit = float(self.manifold.discriminator(self.manifold.generator(w_plus_1ld))[0])
        measures |= {"realism": logit, "projection_lpips": self.projection.lpips, "seconds_transfer": seconds}
        if misses:
            measures["swatch_de2000"] = max(misses)
        warnings = [f"A swatch was missed by {miss:.1f} (CIEDE2000)." for miss in misses if miss > _MISSED]
        return Variant(
            pixels=finished.pixels,
            alpha=finished.alpha,
            w_plus=w_plus_1ld[0].cpu().numpy(),
            cost=cost,
            measures={name: float(value) for name, value in measures.items()},
            warnings=warnings,
        )


def _lab(colour: str) -> Float:
    return rgb_to_lab(hex_to_rgb(colour))
