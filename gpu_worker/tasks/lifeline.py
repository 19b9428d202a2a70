"""A job's connection to those who wait for it: signs of life out, the wish to stop in."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

from gpu_worker import storage
from gpu_worker.contract.answers import RECORD_ANSWER, Answer, Heartbeat
from gpu_worker.contract.jobs import Job, stop_key
from gpu_worker.core.progress import Cancelled, Progress

log = structlog.get_logger(__name__)

BEAT_SECONDS = 1.0  # the lease in the database is five times as long
ANSWER_SECONDS = 240.0  # how long a last answer is tried to be delivered; after that the job is given out again


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


class Lifeline:
    """Beats in the background while a job runs. `report` goes into the engine as its callback."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._stage: dict[str, Any] = {"stage": "fetch", "step": 0, "steps": 0}
        self._stop, self._ended = threading.Event(), threading.Event()
        self._unheard_since: float | None = None

    def report(self, progress: Progress) -> None:
        """The engine's callback: note where the work stands, and stop it when that is wished."""
        self.stage(progress.stage, progress.step, progress.steps)

    def stage(self, name: str, step: int = 0, steps: int = 0) -> None:
        if self._stop.is_set():
            raise Cancelled
        self._stage = {"stage": name, "step": step, "steps": steps}

    def answer(self, kind: type[Answer], **fields: Any) -> None:
        """Send an answer that must arrive; waits for a broker that is away."""
        message = kind(job=self.job.job, token=self.job.token, worker=worker_name(), **fields)
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                return _send(message)
            except OperationalError:
                if time.monotonic() > deadline:
                    raise
                self._ended.wait(1.0)

    def run(self) -> None:
        """Beat until the job ends. A beat that does not get through is not repeated: the next one is newer."""
        while not self._ended.wait(BEAT_SECONDS):
            self._beat()

    def listen(self) -> None:
        """Ask for the wish to stop; beside the beats, so that a slow object store delays none of them."""
        while not self._ended.wait(BEAT_SECONDS):
            if storage.is_asked_to_stop(stop_key(self.job.job, self.job.token)):
                self._stop.set()

    def _beat(self) -> None:
        try:
            _send(Heartbeat(job=self.job.job, token=self.job.token, worker=worker_name(), **self._stage))
        except OperationalError:
            self._note_silence()
        else:
            self._note_hearing()

    def _note_silence(self) -> None:
        """One line when the broker goes, not one a second until it is back; a broker that stops before its workers is usual."""
        if self._unheard_since is None:
            self._unheard_since = time.monotonic()
            log.warning("broker_away_work_goes_on", job=str(self.job.job))

    def _note_hearing(self) -> None:
        if self._unheard_since is not None:
            log.info("broker_back", job=str(self.job.job), seconds=round(time.monotonic() - self._unheard_since, 1))
            self._unheard_since = None

    @contextmanager
    def kept(self) -> Iterator["Lifeline"]:
        """Alive from the first beat, which says that the work has begun, to the end of the block."""
        self._beat()
        threads = [threading.Thread(target=work, name="lifeline", daemon=True) for work in (self.run, self.listen)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            for thread in threads:
                thread.join(timeout=5)


def _send(message: Answer) -> None:
    current_app.send_task(
        RECORD_ANSWER, args=[message.model_dump(mode="json")], queue="results", retry=False, ignore_result=True
    )
