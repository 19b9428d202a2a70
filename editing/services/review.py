"""Decisions about variants: by a reviewer, in bulk, or by measured limits where the merchant allows it."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from catalog.colours import Lab
from catalog.errors import InvalidInput, TransitionRefused
from catalog.models import PublishedVariant, User
from catalog.services.search_index import variant_shape_record
from catalog.services.variants import VariantImage, variant_publish, variant_withdraw
from editing.history import move
from editing.models import Event, Projection, ReviewPolicy, Variant
from editing.services import webhooks
from editing.states import VariantStatus

CLAIM = timedelta(minutes=3)


@transaction.atomic
def claim_next(*, by: User, after: Variant | None = None) -> Variant | None:
    """The most suspicious pending variant that nobody else looks at, held for this reviewer."""
    free = Variant.objects.filter(status=VariantStatus.PENDING).filter(
        Q(claimed_until=None) | Q(claimed_until__lt=Now()) | Q(claimed_by=by)
    )
    if after is not None:
        free = free.exclude(pk=after.pk)
    queue = free.select_for_update(skip_locked=True, of=("self",)).order_by("-suspicion", "pk")
    variant = queue.first()
    if variant is not None:
        Variant.objects.filter(pk=variant.pk).update(claimed_by=by, claimed_until=Now() + CLAIM)
    return variant


@transaction.atomic
def claim(*, variant: Variant, by: User) -> bool:
    """Hold this variant; False where another reviewer holds it."""
    mine = Variant.objects.filter(pk=variant.pk).filter(
        Q(claimed_until=None) | Q(claimed_until__lt=Now()) | Q(claimed_by=by)
    )
    return bool(mine.update(claimed_by=by, claimed_until=Now() + CLAIM))


def locked(variant_key: object) -> Variant:
    return (
        Variant.objects.select_for_update(of=("self",)).select_related("photo__product", "request").get(key=variant_key)
    )


@transaction.atomic
def variant_approve(*, variant: Variant, by: User | None, why: str = "") -> PublishedVariant:
    """Publish a locked variant."""
    _decide(variant, VariantStatus.APPROVED, by=by, why=why)
    published = variant_publish(
        photo=variant.photo,
        colour_name=variant.colour_name,
        swatch_hex=variant.swatch_hex or variant.measured_hex,
        measured=Lab(l=variant.measured_l, a=variant.measured_a, b=variant.measured_b),
        image=_image(variant),
    )
    variant.published = published
    variant.save(update_fields=["published"])
    _record_shape(variant, published)
    webhooks.announce(variant, "variant.approved")
    return published


def _image(variant: Variant) -> VariantImage:
    return VariantImage(
        object_key=variant.object_key,
        width=variant.width,
        height=variant.height,
        thumbnails=variant.thumbnails,
        content_type=variant.content_type,
        sequence_key=variant.sequence_key,
        provenance={
            "request": str(variant.request.key),
            "variant": str(variant.key),
            "manifold_version": variant.manifold_version,
            "measures": variant.measures,
        },
    )


def _record_shape(variant: Variant, published: PublishedVariant) -> None:
    """A colourway keeps its photo's shape."""
    projection = Projection.objects.filter(photo=variant.photo_id).order_by("-created_at").first()
    if projection is not None:
        vector = [float(value) for value in projection.shape]
        variant_shape_record(variant=published, vector=vector, version=projection.manifold_version)


@transaction.atomic
def variant_reject(*, variant: Variant, by: User, why: str) -> None:
    """Reject a locked variant; the merchant reads the reason."""
    if not why.strip():
        raise InvalidInput("Say why: the merchant reads it.", extra={"reason": ["Say why."]})
    _decide(variant, VariantStatus.REJECTED, by=by, why=why.strip())
    webhooks.announce(variant, "variant.rejected")


@transaction.atomic
def variant_take_down(*, variant: Variant, by: User | None, why: str = "") -> None:
    """Withdraw a published, locked variant: off the storefront and out of search with this transaction."""
    move(variant, VariantStatus.WITHDRAWN, by=by, why=why)
    if variant.published is not None:
        variant_withdraw(variant=variant.published)
    webhooks.announce(variant, "variant.withdrawn")


@transaction.atomic
def decision_undo(*, variant: Variant, by: User) -> None:
    """Back to pending; what was published is withdrawn."""
    if variant.status == VariantStatus.PENDING:
        raise TransitionRefused("There is nothing to undo: this variant waits for a decision.")
    if variant.status == VariantStatus.APPROVED and variant.published is not None:
        variant_withdraw(variant=variant.published)
        webhooks.announce(variant, "variant.withdrawn")
    variant.published = None
    variant.decided_by, variant.decided_at, variant.reason = None, None, ""
    changed = ("published", "decided_by", "decided_at", "reason")
    move(variant, VariantStatus.PENDING, by=by, why="undone", also=changed)


@transaction.atomic
def variants_approve(*, keys: Sequence[object], by: User) -> int:
    """Approve those of the named variants that are pending and not held by another reviewer."""
    rows = Variant.objects.filter(key__in=keys, status=VariantStatus.PENDING).filter(
        Q(claimed_until=None) | Q(claimed_until__lt=Now()) | Q(claimed_by=by)
    )
    count = 0
    for key in rows.order_by("pk").values_list("key", flat=True):
        variant = locked(key)
        if variant.status == VariantStatus.PENDING:
            variant_approve(variant=variant, by=by, why="in bulk")
            count += 1
    return count


def auto_approve(variant: Variant) -> None:
    """Approve a new variant by its measures alone, where its merchant has said so."""
    policy = ReviewPolicy.objects.filter(merchant=variant.request.merchant_id, auto_approve=True).exists()
    if policy and variant.measures and variant.suspicion == 0:
        variant_approve(variant=variant, by=None, why="within all measured limits")


def _decide(variant: Variant, to: str, *, by: User | None, why: str) -> None:
    variant.decided_by, variant.reason = by, why[:300]
    variant.claimed_by, variant.claimed_until = None, None
    move(variant, to, by=by, why=why, also=("decided_by", "reason", "claimed_by", "claimed_until"))
    Variant.objects.filter(pk=variant.pk).update(decided_at=Now())


def history(variant: Variant) -> list[Event]:
    return list(Event.objects.filter(variant=variant).select_related("actor").order_by("pk"))
