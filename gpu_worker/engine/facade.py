"""The edit engine: a real photo in, photorealistic variations of that very photo out, at its own resolution.

    engine = Engine.load(Path("gpu_worker/manifold/bundles/shoe"))       # once per process: keeps the manifold warm
    photo = decode_photo(data)                                           # photos.decode; raises PhotoError
    projection = engine.project(photo)                                   # seconds on a CPU; keep its latent's bytes
    projection = engine.restore(photo, w_plus_bytes, manifold_version)   # from a stored latent: no optimisation
    result = engine.edit(projection, constraints, SolverOptions(candidates=3), callback=on_progress)
    variants = engine.recolour(projection, ["#c1121f", "#1d3557"])       # a Variant per swatch, solved in one batch
    session = engine.session(projection)                                 # live preview: gpu_worker.engine.editing_session

`constraints` are the messages of gpu_worker.contract.marks, with strokes in fractions of the frame.
`callback(progress)` runs after every solver step and every finished variant; raise `Cancelled` in it to stop: nothing is kept. Errors for
people are `PhotoError` (unusable photo) and `EditError` (unusable request), with `.message`, `.code` and `.extra`. An Engine is not
thread-safe; one per process and device is right. The same seed gives the same result.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gpu_worker.contract.marks import (
    Attribute,
    Constraint,
    Look,
    OwnPart,
    Part,
    Remove,
    SolverOptions,
    Swatch,
    Units,
)
from gpu_worker.contract.outline import Outline
from gpu_worker.edits.errors import NothingAsked, WrongLatent
from gpu_worker.edits.from_marks import check_masks, read_latent
from gpu_worker.edits.start import Start, start_at
from gpu_worker.engine import enlarging, removal, walk
from gpu_worker.engine.beforehand import Given, Stage, edited, encoded, of_type
from gpu_worker.engine.colourways import dye_swatches, solve_swatches
from gpu_worker.engine.editing_session import PreviewSession
from gpu_worker.engine.grafting import graft
from gpu_worker.engine.interpolation import solution_of
from gpu_worker.engine.looks import dress
from gpu_worker.engine.measured import measured_variant
from gpu_worker.engine.own_parts import take_away
from gpu_worker.engine.painting import paint
from gpu_worker.engine.prepared_edit import PreparedEdit, prepare_edit
from gpu_worker.engine.pulled import at_hem, pull_hem
from gpu_worker.engine.reporting import report, report_steps
from gpu_worker.engine.settings import region_fields
from gpu_worker.engine.shape_measures import shape_measures
from gpu_worker.engine.tailored import tailor
from gpu_worker.engine.values import (
    Callback,
    Cancelled,
    EditResult,
    Example,
    Pixels,
    Progress,
    Projection,
    Variant,
    to_pixels,
)
from gpu_worker.manifold.adapted import Adapted, adapt
from gpu_worker.manifold.bundle import Manifold, load_bundle
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.manifold.lift import ENLARGES
from gpu_worker.measures.perceptual import Perceptual, shared_perceptual
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings, project
from gpu_worker.segmentation.dominant import material_of
from gpu_worker.segmentation.frame import crop_to_frame
from gpu_worker.segmentation.parts import RESOLUTION as PARTS_RESOLUTION
from gpu_worker.segmentation.parts import find_parts
from gpu_worker.segmentation.product_mask import ProductMask, mask_of

__all__ = ["Cancelled", "EditResult", "Engine", "PreviewSession", "Progress", "Projection", "Variant"]

Lab = tuple[float, float, float]

# marks that change the photo itself, in the order in which they do
BEFOREHAND = (
    Stage("removals", removal.remove, of_type(Remove), at_full_size=True),
    Stage("tailoring", tailor, of_type(Attribute)),
    Stage("looks", dress, of_type(Look)),
    Stage("parts", graft, of_type(Part)),
    Stage("paintings", paint, of_type(Units)),
    Stage("own parts", take_away, of_type(OwnPart)),
    Stage("hems", pull_hem, at_hem),
)
_BACKGROUND_TRUST = 0.2  # of a white pixel against one of the product, in projection


class Engine:
    """One manifold, ready to edit photos of its kind."""

    def __init__(self, manifold: Manifold, perceptual: Perceptual | None = None) -> None:
        self.manifold = manifold
        self.perceptual = perceptual or shared_perceptual(str(manifold.device))

    @classmethod
    def load(cls, bundle: Path, device: str = "cpu") -> "Engine":
        """Raises BundleError for an unusable bundle."""
        return cls(load_bundle(bundle, device))

    def project(
        self,
        photo: Photo,
        *,
        product_mask: Pixels | None = None,
        outline: Outline | None = None,
        settings: ProjectionSettings | None = None,
        callback: Callback | None = None,
        on_mask: Callable[[ProductMask], None] | None = None,
    ) -> Projection:
        """Find the product and its latent. `product_mask` (H, W) uint8 replaces ours; `outline` (strokes, a box) leads to it.

        `on_mask` gets the mask before the latent is sought. Raises PhotoError.
        """
        started = time.perf_counter()
        mask = mask_of(photo, self.manifold.kind, outline, product_mask)
        if on_mask is not None:
            on_mask(mask)
        frame = crop_to_frame(photo, mask, self.manifold.kind, self.manifold.resolution)
        settings = settings or ProjectionSettings()

        def on_step(step: int, steps: int, loss: float, image: Tensor) -> None:
            if callback is not None:
                callback(Progress(stage="project", step=step, steps=steps, cost=loss, preview=to_pixels(image)[0]))

        trust = torch.from_numpy(_BACKGROUND_TRUST + (1 - _BACKGROUND_TRUST) * frame.alpha)[None, None]
        image = torch.from_numpy(frame.image.transpose(2, 0, 1) * 2 - 1)[None]
        device = self.manifold.device
        result = project(self.manifold, self.perceptual, image.to(device), trust.to(device), settings, on_step)
        return self._projection(photo, mask, result.w_plus, lpips=result.lpips, seconds=time.perf_counter() - started)

    def restore(
        self,
        photo: Photo,
        w_plus: bytes,
        manifold_version: str,
        *,
        product_mask: Pixels | None = None,
        outline: Outline | None = None,
        lpips: float = float("nan"),
    ) -> Projection:
        """A projection from a stored latent. Raises PhotoError, WrongLatent for another manifold's latent."""
        started = time.perf_counter()
        if manifold_version != self.manifold.version:
            raise WrongLatent(
                "The photo was projected with another manifold: project it again.", version=manifold_version
            )
        latent = read_latent(w_plus, self.manifold).to(self.manifold.device)
        mask = mask_of(photo, self.manifold.kind, outline, product_mask)
        return self._projection(photo, mask, latent, lpips=lpips, seconds=time.perf_counter() - started)

    def edit(
        self,
        projection: Projection,
        constraints: Sequence[Constraint],
        options: SolverOptions | None = None,
        *,
        masks: Mapping[str, Pixels] | None = None,
        examples: Mapping[str, Example] | None = None,
        callback: Callback | None = None,
    ) -> EditResult:
        """Solve all constraints together and transfer each candidate's change to the full-size photo.

        `masks` holds the pictures named by the constraints' `mask_key`, (H, W) uint8 each, `examples` the photos named by their
        `example_key`. Raises EditError, PhotoError.
        """
        options, masks = options or SolverOptions(), dict(masks or {})
        check_masks(masks, projection.photo.height, projection.photo.width)
        if enlarge := enlarging.asked(constraints):
            return enlarging.enlarged(projection, enlarge, str(self.manifold.device), callback)
        if way := walk.asked(constraints):
            return walk.walked(self, projection, way, examples or {}, callback)
        given = Given(masks=masks, examples=examples or {}, callback=callback)
        for stage in BEFOREHAND:
            wanted, rest = stage.apart(constraints, projection, self.manifold.kind)
            if wanted:
                return edited(
                    self, projection, partial(stage.act, self, projection, wanted, given), rest, options, given
                )
        edit = prepare_edit(self.manifold, self.start_of(projection), projection, constraints, options, masks=masks)
        solution = solution_of(edit, options, self.perceptual, callback)
        edit.dyed  # noqa: B018  found once, before the first picture is timed
        # swatches are closed-form: all would look alike
        shown = len(solution.costs) if edit.moves or edit.repaints else 1
        variants = []
        for index, cost in enumerate(solution.costs[:shown].tolist()):
            variants.append(self._variant(edit, solution.w_plus[index : index + 1], cost))
            report(callback, "transfer", index + 1, len(solution.costs))
        return EditResult(variants=variants, sequence=list(to_pixels(edit.sequence(solution.w_plus[:1]))))

    def cleared(
        self,
        projection: Projection,
        removals: Sequence[Remove],
        *,
        masks: dict[str, Pixels] | None = None,
        callback: Callback | None = None,
    ) -> tuple[Projection, float]:
        """The photo without what was brushed over, projected, and the share of its product that was made up. Raises PhotoError."""
        done = removal.completed(projection, removals, self.manifold, masks or {}, callback)
        latent = encoded(self.manifold, crop_to_frame(done.photo, done.mask, self.manifold.kind, PARTS_RESOLUTION))
        return self._projection(done.photo, done.mask, latent, lpips=projection.lpips, seconds=0.0), done.made

    def _variant(self, edit: PreparedEdit, w_plus_1ld: Tensor, cost: float) -> Variant:
        started = time.perf_counter()
        finished = edit.finish(w_plus_1ld)
        seconds = time.perf_counter() - started
        assert edit.projection is not None
        return measured_variant(
            self.manifold,
            self.perceptual,
            edit.projection,
            finished.rendered,
            w_plus_1ld,
            cost=cost,
            dyed=edit.dyed,
            seconds=seconds,
            shape=shape_measures(edit, finished, self.perceptual) if edit.moves else None,
        )

    def recolour(
        self,
        projection: Projection,
        swatches: Sequence[str],
        *,
        region: str | Pixels = "dominant",
        material: Lab | None = None,
        options: SolverOptions | None = None,
        callback: Callback | None = None,
    ) -> list[Variant]:
        """One variant per swatch (#rrggbb), in order; all are solved in one batch.

        `material` is what `material()` found in the product's leading view: what "dominant" means in this one.
        `region` is dominant, product, a name of contract.parts, part-N (the N-th most important), or a mask (H, W) uint8.
        Raises EditError, WrongMask, ValueError for a colour or a region that is none.
        """
        if not swatches:
            raise NothingAsked("No swatch was given.")
        masks = {} if isinstance(region, str) else {"given": region}
        where = region_fields(region)
        check_masks(masks, projection.photo.height, projection.photo.width)
        messages = [Swatch.model_validate({"colour": colour, "material": material, **where}) for colour in swatches]
        first = prepare_edit(
            self.manifold,
            self.start_of(projection, own_generator=False),
            projection,
            messages[:1],
            options or SolverOptions(),
            masks=masks,
        )
        latents, costs = solve_swatches(first, messages, report_steps(callback))
        return dye_swatches(
            first,
            self.perceptual,
            messages,
            latents,
            costs,
            lambda done: report(callback, "transfer", done, len(messages)),
        )

    def material(self, photo: Photo, *, outline: Outline | None = None) -> Lab:
        """The Lab of a photo's dominant colour, to be found again in the product's other views. Raises PhotoError."""
        mask = mask_of(photo, kind := self.manifold.kind, outline)
        lightness, a, b = material_of(find_parts(crop_to_frame(photo, mask, kind, PARTS_RESOLUTION), kind)).tolist()
        return lightness, a, b

    def sample(self, count: int, *, seed: int = 0, spread: float = 0.8) -> Pixels:
        """Random products of the kind: (count, 3R, 3R, 3)."""
        high = shared_high_resolution(str(self.manifold.device))
        with torch.no_grad():
            small = self.manifold.generator(self.manifold.sample(count, seed=seed, spread=spread))
            return np.concatenate([to_pixels(high.enlarge(part)) for part in small.split(8)])

    def session(self, projection: Projection | None = None, *, seed: int = 0) -> PreviewSession:
        """A live editing session on a photo, or from scratch without one.

        Seed 0 starts from the photo's latent (from the mean product); any other from a random one near it (anywhere).
        """
        if projection is not None:
            return PreviewSession(self.manifold, self.start_of(projection), projection, seed=seed)
        mean = self.manifold.generator.spread(self.manifold.mean_w[None]).contiguous()
        latent = mean if seed == 0 else self.manifold.sample(1, seed=seed)
        return PreviewSession(self.manifold, start_at(self.manifold, latent), None)

    def start_of(self, projection: Projection, *, own_generator: bool = True) -> Start:
        """The start of edits of a projection; dyes alone need no generator of its own. Raises WrongLatent for another manifold's."""
        if projection.manifold_version != self.manifold.version:
            raise WrongLatent("The photo was projected with another manifold: project it again.")
        latent = torch.from_numpy(projection.w_plus)[None].to(self.manifold.device)
        parts, named = find_parts(projection.frame, self.manifold.kind), projection.named(self.manifold.kind)
        adapted = self._adapted(projection, latent) if own_generator else None
        return start_at(self.manifold, latent, projection.frame, parts, adapted, named)

    def _adapted(self, projection: Projection, w_plus_1ld: Tensor) -> Adapted:
        """The photo's own generator: made anew each time, which takes less than reading it would."""
        high = shared_high_resolution(str(self.manifold.device))
        frame = crop_to_frame(
            projection.photo, projection.mask, self.manifold.kind, ENLARGES * self.manifold.resolution
        )
        image = torch.from_numpy(frame.image.transpose(2, 0, 1) * 2 - 1)[None].to(self.manifold.device)
        return adapt(self.manifold, high, w_plus_1ld, image)

    def _projection(
        self, photo: Photo, mask: ProductMask, w_plus: Tensor, *, lpips: float, seconds: float
    ) -> Projection:
        return Projection(
            photo=photo,
            mask=mask,
            frame=crop_to_frame(photo, mask, self.manifold.kind, PARTS_RESOLUTION),
            w_plus=w_plus[0].cpu().numpy(),
            manifold_version=self.manifold.version,
            reconstruction=to_pixels(self.manifold.generator(w_plus))[0],
            lpips=lpips,
            seconds=seconds,
        )
