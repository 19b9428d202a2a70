"""From a job's row to the message that its worker gets."""

from base64 import b64encode
from collections.abc import Iterable
from typing import cast
from uuid import UUID

from django.utils.crypto import salted_hmac

from catalog.models import Photo
from editing.lifecycle import manifolds
from editing.lifecycle.examples import own_examples
from editing.lifecycle.masks import own_mask_keys
from editing.models import EditJob, EditRequest, PhotoOutline, Task
from gpu_worker.contract.jobs import (
    Example,
    FramePlace,
    Job,
    ProjectJob,
    Provenance,
    RenderJob,
    StoredProjection,
    TrainJob,
)
from gpu_worker.contract.keys import keys_in
from gpu_worker.contract.marks import Kind
from gpu_worker.contract.outline import Outline


def for_job(job: EditJob) -> Job:
    return {Task.PROJECT: _project, Task.RENDER: _render, Task.TRAIN: _train}[Task(job.task)](job)


def _project(job: EditJob) -> ProjectJob:
    photo = _photo(job)
    kind: Kind = photo.product.kind  # type: ignore[assignment]
    told = outline_of(photo)
    return ProjectJob(
        job=job.key,
        token=job.token,
        kind=kind,
        manifold=manifolds.to_project_with(photo),
        photo_key=photo.object_key,
        outline=told,
    )


def _render(job: EditJob) -> RenderJob:
    photo, asked = _photo(job), job.asked
    lead = _lead(photo) if "swatches" in asked else None
    return RenderJob.model_validate(
        {
            **asked,
            "mask_keys": own_mask_keys(job.merchant_id, keys_in(asked)),
            "examples": examples_of(job.merchant_id, keys_in(asked)),
            "job": job.key,
            "token": job.token,
            "kind": photo.product.kind,
            "manifold": (manifold := manifolds.for_job(job, photo)),
            "photo_key": photo.object_key,
            "outline": outline_of(photo),
            "lead_photo_key": lead.object_key if lead else None,
            "lead_outline": outline_of(lead) if lead else Outline(),
            "projection": stored_projection(photo, manifold.version if manifold else ""),
            "provenance": Provenance(request=_request_key(job), photo=digest_of(photo)),
        }
    )


def _lead(photo: Photo) -> Photo | None:
    """Of a further view: the product's main photo, which says what the main colour is."""
    if photo.is_primary:
        return None
    return Photo.objects.filter(product=photo.product_id, is_primary=True).first()


def examples_of(merchant_id: int, keys: Iterable[str]) -> list[Example]:
    """The merchant's own photos among the keys, for looks."""
    masks = set(own_mask_keys(merchant_id, keys))
    if not (others := set(keys) - masks):
        return []
    return [
        Example(key=photo.object_key, kind=photo.product.kind, outline=outline_of(photo))  # type: ignore[arg-type]
        for photo in own_examples(merchant_id, others)
    ]


def outline_of(photo: Photo) -> Outline:
    """What members said about where the product is."""
    row = PhotoOutline.objects.filter(photo=photo).first()
    if row is None:
        return Outline()
    return Outline.model_validate({**row.marks, "revision": row.revision, "confirmed": row.is_confirmed})


def _train(job: EditJob) -> TrainJob:
    asked = {name: value for name, value in job.spec.items() if name != "bundle_keys"}  # what an earlier run made
    return TrainJob.model_validate({**asked, "job": job.key, "token": job.token, "owner": job.merchant_id})


def _photo(job: EditJob) -> Photo:
    return cast(Photo, job.photo)  # only training has none


def digest_of(photo: Photo) -> str:
    """Tells the photo to us alone: published pictures bear it, and a photo's hash is its name in the object store."""
    return salted_hmac("editing.provenance", photo.sha256, algorithm="sha256").hexdigest()


def _request_key(job: EditJob) -> UUID:
    return cast(EditRequest, job.request).key


def stored_projection(photo: Photo, version: str = "") -> StoredProjection | None:
    """The photo's newest projection; the worker makes another where its manifold is of another version."""
    row = manifolds.newest_projection(photo, version)
    if row is None:
        return None
    return StoredProjection(
        manifold_version=row.manifold_version,
        w_plus=b64encode(bytes(row.w_plus)),
        frame=FramePlace(scale=row.frame_scale, left=row.frame_left, top=row.frame_top),
        lpips=row.lpips,
        mask_confidence=row.mask_confidence,
    )
