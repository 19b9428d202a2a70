"""Celery tasks about attributes: find a direction from examples, draw the strips that show what a direction does.

They end in one message on the queue `results`; delivered twice they find the same direction again.
"""

import io
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
import structlog
import torch
from celery import current_app, shared_task
from PIL import Image
from torch import Tensor

from gpu_worker import storage
from gpu_worker.attributes import directions
from gpu_worker.attributes.directions import Direction
from gpu_worker.contract.attributes import (
    ATTRIBUTE_TASK,
    PRINCIPAL_TASK,
    RECORD_ATTRIBUTE,
    RECORD_PRINCIPAL,
    AttributeAnswer,
    AttributeJob,
    PrincipalAnswer,
    PrincipalDirectionMessage,
    PrincipalJob,
)
from gpu_worker.engine import taught
from gpu_worker.engine.values import to_pixels
from gpu_worker.fetching import ManifoldAway, engine_named
from gpu_worker.manifold.bundle import Manifold

log = structlog.get_logger(__name__)

AMOUNTS = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
STRIP_SIDE = 128  # pixels of a picture in a strip
STRIP_SEEDS = 3  # products that a strip shows, below each other

_LEARNED_ANEW = "The studio has learned anew since: mark the examples once more."

Options = dict[str, Any]
_RETRY: Options = {"autoretry_for": (storage.StorageError,), "retry_backoff": 2, "max_retries": 5}


@shared_task(name=ATTRIBUTE_TASK, soft_time_limit=120, time_limit=150, **_RETRY)
def find_attribute(raw: dict[str, Any]) -> None:
    job = AttributeJob.model_validate(raw)
    try:
        answer = answer_of(job, engine_named(job.kind, job.manifold_name).manifold)
    except ManifoldAway:
        answer = AttributeAnswer(attribute=job.attribute, problem=_LEARNED_ANEW)
    _answer(RECORD_ATTRIBUTE, answer)


@shared_task(name=PRINCIPAL_TASK, soft_time_limit=120, time_limit=150, **_RETRY)
def find_principal_directions(raw: dict[str, Any]) -> None:
    job = PrincipalJob.model_validate(raw)
    try:
        manifold = engine_named(job.kind, job.manifold_name).manifold
    except ManifoldAway as error:
        log.warning("no_such_manifold", kind=job.kind, version=job.manifold_version, error=str(error))
        return
    _answer(RECORD_PRINCIPAL, principal_answer(job, manifold))


def answer_of(job: AttributeJob, manifold: Manifold) -> AttributeAnswer:
    """The direction with its accuracy and its strip, or the reason why there is none."""
    if manifold.version != job.manifold_version:
        return AttributeAnswer(attribute=job.attribute, problem=_LEARNED_ANEW)
    try:
        found = _find(job, manifold)
    except ValueError as error:
        return AttributeAnswer(attribute=job.attribute, problem=f"{error}."[:1].upper() + f"{error}."[1:])
    if job.method == "known":
        return AttributeAnswer(attribute=job.attribute, strip_key=store_strip(manifold, found))
    return AttributeAnswer(
        attribute=job.attribute,
        direction=_base64(found.vector),
        scale=found.scale,
        threshold=found.threshold,
        accuracy=found.accuracy,
        having=found.examples[0],
        lacking=found.examples[1],
        strip_key=store_strip(manifold, found),
        examples_key=_store_examples(job, manifold, found),
    )


def _store_examples(job: AttributeJob, manifold: Manifold, found: Direction) -> str | None:
    """The key of what photos need to go their own way; None where there are too few examples."""
    kept = _rows(job.kept, manifold) if job.kept else found.vector.new_empty(0, manifold.w_dim)
    data = taught.packed(manifold, found.vector, _rows(job.having, manifold), _rows(job.lacking, manifold), kept)
    if data is None or job.examples_prefix is None:
        return None
    return storage.put(job.examples_prefix, data, content_type="application/octet-stream")


