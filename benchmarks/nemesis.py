"""What the edit service survives: `python -m benchmarks.nemesis --jobs 500`.

Real servers, two results workers, beat and three GPU workers with the tests' stub engine, all supervised; while requests
come in, something breaks every few seconds. Prints how many jobs were accepted, finished, lost and doubled, and how long
it took from a SIGKILL to the job's running elsewhere. `--only` chooses faults; `--poison` measures instead how much a
job that crashes its worker costs others.
"""

import argparse
import os
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
import xmlrpc.client
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from benchmarks.poison import poison_rows
from tests.faults import kill_points

WORKERS = ("one", "two", "three")
RECORDERS = ("recorder-one", "recorder-two")
MERCHANTS = 5
PER_REQUEST = 10
AT_A_POINT = "killed at a named point"
OF_POINTS = 4  # times as likely as any other fault: there are many points


def main() -> None:
    options = _options()
    from deploy.local.stack import Stack

    with tempfile.TemporaryDirectory(prefix="colorway-nemesis-") as folder:
        stack = Stack(Path(folder))
        try:
            stack.start()
            stack.migrate()
            os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="deploy.settings")
            import django

            django.setup()
            with _rig(stack, Path(folder), options) as rig:
                _print(poison_rows(rig, options.jobs, options.rounds)) if options.poison else Nemesis(
                    rig, options
                ).run()
        finally:
            stack.stop()


@contextmanager
def _rig(stack: Any, folder: Path, options: argparse.Namespace) -> Iterator[Any]:
    from tests.faults.rig import Rig

    logs = options.logs or folder / "rig"
    logs.mkdir(parents=True, exist_ok=True)
    rig = Rig(stack, logs)
    try:
        for name in RECORDERS:
            rig.start_recorder(name, "tests.faults.struck_recorder")
        rig.start_beat()
        for name in WORKERS:
            rig.start_worker(name, STUB_BEAT="1", STUB_SECONDS=str(options.seconds))
        rig.ready(*RECORDERS, *WORKERS)
        yield rig
    finally:
        rig.stop()


