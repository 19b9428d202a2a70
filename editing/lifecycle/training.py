"""A merchant's own manifold: asked for over the merchant's photos, trained on queue `train`, fetched when done."""

from pathlib import Path

from django.db import transaction

from catalog import storage
from catalog.models import Merchant, Photo, ProductKind, ProductStatus
from editing.lifecycle import dispatch
from editing.lifecycle.states import JobStatus
from editing.models import EditJob, Priority, Task

LEAST_PHOTOS = 100  # as the trainer: fewer teach the discriminator the photos themselves


class TooFewPhotos(ValueError):
    """The catalogue is too small to train on."""


class NotTrained(ValueError):
    """There is no bundle to fetch."""


def training_ask(*, merchant: Merchant, kind: ProductKind, steps: int) -> EditJob:
    """Have the shipped manifold of a kind fitted to the merchant's photos. Raises TooFewPhotos."""
    photos = Photo.objects.filter(product__merchant=merchant, product__kind=kind, product__synthetic=False)
    photos = photos.exclude(product__status=ProductStatus.ARCHIVED).order_by("pk")
    named = [{"name": str(pk), "key": key} for pk, key in photos.values_list("pk", "object_key")]
    if len(named) < LEAST_PHOTOS:
        raise TooFewPhotos(f"{merchant} has {len(named)} {kind} photos; training needs at least {LEAST_PHOTOS}.")
    with transaction.atomic():
        job = EditJob.objects.create(
            merchant=merchant,
            task=Task.TRAIN,
            priority=Priority.TRAINING,
            spec={
                "kind": kind,
                "photos": named,
                "steps": steps,
                "description": f"{len(named)} photos of {merchant.name}",
            },
        )
        transaction.on_commit(dispatch.dispatch, robust=True)
    return job


def trained_bundle_fetch(*, job: EditJob, out: Path) -> Path:
    """Write a finished training's bundle into the folder `out/KIND`, where `MANIFOLDS_DIR=out` makes workers use it."""
    keys = job.spec.get("bundle_keys") if job.status == JobStatus.DONE else None
    if not keys:
        raise NotTrained(f"Training {job.key} is {job.get_status_display().lower()}. {job.error}".strip())
    folder = out / str(job.spec["kind"])
    folder.mkdir(parents=True, exist_ok=True)
    for name, key in keys.items():
        stored = storage.get(key)
        if stored is None:
            raise NotTrained(f"{name} of training {job.key} is no longer in the object store.")
        (folder / Path(name).name).write_bytes(stored.data)
    return folder
