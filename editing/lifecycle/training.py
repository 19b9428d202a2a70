"""A merchant's own manifold: asked for over the merchant's photos, trained on queue `train`, taken in use for that merchant."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from catalog import storage
from catalog.models import Merchant, Photo, ProductKind, ProductStatus
from editing.lifecycle import dispatch
from editing.lifecycle.states import JobStatus
from editing.models import EditJob, OwnManifold, Priority, Task

CARD = "card.json"
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
    """Write a finished training's bundle into the folder `out/KIND`, to look at it and measure it. Raises NotTrained."""
    folder = out / str(job.spec["kind"])
    folder.mkdir(parents=True, exist_ok=True)
    for name, key in _bundle_keys(job).items():
        (folder / Path(name).name).write_bytes(_stored(job, name, key))
    return folder


@transaction.atomic
def own_manifold_use(*, job: EditJob) -> OwnManifold:
    """Do all new work on the merchant's photos of the kind with what a training made. Raises NotTrained.

    It serves that merchant alone: messages about the merchant's photos name it, and its card says whose it is. Every photo is
    projected with it; recipes, attributes and pictures that were made before keep the version that they were made on.
    """
    kind, keys = str(job.spec["kind"]), _bundle_keys(job)
    card = json.loads(_stored(job, CARD, keys.get(CARD, "")))
    if card["kind"] != kind or card.get("owner", job.merchant_id) != job.merchant_id:
        raise NotTrained(f"What training {job.key} made is for the {card['kind']} of merchant {card.get('owner')}.")
    own_manifold_leave(merchant=job.merchant, kind=kind)
    row, _ = OwnManifold.objects.update_or_create(
        merchant=job.merchant,
        kind=kind,
        version=card["version"],
        defaults={"file_keys": keys | {CARD: _signed_card(card, job)}, "job": job, "is_in_use": True},
    )
    _project_all(job.merchant, kind)
    return row


def own_manifold_leave(*, merchant: Merchant, kind: str) -> bool:
    """Go back to the manifold that all share; False where no own one was in use."""
    in_use = OwnManifold.objects.filter(merchant=merchant, kind=kind, is_in_use=True)
    return bool(in_use.update(is_in_use=False))


def _bundle_keys(job: EditJob) -> dict[str, str]:
    keys: dict[str, str] | None = job.spec.get("bundle_keys") if job.status == JobStatus.DONE else None
    if not keys:
        raise NotTrained(f"Training {job.key} is {job.get_status_display().lower()}. {job.error}".strip())
    return keys


def _stored(job: EditJob, name: str, key: str) -> bytes:
    stored = storage.get(key) if key else None
    if stored is None:
        raise NotTrained(f"{name} of training {job.key} is no longer in the object store.")
    return stored.data


def _signed_card(card: dict[str, Any], job: EditJob) -> str:
    """The key of the card with its owner, which workers of earlier releases did not write."""
    owned = json.dumps({**card, "owner": job.merchant_id}, indent=2).encode()
    return storage.put("bundles", owned, content_type="application/json")


def _project_all(merchant: Merchant, kind: str) -> None:
    photos = Photo.objects.filter(product__merchant=merchant, product__kind=kind)
    photos = photos.exclude(product__status=ProductStatus.ARCHIVED).order_by("pk")
    jobs = [EditJob(merchant=merchant, photo=photo, task=Task.PROJECT, priority=Priority.BULK) for photo in photos]
    EditJob.objects.bulk_create(jobs, batch_size=500, ignore_conflicts=True)  # some may be asked for already
    transaction.on_commit(dispatch.dispatch, robust=True)
