"""Decisions about variants: by a reviewer, in bulk, or by measured limits where the merchant allows it."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from catalog.errors import InvalidInput, TransitionRefused
from catalog.models import Merchant, PublishedVariant, User
from editing.lifecycle.history import move
from editing.lifecycle.states import VariantStatus
from editing.measures import MEASURES
from editing.models import Event, ReviewPolicy, Variant
from editing.publishing import variants as publishing
from editing.publishing.webhooks import services as webhooks
from editing.selectors.sets import leading

CLAIM = timedelta(minutes=3)


def _free_for(by: User) -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lt=Now()) | Q(claimed_by=by)


@transaction.atomic
def claim_next(*, by: User, after: Variant | None = None) -> Variant | None:
    """The most suspicious pending variant that nobody else looks at, held for this reviewer.

    With `after`, the next one behind it in the queue; the one that is passed over is free for others again.
    """
    free = leading(Variant.objects.filter(_free_for(by), status=VariantStatus.PENDING))
    if after is not None:
        release(variant=after, by=by)
        behind = Q(suspicion__lt=after.suspicion) | Q(suspicion=after.suspicion, pk__gt=after.pk)
        free = free.filter(behind).exclude(colourway=after.colourway_id)
    return _hold(free.select_for_update(skip_locked=True, of=("self",)).order_by("-suspicion", "pk").first(), by)


@transaction.atomic
def claim_previous(*, by: User, before: Variant) -> Variant | None:
    """The one in front of `before` in the queue."""
    release(variant=before, by=by)
    ahead = Q(suspicion__gt=before.suspicion) | Q(suspicion=before.suspicion, pk__lt=before.pk)
    free = leading(Variant.objects.filter(_free_for(by), ahead, status=VariantStatus.PENDING))
    free = free.exclude(colourway=before.colourway_id)
    return _hold(free.select_for_update(skip_locked=True, of=("self",)).order_by("suspicion", "-pk").first(), by)


def _hold(variant: Variant | None, by: User) -> Variant | None:
    """With the other views of its set: they are decided about together."""
    if variant is not None:
        _waiting_with(variant).update(claimed_by=by, claimed_until=Now() + CLAIM)
    return variant


def _waiting_with(variant: Variant) -> QuerySet[Variant]:
    return Variant.objects.filter(colourway=variant.colourway_id, status=VariantStatus.PENDING)


def release(*, variant: Variant, by: User) -> None:
    _waiting_with(variant).filter(claimed_by=by).update(claimed_by=None, claimed_until=None)


@transaction.atomic
def claim(*, variant: Variant, by: User) -> bool:
    """Hold this variant and the other views of its set; False where another reviewer holds one of them."""
    waiting = _waiting_with(variant)
    if waiting.exclude(_free_for(by)).exists():
        return False
    return bool(waiting.update(claimed_by=by, claimed_until=Now() + CLAIM))


def locked(variant_key: UUID | str) -> Variant:
    return (
        Variant.objects.select_for_update(of=("self",))
        .select_related("photo__product", "request", "colourway__product")
        .get(key=variant_key)
    )


@transaction.atomic
def variant_approve(*, variant: Variant, by: User | None, why: str = "") -> PublishedVariant:
    """Publish a locked variant. Raises Conflict where the shop shows the same picture already."""
    _decide(variant, VariantStatus.APPROVED, by=by, why=why)
    variant.published = publishing.publish(variant)
    variant.save(update_fields=["published"])
    webhooks.announce(variant, "variant.approved")
    return variant.published


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
    publishing.withdraw(variant)
    webhooks.announce(variant, "variant.withdrawn")


@transaction.atomic
def decision_undo(*, variant: Variant, by: User) -> None:
    """Back to pending; what was published is withdrawn."""
    if variant.status == VariantStatus.PENDING:
        raise TransitionRefused("There is nothing to undo: this variant waits for a decision.")
    if variant.status == VariantStatus.APPROVED:
        publishing.withdraw(variant)
        webhooks.announce(variant, "variant.withdrawn")
    variant.published = None
    variant.decided_by, variant.decided_at, variant.reason = None, None, ""
    changed = ("published", "decided_by", "decided_at", "reason")
    move(variant, VariantStatus.PENDING, by=by, why="undone", also=changed)


def _decide(variant: Variant, to: str, *, by: User | None, why: str) -> None:
    variant.decided_by, variant.reason = by, why[:300]
    variant.claimed_by, variant.claimed_until = None, None
    move(variant, to, by=by, why=why, also=("decided_by", "reason", "claimed_by", "claimed_until"))
    Variant.objects.filter(pk=variant.pk).update(decided_at=Now())


def policy_save(*, merchant: Merchant, auto_approve: bool, limits: dict[str, float]) -> ReviewPolicy:
    """Say whether measures alone may approve, and within which limits. Raises InvalidInput."""
    unknown = sorted(set(limits) - set(MEASURES))
    if unknown or any(not 0 <= limit <= 100 for limit in limits.values()):
        raise InvalidInput("A limit is a number from 0 to 100.", extra={"limits": unknown or ["Out of range."]})
    policy, _ = ReviewPolicy.objects.update_or_create(
        merchant=merchant, defaults={"auto_approve": auto_approve, "limits": limits}
    )
    return policy


def history(variant: Variant) -> list[Event]:
    return list(Event.objects.filter(variant=variant).select_related("actor").order_by("pk"))
