"""One edit, prepared once: its marks as constraints, its solver, and how a solution becomes a picture.

Edits, colourways and live previews are short callers of this: `solve()` finds latents, `seen_change(latent)` says what the way there
does, `finish(latent)` applies it to the photo. `on(projection)` is the same edit on the same photo at another size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.contract.marks import Attribute as AttributeMark
from gpu_worker.contract.marks import ColourBrush, Constraint, MirrorImages, SolverOptions, Swatch
from gpu_worker.edits.brushed import brushed_materials
from gpu_worker.edits.constraints.latent import Attribute
from gpu_worker.edits.constraints.warp import Warp
from gpu_worker.edits.from_marks import build_constraints, swatch_region
from gpu_worker.edits.guess import guess
from gpu_worker.edits.named import asks_for_named, named_in_photo
from gpu_worker.edits.sequence import sequence
from gpu_worker.edits.solver import Solution, SolverSettings, SolverState, StepCallback, Weighted, solve
from gpu_worker.edits.start import Start
from gpu_worker.engine.cut_off import check_drags
from gpu_worker.engine.settings import solver_settings, swatch_messages
from gpu_worker.engine.values import Pixels, Projection
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.lift import ENLARGES
from gpu_worker.measures.colour import Array, Float, hex_to_rgb, rgb_to_lab
from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.frame import Frame, crop_to_frame, frame_at, frame_placing
from gpu_worker.segmentation.plain_ground import KIND_SETTINGS
from gpu_worker.transfer.anchor import anchor_drags
from gpu_worker.transfer.apply import PhotoChange, prepare_change
from gpu_worker.transfer.content import Content, Sight, content_of, find_new, meant, sight_of
from gpu_worker.transfer.dye import Dye
from gpu_worker.transfer.lay_in import lay_in
from gpu_worker.transfer.mirror import MirrorImage, find_mirror_image, with_mirror_image
from gpu_worker.transfer.motion_colour import Change, compose, estimate_change, warp
from gpu_worker.transfer.recolour import Region, prepare_region, solve_dyes
from gpu_worker.transfer.render import Rendered, render

Masks = Mapping[str, Pixels]

_LARGE = 0.25  # of the product: a dyed region whose mirror image is looked for
_WORTH_MOVING = 0.8  # of what is new without any motion: below this, motion explains something


@dataclass(frozen=True, kw_only=True, eq=False)
class Dyed:
    """A swatch's region on the photo with the dye that makes it so."""

    region: Region
    dye: Dye
    swatch: Float  # Lab
    mirror: MirrorImage | None = None  # of the product on a glossy floor


@dataclass(frozen=True, kw_only=True, eq=False)
class Finished:
    """A finished picture with what made it."""

    rendered: Rendered
    change: PhotoChange | None  # None: only dyes did anything
    content: Content | None  # None: nothing was laid in


