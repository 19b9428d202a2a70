"""Asking for variants, cancelling, trying again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from pydantic import ValidationError

from catalog.errors import InvalidInput, TooOften, TransitionRefused
from catalog.models import Colourway, Merchant, Photo, User
from editing.lifecycle import dispatch
from editing.lifecycle.examples import check_parts, check_walks
from editing.lifecycle.history import move
from editing.lifecycle.manifolds import bound_version
from editing.lifecycle.masks import require_own_objects
from editing.lifecycle.roll_up import lock_requests
from editing.lifecycle.states import ENDED_REQUESTS, OPEN_JOBS, JobStatus, RequestStatus
from editing.models import EditJob, EditRequest, Event, Priority, Source, Specification, Task
from gpu_worker.contract import parts
from gpu_worker.contract.jobs import NamedSwatch
from gpu_worker.contract.keys import keys_in
from gpu_worker.contract.marks import (
    MAX_POINTS,
    MAX_STROKES,
    Constraint,
    MirrorImages,
    OwnPart,
    SolverOptions,
    Units,
    has_too_many_points,
    pictures_of,
)
from gpu_worker.contract.units import cannot_be_painted, of_another_kind

MAX_PHOTOS, MAX_SWATCHES = 500, 12
REGIONS = ("dominant", "product", "painted", *parts.REGIONS)
DEFAULT_OPTIONS = SolverOptions()
BULK_FROM = 24  # variants; a smaller request goes before every bulk one


@dataclass(frozen=True, kw_only=True)
class Colourways:
    """What the colourway form asks for: each swatch in each region.

    A colour has one solution in a region, so that more candidates to choose from are more regions.
    """

    swatches: Sequence[NamedSwatch]
    regions: Sequence[str] = ("dominant",)
    mask_keys: dict[int, str] | None = None  # by photo, for a painted region
    format: str = "webp"
    mirror: MirrorImages = "follow"  # what the product's mirror image on a glossy floor does

    def spec(self, photo: Photo, region: str) -> dict[str, Any]:
        return {
            "swatches": [swatch.model_dump() for swatch in self.swatches],
            "region": region,
            "mask_key": (self.mask_keys or {}).get(photo.pk) if region == "painted" else None,
            "format": self.format,
            "options": {"mirror": self.mirror},
        }


def request_colourways(
    *, merchant: Merchant, by: User | None, photos: Sequence[Photo], asked: Colourways, title: str = "",
    source: Source = Source.FORM,
) -> EditRequest:  # fmt: skip
    """Ask for each photo in each swatch. Raises InvalidInput."""
    _check_colourways(photos, asked)
    count, of = len(asked.swatches), len(photos) * len(asked.regions)
    jobs = [render_job(merchant, photo, asked.spec(photo, way), count, of) for photo in photos for way in asked.regions]
    options = {
        "swatches": [swatch.model_dump() for swatch in asked.swatches],
        "regions": list(asked.regions),
        "photos": len(photos),
        "format": asked.format,
    }
    named = title or _title(photos, _counted(len(asked.swatches), "colour"))
    return create_request(merchant=merchant, created_by=by, source=source, title=named, options=options, jobs=jobs)


def request_edit(
    *, merchant: Merchant, by: User | None, photos: Sequence[Photo], constraints: Sequence[Constraint],
    options: SolverOptions = DEFAULT_OPTIONS, title: str = "", source: Source = Source.STUDIO, version: str = "",
) -> EditRequest:  # fmt: skip
    """Ask for candidates under a set of constraints, such as the studio's strokes. Raises InvalidInput.

    `version` is that of the manifold whose latents the constraints have; where none has any it does not matter.
    """
    if not constraints:
        raise InvalidInput("Nothing is asked for: paint, drag or choose something first.")
    check_photos(photos)
    _check_constraints(constraints)
    _check_painting(photos, constraints)
    check_walks(merchant, photos, constraints)
    check_parts(merchant, photos, constraints)
    spec = {
        "constraints": [constraint.model_dump(mode="json") for constraint in constraints],
        "options": options.model_dump(mode="json"),
    }
    each = pictures_of(constraints, options)
    bound = bound_version(spec, version)
    jobs = [render_job(merchant, photo, {}, each, len(photos), version=bound) for photo in photos]
    named = title or _title(photos, "edit")
    return create_request(
        merchant=merchant, created_by=by, source=source, title=named, options={"photos": len(photos)}, jobs=jobs,
        shared=spec,
    )  # fmt: skip


def check_photos(photos: Sequence[Photo]) -> None:
    if not photos:
        raise InvalidInput("Choose at least one photo.", extra={"photos": ["Choose at least one photo."]})
    if len(photos) > MAX_PHOTOS:
        raise InvalidInput(f"One request takes at most {MAX_PHOTOS} photos.", extra={"photos": ["Too many photos."]})


def _check_constraints(constraints: Sequence[Constraint]) -> None:
    if has_too_many_points(constraints):
        message = f"All strokes together have at most {MAX_STROKES} strokes and {MAX_POINTS} points."
        raise InvalidInput(message, extra={"constraints": [message]})


def _check_painting(photos: Sequence[Photo], constraints: Sequence[Constraint]) -> None:
    for kind in {photo.product.kind for photo in photos}:
        for mark in constraints:
            message = ""
            if isinstance(mark, Units):
                message = cannot_be_painted(mark.part, mark.action, kind)
            elif isinstance(mark, OwnPart) and mark.group.kind != kind:
                message = of_another_kind(mark.group.name, mark.group.kind, kind)
            if message:
                raise InvalidInput(message, extra={"constraints": [message]})


def _check_colourways(photos: Sequence[Photo], asked: Colourways) -> None:
    check_photos(photos)
    if not 1 <= len(asked.swatches) <= MAX_SWATCHES:
        message = f"Choose between 1 and {MAX_SWATCHES} colours."
        raise InvalidInput(message, extra={"swatches": [message]})
    if len({swatch.colour.lower() for swatch in asked.swatches}) < len(asked.swatches):
        raise InvalidInput("A colour is there twice.", extra={"swatches": ["A colour is there twice."]})
    if not asked.regions or len(set(asked.regions)) < len(asked.regions) or not set(asked.regions) <= set(REGIONS):
        message = f"Choose where the colours go: {', '.join(REGIONS)}, each once."
        raise InvalidInput(message, extra={"regions": [message]})
    _check_parts(photos, asked.regions)
    if "painted" in asked.regions and any(photo.pk not in (asked.mask_keys or {}) for photo in photos):
        raise InvalidInput("Paint the region on every photo first.", extra={"masks": ["A photo has no mask."]})


def _check_parts(photos: Sequence[Photo], regions: Sequence[str]) -> None:
    for kind in {photo.product.kind for photo in photos}:
        for region in regions:
            if region != "sole" and not parts.is_part_of(region, kind):
                message = f"A {kind} has no {region}: choose where the colours go on these photos."
                raise InvalidInput(message, extra={"regions": [message]})


def parse_swatches(swatches: Sequence[dict[str, str]]) -> list[NamedSwatch]:
    """Swatches as people send them. Raises InvalidInput."""
    try:
        return [NamedSwatch.model_validate(swatch) for swatch in swatches]
    except ValidationError as error:
        message = "A colour needs a name and a value such as #c1121f."
        raise InvalidInput(message, extra={"swatches": [message]}) from error


def _title(photos: Sequence[Photo], what: str) -> str:
    products = {photo.product_id for photo in photos}
    return f"{photos[0].product.title}: {what}" if len(products) == 1 else f"{len(products)} products: {what}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")


def render_job(
    merchant: Merchant, photo: Photo, spec: dict[str, Any], count: int, jobs: int, *,
    colourway: Colourway | None = None, version: str = "",
) -> EditJob:  # fmt: skip
    """One photo's job among `jobs`, not saved yet."""
    priority = Priority.SINGLE if count * jobs < BULK_FROM else Priority.BULK
    return EditJob(
        merchant=merchant, photo=photo, colourway=colourway, task=Task.RENDER, priority=priority, spec=spec,
        variants_asked=count, manifold_version=version,
    )  # fmt: skip