def _find(job: AttributeJob, manifold: Manifold) -> Direction:
    """Raises ValueError for too few examples, or when nothing is left beside the kept attributes."""
    if job.method == "known":
        return directions.principal(_tensor(job.direction or b"", manifold), job.scale)
    having, lacking = _rows(job.having, manifold), _rows(job.lacking, manifold)
    if job.method == "nearest":
        near = _tensor(job.near, manifold) if job.near else having.mean(0)
        found = directions.nearest_difference(near, having, lacking, job.neighbours)
    elif job.method == "mean":
        found = directions.mean_difference(having, lacking)
    else:
        found = directions.linear_classifier(having, lacking)
    kept = [directions.principal(_tensor(vector, manifold), 1.0) for vector in job.kept]
    return remeasured(directions.conditional(found, kept), having, lacking) if kept else found


def remeasured(direction: Direction, having: Tensor, lacking: Tensor) -> Direction:
    """What is left after others are held still spreads the examples less: its own step and threshold."""
    along = torch.cat([having, lacking]) @ direction.vector
    middle = ((having @ direction.vector).mean() + (lacking @ direction.vector).mean()) / 2
    right = (
        (having @ direction.vector > middle).float().mean() + (lacking @ direction.vector <= middle).float().mean()
    ) / 2
    return Direction(
        vector=direction.vector,
        scale=float(along.std().clamp_min(1e-6)),
        threshold=float(middle),
        accuracy=min(direction.accuracy, float(right)),
        examples=direction.examples,
    )


def principal_answer(job: PrincipalJob, manifold: Manifold) -> PrincipalAnswer:
    """The first principal directions, each with its film strip (GANSpace)."""
    found = []
    for index in range(min(job.count, len(manifold.pca_components))):
        direction = directions.principal(manifold.pca_components[index], float(manifold.pca_std[index]))
        found.append(
            PrincipalDirectionMessage(
                index=index,
                direction=_base64(direction.vector),
                scale=direction.scale,
                strip_key=store_strip(manifold, direction),
            )
        )
    return PrincipalAnswer(kind=job.kind, manifold_version=job.manifold_version, directions=found)


def store_strip(manifold: Manifold, direction: Direction) -> str:
    """Some products from -3 to +3 along the direction, as one picture in the object store."""
    out = io.BytesIO()
    strip(manifold, direction).save(out, "WEBP", quality=88, method=4)
    return storage.put("strips", out.getvalue(), content_type="image/webp")


@torch.no_grad()
def strip(manifold: Manifold, direction: Direction, seeds: int = STRIP_SEEDS) -> Image.Image:
    """One row per product, one column per amount; the first product is the mean one."""
    mean = manifold.generator.spread(manifold.mean_w[None])
    latents = [mean[0], *manifold.sample(seeds - 1, seed=7, spread=0.7)]
    rows = [to_pixels(manifold.generator(directions.walk(w.contiguous(), direction, AMOUNTS))) for w in latents]
    picture = np.vstack([np.hstack(list(row)) for row in rows])
    size = (STRIP_SIDE * len(AMOUNTS), STRIP_SIDE * len(rows))
    return Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)


def _answer(task: str, message: AttributeAnswer | PrincipalAnswer) -> None:
    current_app.send_task(task, args=[message.model_dump(mode="json")], queue="results", ignore_result=True)


def _rows(latents: Sequence[bytes], manifold: Manifold) -> Tensor:
    return torch.stack([_tensor(latent, manifold) for latent in latents])


def _tensor(data: bytes, manifold: Manifold) -> Tensor:
    if len(data) != 4 * manifold.w_dim:
        raise ValueError("a latent does not belong to this manifold")
    return torch.from_numpy(np.frombuffer(data, "<f4").copy()).to(manifold.device)


def _base64(vector: Tensor) -> bytes:
    return b64encode(vector.cpu().numpy().astype("<f4").tobytes())
