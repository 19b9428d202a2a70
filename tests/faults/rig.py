"""Real workers in processes of their own, around real servers, and ways to hurt them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import valkey
from celery import current_app
from django.conf import settings
from django.db import OperationalError, connection
from kombu.exceptions import OperationalError as BrokerAway

from deploy.local import postgres
from deploy.local.stack import Stack
from deploy.local.supervisor import _end_with_parent
from editing.lifecycle.states import JobStatus
from editing.models import EditJob, EditRequest, Variant
from tests.faults import kill_points
from tests.faults.pace import BEAT_SECONDS
from tests.faults.s3_proxy import S3Proxy

ROOT = Path(__file__).resolve().parents[2]
_QUIET = ["--quiet", "-A"]
_ALONE = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING"]


class Rig:
    """Workers by name; `runs` is what the stub engine has done so far."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack, self.folder = stack, folder
        self.proxy = S3Proxy(stack.environment["S3_ENDPOINT_URL"])
        self.broker = valkey.Valkey.from_url(stack.environment["BROKER_URL"])
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._begin: dict[str, Callable[[], None]] = {}
        self.restarts = 0

    def start_worker(self, name: str, **environment: str) -> None:
        given = {n: v for n, v in self.stack.environment.items() if n.startswith("S3_") or n == "BROKER_URL"}
        given |= {"S3_ENDPOINT_URL": self.proxy.url, "STUB_FOLDER": str(self.folder), "STUB_BEAT": str(BEAT_SECONDS)}
        self._start(name, "tests.faults.stub_worker", "-Q", "edit,project", "-c", "1", environment=given | environment)

    def start_recorder(self, name: str = "recorder", app: str = "tests.faults.quick_recorder") -> None:
        """A results worker on the tests' own database."""
        url = self.stack.environment["DATABASE_URL"].rpartition("/")[0] + f"/{settings.DATABASES['default']['NAME']}"
        given = self.stack.environment | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "deploy.settings"}
        given |= {"STUB_FOLDER": str(self.folder)}
        self._start(name, app, "-Q", "results", "-c", "2", "-P", "threads", environment=given)

    def start_beat(self) -> None:
        command = ["-A", "deploy.celery", "beat", "-s", str(self.folder / "beat"), "--pidfile="]
        given = self.stack.environment | {"DJANGO_SETTINGS_MODULE": "deploy.settings"}
        self._launch("beat", [sys.executable, "-m", "celery", "--quiet", *command], given)

    def _start(self, name: str, app: str, *options: str, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "celery", *_QUIET, app, "worker", "-n", f"{name}@%h", *options, *_ALONE]
        self._launch(name, command, environment)

    def _launch(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        inherited = {n: os.environ[n] for n in ("PATH", "HOME", "TMPDIR") if n in os.environ}

        def begin() -> None:
            with (self.folder / f"{name}.log").open("ab") as log:
                self._processes[name] = subprocess.Popen(
                    command, cwd=ROOT, env=inherited | environment, stdout=log, stderr=log, start_new_session=True,
                    preexec_fn=_end_with_parent,
                )  # fmt: skip

        self._begin[name] = begin
        begin()

    def supervise(self) -> None:
        """Start again what ended by itself, as supervisord, systemd or Kubernetes do."""
        for name, process in list(self._processes.items()):
            if process.poll() is not None:
                self.restarts += 1
                self._begin[name]()

    def ready(self, *names: str, seconds: float = 90) -> None:
        """Wait until the workers take messages."""
        wanted, deadline = set(names), time.monotonic() + seconds
        while wanted:
            assert time.monotonic() < deadline, f"{wanted} did not start; see {self.folder}"
            answers = current_app.control.ping(timeout=0.5)
            wanted -= {name.partition("@")[0] for answer in answers for name in answer}

    def kill_worker(self, name: str) -> None:
        """SIGKILL to the worker and its child at once, as when a machine goes. It stays away until `start_again`."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def start_again(self, name: str) -> None:
        self._begin[name]()

    def freeze(self, name: str) -> None:
        """The worker and its child stand still, as on a machine that swaps."""
        os.killpg(self._processes[name].pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        os.killpg(self._processes[name].pid, signal.SIGCONT)

    def name_of(self, pid: int) -> str:
        """The worker whose child has this process number. Raises LookupError."""
        group = os.getpgid(pid)
        return {process.pid: name for name, process in self._processes.items()}[group]

    def down(self, server: str) -> None:
        self.stack.supervisor.halt(server)

    def up(self, server: str) -> None:
        self.stack.supervisor.run(server)
        answers = {"valkey": self.stack._valkey_answers, "s3": self.stack._s3_answers}
        self.stack.wait_for(server, answers.get(server, lambda: postgres.answers(self.stack.credentials)))

    def stop(self) -> None:
        for name in list(self._processes):
            self.kill_worker(name)
        self.proxy.stop()

    # --- what the stub engine does -----------------------------------------------------------------------------------

    def hold(self, stage: str) -> None:
        (self.folder / f"hold-{stage}").touch()

    def release(self) -> None:
        for file in self.folder.glob("hold-*"):
            file.unlink()

    def runs(self, stage: str | None = None) -> list[dict[str, Any]]:
        file = self.folder / "runs.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return [run for line in lines if (run := json.loads(line)) and stage in (None, run["stage"])]

    def reached(self, stage: str, *, times: int = 1) -> dict[str, Any]:
        """Wait until the engine has come to a stage so often, and answer the last time."""
        self.until(lambda: len(self.runs(stage)) >= times, f"{stage} reached {times} times")
        return self.runs(stage)[-1]

    def calm(self) -> None:
        """Between tests: no faults, no messages, no memory of what ran."""
        self.release()
        kill_points.disarm(self.folder)
        for name in self._processes:
            self.thaw(name)
        self.calm_store()
        (self.folder / "runs.jsonl").unlink(missing_ok=True)

    def let_transactions_end(self, seconds: float = 20) -> None:
        """Before tables are emptied: whoever still writes would wait for that, and that for them (a deadlock)."""
        deadline = time.monotonic() + seconds
        while self.broker.llen("results") or _open_transactions():
            if time.monotonic() > deadline:
                return  # PostgreSQL breaks the deadlock, if there is one
            time.sleep(0.05)

    def is_idle(self) -> bool:
        """Whether no message is left and no worker has one in hand."""
        waiting = sum(
            self.broker.llen(key) for key in ("edit", "project", "edit\x06\x163", "edit\x06\x166", "project\x06\x163")
        )
        return waiting == 0 and self.broker.hlen("unacked") == 0

    def calm_store(self) -> None:
        self.proxy.fault, self.proxy.only = "", frozenset({"PUT", "GET", "HEAD"})

    # --- waiting -----------------------------------------------------------------------------------------------------

    def until(self, condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
        """Wait, sweeping twice a second as beat does, in a database that may be away."""
        deadline, next_sweep = time.monotonic() + seconds, 0.0
        while not _true(condition):
            assert time.monotonic() < deadline, f"{what}: not within {seconds} s; {self._state()}"
            if time.monotonic() > next_sweep:
                _ask_for_a_sweep()
                self.supervise()
                next_sweep = time.monotonic() + 0.5
            time.sleep(0.05)

    def settled(self, *requests: EditRequest, seconds: float = 60) -> None:
        """Wait until every job of the requests is done, and check that nothing was lost and nothing is there twice."""
        self.until(lambda: not EditJob.objects.exclude(status=JobStatus.DONE).exists(), "all jobs done", seconds)
        for request in requests:
            request.refresh_from_db()
            assert request.status == "rendered"
            assert Variant.objects.filter(request=request).count() == request.variants_asked
        _check_objects()

    def _state(self) -> list[Any]:
        return list(
            EditJob.objects.values_list("task", "status", "token", "attempts", "hindrances", "error_detail")[:8]
        )


def _ask_for_a_sweep() -> None:
    """As beat does: through the broker, to a results worker."""
    with suppress(BrokerAway):
        current_app.send_task("editing.sweep", queue="results", retry=False, ignore_result=True)


def _true(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except OperationalError:
        connection.close()
        return False


def _open_transactions() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND state <> 'idle'"
        )
        return bool(cursor.fetchone()[0])


def _check_objects() -> None:
    """Every row's object is there, with the bytes that the row says (`storage.get` of the worker compares them)."""
    from hashlib import sha256

    from catalog import storage

    for key, digest in Variant.objects.values_list("object_key", "sha256"):
        stored = storage.get(key)
        assert stored is not None and sha256(stored.data).hexdigest() == digest
