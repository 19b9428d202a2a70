"""A colourway's views as one set: found together, matched in colour, and decided about together."""

import logging
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.db import transaction

from catalog.colours import Lab, family_of, hex_from_lab
from catalog.errors import Conflict, TransitionRefused
from catalog.models import Colourway, ColourwayKind, Photo, User
from catalog.services.colourways import colourway_create
from catalog.storage import StorageError
from editing.lifecycle.states import VariantStatus
from editing.measures import suspicion
from editing.models import EditJob, ReviewPolicy, Variant
from editing.notices import services as notices
from editing.publishing.stores.outbox import product_changed
from editing.publishing.webhooks import services as webhooks
from editing.selectors.sets import ONE_COLOUR, complete, spread
from editing.services import review
from gpu_worker.contract.answers import StoredVariant

log = logging.getLogger(__name__)


def colourway_for(job: EditJob, stored: StoredVariant) -> Colourway:
    """The set that a new picture joins: its job's, that of the same wish on another view, or a new one.

    The caller holds the request's row, so that two views of one product never make two sets.
    """
    if job.colourway is not None:
        return job.colourway
    assert job.photo  # noqa: S101  a render job has one
    same = Variant.objects.filter(
        request=job.request_id, candidate=stored.candidate, photo__product=job.photo.product_id
    )
    sibling = same.filter(job__spec__region=job.spec.get("region")) if "region" in job.spec else same
    found = sibling.select_related("colourway").defer("w_plus").first()
    return found.colourway if found else _new(job.photo, job, stored)


def _new(photo: Photo, job: EditJob, stored: StoredVariant) -> Colourway:
    is_colour = bool(job.spec.get("swatches")) or all(c["type"] == "swatch" for c in job.asked.get("constraints", []))
    named = stored.colour_name if job.spec.get("swatches") else ""
    lab = Lab(l=stored.measured.l, a=stored.measured.a, b=stored.measured.b)
    return colourway_create(
        product=photo.product,
        kind=ColourwayKind.COLOUR if is_colour else ColourwayKind.DESIGN,
        name=named or (family_of(lab).capitalize() if is_colour else ""),
        swatch_hex=stored.swatch or hex_from_lab(lab),
    )


def suspicion_share(colourway: Colourway) -> None:
    """The views of a set wait at one place of the queue: that of the worst, or of how far they are apart."""
    pending = Variant.objects.filter(colourway=colourway, status=VariantStatus.PENDING)
    rows = list(pending.defer("w_plus"))
    if len(rows) < 2:
        return
    worst = max(row.suspicion for row in rows)
    apart = round(max(0.0, spread(rows) / ONE_COLOUR - 1), 4)
    pending.update(suspicion=max(worst, apart))


# --- The set of a variant ---------------------------------------------------------------------------------------------


@transaction.atomic
def locked_set(key: UUID | str) -> list[Variant]:
    """The variant and the others of its set, locked, the variant first. Raises Variant.DoesNotExist."""
    first = Variant.objects.only("pk", "colourway").get(key=key)
    Colourway.objects.select_for_update().get(pk=first.colourway_id)
    rows = Variant.objects.filter(colourway=first.colourway_id).select_for_update(of=("self",)).order_by("pk")
    found = list(rows.select_related("photo__product", "request", "colourway__product", "published"))
    return sorted(found, key=lambda row: row.pk != first.pk)


def _in_status(rows: Sequence[Variant], *statuses: str) -> list[Variant]:
    """Those of a locked set that the decision is about. Raises TransitionRefused where there is none."""
    found = sorted((row for row in rows if row.status in statuses), key=lambda row: row.pk)
    if not found:
        raise TransitionRefused(f"This colourway is {rows[0].status}: that cannot be done with it now.")
    return found


@transaction.atomic
def set_approve(*, rows: Sequence[Variant], by: User | None, why: str = "") -> list[Variant]:
    """Publish every pending view of a locked set. Raises Conflict where the shop shows one of its pictures already."""
    pending = _in_status(rows, VariantStatus.PENDING)
    for variant in pending:
        review.variant_approve(variant=variant, by=by, why=why)
        _replace_older(rows, variant, by)
    webhooks.announce_set(pending[0].colourway, "colourway.approved")
    product_changed(pending[0].colourway.product_id)
    return pending


