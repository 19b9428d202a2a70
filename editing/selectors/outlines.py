"""What is known of photos' outlines."""

from dataclasses import dataclass
from typing import Any

from catalog.models import Photo, Product
from editing.lifecycle.states import OPEN_JOBS, JobStatus
from editing.models import EditJob, PhotoOutline, Task


@dataclass(frozen=True, kw_only=True)
class OutlineState:
    """What a page says of a photo's outline."""

    state: str  # finding, found, doubtful, confirmed, or refused with a problem
    revision: int
    confidence: float | None = None
    picture: str = ""  # object key
    problem: str = ""


def outline_state(photo: Photo) -> OutlineState:
    row = PhotoOutline.objects.filter(photo=photo).first()
    last = EditJob.objects.filter(photo=photo, task=Task.PROJECT).order_by("-pk").first()
    return state_of(row, last)


def state_of(row: PhotoOutline | None, last: EditJob | None) -> OutlineState:
    """`last` is the newest job that looked for it."""
    revision = row.revision if row else 0
    if row is not None and row.confidence is not None:
        state = "confirmed" if row.is_confirmed else "doubtful" if row.is_doubtful else "found"
        return OutlineState(state=state, revision=revision, confidence=row.confidence, picture=row.object_key)
    if last is not None and last.status == JobStatus.FAILED:
        return OutlineState(state="refused", revision=revision, problem=last.error)
    return OutlineState(state="finding", revision=revision)


def outlines_of(product: Product) -> dict[str, Any]:
    """The photos that somebody should look at, and whether a photo's product is still being looked for."""
    photos = list(product.photos.all())
    rows = {row.photo_id: row for row in PhotoOutline.objects.filter(photo__product=product)}
    jobs = EditJob.objects.filter(photo__product=product, task=Task.PROJECT).order_by("pk")
    last = {job.photo_id: job for job in jobs}
    states = [(photo, state_of(rows.get(photo.pk), last.get(photo.pk))) for photo in photos]
    return {
        "doubts": [(photo, state) for photo, state in states if state.state in ("doubtful", "refused")],
        "is_finding": any(job.status in OPEN_JOBS for job in last.values()),
    }
