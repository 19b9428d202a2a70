"""The views of a colourway as one set."""

from collections.abc import Iterable
from itertools import combinations

from django.db.models import Exists, F, OuterRef, QuerySet

from catalog.colours import Lab, difference_2000
from editing.lifecycle.states import OPEN_JOBS, VariantStatus
from editing.models import EditJob, Variant

ONE_COLOUR = 1.5  # CIEDE2000 up to which the views of a set look like one colour


def leading(pending: QuerySet[Variant]) -> QuerySet[Variant]:
    """Of each pending set its first variant, once no other view of it is being made."""
    earlier = Variant.objects.filter(
        colourway=OuterRef("colourway"), status=VariantStatus.PENDING, pk__lt=OuterRef("pk")
    )  # fmt: skip
    return pending.filter(~Exists(earlier), ~Exists(_still_made()))


def _still_made() -> QuerySet[EditJob]:
    open_jobs = EditJob.objects.filter(status__in=OPEN_JOBS, request=OuterRef("request"))
    return open_jobs.filter(photo__product=OuterRef("photo__product")).exclude(photo=OuterRef("photo"))


def complete(variants: QuerySet[Variant]) -> QuerySet[Variant]:
    """Those of whose sets no other view is being made."""
    return variants.filter(~Exists(_still_made()))


def views_of(variant: Variant) -> QuerySet[Variant]:
    """Every picture of the variant's set, in the photos' order; of a photo that was made anew the newest."""
    rows = Variant.objects.filter(colourway=variant.colourway_id).defer("w_plus")
    newer = Variant.objects.filter(colourway=OuterRef("colourway"), photo=OuterRef("photo"), pk__gt=OuterRef("pk"))
    chosen = rows.filter(~Exists(newer)).select_related("photo__product", "published__product")
    return chosen.order_by(F("photo__is_primary").desc(), "photo__position", "pk")


def spread(variants: Iterable[Variant]) -> float:
    """The largest CIEDE2000 between the measured colours of two views."""
    labs = [Lab(l=row.measured_l, a=row.measured_a, b=row.measured_b) for row in variants]
    return max((difference_2000(one, other) for one, other in combinations(labs, 2)), default=0.0)