def _replace_older(rows: Sequence[Variant], new: Variant, by: User | None) -> None:
    """A set has one picture of each photo: one that was made anew takes the place of the old one."""
    for old in rows:
        if old.photo_id == new.photo_id and old.pk != new.pk and old.status == VariantStatus.APPROVED:
            review.variant_take_down(variant=old, by=by, why="made anew")


@transaction.atomic
def set_reject(*, rows: Sequence[Variant], by: User, why: str) -> list[Variant]:
    """Reject every pending view of a locked set."""
    pending = _in_status(rows, VariantStatus.PENDING)
    for variant in pending:
        review.variant_reject(variant=variant, by=by, why=why)
    webhooks.announce_set(pending[0].colourway, "colourway.rejected", reason=why)
    notices.request_rejected(pending[0].request)
    return pending


@transaction.atomic
def set_take_down(*, rows: Sequence[Variant], by: User | None, why: str = "") -> list[Variant]:
    """Take every published view of a locked set off the shop."""
    live = _in_status(rows, VariantStatus.APPROVED)
    for variant in live:
        review.variant_take_down(variant=variant, by=by, why=why)
    webhooks.announce_set(live[0].colourway, "colourway.withdrawn", reason=why)
    product_changed(live[0].colourway.product_id)
    return live


@transaction.atomic
def set_undo(*, rows: Sequence[Variant], by: User) -> list[Variant]:
    """Undo the decision about the first of a locked set, and with it that about its whole set."""
    was_live = rows[0].status == VariantStatus.APPROVED
    decided = [row for row in rows if row.status == rows[0].status]
    for variant in decided:
        review.decision_undo(variant=variant, by=by)
    if was_live:
        webhooks.announce_set(rows[0].colourway, "colourway.withdrawn", reason="undone")
        product_changed(rows[0].colourway.product_id)
    return decided


def sets_approve(*, keys: Sequence[UUID], by: User) -> int:
    """Approve those of the named sets that are pending, free, and not in the shop yet; each in its own transaction."""
    return sum(_try(key, by) for key in keys)


def _try(key: UUID, by: User) -> bool:
    try:
        with transaction.atomic():
            rows = locked_set(key)
            if rows[0].status != VariantStatus.PENDING or not review.claim(variant=rows[0], by=by):
                return False
            set_approve(rows=rows, by=by, why="in bulk")
    except (Conflict, Variant.DoesNotExist):
        return False
    return True


# --- Approval by measures ---------------------------------------------------------------------------------------------


def auto_approve(variant: Variant) -> None:
    """Approve a set by its measures alone, where its merchant has said so, once its last view is there.

    After the transaction that records it: publishing talks to the object store, and recording must not wait for that.
    """
    policy = ReviewPolicy.objects.filter(merchant=variant.request.merchant_id, auto_approve=True).first()
    if policy is not None:
        transaction.on_commit(partial(_auto_approve, variant.key, policy.limits), robust=True)


def auto_approve_of(job: EditJob) -> None:
    """When a job has ended: the sets that waited for it."""
    for variant in job.variants.filter(status=VariantStatus.PENDING).select_related("request").defer("w_plus"):
        auto_approve(variant)


@transaction.atomic
def _auto_approve(key: UUID, limits: dict[str, float]) -> None:
    rows = locked_set(key)
    pending = [row for row in rows if row.status == VariantStatus.PENDING]
    is_whole = complete(Variant.objects.filter(pk__in=[row.pk for row in pending])).count() == len(pending)
    if not pending or not is_whole or not _is_beyond_suspicion(pending, limits):
        return
    try:
        set_approve(rows=rows, by=None, why="within all measured limits")
    except (Conflict, StorageError) as error:
        log.warning("left to a reviewer", extra={"variant": str(key), "why": str(error)})


def _is_beyond_suspicion(rows: Sequence[Variant], limits: dict[str, float]) -> bool:
    measured = all(row.measures and suspicion(row.measures, row.warnings, limits) == 0 for row in rows)
    return measured and spread(rows) <= ONE_COLOUR
