"""Which inversion fits a photo, and can still be edited? python -m benchmarks.engine.inversion --kind KIND --photos FOLDER

Optimisation in W and in W+, the encoder, hybrid, segments with and without the regulariser (a latent for each of the three most important
parts' places), a tuned generator (PTI, Roich et al. 2021: its weights tuned round the latent found in W) and the photo's own generator.
LPIPS and L2 (mean square, [-1, 1]) to the photo at 192 px, seconds, bytes that belong to the photo. Then every one goes the same step of an
attribute: `reached`, the share of it that the encoder reads off the picture, and the kernel distance of the edited pictures to the photos.
A run that was killed goes on where it was.

    --attribute "high heel" --amount 2 --steps 60
"""

import copy
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from benchmarks.engine.begun import Begun, Measured
from benchmarks.engine.common import arguments, engine_of, finish, held_out_photos, projected, summary
from gpu_worker.engine.facade import Engine, Projection
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.engine.values import Pixels, to_pixels
from gpu_worker.manifold.adapted import adapt
from gpu_worker.manifold.examples import FULL, Examples
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.manifold.known_attributes import read_directions
from gpu_worker.measures.realism import kernel_distance, picture_features
from gpu_worker.projection.losses import make_loss
from gpu_worker.projection.project import ProjectionSettings, project
from gpu_worker.projection.segments import SegmentSettings, composed, project_segments
from gpu_worker.segmentation.frame import crop_to_frame

_TUNING = 5e-4  # Adam's rate for the generator's weights
_PARTS = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Given:
    """A photo in the frame."""

    engine: Engine
    large: Tensor  # (1, 3, 192, 192)
    small: Tensor  # (1, 3, 64, 64)
    trust: Tensor  # (1, 1, 64, 64)
    segments: Tensor  # (K, 1, 64, 64)
    steps: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Inverted:
    """What a method made of it: a picture (1, 3, 192, 192) for every step of the latent (D,)."""

    shown: Callable[[Tensor], Tensor]
    bytes: float


Method = Callable[[Given], Inverted]


def by_latent(method: str, space: str) -> Method:
    def invert(given: Given) -> Inverted:
        latent = _latent(given, method, space)
        generator, numbers = given.engine.manifold.generator, latent.numel() if space == "w+" else latent.shape[2]
        return Inverted(shown=lambda step: _high().enlarge(generator(latent + step)), bytes=4.0 * numbers)

    return invert


def by_segments(together: float) -> Method:
    def invert(given: Given) -> Inverted:
        manifold, settings = given.engine.manifold, SegmentSettings(steps=given.steps, together=together)
        latents = project_segments(
            manifold, given.engine.perceptual, given.small, given.trust, given.segments, settings
        )
        kept = 4.0 * latents.numel() + given.segments.numel()
        return Inverted(
            shown=lambda step: _high().enlarge(composed(manifold, latents + step, given.segments)), bytes=kept
        )

    return invert


def tuned(given: Given) -> Inverted:
    """Pivotal tuning: the latent is found in W, then the generator's weights are tuned until it gives the photo."""
    latent, manifold = _latent(given, "hybrid", "w"), given.engine.manifold
    generator = copy.deepcopy(manifold.generator).requires_grad_(True)
    loss = make_loss("lpips", given.engine.perceptual, given.small, given.trust)
    optimiser = torch.optim.Adam(generator.parameters(), lr=_TUNING)
    for _ in range(given.steps):
        optimiser.zero_grad(set_to_none=True)
        loss(generator(latent)).sum().backward()
        optimiser.step()
    weights = sum(parameter.numel() for parameter in generator.parameters())
    return Inverted(shown=lambda step: _high().enlarge(generator(latent + step)), bytes=2.0 * weights)


def own_generator(given: Given) -> Inverted:
    latent = _latent(given, "encoder", "w+")
    own = adapt(given.engine.manifold, _high(), latent, given.large)
    return Inverted(shown=lambda step: own.picture(latent + step), bytes=4.0 * latent.numel() + 2.0 * own.delta.numel())


METHODS: dict[str, Method] = {
    "optimisation in W": by_latent("optimisation", "w"),
    "optimisation in W+": by_latent("optimisation", "w+"),
    "encoder": by_latent("encoder", "w+"),
    "hybrid": by_latent("hybrid", "w+"),
    "segments": by_segments(0.002),
    "segments, not held together": by_segments(0.0),
    "tuned generator": tuned,
    "photo's own generator": own_generator,
}