@transaction.atomic
def create_request(
    *, merchant: Merchant, jobs: list[EditJob], title: str, shared: dict[str, Any] | None = None, **fields: Any
) -> EditRequest:
    """Keep a request with its jobs and with what they share.

    The one way in, so that what a job reads is judged here. Raises InvalidInput, and TooOften beyond the shop's quota.
    """
    require_own_objects(merchant.pk, keys_in([shared, [job.spec for job in jobs]]))
    _keep_to_quota(merchant, len(jobs))
    request = EditRequest.objects.create(
        merchant=merchant, **fields, title=title[:160], variants_asked=sum(job.variants_asked for job in jobs)
    )
    specification = Specification.objects.create(request=request, document=shared) if shared else None
    for job in jobs:
        job.request, job.specification = request, specification
    EditJob.objects.bulk_create(jobs, batch_size=500)
    Event.objects.create(request=request, moved_to=RequestStatus.REQUESTED, actor=request.created_by)
    transaction.on_commit(dispatch.dispatch, robust=True)
    return request


def _keep_to_quota(merchant: Merchant, more: int) -> None:
    """So that one shop's programs do not fill the table. Two requests at once may pass it by one; that does no harm."""
    quota = settings.JOBS_PER_MERCHANT if merchant.job_quota is None else merchant.job_quota
    open_jobs = EditJob.objects.filter(merchant=merchant, status__in=OPEN_JOBS).count()
    if open_jobs + more > quota:
        raise TooOften(
            f"Your shop has {open_jobs:,} pictures in work, and {quota:,} is the most at once. "
            f"Wait for some of them, ask for fewer, or cancel a request."
        )