@dataclass(frozen=True, kw_only=True, eq=False)
class Novelty:
    """What motion leaves to be explained."""

    change: Change
    before: Tensor  # (1, 3, Q, Q) G(z0), moved by it
    shown: Sight  # G(z1)
    new: Array  # (Q, Q) in [0, 1]


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
    mirror: MirrorImages = "follow"

    @property
    def moves(self) -> bool:
        """Whether outlines may."""
        return any(constraint.moves_outline for constraint, _ in self.weighted)

    @property
    def repaints(self) -> bool:
        """Whether colours may change beyond dyes."""
        return self._manifold_repaints or (not self.brushed and any(isinstance(m, ColourBrush) for m in self.messages))

    @property
    def _manifold_repaints(self) -> bool:
        pairs = zip(self.messages, self.weighted, strict=True)
        return any(constraint.repaints for message, (constraint, _) in pairs if not isinstance(message, ColourBrush))

    @cached_property
    def brushed(self) -> Mapping[str, NDArray[np.bool_]]:
        """The material (F, F) that each brush's colour dyes; none where brushes are wishes to the manifold."""
        if self.projection is None or self._manifold_repaints:
            return {}
        taken = [swatch_region(message, self.start, self.masks) for message in swatch_messages(self.messages)]
        return brushed_materials(self.messages, self.start, taken)

    @cached_property
    def dyed(self) -> list[Dyed]:
        """Each swatch's region on the photo and its dye, and each brush's."""
        swatches = [self._dyed(self.region(message), message.colour) for message in swatch_messages(self.messages)]
        return swatches + [self._dyed(self._prepared(where), colour) for colour, where in self.brushed.items()]

    @property
    def note(self) -> str:
        """What of the marks this photo cannot show, for a person; empty when there is nothing to say."""
        pairs = zip(self.messages, self.weighted, strict=True)
        return " ".join(
            f"“{message.name}” reaches {constraint.amount:+.1f} on this photo: beyond that no {self.manifold.kind} is known."
            for message, (constraint, _) in pairs
            if isinstance(message, AttributeMark) and isinstance(constraint, Attribute) and constraint.falls_short
        )

    def region(self, message: Swatch) -> Region:
        """A swatch's region on the photo. Raises EmptyRegion."""
        if name := asks_for_named(message, self.start):
            assert self.projection is not None
            return self._prepared(*named_in_photo(name, self.start, self.projection.photo, self.projection.mask))
        return self._prepared(swatch_region(message, self.start, self.masks))

    def _prepared(self, where: NDArray[np.bool_], frame: Frame | None = None) -> Region:
        assert self.projection is not None
        photo, mask = self.projection.photo, self.projection.mask
        return prepare_region(photo.pixels, mask.alpha, frame or self.projection.frame, where)

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

    def chosen(self, w_plus_1ld: Tensor) -> Solution:
        """The very latent that somebody has seen and chosen, as a solution: nothing is solved."""
        state = self.state(w_plus_1ld)
        image = self.manifold.generator(w_plus_1ld)
        return Solution(w_plus=w_plus_1ld, image=image, costs=state.costs(), steps=0)

    def sequence(self, w_plus_1ld: Tensor) -> Tensor:
        """G(z0) ... G(z1), (frames, 3, R, R)."""
        start = self.start.proposal.w_plus
        if self.creates and self.start.adapted is not None:
            start, w_plus_1ld = self.start.adapted.editable, self.start.adapted.moved(w_plus_1ld)
        return sequence(self.manifold, start, w_plus_1ld, self.frames)

    def seen_change(self, w_plus_1ld: Tensor) -> Change:
        """Motion and colour along the sequence, N = 1."""
        return compose(estimate_change(self.sequence(w_plus_1ld), with_motion=self.moves))

    def change(self, seen: Change) -> PhotoChange:
        """What that does to the photo; what was dragged arrives where it was dragged to."""
        assert self.projection is not None
        drags = [constraint.drags for constraint, _ in self.weighted if isinstance(constraint, Warp)]
        if drags:
            seen = anchor_drags(seen, torch.cat(drags))
        return prepare_change(seen, self.projection.frame, colour=self.repaints)

    def render(self, w_plus_1ld: Tensor) -> Rendered:
        """The solution on the photo."""
        return self.finish(w_plus_1ld).rendered

    def finish(self, w_plus_1ld: Tensor) -> Finished:
        """The solution on the photo: moved, tinted and dyed, and what that cannot show laid in."""
        assert self.projection is not None
        dyes = [(item.region, item.dye) for item in self.dyed]
        seen = self.seen_change(w_plus_1ld) if self.moves or self.repaints else None
        novelty = self.novelty(w_plus_1ld, seen) if seen is not None and self.creates else None
        if novelty is not None:
            seen = novelty.change
        change = self.change(seen) if seen is not None else None
        moved = render(self.projection.photo.pixels, self.projection.mask, change, dyes)
        if change is None:
            moved = self._mirrored(moved)
        if novelty is None or change is None:
            return Finished(rendered=moved, change=change, content=None)
        content = self.content(w_plus_1ld, novelty, moved)
        laid = lay_in(moved, self.projection.mask.alpha, content, change)
        return Finished(rendered=laid, change=change, content=content)

    @property
    def creates(self) -> bool:
        """Whether there may be something in the picture that the photo has not."""
        return any(constraint.creates for constraint, _ in self.weighted)

    def novelty(self, w_plus_1ld: Tensor, seen: Change) -> Novelty:
        """What the photo's own generator shows at a solution and the moved photo will not.

        Motion that explains no more than standing still only smears the photo: an edit that replaces half of the product is such.
        """
        own = self.start.adapted
        assert own is not None
        before, after = own.plain(torch.cat([own.projected, w_plus_1ld])).split(1)
        shown, reach = sight_of(_pixels(after)), self._reach(own.side)
        found = []
        for change in (seen, replace(seen, flow=torch.zeros_like(seen.flow))):
            flow = F.interpolate(change.flow, size=(own.side, own.side), mode="bilinear") * ENLARGES
            explained = warp(before, flow)
            new = find_new(sight_of(_pixels(explained)), shown, reach)
            found.append(Novelty(change=change, before=explained, shown=shown, new=new))
        moved, still = found
        dragged = any(isinstance(constraint, Warp) for constraint, _ in self.weighted)
        return moved if dragged or moved.new.sum() < _WORTH_MOVING * still.new.sum() else still

    def content(self, w_plus_1ld: Tensor, novelty: Novelty, moved: Rendered) -> Content:
        """What the photo's own generator, carried along by the motion, puts into the moved photo."""
        own, frame = self.start.adapted, self.frame_of(moved)
        assert own is not None
        photo = torch.from_numpy(frame.image.transpose(2, 0, 1) * 2 - 1)[None].to(self.manifold.device)
        picture, changed = own.over(w_plus_1ld, photo, novelty.before)
        shown = Sight(picture=_pixels(picture), alpha=novelty.shown.alpha)
        reach, new = self._reach(own.side), novelty.new
        if reach is not None:
            fresh = F.interpolate(changed, size=(own.side, own.side), mode="bicubic").clamp(0, 1)[0, 0].cpu().numpy()
            new = np.maximum(new, meant(fresh, reach))
        return content_of(Sight(picture=frame.image, alpha=frame.alpha), shown, new, frame.placing)

    def _reach(self, side: int) -> Array | None:
        """(side, side) where the attributes asked for show; None where none is known."""
        reaches = [c.reach for c, _ in self.weighted if isinstance(c, Attribute) and c.reach is not None]
        if not reaches:
            return None
        most = torch.stack(reaches).amax(0)
        return np.asarray(F.interpolate(most[None, None], size=(side, side), mode="bilinear")[0, 0].cpu().numpy())

    @property
    def side(self) -> int:
        """Of the frame in which finished pictures are looked at, in pixels."""
        return ENLARGES * self.manifold.resolution

    def frame_of(self, rendered: Rendered) -> Frame:
        """A finished picture where the photo's frame is, at 192 px."""
        assert self.projection is not None
        mask = self.projection.mask
        placing = frame_placing(mask, self.manifold.kind, self.side)
        return frame_at(Photo(pixels=rendered.pixels), replace(mask, alpha=rendered.alpha), placing, self.side)

    def frame_of_photo(self) -> Frame:
        """The photo's own crop to the frame at the edit's resolution. Only for edits of a photo."""
        assert self.projection is not None
        return crop_to_frame(self.projection.photo, self.projection.mask, self.manifold.kind, self.side)

    def on(self, projection: Projection) -> "PreparedEdit":
        """The same edit on the same photo at another size."""
        return replace(self, projection=projection, start=replace(self.start, frame=projection.frame))

    def _dyed(self, region: Region, colour: str) -> Dyed:
        swatch = lab_of(colour)
        dye = solve_dyes(region, [swatch])[0]
        return Dyed(region=region, dye=dye, swatch=swatch, mirror=self.mirror_image(region, dye))

    def mirror_image(self, region: Region, dye: Dye) -> MirrorImage | None:
        """What of a region a glossy floor shows; of small parts none is looked for, and of shirts: below them are trousers."""
        assert self.projection is not None
        if not KIND_SETTINGS[self.manifold.kind].stands:
            return None
        photo, mask, frame = self.projection.photo, self.projection.mask, self.projection.frame
        if region.fields.member.mean() < _LARGE * frame.alpha.mean():
            return None
        return find_mirror_image(photo.pixels, mask, dye.base)

    def _mirrored(self, rendered: Rendered) -> Rendered:
        """With the mirror images of what was dyed; nothing has moved."""
        assert self.projection is not None
        pixels = rendered.pixels
        for item in self.dyed:
            if item.mirror is not None:
                pixels = with_mirror_image(
                    self.projection.photo.pixels, pixels, item.mirror, item.dye.target, self.mirror
                )
        return replace(rendered, pixels=pixels, still=pixels)


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
    if projection is not None:
        check_drags(messages, projection.mask.alpha, projection.frame)
    return PreparedEdit(
        manifold=manifold,
        start=start,
        projection=projection,
        messages=list(messages),
        masks=masks or {},
        weighted=build_constraints(messages, start, manifold, masks),
        settings=solver_settings(options, messages),
        frames=frames or options.frames,
        mirror=options.mirror,
    )


def lab_of(colour: str) -> Float:
    """#rrggbb to Lab."""
    return rgb_to_lab(hex_to_rgb(colour))


def _pixels(image_13hw: Tensor) -> Array:
    """(1, 3, Q, Q) in [-1, 1] to (Q, Q, 3) in [0, 1]."""
    return np.ascontiguousarray(image_13hw[0].permute(1, 2, 0).cpu().numpy() / 2 + 0.5, np.float32)
