"""The photo's own generator G' (Bau et al. 2019): a small residual on top of G, with which G'(z0) is this very photo.

The paper learns residuals of layers for half a minute; here the residual lives in the tail's latent, where it need not be learned:
delta = E(photo) - lift(G(z0)). It is 37 kB, found at once, and belongs to one photo and one latent.

Where an edit puts new content, what the photo showed there must not shine through: delta fades with the distance between lift(G(z)) and
lift(G(z0)), as the paper multiplies its residuals by one minus the edit's mask.

A latent that was optimised for one photo reconstructs it best and edits worst (Tov et al. 2021); the encoder's own answer edits best. So
edits walk from the encoder's latent by the same step, and the residual makes up for what it reconstructs less well.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.high_resolution import HighResolution
from gpu_worker.manifold.lift import ENLARGES
from gpu_worker.manifold.networks import Paint

# Root mean square change of the latent's 32 values at which 1/e of delta is left: in previews of all that moves, and in finished
# pictures, where motion has explained its part and the rest is to be seen.
_FADED, _REPLACED = 0.25, 0.15
_PAINTED = 0.05  # likewise under a brush, which says itself where something is meant


@dataclass(frozen=True, kw_only=True, eq=False)
class Adapted:
    """One photo's generator at 192 px. Latents w+ (N, L, D) are given as the photo's projection knows them."""

    manifold: Manifold
    high: HighResolution
    projected: Tensor  # (1, L, D) z0, where edits of this photo start
    editable: Tensor  # (1, L, D) the encoder's latent, from which their steps are taken
    origin: Tensor  # (1, 32, 24, 24) lift(G(editable))
    delta: Tensor  # (1, 32, 24, 24) E(photo) - origin

    @property
    def side(self) -> int:
        """Of its pictures, in pixels."""
        return ENLARGES * self.manifold.resolution

    def moved(self, w_plus_nld: Tensor) -> Tensor:
        """The same step from the editable latent."""
        return self.editable + (w_plus_nld - self.projected)

    @torch.no_grad()
    def small(self, w_plus_nld: Tensor) -> Tensor:
        """The trunk's own pictures, (N, 3, 64, 64)."""
        image: Tensor = self.manifold.generator(self.moved(w_plus_nld))
        return image

    @torch.no_grad()
    def plain(self, w_plus_nld: Tensor) -> Tensor:
        """(N, L, D) -> (N, 3, 192, 192) in [-1, 1], without the photo's residual."""
        return self.high.enlarge(self.small(w_plus_nld))

    @torch.no_grad()
    def picture(self, w_plus_nld: Tensor) -> Tensor:
        """(N, L, D) -> (N, 3, 192, 192) in [-1, 1]; at z0 this very photo."""
        there = self.high.lift(self.small(w_plus_nld))
        return self.high.decode(there + self.kept(there) * self.delta)

    def misfit(self, alpha_11hw: Tensor) -> float:
        """How much of the photo's product the trunk does not know: root mean square of delta on it. Held-out photos: 0.2, seldom 0.3."""
        product = F.interpolate(alpha_11hw, size=self.delta.shape[-2:], mode="area")
        return float(
            ((self.delta.square().mean(1, keepdim=True) * product).sum() / product.sum().clamp_min(1e-6)).sqrt()
        )

    def kept(self, there_nchw: Tensor) -> Tensor:
        """How much of delta is left at each place, (N, 1, 24, 24) in [0, 1]."""
        return _kept(there_nchw, self.origin, _FADED)

    @torch.no_grad()
    def painted(self, paint: Paint, brushed_11hw: Tensor) -> tuple[Tensor, Tensor]:
        """The picture (1, 3, 192, 192) with units painted, and how much of it is new, (1, 1, 24, 24) in [0, 1].

        Where units changed under the brush, the residual is gone (Bau et al. 2019).
        """
        there = self.high.lift(self.manifold.generator(self.editable, paint))
        brushed = F.interpolate(brushed_11hw, size=there.shape[-2:], mode="area")
        new = brushed * (1 - _kept(there, self.origin, _PAINTED))
        return self.high.decode(there + (1 - new) * self.delta), new

    @torch.no_grad()
    def over(self, w_plus_1ld: Tensor, photo_13hw: Tensor, before_13hw: Tensor) -> tuple[Tensor, Tensor]:
        """The picture at a latent for a photo that was moved, and how much of it is new at each place, (1, 1, 24, 24) in [0, 1].

        `before_13hw` is G(z0), moved as the photo was; with neither moved the picture is that of `picture`.
        """
        there, origin = self.high.lift(self.small(w_plus_1ld)), self.high.encode(before_13hw)
        kept = _kept(there, origin, _REPLACED)
        return self.high.decode(there + kept * (self.high.encode(photo_13hw) - origin)), 1 - kept


def _kept(there_nchw: Tensor, origin_1chw: Tensor, faded: float) -> Tensor:
    changed = (there_nchw - origin_1chw).square().mean(1, keepdim=True)
    around = F.avg_pool2d(F.pad(changed, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    return torch.exp(-around / faded**2)


@torch.no_grad()
def adapt(manifold: Manifold, high: HighResolution, w_plus_1ld: Tensor, photo_13hw: Tensor) -> Adapted:
    """The generator of a photo in the frame, (1, 3, 192, 192) in [-1, 1], that was projected to a latent (1, L, D)."""
    side = manifold.resolution
    editable = manifold.encoder(F.interpolate(photo_13hw, size=(side, side), mode="area"))
    origin = high.lift(manifold.generator(editable))
    return Adapted(
        manifold=manifold,
        high=high,
        projected=w_plus_1ld,
        editable=editable,
        origin=origin,
        delta=high.encode(photo_13hw) - origin,
    )
