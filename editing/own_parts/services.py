"""A merchant's own parts: asked of a worker, recorded, and turned into messages for those who take one away."""

import logging
from base64 import b64encode
from collections.abc import Mapping
from functools import partial
from typing import Any

from celery import current_app
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from catalog.errors import Conflict, InvalidInput
from catalog.models import User
from catalog.tenancy.access import Actor, readable
from editing.lifecycle.manifolds import own_named
from editing.models import OwnPart, OwnPartPhoto, OwnPartState, Projection
from editing.studio.selectors import current_version
from gpu_worker.contract.marks import UnitGroup
from gpu_worker.contract.unit_groups import MOST_PHOTOS, UNIT_GROUP_TASK, UnitGroupAnswer, UnitGroupJob

log = logging.getLogger(__name__)

QUEUE = "preview"  # a person waits in front of the page
AWAY = "The workers cannot be reached just now. Try again in a minute."
GONE = "A part of your own is not available any more: choose another, or paint it once more."


def projections_of(actor: Actor, kind: str, photo_ids: list[int]) -> dict[int, Projection]:
    """What is known of the photos at the merchant's newest manifold. Raises InvalidInput where one is not ready."""
    if not photo_ids:
        raise InvalidInput("Paint the part on at least one photo.")
    if len(photo_ids) > MOST_PHOTOS:
        raise InvalidInput(f"Paint the part on at most {MOST_PHOTOS} photos.")
    rows = readable(actor, Projection).filter(
        photo__in=photo_ids, photo__product__kind=kind, manifold_version=current_version(actor, kind)
    )
    found = {row.photo_id: row for row in rows}
    if set(photo_ids) - set(found):
        raise InvalidInput("One of the photos is not ready, not there any more, or of another kind.")
    return found


@transaction.atomic
def own_part_find(*, actor: Actor, by: User | None, kind: str, name: str, painted: Mapping[int, str]) -> OwnPart:
    """Have the units found that agree with what was painted, by photo. Raises InvalidInput or Conflict."""
    known = projections_of(actor, kind, list(painted))
    if not name:
        raise InvalidInput("Give the part a name.")
    version = next(iter(known.values())).manifold_version
    try:
        with transaction.atomic():
            part = OwnPart.objects.create(
                merchant=actor.merchant, kind=kind, name=name, manifold_version=version, created_by=by
            )
    except IntegrityError as error:
        raise Conflict(f"There is a part called {name} already.") from error
    OwnPartPhoto.objects.bulk_create(
        OwnPartPhoto(part=part, photo_id=photo, painted=cells) for photo, cells in painted.items()
    )
    transaction.on_commit(partial(_ask, part))
    return part


@transaction.atomic
def own_part_retry(*, part: OwnPart) -> None:
    """Ask again for what failed or got lost."""
    part.state, part.problem = OwnPartState.FINDING, ""
    part.save(update_fields=["state", "problem", "updated_at"])
    transaction.on_commit(partial(_ask, part))


def _ask(part: OwnPart) -> None:
    latents = {
        row.photo_id: bytes(row.w_plus)
        for row in Projection.objects.filter(
            photo__in=part.photos.values("photo"), manifold_version=part.manifold_version
        )
    }
    shown = [
        {"w_plus": b64encode(latents[row.photo_id]), "painted": row.painted}
        for row in part.photos.order_by("pk")
        if row.photo_id in latents
    ]
    if not shown:
        _failed(part, "The photos that it was painted on are gone.")
        return
    own = own_named(part.merchant_id, part.kind, part.manifold_version)
    fields = {
        "group": part.pk,
        "kind": part.kind,
        "manifold_version": part.manifold_version,
        "manifold": own,
        "photos": shown,
    }
    try:
        current_app.send_task(
            UNIT_GROUP_TASK,
            args=[UnitGroupJob.model_validate(fields).model_dump(mode="json")],
            queue=QUEUE,
            retry=False,
            ignore_result=True,
        )
    except OperationalError as error:
        log.warning("the broker took no message", extra={"task": UNIT_GROUP_TASK, "error": str(error)})
        _failed(part, AWAY)


def _failed(part: OwnPart, problem: str) -> None:
    OwnPart.objects.filter(pk=part.pk).update(state=OwnPartState.FAILED, problem=problem)


def own_part_record(answer: UnitGroupAnswer) -> None:
    """Write a worker's answer down; delivered twice, it says the same twice."""
    fields: dict[str, Any] = {"state": OwnPartState.FAILED, "problem": answer.problem[:300]}
    if answer.weights is not None and answer.places is not None:
        fields = {
            "state": OwnPartState.READY,
            "problem": "",
            "agreement": answer.agreement,
            "weights": answer.weights,
            "places": answer.places,
            "best": [unit.model_dump() for unit in answer.best],
            "strip_key": answer.strip_key or "",
        }
    OwnPart.objects.filter(pk=answer.group).update(**fields)


def usable_parts(actor: Actor, kind: str, version: str) -> list[OwnPart]:
    """Those of the merchant that are ready, at a manifold version."""
    rows = readable(actor, OwnPart).filter(kind=kind, manifold_version=version, state=OwnPartState.READY)
    return list(rows.order_by("name"))


def group_of(actor: Actor, part_id: int) -> UnitGroup:
    """The message of one of the merchant's own parts. Raises InvalidInput where there is none that is ready."""
    part = readable(actor, OwnPart).filter(pk=part_id, state=OwnPartState.READY).first()
    if part is None:
        raise InvalidInput(GONE, extra={"constraints": [GONE]})
    return UnitGroup.model_validate(
        {
            "name": part.name,
            "kind": part.kind,
            "manifold_version": part.manifold_version,
            "weights": b64encode(bytes(part.weights)),
            "places": b64encode(bytes(part.places)),
        }
    )