class Nemesis:
    """One run: who was hurt when, and what came of it."""

    def __init__(self, rig: Any, options: argparse.Namespace) -> None:
        self.rig, self.options = rig, options
        self.random = random.Random(options.seed)
        self.kills: list[tuple[float, int, str]] = []  # when, process, job
        self.struck: Counter[str] = Counter()
        self.armed: Counter[str] = Counter()  # points at which somebody was to die
        self.refused = 0
        self.accepted: list[int] = []
        self.healers: list[threading.Timer] = []
        self.faults: dict[str, Callable[[], None]] = {
            "SIGKILL of a worker's child": self._kill_child,
            "SIGKILL of a worker and its child": self._kill_worker,
            "SIGKILL of a results worker": self._kill_recorder,
            "broker killed": lambda: self.rig.stack.supervisor.kill("valkey"),
            "broker flushed": lambda: self.rig.broker.flushall(),
            "PostgreSQL stopped for 3 s": self._stop_database,
            "object store: 500": lambda: self._spoil_store("500"),
            "object store: time-outs": lambda: self._spoil_store("slow"),
            "object store: lost replies": lambda: self._spoil_store("lost reply"),
            "object store: refused": lambda: self._spoil_store("refuse"),
            "messages delivered twice": self._double_messages,
            AT_A_POINT: self._arm_point,
        }
        if options.only:
            self.faults = {name: fault for name, fault in self.faults.items() if options.only in name}

    def run(self) -> None:
        from tests.editing.lifecycle.conftest import merchant

        started = time.monotonic()
        merchants = [merchant() for _ in range(MERCHANTS)]
        pending = [merchants[n % MERCHANTS] for n in range(self.options.jobs // PER_REQUEST)]
        next_fault = next_request = time.monotonic()
        while pending or not self._all_ended():
            now = time.monotonic()
            if now - started > self.options.limit:
                break
            self.rig.supervise()
            if pending and now >= next_request:
                self._submit(pending)
                next_request = now + self.options.every
            if now >= next_fault and (pending or self._open() > PER_REQUEST):
                self._strike()
                next_fault = now + self.random.uniform(0.7, 1.3) * self.options.pause
            time.sleep(0.05)
        for healer in self.healers:
            healer.join()
        self._report(time.monotonic() - started)

    def _submit(self, pending: list[Any]) -> None:
        """A client sends its request again until it is accepted."""
        from django.db import Error, connection

        from tests.editing.lifecycle.conftest import ask

        try:
            self.accepted.append(ask(pending[0], photos=PER_REQUEST, colours=1).pk)
            pending.pop(0)
        except Error:
            self.refused += 1
            connection.close()

    def _strike(self) -> None:
        weights = [OF_POINTS if name == AT_A_POINT else 1 for name in self.faults]
        (name,) = self.random.choices(list(self.faults), weights)
        # Nobody to hurt at the moment, or down already: another one next time.
        with suppress(OSError, RuntimeError, LookupError, xmlrpc.client.Error, self._broker_away()):
            self.faults[name]()
            self.struck[name] += 1

    @staticmethod
    def _broker_away() -> type[Exception]:
        import valkey

        return valkey.ValkeyError

    def _later(self, seconds: float, heal: Callable[[], None]) -> None:
        healer = threading.Timer(seconds, heal)  # aside: the run itself may wait for what is broken
        healer.start()
        self.healers.append(healer)

    def _running(self) -> list[dict[str, Any]]:
        """The newest run of each process that has not finished."""
        newest = {run["pid"]: run for run in self.rig.runs()}
        return [run for run in newest.values() if run["stage"] != "finished" and _is_alive(run["pid"], run["at"])]

    def _kill_child(self) -> None:
        run = self.random.choice(self._running())
        os.kill(run["pid"], signal.SIGKILL)
        self.kills.append((time.time(), run["pid"], run["job"]))

    def _kill_worker(self) -> None:
        run = self.random.choice(self._running())
        self.rig.kill_worker(name := self.rig.name_of(run["pid"]))
        self.kills.append((time.time(), run["pid"], run["job"]))
        self.rig.start_again(name)

    def _kill_recorder(self) -> None:
        name = self.random.choice(RECORDERS)
        self.rig.kill_worker(name)
        self.rig.start_again(name)

    def _arm_point(self) -> None:
        """Somebody dies there sooner or later; points that nobody has come to yet stay armed."""
        name = self.random.choice(
            [name for name in kill_points.POINTS if kill_points.has_struck(self.rig.folder, name)]
        )
        kill_points.arm(self.rig.folder, name)
        self.armed[name] += 1

    def _stop_database(self) -> None:
        self.rig.down("postgres")
        self._later(3, lambda: self.rig.up("postgres"))

    def _spoil_store(self, fault: str) -> None:
        self.rig.proxy.fault = fault
        self._later(4, self.rig.calm_store)

    def _double_messages(self) -> None:
        for key in ("edit", "edit\x06\x163", "edit\x06\x166"):
            for message in self.rig.broker.lrange(key, 0, 3):
                self.rig.broker.lpush(key, message)

    def _open(self) -> int:
        from editing.lifecycle.states import OPEN_JOBS
        from editing.models import EditJob

        return self._ask(lambda: EditJob.objects.filter(status__in=OPEN_JOBS).count(), 10_000)

    def _all_ended(self) -> bool:
        return self._open() == 0

    @staticmethod
    def _ask(question: Callable[[], int], without: int) -> int:
        from django.db import Error, connection

        try:
            return question()
        except Error:
            connection.close()
            return without

    def _died_at(self) -> Counter[str]:
        waiting = Counter(name for name in self.armed if not kill_points.has_struck(self.rig.folder, name))
        return self.armed - waiting

    def recoveries(self) -> list[float]:
        """Seconds from each kill to the job's next start in another process."""
        starts = self.rig.runs("fetch")
        waits = []
        for at, pid, job in self.kills:
            later = [run["at"] - at for run in starts if run["job"] == job and run["pid"] != pid and run["at"] > at]
            if later:
                waits.append(min(later))
        return waits

    def _report(self, seconds: float) -> None:
        from editing.lifecycle import garbage
        from editing.models import EditJob, Variant

        jobs = EditJob.objects.filter(request__in=self.accepted)
        status = Counter(jobs.values_list("status", flat=True))
        variants = Variant.objects.filter(request__in=self.accepted).count()
        asked = sum(jobs.values_list("variants_asked", flat=True))
        orphans = sum(garbage.remove(item) for item in garbage.find(min_age=_ago()))
        waits = sorted(self.recoveries())
        rows: list[tuple[str, object]] = [
            *sorted(self.struck.items()),
            *((f"  {name}", times) for name, times in sorted(self._died_at().items())),
            ("named points at which somebody died", len(self._died_at())),
            ("requests refused while PostgreSQL was away, and sent again", self.refused),
            ("programs that ended by themselves and were started again", self.rig.restarts),
            ("jobs accepted", jobs.count()),
            ("jobs finished", status["done"]),
            ("jobs given up (dead letters)", status["failed"]),
            ("jobs lost or stuck", jobs.count() - status["done"] - status["failed"]),
            ("variants missing", max(asked - variants, 0) - status["failed"]),
            ("variants doubled", max(variants - asked, 0)),
            ("rows whose object is missing or has other bytes", _wrong_objects()),
            ("objects without a row, collected", orphans),
            ("runs of the engine", len(self.rig.runs("fetch"))),
            ("SIGKILLs of running jobs that ran elsewhere again", len(waits)),
        ]
        if waits:
            rows.append(("seconds from SIGKILL to running elsewhere, median", f"{statistics.median(waits):.1f}"))
            rows.append(("seconds from SIGKILL to running elsewhere, p95", f"{_p95(waits):.1f}"))
        rows.append(("seconds in all", f"{seconds:.0f}"))
        _print(rows)
        for error in jobs.filter(status="failed").values_list("key", "error_code", "attempts", "hindrances"):
            print("given up:", *error)
        sys.exit(0 if status["done"] == jobs.count() and variants == asked else 1)


def _is_alive(pid: int, at: float) -> bool:
    """Whether the process that had this number then still runs: in a run of an hour numbers come again, and are somebody else's."""
    try:
        return psutil.Process(pid).create_time() <= at
    except psutil.NoSuchProcess:
        return False


def _ago() -> Any:
    from datetime import timedelta

    return -timedelta(minutes=1)


def _wrong_objects() -> int:
    from hashlib import sha256

    from catalog import storage
    from editing.models import Variant

    rows = Variant.objects.values_list("object_key", "sha256")
    objects = ((storage.get(key), digest) for key, digest in rows)
    return sum(stored is None or sha256(stored.data).hexdigest() != digest for stored, digest in objects)


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def _print(rows: list[tuple[str, object]]) -> None:
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=0.4, help="of work in each job")
    parser.add_argument("--every", type=float, default=1.5, help="seconds between requests of ten jobs")
    parser.add_argument("--pause", type=float, default=4.0, help="seconds between faults, on average")
    parser.add_argument("--limit", type=float, default=480.0, help="seconds after which the run is given up")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="faults whose name has this in it")
    parser.add_argument("--poison", action="store_true")
    parser.add_argument("--rounds", type=int, default=3, help="of --poison, each without and with")
    parser.add_argument("--logs", type=Path, help="folder for the programs' logs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
