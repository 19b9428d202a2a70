"""The photo's own generator G' (Bau et al. 2019): a small residual on top of G, with which G'(z0) is this very photo.

The paper learns residuals of layers for half a minute; here the residual lives in the tail's latent, where it need not be learned:
delta = E(photo) - lift(G(z0)). It is 37 kB, found at once, and belongs to one photo and one latent.

Where an edit puts new content, what the photo showed there must not shine through: delta fades with the distance between lift(G(z)) and
lift(G(z0)), as the paper multiplies its residuals by one minus the edit's mask.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from gpu_worker.edits.errors import WrongLatent
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.high_resolution import HighResolution

_FADED = 0.35  # root mean square change of the latent's 32 values at which 1/e of delta is left


@dataclass(frozen=True, kw_only=True, eq=False)
class Adapted:
    """One photo's generator. Without a residual it is the plain one, at 192 px."""

    manifold: Manifold
    high: HighResolution
    origin: Tensor  # (1, 32, 24, 24) lift(G(z0))
    delta: Tensor | None = None  # (1, 32, 24, 24)

    @torch.no_grad()
    def picture(self, w_plus_nld: Tensor) -> Tensor:
        """(N, L, D) -> (N, 3, 192, 192) in [-1, 1]."""
        there = self.high.lift(self.manifold.generator(w_plus_nld))
        if self.delta is not None:
            there = there + self.kept(there) * self.delta
        return self.high.decode(there)

    def kept(self, there_nchw: Tensor) -> Tensor:
        """How much of delta is left at each place, (N, 1, 24, 24) in [0, 1]."""
        changed = (there_nchw - self.origin).square().mean(1, keepdim=True)
        around = F.avg_pool2d(F.pad(changed, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
        return torch.exp(-around / _FADED**2)

    def delta_bytes(self) -> bytes:
        """Little-endian float16, (32, 24, 24)."""
        assert self.delta is not None
        return self.delta[0].cpu().numpy().astype("<f2").tobytes()


@torch.no_grad()
def adapt(manifold: Manifold, high: HighResolution, w_plus_1ld: Tensor, photo_13hw: Tensor) -> Adapted:
    """The generator of a photo in the frame, (1, 3, 192, 192) in [-1, 1], whose latent is known."""
    origin = high.lift(manifold.generator(w_plus_1ld))
    return Adapted(manifold=manifold, high=high, origin=origin, delta=high.encode(photo_13hw) - origin)


@torch.no_grad()
def plain(manifold: Manifold, high: HighResolution, w_plus_1ld: Tensor) -> Adapted:
    """The generator without a photo."""
    return Adapted(manifold=manifold, high=high, origin=high.lift(manifold.generator(w_plus_1ld)))


@torch.no_grad()
def restored(manifold: Manifold, high: HighResolution, w_plus_1ld: Tensor, delta: bytes) -> Adapted:
    """From a stored residual. Raises WrongLatent for bytes of another shape."""
    origin = high.lift(manifold.generator(w_plus_1ld))
    if len(delta) != 2 * origin[0].numel():
        raise WrongLatent(f"A photo's residual has {2 * origin[0].numel()} bytes, not {len(delta)}.")
    values = torch.from_numpy(np.frombuffer(delta, "<f2").astype(np.float32)).view_as(origin)
    return Adapted(manifold=manifold, high=high, origin=origin, delta=values.to(origin))
