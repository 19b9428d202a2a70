"""Latents of photos: asked for on upload, made once per manifold version."""

from array import array
from typing import Any

from django.db import IntegrityError, transaction
from django.dispatch import receiver

from catalog.colours import Lab
from catalog.models import SHAPE_DIMENSIONS, Photo
from catalog.services.photos import photo_colours_record
from catalog.services.search_index import shape_record
from catalog.signals import photo_added
from editing.lifecycle import dispatch, manifolds
from editing.models import EditJob, PhotoOutline, Priority, Projection, Task
from gpu_worker.contract.jobs import StoredProjection


@receiver(photo_added, dispatch_uid="editing.project_on_upload")
def project_on_upload(photo: Photo, **_: Any) -> None:
    projection_ask(photo=photo)


def projection_ask(*, photo: Photo, priority: Priority = Priority.PROJECTION) -> None:
    """Have the photo projected; nothing to do where somebody has asked already."""
    try:
        with transaction.atomic():
            EditJob.objects.create(
                merchant_id=photo.product.merchant_id, photo=photo, task=Task.PROJECT, priority=priority
            )
    except IntegrityError:  # job_one_open_projection_per_photo
        return
    transaction.on_commit(dispatch.dispatch, robust=True)


@transaction.atomic
def projection_record(*, photo: Photo, stored: StoredProjection, seconds: float, revision: int = 0) -> bool:
    """Write a projection down; the one of the same version that is there already stays.

    False where the photo's outline was marked anew since a worker was told the marks of `revision`.
    """
    outline = PhotoOutline.objects.select_for_update().filter(photo=photo).first()
    if outline is not None and outline.revision != revision:
        return False
    shape = shape_of(stored.w_plus)
    _, is_new = Projection.objects.get_or_create(
        photo=photo,
        manifold_version=stored.manifold_version,
        defaults={
            "w_plus": stored.w_plus,
            "shape": shape,
            "frame_scale": stored.frame.scale,
            "frame_left": stored.frame.left,
            "frame_top": stored.frame.top,
            "lpips": stored.lpips,
            "mask_confidence": 1.0 if outline is not None and outline.is_confirmed else stored.mask_confidence,
            "seconds": seconds,
        },
    )
    if is_new:
        if stored.colours:
            photo_colours_record(photo=photo, colours=[Lab(l=one.l, a=one.a, b=one.b) for one in stored.colours])
        if manifolds.is_shared(photo, stored.manifold_version):  # what shoppers' photos are compared with
            shape_record(photo=photo, vector=shape, version=stored.manifold_version)
    return True


def shape_of(w_plus: bytes) -> list[float]:
    """The mean of w+ over its layers: what similar items are found by."""
    values = array("f", w_plus)
    layers = len(values) // SHAPE_DIMENSIONS
    return [sum(values[dimension::SHAPE_DIMENSIONS]) / layers for dimension in range(SHAPE_DIMENSIONS)]
