"""The Celery task that finds a part of a merchant's own from strokes. Delivered twice it finds the same group again."""

import io
from base64 import b64encode
from typing import Any

import numpy as np
import torch
from celery import current_app, shared_task
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from gpu_worker import storage
from gpu_worker.contract.unit_groups import (
    RECORD_UNIT_GROUP,
    SIDE,
    UNIT_GROUP_TASK,
    BestUnit,
    UnitGroupAnswer,
    UnitGroupJob,
)
from gpu_worker.edits.errors import EditError
from gpu_worker.edits.from_marks import read_latent
from gpu_worker.engine.values import to_pixels
from gpu_worker.fetching import ManifoldAway, engine_named
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.painting.own_groups import Group, NothingAgrees, find_group, units_of

_RETRY: dict[str, Any] = {"autoretry_for": (storage.StorageError,), "retry_backoff": 2, "max_retries": 5}
_DARK = 0.25  # of its light, where the group is off (Bau et al. 2019, figure 3)
_SHOWN = 8
_LEARNED_ANEW = "The studio has learned anew since: paint the part once more."


@shared_task(name=UNIT_GROUP_TASK, soft_time_limit=120, time_limit=150, **_RETRY)
def find_unit_group(raw: dict[str, Any]) -> None:
    job = UnitGroupJob.model_validate(raw)
    try:
        answer = answer_of(job, engine_named(job.kind, job.manifold_name).manifold)
    except ManifoldAway:
        answer = UnitGroupAnswer(group=job.group, problem=_LEARNED_ANEW)
    current_app.send_task(RECORD_UNIT_GROUP, args=[answer.model_dump(mode="json")], queue="results", ignore_result=True)


def answer_of(job: UnitGroupJob, manifold: Manifold) -> UnitGroupAnswer:
    """The group with its agreement and its strip, or the reason why there is none."""
    if manifold.version != job.manifold_version:
        return UnitGroupAnswer(group=job.group, problem=_LEARNED_ANEW)
    try:
        latents = torch.cat([read_latent(photo.w_plus, manifold) for photo in job.photos]).to(manifold.device)
        found = find_group(manifold, latents, torch.stack([_map(photo.painted) for photo in job.photos]))
    except (NothingAgrees, EditError) as error:
        return UnitGroupAnswer(group=job.group, problem=str(error))
    fields = {
        "group": job.group,
        "agreement": found.agreement,
        "weights": _base64(found.group.weights),
        "places": _base64(found.group.places),
        "best": [BestUnit(layer=layer, unit=unit, agreement=iou) for layer, unit, iou in found.best],
        "strip_key": _store_strip(manifold, found.group, latents[:_SHOWN]),
    }
    return UnitGroupAnswer.model_validate(fields)


def _map(painted: str) -> Tensor:
    return torch.tensor([float(cell) for cell in painted]).reshape(1, SIDE, SIDE)


def _store_strip(manifold: Manifold, group: Group, w_plus_nld: Tensor) -> str:
    """The painted products as the generator shows them, dark where the group is off, in the object store."""
    out = io.BytesIO()
    Image.fromarray(_strip(manifold, group, w_plus_nld)).save(out, "WEBP", quality=88, method=4)
    return storage.put("strips", out.getvalue(), content_type="image/webp")


@torch.no_grad()
def _strip(manifold: Manifold, group: Group, w_plus_nld: Tensor) -> np.ndarray:
    pictures = shared_high_resolution(str(manifold.device)).enlarge(manifold.generator(w_plus_nld))
    lit = F.interpolate(group.on(units_of(manifold, w_plus_nld)), size=pictures.shape[-2:], mode="nearest")
    shown = (pictures + 1) * (_DARK + (1 - _DARK) * lit) - 1
    return np.hstack(list(to_pixels(shown)))


def _base64(vector: Tensor) -> bytes:
    return b64encode(vector.cpu().numpy().astype("<f4").tobytes())
