"""Where an edit starts: the photo's product in the frame, its latent, and what the manifold makes of it."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gpu_worker.edits.proposal import Proposal
from gpu_worker.manifold.adapted import Adapted
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.segmentation.frame import Frame
from gpu_worker.segmentation.named_parts import PartFinder
from gpu_worker.segmentation.parts import Parts


@dataclass(frozen=True, kw_only=True, eq=False)
class Start:
    """Everything constraints are built against. `frame` and `parts` are missing when an edit starts from no photo."""

    proposal: Proposal  # N = 1, at z0
    frame: Frame | None = None  # 256 px
    parts: Parts | None = None
    named: PartFinder | None = None  # looks for parts with names when one is asked for
    adapted: Adapted | None = None  # the photo's own generator; plain without a photo

    @property
    def resolution(self) -> int:
        """Side R of the manifold's images, pixels."""
        return int(self.proposal.image.shape[-1])

    @property
    def device(self) -> torch.device:
        """Where the start's tensors are."""
        return self.proposal.image.device

    @property
    def alpha(self) -> NDArray[np.float32]:
        """(R, R) the product's opacity at the manifold's resolution; without a photo, what is not white."""
        if self.frame is not None:
            return self.to_resolution(self.frame.alpha)
        darkest = self.proposal.image[0].min(0).values.cpu().numpy()
        return np.asarray(np.clip((0.92 - darkest) / 0.1, 0, 1), np.float32)

    def to_resolution(self, field: NDArray[np.float32]) -> NDArray[np.float32]:
        """A field over the frame, (F, F), averaged down to (R, R) float32."""
        side = self.resolution
        return np.asarray(cv2.resize(field.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA), np.float32)

    def mask_tensor(self, field: NDArray[np.float32]) -> Tensor:
        """(R, R) to (1, 1, R, R) on the start's device."""
        return torch.from_numpy(np.ascontiguousarray(field))[None, None].to(self.device)


@torch.no_grad()
def start_at(
    manifold: Manifold,
    w_plus_1ld: Tensor,
    frame: Frame | None = None,
    parts: Parts | None = None,
    adapted: Adapted | None = None,
    named: PartFinder | None = None,
) -> Start:
    """The start at a latent (1, L, D)."""
    proposal = Proposal(w_plus=w_plus_1ld, image=manifold.generator(w_plus_1ld))
    return Start(proposal=proposal, frame=frame, parts=parts, adapted=adapted, named=named)
