"""What the engine takes and gives: plain values, no networks."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from gpu_worker.contract.outline import Outline
from gpu_worker.core.progress import Callback, Cancelled, Pixels, Progress, Stage
from gpu_worker.photos.decode import Photo
from gpu_worker.segmentation.frame import Frame
from gpu_worker.segmentation.named_parts import PartFinder
from gpu_worker.segmentation.product_mask import ProductMask

__all__ = [
    "Callback",
    "Cancelled",
    "EditResult",
    "Example",
    "Pixels",
    "Progress",
    "Projection",
    "Stage",
    "Variant",
    "to_pixels",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class Projection:
    """A photo with its latent. Valid for one manifold version only."""

    photo: Photo
    mask: ProductMask
    frame: Frame  # 256 px; its placing leads back to the photo's pixels
    w_plus: NDArray[np.float32]  # (L, D)
    manifold_version: str
    reconstruction: Pixels  # (R, R, 3) G(w_plus)
    lpips: float  # of the reconstruction in the frame; nan where it was restored without
    seconds: float
    _finders: dict[str, PartFinder] = field(default_factory=dict, init=False, repr=False)  # by kind

    def w_plus_bytes(self) -> bytes:
        """Little-endian float32, (L, D), row by row."""
        return self.w_plus.astype("<f4").tobytes()

    def named(self, kind: str) -> PartFinder:
        """Finds the photo's parts with names, once somebody asks for one, and once for all who ask."""
        return self._finders.setdefault(kind, PartFinder(self.photo, self.mask, kind))


@dataclass(frozen=True, kw_only=True, eq=False)
class Example:
    """A photo that something is taken from, with what its merchant said about its outline."""

    photo: Photo
    kind: str
    outline: Outline = field(default_factory=Outline)


@dataclass(frozen=True, kw_only=True, eq=False)
class Variant:
    """A finished picture and what was measured on it."""

    pixels: Pixels  # (H, W, 3), the photo's own size
    alpha: Pixels  # (H, W) the product's mask in it
    w_plus: NDArray[np.float32]  # (L, D) of the solution
    cost: float
    measures: dict[str, float]  # names are listed in docs/engine.md
    warnings: list[str] = field(default_factory=list)  # for the reviewer


@dataclass(frozen=True, kw_only=True, eq=False)
class EditResult:
    """Candidates, best first, near-duplicates removed."""

    variants: list[Variant]
    sequence: list[Pixels]  # frames G(z0) .. G(z1) of the best candidate, (R, R, 3) each


def to_pixels(image_nchw: Tensor) -> Pixels:
    """(N, 3, H, W) in [-1, 1] to (N, H, W, 3) uint8; not-a-number becomes mid-grey instead of anything else."""
    level = image_nchw.detach().float().nan_to_num(0.0).clamp(-1, 1).add(1).mul(127.5).round()
    return level.permute(0, 2, 3, 1).cpu().numpy().astype(np.uint8)
