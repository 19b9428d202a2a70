"""The GPU worker's Celery app: `celery -A gpu_worker.tasks worker -Q edit,project,train`.

Thin: fetch, call the core, store, answer. Every task is safe to run twice. A message that the broker gives out a second
time is not run but handed back: its worker may have died of it, and how often is counted in the database.
"""

import os
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import structlog
from celery import Celery, Task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_init
from pydantic import ValidationError

from gpu_worker import storage
from gpu_worker.contract.answers import STORAGE_AWAY, UNREADABLE, Failed, Finished, Projected, Returned
from gpu_worker.contract.broker import broker_settings
from gpu_worker.contract.jobs import TASKS, Job, ProjectJob, RenderJob, TrainJob
from gpu_worker.core.progress import Cancelled
from gpu_worker.origin.credentials import CredentialsError, check
from gpu_worker.origin.manifest import installation
from gpu_worker.tasks.lifeline import Lifeline

log = structlog.get_logger(__name__)

app = Celery("colorway-worker", include=["gpu_worker.tasks.attributes", "gpu_worker.tasks.unit_groups"])
app.conf.update(broker_settings())

_SECONDS = {"project": (60, 90), "render": (420, 450), "train": (6 * 3600, 6 * 3600 + 60)}  # soft and hard limits

J = TypeVar("J", bound=Job)
Work = Callable[[J, Lifeline], None]


@worker_init.connect
def _look_at_the_signing_key(**_: Any) -> None:
    """A key that cannot sign ends the worker here, and not in every job; none at all is said once."""
    try:
        credentials = installation()
        if credentials is not None:
            check(credentials)
        else:
            log.warning(
                "no_signing_key", what="Pictures will not be signed. Set ORIGIN_FOLDER, or ORIGIN_KEY and ORIGIN_CHAIN."
            )
    except CredentialsError as error:
        sys.exit(f"The GPU worker does not start: {error}")


def worker_task(name: str, message: type[J]) -> Callable[[Work[J]], Any]:
    """A Celery task that reads its message, keeps its lifeline, and turns every outcome into an answer."""
    soft, hard = _SECONDS[name]

    def decorate(work: Work[J]) -> Any:
        @app.task(name=TASKS[name], bind=True, soft_time_limit=soft, time_limit=hard)
        @wraps(work)
        def run(self: "Task[Any, Any]", raw: dict[str, Any]) -> None:
            try:
                job = message.model_validate(raw)
            except ValidationError as error:
                _refuse(raw, error)
                return
            line = Lifeline(job)
            if (self.request.delivery_info or {}).get("redelivered"):
                line.answer(Returned)
                return
            with line.kept():
                _answered(work, job, line)

        return run

    return decorate


def _refuse(raw: dict[str, Any], error: ValidationError) -> None:
    """A job of another release waits for a worker that knows it."""
    log.error("job_unreadable", job=raw.get("job"), error=str(error))
    try:
        job = Job(job=raw["job"], token=raw["token"])
    except (KeyError, ValidationError):
        return  # no job of ours
    message = "Something went wrong on our side. Our operators have been told; nothing is lost."
    Lifeline(job).answer(Failed, code=UNREADABLE, message=message, detail=str(error)[:2000], worth_retrying=True)


def _answered(work: Work[J], job: J, line: Lifeline) -> None:
    """Run and report what went wrong: is it the job, is it us, is it worth another try?"""
    from gpu_worker.edits.errors import EditError
    from gpu_worker.fetching import ManifoldAway
    from gpu_worker.photos.errors import PhotoError

    try:
        work(job, line)
    except Cancelled:
        log.info("stopped", job=str(job.job))
    except (PhotoError, EditError) as error:
        line.answer(Failed, code=error.code, message=error.message, worth_retrying=False)
    except storage.ObjectMissing as error:
        line.answer(
            Failed,
            code="photo_missing",
            message="The photo is no longer there.",
            detail=str(error),
            worth_retrying=False,
        )
    except storage.StorageError as error:
        message = "The image store did not answer. Our operators have been told; nothing is lost."
        line.answer(Failed, code=STORAGE_AWAY, message=message, detail=str(error), worth_retrying=True)
    except ManifoldAway as error:
        line.answer(Failed, code=UNREADABLE, message=error.message, detail=str(error), worth_retrying=True)
    except SoftTimeLimitExceeded:
        message = "This took too long to make. Our operators have been told."
        line.answer(Failed, code="too_slow", message=message, worth_retrying=True)
    except Exception as error:
        log.exception("job_failed", job=str(job.job))
        message = "Something went wrong on our side. Our operators have been told; nothing is lost."
        line.answer(Failed, code="internal", message=message, detail=repr(error)[:2000], worth_retrying=True)


@worker_task("project", ProjectJob)
def project(job: ProjectJob, line: Lifeline) -> None:
    from gpu_worker.tasks.work import project_photo

    started = time.perf_counter()
    projection = project_photo(job, line)
    line.answer(
        Projected,
        projection=projection,
        outline_revision=job.outline.revision,
        seconds=time.perf_counter() - started,
    )


@worker_task("render", RenderJob)
def render(job: RenderJob, line: Lifeline) -> None:
    from gpu_worker.tasks.work import render_variants

    started = time.perf_counter()
    variants = render_variants(job, line)
    line.answer(Finished, variants=variants, seconds=time.perf_counter() - started)


@worker_task("train", TrainJob)
def train(job: TrainJob, line: Lifeline) -> None:
    from gpu_worker.engine.loaded import bundle_of
    from gpu_worker.training.manifold.fine_tune import fine_tune

    def on_step(done: int, steps: int) -> bool:
        try:
            line.stage("train", done, steps)
        except Cancelled:
            return True
        return False

    started = time.perf_counter()
    entries = ((photo.name, storage.get(photo.key)) for photo in job.photos)
    out = Path(os.environ.get("TRAINING_DIR", "/var/tmp/colorway-training")) / str(job.job)  # noqa: S108  0700 below
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    bundle = fine_tune(
        bundle_of(job.kind),
        entries,
        out,
        steps=job.steps,
        description=job.description,
        owner=job.owner,
        on_step=on_step,
    )
    line.stage("store")
    keys = {
        file.name: storage.put("bundles", file.read_bytes(), content_type="application/octet-stream")
        for file in sorted(bundle.iterdir())
        if file.is_file()
    }
    line.answer(Finished, bundle_keys=keys, seconds=time.perf_counter() - started)
