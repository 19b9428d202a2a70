"""In place of `gpu_worker.tasks.work`: takes no networks and no time, stores and answers as the real one does.

What it does is written, a line a step, to `runs.jsonl` in the folder STUB_FOLDER. Work stops at a stage for as long as
there is a file `hold-<stage>` in that folder. STUB_SECONDS is how long solving takes.
"""

import json
import os
import signal
import time
from base64 import b64encode
from pathlib import Path

from gpu_worker import storage
from gpu_worker.contract.answers import MeasuredColour, Projected, StoredVariant, VariantStored
from gpu_worker.contract.jobs import FramePlace, Job, ProjectJob, RenderJob, StoredProjection
from gpu_worker.tasks.lifeline import Lifeline

FOLDER = Path(os.environ["STUB_FOLDER"])
SECONDS = float(os.environ.get("STUB_SECONDS", "0"))
STEPS = 10
POISON = "Poison"  # a colour of this name kills whoever solves for it
W_PLUS = b64encode(bytes(4 * 7 * 128))
PROJECTION = StoredProjection(
    manifold_version="stub", w_plus=W_PLUS, frame=FramePlace(scale=100, left=0, top=0), lpips=0.1
)


def project_photo(job: ProjectJob, line: Lifeline) -> StoredProjection:
    _at("fetch", job, line)
    _at("project", job, line)
    return PROJECTION


def render_variants(job: RenderJob, line: Lifeline) -> list[StoredVariant]:
    _at("fetch", job, line)
    if job.projection is None:
        _at("project", job, line)
        line.answer(Projected, projection=PROJECTION, seconds=0.1)
    for step in range(STEPS):
        _at("solve", job, line, step)
        time.sleep(SECONDS / STEPS)
    if any(swatch.name == POISON for swatch in job.swatches):
        os.kill(os.getpid(), signal.SIGKILL)
    _at("transfer", job, line)
    stored = []
    for candidate, swatch in enumerate(job.swatches):
        _at("store", job, line, candidate)
        stored.append(_store(job, candidate, swatch.name, swatch.colour))
        line.answer(VariantStored, variant=stored[-1])
    _note("finished", job)
    return stored


def _store(job: RenderJob, candidate: int, name: str, colour: str) -> StoredVariant:
    # Other bytes at every attempt: whatever takes the place of something else shows.
    key = storage.put(
        "variants", f"{job.job} {candidate} {job.token} {os.getpid()}".encode(), content_type="image/webp"
    )
    return StoredVariant(
        candidate=candidate,
        colour_name=name,
        swatch=colour,
        measured=MeasuredColour(l=50, a=10, b=10),
        key=key,
        sha256=key.rpartition("/")[2],
        content_type="image/webp",
        width=8,
        height=8,
        thumbnails={},
        w_plus=W_PLUS,
        manifold_version="stub",
        measures={"projection_lpips": 0.1},
    )


def _at(stage: str, job: Job, line: Lifeline, step: int = 0) -> None:
    line.stage(stage, step, STEPS)
    if step == 0:
        _note(stage, job)
    while (FOLDER / f"hold-{stage}").exists():
        line.stage(stage, step, STEPS)  # raises Cancelled
        time.sleep(0.02)


def _note(stage: str, job: Job) -> None:
    note = {"job": str(job.job), "token": job.token, "stage": stage, "pid": os.getpid(), "at": time.time()}
    with (FOLDER / "runs.jsonl").open("a") as file:
        file.write(json.dumps(note) + "\n")
