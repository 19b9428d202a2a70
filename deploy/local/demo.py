"""`make demo`: the whole shop on this machine. Servers, migrations, a seeded catalogue, web, workers, beat.

    python -m deploy.local.demo [--once] [--photos DIR] [--port 8000]

Ctrl-C stops everything. Data stays under .local/; a second start keeps it.
"""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from deploy.local.stack import PortInUse, Stack, require_free
from deploy.local.supervisor import Program

ROOT = Path(__file__).resolve().parents[2]
# The GPU worker gets no database credentials and no Django settings.
_WORKER_KNOWS = {
    "BROKER_URL", "S3_ENDPOINT_URL", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_BUCKET", "ORIGIN_FOLDER", "PYTHONPATH",
    "PYTHONUNBUFFERED",
}  # fmt: skip
_GPU_WORKERS = ("gpu-worker", "preview-worker")
APPLICATION = ("web", "results-worker", "beat", *_GPU_WORKERS)
START_SECONDS = 120
ONCE_SECONDS = 1500


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    folder = ROOT / ".local"
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        with _only_one(folder), _signals_as_interrupt():
            return _run(Stack(folder), options)
    except KeyboardInterrupt:
        return 0
    except (AlreadyRunning, PortInUse, RuntimeError, ValueError) as error:
        _say(f"\n{error}")
        return 1
    except subprocess.CalledProcessError as error:
        _say(f"\n`{' '.join(map(str, error.cmd[1:]))}` failed; see what it printed above")
        return 1


def _run(stack: Stack, options: argparse.Namespace) -> int:
    require_free(options.port, "the web server; `make demo PORT=...` chooses another")
    environment = stack.environment | _extra(stack, options)
    try:
        stack.start(_programs(environment, options.port), said=lambda what: _say(f"- {what}"))
        _prepare(stack, environment, options)
        _start(stack, ("web",))
        logins = _manage(environment, "demo_logins", stdout=subprocess.PIPE)  # while the web server starts
        stack.wait_for("web", lambda: _answers(f"http://127.0.0.1:{options.port}/readyz"), START_SECONDS)
        _start(stack, APPLICATION[1:])  # loading torch would keep the web server from its processor
        _say(f"\nColorway runs at http://localhost:{options.port}/\n")
        _say(logins.rstrip())
        if options.once:
            _manage(environment, "demo_report", "--wait", str(ONCE_SECONDS))
            return 0
        _say("\nLogs are in .local/log/. Ctrl-C stops everything; the data stays.")
        threading.Event().wait()
        return 0
    finally:
        _say("\nStopping ...")
        stack.stop(first=APPLICATION)
        _say("Stopped; nothing is left running.")


def _start(stack: Stack, names: Iterable[str]) -> None:
    for name in names:
        _say(f"- starting {name}")
        stack.supervisor.run(name)


def _prepare(stack: Stack, environment: dict[str, str], options: argparse.Namespace) -> None:
    photos = ["--photos", str(options.photos)] if options.photos else []
    _say("- applying migrations")
    stack.migrate()
    _manage(environment, "prepare_demo", *photos)


def _programs(environment: dict[str, str], port: int) -> list[Program]:
    def program(name: str, *command: str, **more: str) -> Program:
        given = (
            environment if name not in _GPU_WORKERS else {n: environment[n] for n in environment if n in _WORKER_KNOWS}
        )
        return Program(
            name=name, command=[sys.executable, "-m", *command], environment=given | more, folder=ROOT, stop_group=False
        )

    celery, quiet = ("celery", "--quiet"), ("--without-gossip", "--without-mingle")
    web = [
        "uvicorn",
        "deploy.asgi:application",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-access-log",
        "--no-proxy-headers",
    ]
    queues = "preview,edit,project,train"
    return [
        program("web", *web, "--timeout-graceful-shutdown", "5"),
        program(
            "gpu-worker",
            *celery,
            *f"-A gpu_worker.tasks worker -Q {queues} -c 1 -n gpu@%h".split(),
            *quiet,
            METRICS_PORT="0",
        ),
        program("preview-worker", "gpu_worker.live", METRICS_PORT="0"),
        program(
            "results-worker",
            *celery,
            *[
                "-A",
                "deploy.celery",
                "worker",
                "-Q",
                "results,webhooks",
                "-c",
                "4",
                "-P",
                "threads",
                "-n",
                "results@%h",
            ],
            *quiet,
            METRICS_PORT="0",
        ),
        program("beat", *celery, "-A", "deploy.celery", "beat", "-s", ".local/beat", "--pidfile=", METRICS_PORT="0"),
    ]


def _extra(stack: Stack, options: argparse.Namespace) -> dict[str, str]:
    origins = ",".join(f"http://{host}:{options.port}" for host in ("localhost", "127.0.0.1"))
    return {
        "DJANGO_SETTINGS_MODULE": "deploy.settings",
        "CSRF_TRUSTED_ORIGINS": origins,
        "METRICS_PORT": str(stack.credentials.metrics_port),
        "STAFF_SECOND_FACTOR": "0",  # `demo_logins` says so
        "WEBHOOKS_ALLOW_PRIVATE": "1",  # receivers on this machine
        "DEMO_PASSWORD": stack.credentials.demo_password,
        "LOCAL_FOLDER": str(stack.folder),
        "STATIC_ROOT": str(stack.folder / "static"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


def _manage(environment: dict[str, str], *command: str, stdout: int | None = None) -> str:
    """Its output, where `stdout` is a pipe; else it is shown as it comes."""
    return subprocess.run(  # noqa: S603
        [sys.executable, str(ROOT / "manage.py"), *command],
        check=True, cwd=ROOT, env=os.environ | environment, stdout=stdout, text=True,
    ).stdout  # fmt: skip


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  our own address
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


class AlreadyRunning(RuntimeError):
    """Another `make demo` holds the data folder."""


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(
                "`make demo` is running already in this folder; stop it first (Ctrl-C there)"
            ) from error
        yield


@contextmanager
def _signals_as_interrupt() -> Iterator[None]:
    """SIGTERM and a closed terminal stop everything, as Ctrl-C does; a second signal does not cut the stopping short."""

    def interrupt(*_: object) -> None:
        for number in watched:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in watched:
        signal.signal(number, interrupt)
    yield


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--once", action="store_true", help="wait for the demo's variants, print them, stop")
    parser.add_argument("--photos", type=Path, help="start with the photos of this folder")
    parser.add_argument("--port", type=int, default=8000)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
