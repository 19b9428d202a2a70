"""What reviewers and merchants see of variants."""

from datetime import timedelta

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Now

from catalog.models import Merchant, Photo, User
from catalog.tenancy.access import Actor, readable
from editing.lifecycle.states import JobStatus, VariantStatus
from editing.models import ColourWish, EditJob, Variant
from editing.selectors.sets import leading

UNDO_SHOWN = timedelta(minutes=5)
_SHOWN = ("photo__product__merchant", "request", "published__product", "decided_by", "colourway__product", "recipe")


def review_queue(shop: str = "") -> QuerySet[Variant]:
    """Pending colourways of every merchant, or of one, by the first of their views; the suspicious first."""
    pending = leading(_of_shop(Variant.objects.filter(status=VariantStatus.PENDING), shop))
    return pending.annotate(view_count=_views()).select_related(*_SHOWN, "claimed_by").order_by("-suspicion", "pk")


def _views() -> Subquery:
    waiting = Variant.objects.filter(colourway=OuterRef("colourway"), status=VariantStatus.PENDING)
    counted = waiting.order_by().values("colourway").annotate(number=Count("pk")).values("number")
    return Subquery(counted)


def _of_shop(rows: QuerySet[Variant], shop: str) -> QuerySet[Variant]:
    return (rows.filter(request__merchant__slug=shop) if shop else rows).defer("w_plus")


def decided(shop: str = "", limit: int = 24) -> QuerySet[Variant]:
    rows = Variant.objects.exclude(status=VariantStatus.PENDING).exclude(decided_at=None)
    return _of_shop(rows, shop).select_related(*_SHOWN).order_by("-decided_at")[:limit]


def shops_waiting() -> QuerySet[Merchant]:
    """Merchants with pending variants, and how many."""
    pending = Count("edit_requests__variants", filter=Q(edit_requests__variants__status=VariantStatus.PENDING))
    return Merchant.objects.annotate(waiting=pending).filter(waiting__gt=0).order_by("name")


def last_decision(by: User) -> Variant | None:
    """What this reviewer decided within the last minutes, so that a slip can be undone."""
    rows = Variant.objects.filter(decided_by=by, decided_at__gte=Now() - UNDO_SHOWN).defer("w_plus")
    return rows.select_related("photo__product").order_by("-decided_at").first()


def variants_of(actor: Actor) -> QuerySet[Variant]:
    return readable(actor, Variant).defer("w_plus").select_related(*_SHOWN)


def any_variant() -> QuerySet[Variant]:
    """For staff: a variant of whichever merchant."""
    return Variant.objects.defer("w_plus").select_related(*_SHOWN)


def dead_letters() -> QuerySet[EditJob]:
    dead = EditJob.objects.filter(is_dead=True, status=JobStatus.FAILED)
    return dead.select_related("photo__product", "merchant", "request").order_by("-finished_at")


def wishes(actor: Actor, limit: int = 10) -> QuerySet[ColourWish]:
    """With the product's main photo, so that the form can begin with it."""
    primary = Prefetch("product__photos", queryset=Photo.objects.filter(is_primary=True), to_attr="primary_photos")
    return readable(actor, ColourWish).select_related("product").prefetch_related(primary)[:limit]
