"""One edit, prepared once: its marks as constraints, its solver, and how a solution becomes a picture.

Edits, colourways and live previews are short callers of this: `solve()` finds latents, `change(latent)` says what the way there does to
the photo, `render(latent)` applies it. `on(projection)` is the same edit on the same photo at another size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from gpu_worker.contract.marks import Constraint, SolverOptions, Swatch
from gpu_worker.edits.constraints.warp import Warp
from gpu_worker.edits.from_marks import build_constraints, swatch_region
from gpu_worker.edits.guess import guess
from gpu_worker.edits.sequence import sequence
from gpu_worker.edits.solver import Solution, SolverSettings, SolverState, StepCallback, Weighted, solve
from gpu_worker.edits.start import Start
from gpu_worker.engine.settings import paints, solver_settings, swatch_messages
from gpu_worker.engine.values import Pixels, Projection
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.measures.colour import Float, hex_to_rgb, rgb_to_lab
from gpu_worker.transfer.anchor import anchor_drags
from gpu_worker.transfer.apply import PhotoChange, prepare_change
from gpu_worker.transfer.dye import Dye
from gpu_worker.transfer.motion_colour import compose, estimate_change
from gpu_worker.transfer.recolour import Region, prepare_region, solve_dyes
from gpu_worker.transfer.render import Rendered, render

Masks = Mapping[str, Pixels]


@dataclass(frozen=True, kw_only=True, eq=False)
class Dyed:
    """A swatch's region on the photo with the dye that makes it so."""

    region: Region
    dye: Dye
    swatch: Float  # Lab


@dataclass(frozen=True, kw_only=True, eq=False)
class PreparedEdit:
    """Marks on a start, ready to be solved and rendered. Without a projection there is no photo to render on."""

    manifold: Manifold
    start: Start
    projection: Projection | None
    messages: Sequence[Constraint]
    masks: Masks
    weighted: Sequence[Weighted]
    settings: SolverSettings
    frames: int  # of the sequence that the transfer follows

    @property
    def moves(self) -> bool:
        """Whether outlines may."""
        return any(constraint.moves_outline for constraint, _ in self.weighted)

    @property
    def repaints(self) -> bool:
        """Whether colours may change beyond the swatches' dyes."""
        return paints(self.messages)

    @cached_property
    def dyed(self) -> list[Dyed]:
        """Each swatch's region on the photo and its dye."""
        return [self._dyed(message) for message in swatch_messages(self.messages)]

    def region(self, message: Swatch) -> Region:
        """A swatch's region on the photo. Raises EmptyRegion."""
        assert self.projection is not None
        photo, mask = self.projection.photo, self.projection.mask
        chosen = swatch_region(message, self.start, self.masks)
        return prepare_region(photo.pixels, mask.alpha, self.projection.frame, chosen)

    def guess(self) -> Tensor | None:
        """Latents where the edit probably ends; None where no colour is asked for."""
        return guess(self.manifold, self.weighted, self.start)

    def state(self, latents_nld: Tensor) -> SolverState:
        """The solver at some latents, to be advanced a step at a time."""
        return SolverState(self.manifold, self.weighted, self.start.proposal.w_plus, self.settings, latents_nld)

    def solve(self, callback: StepCallback | None = None) -> Solution:
        """All candidates, best first. Raises NothingAsked, Diverged."""
        anchor = self.start.proposal.w_plus
        return solve(self.manifold, self.weighted, anchor, self.settings, guess_1ld=self.guess(), callback=callback)

    def sequence(self, w_plus_1ld: Tensor) -> Tensor:
        """G(z0) ... G(z1), (frames, 3, R, R)."""
        return sequence(self.manifold, self.start.proposal.w_plus, w_plus_1ld, self.frames)

    def change(self, w_plus_1ld: Tensor) -> PhotoChange | None:
        """What the way from the start to a solution does to the photo; None where only dyes do anything."""
        if not self.moves and not self.repaints:
            return None
        assert self.projection is not None
        change = compose(estimate_change(self.sequence(w_plus_1ld), with_motion=self.moves))
        drags = [constraint.drags for constraint, _ in self.weighted if isinstance(constraint, Warp)]
        if drags:
            change = anchor_drags(change, torch.cat(drags))
        return prepare_change(change, self.projection.frame, colour=self.repaints)

    def render(self, w_plus_1ld: Tensor) -> Rendered:
        """The solution on the photo."""
        assert self.projection is not None
        dyes = [(item.region, item.dye) for item in self.dyed]
        return render(self.projection.photo.pixels, self.projection.mask, self.change(w_plus_1ld), dyes)

    def on(self, projection: Projection) -> "PreparedEdit":
        """The same edit on the same photo at another size."""
        start = Start(proposal=self.start.proposal, frame=projection.frame, parts=self.start.parts)
        return replace(self, projection=projection, start=start)

    def _dyed(self, message: Swatch) -> Dyed:
        region, swatch = self.region(message), lab_of(message.colour)
        return Dyed(region=region, dye=solve_dyes(region, [swatch])[0], swatch=swatch)


def prepare_edit(
    manifold: Manifold,
    start: Start,
    projection: Projection | None,
    messages: Sequence[Constraint],
    options: SolverOptions,
    *,
    masks: Masks | None = None,
    frames: int | None = None,
) -> PreparedEdit:
    """Raises EditError for marks that cannot be meant."""
    return PreparedEdit(
        manifold=manifold,
        start=start,
        projection=projection,
        messages=list(messages),
        masks=masks or {},
        weighted=build_constraints(messages, start, manifold, masks),
        settings=solver_settings(options, messages),
        frames=frames or options.frames,
    )


def lab_of(colour: str) -> Float:
    """#rrggbb to Lab."""
    return rgb_to_lab(hex_to_rgb(colour))