def main() -> None:
    options = arguments(__doc__, attribute="", amount=2.0, steps=60)
    engine = engine_of(options)
    name = options.attribute or {"shoe": "high heel", "shirt": "long sleeves"}[options.kind]
    direction = read_directions(options.bundle or BUNDLES / options.kind, engine.manifold.version)[name]
    examples = next(e for e in engine.manifold.examples if torch.allclose(e.direction, direction, atol=1e-4))
    found: dict[str, dict[str, list[float]]] = {method: defaultdict(list) for method in METHODS}
    edited: dict[str, list[Pixels]] = defaultdict(list)
    rows: list[Sequence[Pixels]] = []
    begun = Begun(f"inversion-{options.kind}-{name}-{options.amount:g}-{options.steps}")
    for stem, photo in held_out_photos(options.photos, options.limit):
        if projection := projected(engine, photo, "encoder"):
            given = _given(engine, projection, options.steps)
            measured = begun.measured(stem, partial(_measured, given, examples, options.amount))
            for key, value in measured.figures.items():
                method, figure = key.split(": ")
                found[method][figure].append(value)
            half = len(measured.pictures) // 2
            for of, picture in zip(("photo", *METHODS), measured.pictures[half:], strict=True):
                edited[of].append(picture)
            rows += [measured.pictures[:half], measured.pictures[half:]]
    report: dict[str, Any] = {m: {figure: summary(values) for figure, values in found[m].items()} for m in METHODS}
    real = picture_features(edited["photo"], engine.perceptual)
    for method in METHODS:
        report[method]["kernel distance, edited"] = kernel_distance(
            picture_features(edited[method], engine.perceptual), real
        )
    finish(f"inversion-{options.kind}", report, rows[:24])
    begun.forget()


def _measured(given: Given, examples: Examples, amount: float) -> Measured:
    """The photo and each method's picture, as found, and then the same edited; figures as "method: figure"."""
    still, changed = [to_pixels(given.large)[0]], [to_pixels(given.large)[0]]
    figures: dict[str, float] = {}
    here = given.engine.manifold.encoder(given.small).mean((0, 1))
    step = examples.step(here) * amount / FULL
    for method, invert in METHODS.items():
        started = time.perf_counter()
        inverted = invert(given)
        figures[f"{method}: seconds"] = time.perf_counter() - started
        with torch.no_grad():
            before, after = inverted.shown(torch.zeros_like(step)), inverted.shown(step)
            figures[f"{method}: LPIPS"] = float(given.engine.perceptual.lpips(before, given.large))
            figures[f"{method}: L2"] = float(F.mse_loss(before, given.large))
            figures[f"{method}: reached"] = _reached(given.engine, before, after, examples.direction, step)
        figures[f"{method}: bytes"] = inverted.bytes
        still.append(to_pixels(before)[0])
        changed.append(to_pixels(after)[0])
    return Measured(figures, still + changed)


def _reached(engine: Engine, before: Tensor, after: Tensor, direction_d: Tensor, step_d: Tensor) -> float:
    small = F.interpolate(torch.cat([before, after]), size=(engine.manifold.resolution,) * 2, mode="area")
    first, last = engine.manifold.encoder(small.contiguous(memory_format=torch.channels_last)).mean(1)
    return float((last - first) @ direction_d / (step_d @ direction_d))


def _given(engine: Engine, projection: Projection, steps: int) -> Given:
    sides = [engine.manifold.resolution, shared_side(engine)]
    frames = [crop_to_frame(projection.photo, projection.mask, engine.manifold.kind, side) for side in sides]
    small, large = (torch.from_numpy(f.image.transpose(2, 0, 1) * 2 - 1)[None] for f in frames)
    trust = torch.from_numpy(0.2 + 0.8 * frames[0].alpha)[None, None]
    return Given(
        engine=engine, large=large, small=small, trust=trust, segments=_segments(engine, projection), steps=steps
    )


def shared_side(engine: Engine) -> int:
    return 3 * engine.manifold.resolution


def _segments(engine: Engine, projection: Projection) -> Tensor:
    """The most important parts, and the rest, soft at their borders."""
    parts = engine.start_of(projection, own_generator=False).parts
    assert parts is not None
    hard = [torch.from_numpy(parts.mask(i).astype("float32")) for i in range(min(_PARTS, len(parts.colours)))]
    fields = torch.stack(hard)[:, None]
    soft = F.interpolate(fields, size=(engine.manifold.resolution,) * 2, mode="area").clamp(0, 1)
    rest = (1 - soft.sum(0, keepdim=True)).clamp_min(0)
    together = torch.cat([soft, rest])
    return together / together.sum(0, keepdim=True)


def _latent(given: Given, method: str, space: str) -> Tensor:
    settings = ProjectionSettings(method=method, space=space, steps=given.steps)  # type: ignore[arg-type]
    return project(given.engine.manifold, given.engine.perceptual, given.small, given.trust, settings).w_plus


def _high() -> Any:
    return shared_high_resolution("cpu")


if __name__ == "__main__":
    main()