@transaction.atomic
def request_cancel(*, request: EditRequest, by: User | None) -> EditRequest:
    """Cancel a locked request: what is stored stays, what runs stops at its next step."""
    move(request, RequestStatus.CANCELLED, by=by)
    for job in request.jobs.select_for_update().filter(status__in=OPEN_JOBS).order_by("pk"):
        _cancel(job, by)
    EditRequest.objects.filter(pk=request.pk).update(finished_at=Now())
    transaction.on_commit(dispatch.dispatch, robust=True)
    return request


def _cancel(job: EditJob, by: User | None) -> None:
    was_given_out = job.status != JobStatus.WAITING
    move(job, JobStatus.CANCELLED, by=by)
    if was_given_out:
        transaction.on_commit(partial(dispatch.tell_to_stop, job.key, job.token), robust=True)


@transaction.atomic
def request_retry(*, request: EditRequest, by: User | None) -> int:
    """Try the failed jobs of a locked request again, and the cancelled ones; answers how many there were."""
    again = (JobStatus.FAILED, JobStatus.CANCELLED)
    failed = list(request.jobs.select_for_update().filter(status__in=again).order_by("pk"))
    for job in failed:
        _renew(job, by)
    if failed and request.status in ENDED_REQUESTS:
        request.finished_at = None
        move(request, RequestStatus.QUEUED, by=by, why=f"{len(failed)} jobs again", also=("finished_at",))
    transaction.on_commit(dispatch.dispatch, robust=True)
    return len(failed)


@transaction.atomic
def job_replay(*, key: UUID, by: User | None) -> None:
    """An operator's replay of a dead letter. Raises TransitionRefused where it has not failed, or is not wanted now."""
    requests = lock_requests(EditJob.objects.filter(key=key).values("request"))
    if any(request.status == RequestStatus.CANCELLED for request in requests):
        raise TransitionRefused("Its request has been cancelled.")
    _renew(EditJob.objects.select_for_update(of=("self",)).get(key=key), by)
    for request in requests:
        if request.status in (RequestStatus.RENDERED, RequestStatus.FAILED):
            request.finished_at = None
            move(request, RequestStatus.QUEUED, by=by, why="replayed by an operator", also=("finished_at",))
    transaction.on_commit(dispatch.dispatch, robust=True)


def _renew(job: EditJob, by: User | None) -> None:
    job.attempts, job.is_dead, job.not_before, job.error, job.error_code = 0, False, None, "", ""
    job.stage, job.step, job.finished_at, job.hindrances = "", 0, None, 0
    changed = ("attempts", "hindrances", "is_dead", "not_before", "error", "error_code", "stage", "step", "finished_at")
    move(job, JobStatus.WAITING, by=by, why="asked for again", also=changed)
