"""What the tasks do between the object store and the engine."""

from collections.abc import Iterator
from functools import lru_cache

import cv2
import numpy as np

from gpu_worker import storage
from gpu_worker.contract import jobs
from gpu_worker.contract.answers import Outlined, Projected, StoredVariant, VariantStored
from gpu_worker.contract.jobs import ProjectJob, RenderJob, StoredProjection
from gpu_worker.contract.marks import Look, Remove, Swatch
from gpu_worker.contract.outline import Outline
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.loaded import engine_of
from gpu_worker.engine.taught import knowing
from gpu_worker.engine.values import EditResult, Example, Pixels, Projection, Variant
from gpu_worker.fetching import engine_named
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.photos.errors import WrongMask
from gpu_worker.segmentation.product_mask import ProductMask
from gpu_worker.tasks.gallery import store_outline, store_sequence, store_variant, stored_projection
from gpu_worker.tasks.lifeline import Lifeline


def project_photo(job: ProjectJob, line: Lifeline) -> StoredProjection:
    photo = decode_photo(storage.get(job.photo_key))
    return stored_projection(_projected(engine_named(job.kind, job.manifold), photo, job, line), job.kind)


def _projected(engine: Engine, photo: Photo, job: ProjectJob | RenderJob, line: Lifeline) -> Projection:
    """Made anew; where the product was found is told at once."""

    def tell(mask: ProductMask) -> None:
        line.answer(
            Outlined, outline_key=store_outline(mask), confidence=mask.confidence, revision=job.outline.revision
        )

    return engine.project(photo, outline=job.outline, callback=line.report, on_mask=tell)


def render_variants(job: RenderJob, line: Lifeline) -> list[StoredVariant]:
    """Make and store every variant of the job; each is announced as soon as it is stored."""
    photo, engine = decode_photo(storage.get(job.photo_key)), engine_named(job.kind, job.manifold)
    projection = _projection(engine, photo, job, line)
    stored = []
    for candidate, (variant, name, swatch, sequence_key) in enumerate(_made(engine, projection, job, line)):
        line.stage("store", candidate)
        stored.append(
            store_variant(
                job, variant, projection, candidate=candidate, name=name, swatch=swatch, sequence_key=sequence_key
            )
        )
        line.answer(VariantStored, variant=stored[-1])
    return stored


def _projection(engine: Engine, photo: Photo, job: RenderJob, line: Lifeline) -> Projection:
    """The stored one, or a new one that is sent along for the next time."""
    stored = job.projection
    if stored is not None and stored.manifold_version == engine.manifold.version:
        return engine.restore(photo, stored.w_plus, stored.manifold_version, outline=job.outline, lpips=stored.lpips)
    projection = _projected(engine, photo, job, line)
    line.answer(
        Projected,
        projection=stored_projection(projection, job.kind),
        outline_revision=job.outline.revision,
        seconds=projection.seconds,
    )
    return projection


@lru_cache(maxsize=256)
def _material(kind: str, lead_photo_key: str, lead_outline: str) -> tuple[float, float, float]:
    """The same for every view of a product, whichever is made first; keys are content addresses."""
    outline = Outline.model_validate_json(lead_outline)
    return engine_of(kind).material(decode_photo(storage.get(lead_photo_key)), outline=outline)


Made = tuple[Variant, str, str | None, str | None]


def _made(engine: Engine, projection: Projection, job: RenderJob, line: Lifeline) -> Iterator[Made]:
    """(variant, name, swatch, key of its sequence) in the order of their candidate numbers."""
    if job.swatches:
        region = _mask(job.mask_key, projection.photo) if job.mask_key else _region_of(job)
        swatches = [swatch.colour for swatch in job.swatches]
        material = None
        if job.lead_photo_key and job.region == "dominant":
            material = _material(job.kind, job.lead_photo_key, job.lead_outline.model_dump_json())
        made = engine.recolour(
            projection, swatches, region=region, material=material, options=job.options, callback=line.report
        )
        for variant, swatch in zip(made, job.swatches, strict=True):
            yield variant, swatch.name, swatch.colour, None
        return
    result = _edit(engine, projection, job, line)
    sequence_key = store_sequence(job, result.sequence, projection)
    asked = [constraint.colour for constraint in job.constraints if isinstance(constraint, Swatch)]
    for number, variant in enumerate(result.variants, start=1):
        yield variant, f"Variation {number}", asked[0] if asked else None, sequence_key


def _region_of(job: RenderJob) -> str:
    return f"part-{job.part}" if job.region == "part" else job.region


def _edit(engine: Engine, projection: Projection, job: RenderJob, line: Lifeline) -> EditResult:
    keys = {c.mask_key for c in job.constraints if isinstance(c, Swatch | Remove | Look) and c.mask_key}
    masks = {key: _mask(key, projection.photo) for key in sorted(keys)}
    examples = {example.key: example_at(example) for example in job.examples}
    return knowing(engine, job.constraints, storage.get).edit(
        projection, job.constraints, job.options, masks=masks, examples=examples, callback=line.report
    )


def example_at(example: jobs.Example) -> Example:
    """A stored photo that looks are taken from. Raises PhotoError, StorageError."""
    return Example(photo=decode_photo(storage.get(example.key)), kind=example.kind, outline=example.outline)


def _mask(key: str, photo: Photo) -> Pixels:
    """A stored mask as (H, W) uint8 of the photo's size."""
    data = np.frombuffer(storage.get(key), np.uint8)
    mask = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise WrongMask("The painted region could not be read.")
    if mask.shape != (photo.height, photo.width):
        mask = cv2.resize(mask, (photo.width, photo.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(mask, np.uint8)
