"""Requests with their progress, in a constant number of queries."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from catalog.tenancy.access import Actor, readable
from catalog.tenancy.wall import outside_the_wall
from editing.lifecycle.states import ENDED_REQUESTS, IN_FLIGHT, JobStatus, VariantStatus
from editing.models import EditJob, EditRequest, Projection, Task, Variant

STAGES = {
    "fetch": "fetching the photo",
    "project": "looking at the photo",
    "solve": "finding the colour",
    "transfer": "colouring the full-size photo",
    "store": "saving",
    "train": "learning",
}
# Seconds per step before anything has been measured here: a processor without a GPU.
GUESSED_PROJECTION, GUESSED_VARIANT = 8.0, 12.0
_OPEN = [*IN_FLIGHT, JobStatus.WAITING]
MEASURED_JOBS = 50  # the newest ones tell how fast the workers are


def merchant_requests(actor: Actor) -> QuerySet[EditRequest]:
    """The list of a merchant's requests, newest first, with counts."""
    return with_counts(readable(actor, EditRequest)).select_related("created_by").order_by("-created_at", "-pk")


def about(words: str) -> Q:
    """Requests whose title holds the words, or one of whose photos shows a product called so."""
    jobs = EditJob.objects.filter(request=OuterRef("pk"))
    called = Q(photo__product__title__icontains=words) | Q(photo__product__sku__icontains=words)
    return Q(title__icontains=words) | Q(Exists(jobs.filter(called)))


def with_counts(requests: QuerySet[EditRequest]) -> QuerySet[EditRequest]:
    """Counted in subqueries: joins would multiply variants by jobs."""
    return requests.annotate(
        stored=_count(Variant.objects.all()),
        waiting_review=_count(Variant.objects.filter(status=VariantStatus.PENDING)),
        failed_jobs=_count(EditJob.objects.filter(status=JobStatus.FAILED)),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.filter(request=OuterRef("pk")).order_by().values("request").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def doing(job: EditJob) -> str:
    """What is being done for a job, in words for a merchant."""
    if job.status == JobStatus.RUNNING:
        share = f" {100 * job.step // job.steps} %" if job.steps else ""
        return STAGES.get(job.stage, "starting") + share
    return {"waiting": "queued", "sent": "queued"}.get(job.status, job.status)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One asked-for variant: its picture, or what is being done about it."""

    colour_name: str
    swatch_hex: str
    variant: Variant | None
    job: EditJob

    @property
    def doing(self) -> str:
        return doing(self.job)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What the page of a request shows and refreshes."""

    request: EditRequest
    rows: list[tuple[EditJob, list[Slot]]]
    stored: int
    failed: int
    seconds_left: float | None

    @property
    def is_over(self) -> bool:
        return self.request.status in ENDED_REQUESTS

    @property
    def share(self) -> int:
        return min(100, round(100 * self.stored / max(1, self.request.variants_asked)))

    @property
    def etag(self) -> str:
        """Changes whenever the page would."""
        state = [
            (job.pk, job.status, job.stage, job.step, [(s.variant.pk, s.variant.status) for s in slots if s.variant])
            for job, slots in self.rows
        ]
        text = json.dumps([self.request.status, self.stored, self.failed, state])
        return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def progress(request: EditRequest, *, start: int = 0, rows: int = 20) -> Progress:
    """The state of a request with `rows` of its jobs from `start` on."""
    counts = request.jobs.aggregate(
        failed=Count("pk", filter=Q(status=JobStatus.FAILED), distinct=True), stored=Count("variants", distinct=True)
    )
    jobs = list(request.jobs.select_related("photo__product").order_by("pk")[start : start + rows])
    variants: dict[int, dict[int, Variant]] = {}
    for variant in Variant.objects.filter(job__in=jobs).defer("w_plus").select_related("published__product", "photo"):
        variants.setdefault(variant.job_id, {})[variant.candidate] = variant
    return Progress(
        request=request,
        rows=[(job, _slots(job, variants.get(job.pk, {}))) for job in jobs],
        stored=counts["stored"],
        failed=counts["failed"],
        seconds_left=None if request.status in ENDED_REQUESTS else _seconds_left(request),
    )


def _slots(job: EditJob, variants: dict[int, Variant]) -> list[Slot]:
    swatches = job.spec.get("swatches") or []
    slots = []
    for candidate in range(max(job.variants_asked, len(variants))):
        variant = variants.get(candidate)
        if variant is None and job.status == JobStatus.DONE:
            continue  # fewer different solutions than asked for
        asked = (
            swatches[candidate] if candidate < len(swatches) else {"name": f"Variation {candidate + 1}", "colour": ""}
        )
        slots.append(Slot(colour_name=asked["name"], swatch_hex=asked["colour"], variant=variant, job=job))
    return slots


def estimate(photo_ids: list[int], variants_each: int) -> float:
    """Seconds of work for photos times variants, from what the newest jobs took; what waits already is not in it."""
    projected = Projection.objects.filter(photo__in=photo_ids).values("photo").distinct().count()
    seconds = _speeds()
    return (len(photo_ids) - projected) * seconds["project"] + len(photo_ids) * variants_each * seconds["variant"]


def _speeds() -> dict[str, float]:
    """Of all workers, whoever they worked for."""
    with outside_the_wall():
        return _measured_speeds()


def _measured_speeds() -> dict[str, float]:
    done = EditJob.objects.filter(status=JobStatus.DONE, seconds__isnull=False).order_by("-finished_at")
    newest = done.filter(task=Task.PROJECT).values("pk")[:MEASURED_JOBS]
    project = EditJob.objects.filter(pk__in=newest).aggregate(mean=Avg("seconds"))["mean"]
    renders = list(
        done.filter(task=Task.RENDER, variants_asked__gt=0).values_list("seconds", "variants_asked")[:MEASURED_JOBS]
    )
    asked = sum(count for _, count in renders)
    variant = sum(seconds or 0.0 for seconds, _ in renders) / asked if asked else GUESSED_VARIANT
    return {"project": project or GUESSED_PROJECTION, "variant": variant}


def _seconds_left(request: EditRequest) -> float:
    """Until the last picture is there: of this request, what it still has to do; before it, what waits in front, by as
    many workers as are at work now."""
    speeds = _speeds()
    last = request.jobs.filter(status__in=_OPEN).order_by("-priority", "-pk").first()
    if last is None:
        return 0.0
    ahead = EditJob.objects.filter(Q(priority__lt=last.priority) | Q(priority=last.priority, pk__lte=last.pk))
    waiting = ahead.filter(status__in=_OPEN, task=Task.RENDER).values_list("photo", "variants_asked")
    known = set(Projection.objects.filter(photo__in={photo for photo, _ in waiting}).values_list("photo", flat=True))
    unseen = sum(photo not in known for photo, _ in waiting)
    work = sum(asked for _, asked in waiting) * speeds["variant"] + unseen * speeds["project"]
    busy = EditJob.objects.filter(status=JobStatus.RUNNING).values("worker").distinct().count()
    return float(work / max(1, busy))


def as_json(found: Progress) -> dict[str, Any]:
    """The progress for programs and for the event stream."""
    return {
        "request": str(found.request.key),
        "status": found.request.status,
        "asked": found.request.variants_asked,
        "stored": found.stored,
        "failed_jobs": found.failed,
        "share": found.share,
        "seconds_left": found.seconds_left,
    }
