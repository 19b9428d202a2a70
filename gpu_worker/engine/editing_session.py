"""Live preview: the newest constraints win, and each step starts from where the last one ended.

session = engine.session(projection)
session.update(constraints)       # at any time; cheap
preview = session.step()          # one solver step: the state of the frame
pixels = session.render(512)      # the edit on the photo itself, its longest side 512 px
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gpu_worker.contract.marks import Constraint, SolverOptions
from gpu_worker.edits.errors import NothingAsked
from gpu_worker.edits.solver import SolverSettings, SolverState, starts
from gpu_worker.edits.start import Start
from gpu_worker.engine.prepared_edit import PreparedEdit, prepare_edit
from gpu_worker.engine.shape_measures import ARTIFICIAL, HARDLY_CARRIED, Pair, artificial
from gpu_worker.engine.values import Pixels, Projection, to_pixels
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import latent_scale
from gpu_worker.segmentation.frame import crop_to_frame

_LOOKED_AT = 448  # longest side of the photo that a picture of the frame is made from
_FRAMES = 3  # of the sequence that the transfer follows: previews are many


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The state of a session after a step."""

    image: Pixels  # (R, R, 3) G(z)
    cost: float
    step: int  # since the last update
    settled: bool  # further steps would change little: stop until the next update
    w_plus: NDArray[np.float32]  # (L, D)


class PreviewSession:
    """One person's editing of one photo, or from scratch when there is no projection."""

    def __init__(
        self,
        manifold: Manifold,
        start: Start,
        projection: Projection | None,
        *,
        seed: int = 0,
    ) -> None:
        self.manifold, self.start, self.projection = manifold, start, projection
        self._first = _first_latent(manifold, start, seed)
        self._latent: Tensor = self._first
        self._state: SolverState | None = None
        self._edit: PreparedEdit | None = None
        self._scaled: dict[int, Projection] = {}
        self._dyed: Pixels | None = None  # the photo in the frame, where the edit only dyes it

    def update(self, constraints: Sequence[Constraint], options: SolverOptions | None = None) -> None:
        """Replace the constraints; the next step goes on from the current latent. Raises EditError.

        No constraints at all lead back to the photo.
        """
        if not constraints:
            self.reset()
            return
        options = options or SolverOptions()
        self._edit = prepare_edit(self.manifold, self.start, self.projection, constraints, options, frames=_FRAMES)
        self._dyed = None
        self._state = self._edit.state(self._latent)

    def step(self, count: int = 1) -> Preview:
        """Advance by `count` solver steps. Raises NothingAsked before the first update."""
        if self._state is None or self._edit is None:
            raise NothingAsked("Nothing is asked for yet.")
        if self._state.taken == 0 and (guessed := self._edit.guess()) is not None:
            aside = self._first - self.start.proposal.w_plus  # by which rival sessions differ
            self._state.consider(
                guessed + aside
            )  # not in `update`, so that updates stay cheap: many are replaced unseen
        for _ in range(count):
            last = self._state.advance()
        self._latent = last.w_plus
        return Preview(
            image=to_pixels(last.image)[0],
            cost=float(last.costs[0]),
            step=last.step,
            settled=self._state.settled,
            w_plus=last.w_plus[0].cpu().numpy(),
        )

    def render(self, longest_side: int = 512, share: float = 1.0) -> Pixels:
        """The edit on the photo, shrunk to `longest_side`; without a photo, the frame. Shape (h, w, 3).

        `share` in [0, 1] is the place on the way from the start (0) to the current latent (1).
        """
        here = self.start.proposal.w_plus
        latent = here + share * (self._latent - here)
        if self.projection is None:
            return self._picture(latent)
        projection = self._shrunk(longest_side)
        if self._edit is None:
            return projection.photo.pixels
        return self._edit.on(projection).render(latent).pixels

    @property
    def note(self) -> str:
        """What of the constraints this photo cannot show, and once settled whether it would look drawn, in sentences; or nothing."""
        if self._edit is None or self._state is None:
            return ""
        looks = HARDLY_CARRIED if self._state.settled and self._looks_drawn(self._edit) else ""
        return f"{self._edit.note} {looks}".strip()

    @torch.no_grad()
    def _looks_drawn(self, edit: PreparedEdit) -> bool:
        own = self.start.adapted
        if own is None or not edit.creates:
            return False
        before, after = own.picture(torch.cat([own.projected, self._latent])).split(1)
        return artificial(Pair(before=before, after=after), self.manifold) > ARTIFICIAL

    def picture(self) -> Pixels:
        """The edit in the frame, (S, S, 3), three times the trunk's size: the photo where it is only dyed, else what its own
        generator shows at the current latent."""
        if self._edit is None or self.projection is None or self._edit.moves or self._edit.repaints:
            return self._picture(self._latent)
        if self._dyed is None:  # the same at every latent
            edit = self._edit.on(self._shrunk(_LOOKED_AT))
            frame = edit.frame_of(edit.render(self._latent))
            self._dyed = np.round(np.clip(frame.image, 0, 1) * 255).astype(np.uint8)
        return self._dyed

    @torch.no_grad()
    def _picture(self, w_plus_1ld: Tensor) -> Pixels:
        if self.start.adapted is not None:
            return to_pixels(self.start.adapted.picture(w_plus_1ld))[0]
        high = shared_high_resolution(str(self.manifold.device))
        return to_pixels(high.enlarge(self.manifold.generator(w_plus_1ld)))[0]

    def reset(self) -> None:
        """Back to where the session began, without constraints."""
        self._latent, self._state, self._edit = self._first, None, None

    @property
    def w_plus(self) -> NDArray[np.float32]:
        """(L, D) the current latent."""
        return np.asarray(self._latent[0].cpu().numpy(), np.float32)

    def _shrunk(self, longest_side: int) -> Projection:
        assert self.projection is not None
        if longest_side not in self._scaled:
            self._scaled[longest_side] = shrunk(self.projection, longest_side, self.manifold.kind)
        return self._scaled[longest_side]


def _first_latent(manifold: Manifold, start: Start, seed: int) -> Tensor:
    """The photo's own latent for seed 0; for others a neighbour, so that rival sessions find other solutions."""
    if seed == 0:
        return start.proposal.w_plus
    settings = SolverSettings(candidates=2, seed=seed)
    return starts(start.proposal.w_plus, latent_scale(manifold), settings)[1:]


def shrunk(projection: Projection, longest_side: int, kind: str) -> Projection:
    """The same photo and mask, no larger than `longest_side` pixels."""
    photo, mask = projection.photo, projection.mask
    scale = min(1.0, longest_side / max(photo.height, photo.width))
    if scale == 1:
        return projection
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    pixels = np.asarray(cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    alpha = np.asarray(cv2.resize(mask.alpha, size, interpolation=cv2.INTER_AREA), np.uint8)
    small_photo, small_mask = Photo(pixels=pixels), replace(mask, alpha=alpha)
    return Projection(
        photo=small_photo,
        mask=small_mask,
        frame=crop_to_frame(small_photo, small_mask, kind, projection.frame.image.shape[0]),
        w_plus=projection.w_plus,
        manifold_version=projection.manifold_version,
        reconstruction=projection.reconstruction,
        lpips=projection.lpips,
        seconds=0.0,
    )
