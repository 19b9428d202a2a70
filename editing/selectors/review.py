"""What reviewers and merchants see of variants."""

from django.db.models import QuerySet

from catalog.access import Actor, readable
from editing.models import ColourWish, EditJob, Variant
from editing.states import JobStatus, VariantStatus

_SHOWN = ("photo__product__merchant", "request", "published__product", "decided_by")


def review_queue() -> QuerySet[Variant]:
    """Pending variants of every merchant, the suspicious first."""
    pending = Variant.objects.filter(status=VariantStatus.PENDING).defer("w_plus")
    return pending.select_related(*_SHOWN).order_by("-suspicion", "pk")


def decided(limit: int = 24) -> QuerySet[Variant]:
    rows = Variant.objects.exclude(status=VariantStatus.PENDING).exclude(decided_at=None).defer("w_plus")
    return rows.select_related(*_SHOWN).order_by("-decided_at")[:limit]


def variants_of(actor: Actor) -> QuerySet[Variant]:
    return readable(actor, Variant).defer("w_plus").select_related(*_SHOWN)


def any_variant() -> QuerySet[Variant]:
    """For staff: a variant of whichever merchant."""
    return Variant.objects.defer("w_plus").select_related(*_SHOWN)


def dead_letters() -> QuerySet[EditJob]:
    dead = EditJob.objects.filter(is_dead=True, status=JobStatus.FAILED)
    return dead.select_related("photo__product", "merchant", "request").order_by("-finished_at")


def wishes(actor: Actor, limit: int = 10) -> QuerySet[ColourWish]:
    return readable(actor, ColourWish).select_related("product")[:limit]
