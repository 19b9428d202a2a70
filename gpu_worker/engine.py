"""The edit engine: a real photo in, photorealistic variations of that very photo out, at its own resolution.

    engine = Engine.load(Path("gpu_worker/manifold/bundles/shoe"))          # once per process; keeps the manifold warm
    photo = decode_photo(data)                                              # gpu_worker.photos.decode; raises PhotoError
    projection = engine.project(photo)                                      # ~2-4 s on CPU; keep projection.w_plus_bytes()
    projection = engine.restore(photo, w_plus_bytes, manifold_version)      # no optimisation: from a stored latent
    result = engine.edit(projection, constraints, SolverOptions(candidates=3), callback=on_progress)
    variants = engine.recolour(projection, ["#c1121f", "#1d3557"])          # one Variant per swatch, solved in one batch
    session = engine.session(projection)                                    # live preview, see PreviewSession

`constraints` are the messages of gpu_worker.jobs (ColourBrush, Swatch, ...), with strokes in fractions of the frame.
`callback(progress)` runs after every solver step and stage; raise `Cancelled` in it to stop: nothing is kept.
Errors for people are `PhotoError` (unusable photo), `EditError` (unusable request) with `.message`, `.code`, `.extra`.
An Engine is not thread-safe; one per process and device is right. Results are the same for the same seed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gpu_worker.jobs import Constraint, SolverOptions
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.photos.decode import Photo
from gpu_worker.photos.frame import Frame
from gpu_worker.photos.product_mask import ProductMask

Pixels = NDArray[np.uint8]
Region = Literal["dominant", "product"]
Method = Literal["encoder", "optimisation", "hybrid"]


class Cancelled(Exception):
    """Raised by a callback to stop the work."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where the work stands."""

    stage: Literal["project", "solve", "transfer"]
    step: int
    steps: int
    cost: float | None = None
    preview: Pixels | None = None  # (R, R, 3): the best candidate in the frame, when there is one


Callback = Callable[[Progress], None]


@dataclass(frozen=True, kw_only=True)
class Projection:
    """A photo with its latent. Valid for one manifold version only."""

    photo: Photo
    mask: ProductMask
    frame: Frame
    w_plus: NDArray[np.float32]  # (L, D)
    manifold_version: str
    reconstruction: Pixels  # (R, R, 3): G(w_plus)
    lpips: float  # of the reconstruction, in the frame
    seconds: float

    def w_plus_bytes(self) -> bytes:
        """Little-endian float32, (L, D), row by row."""
        return self.w_plus.astype("<f4").tobytes()


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A finished image and what was measured on it."""

    pixels: Pixels  # (H, W, 3), the photo's own size
    w_plus: NDArray[np.float32]  # (L, D) of the solution
    cost: float
    measures: dict[str, float]  # see gpu_worker.measures
    warnings: list[str] = field(default_factory=list)  # for the reviewer, e.g. a swatch that could not be reached


@dataclass(frozen=True, kw_only=True)
class EditResult:
    """Candidates, best first, near-duplicates removed."""

    variants: list[Variant]
    sequence: list[Pixels]  # frames G(z0) .. G(z1) of the best candidate, (R, R, 3) each


class Engine:
    """One manifold, ready to edit photos of its kind."""

    def __init__(self, manifold: Manifold) -> None:
        self.manifold = manifold

    @classmethod
    def load(cls, bundle: Path, device: str = "cpu") -> "Engine":
        """Raises BundleError for an unusable bundle."""
        raise NotImplementedError

    def project(
        self, photo: Photo, *, product_mask: Pixels | None = None, method: Method = "hybrid", seed: int = 0, callback: Callback | None = None
    ) -> Projection:
        """Find the product and its latent. Raises PhotoError."""
        raise NotImplementedError

    def restore(self, photo: Photo, w_plus: bytes, manifold_version: str, *, product_mask: Pixels | None = None) -> Projection:
        """A projection from a stored latent. Raises PhotoError, EditError for another manifold's latent."""
        raise NotImplementedError

    def edit(
        self,
        projection: Projection,
        constraints: Sequence[Constraint],
        options: SolverOptions = SolverOptions(),
        *,
        masks: dict[str, Pixels] | None = None,
        callback: Callback | None = None,
    ) -> EditResult:
        """Solve all constraints together and transfer each candidate's change to the full-size photo.

        `masks` holds the pictures named by the constraints' `mask_key`, (H, W) uint8 each.
        """
        raise NotImplementedError

    def recolour(
        self,
        projection: Projection,
        swatches: Sequence[str],
        *,
        region: Region | Pixels = "dominant",
        options: SolverOptions = SolverOptions(),
        callback: Callback | None = None,
    ) -> list[Variant]:
        """One variant per swatch (#rrggbb), in order; all swatches are solved in one batch."""
        raise NotImplementedError

    def sample(self, count: int, *, seed: int = 0, spread: float = 0.8) -> Pixels:
        """Random products of the kind: (count, R, R, 3)."""
        raise NotImplementedError

    def session(self, projection: Projection | None, *, seed: int = 0) -> "PreviewSession":
        """A live editing session on a photo, or from scratch."""
        raise NotImplementedError


class PreviewSession:
    """Live preview: the newest constraints win, and each step starts from the last solution.

        session.update(constraints)     # at any time; cheap
        preview = session.step()        # one solver step (<= 60 ms on CPU): Preview with a frame-sized image
        pixels = session.render(512)    # the edit transferred to the photo, longest side 512 px
    """

    def update(self, constraints: Sequence[Constraint], options: SolverOptions = SolverOptions()) -> None:
        raise NotImplementedError

    def step(self, count: int = 1) -> "Preview":
        raise NotImplementedError

    def render(self, longest_side: int = 512) -> Pixels:
        raise NotImplementedError

    def reset(self) -> None:
        """Back to the photo's own latent."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The state of a session after a step."""

    image: Pixels  # (R, R, 3): G(z)
    cost: float
    step: int  # since the last update
    settled: bool  # further steps would change little: stop until the next update
    w_plus: NDArray[np.float32]
