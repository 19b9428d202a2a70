"""The migrated database, kept between runs of the fast lane: all migrations from nothing take most of a test process's start.

A dump of it lies in the cache folder under a hash of what it is made from; another migration, policy or library makes another one. What
is newer than the dump would be migrated on top of it. The whole suite never uses it, so that migrations from nothing are tested.
"""

import hashlib
import os
import subprocess
from pathlib import Path

from psycopg import sql

from deploy.local import postgres
from deploy.local.credentials import Credentials

ROOT = Path(__file__).parents[1]
TEMPLATE = "colorway_migrated"
_SOURCES = (
    "catalog/migrations/*.py",
    "editing/migrations/*.py",
    "catalog/tenancy/*.py",
    "deploy/local/postgres.py",
    "requirements.lock",
)


def dump_in(folder: Path) -> Path:
    """Where the dump of what the sources make now lies, or would."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _SOURCES for path in ROOT.glob(pattern)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return folder / f"{digest.hexdigest()[:32]}.sql"


def restore(dump: Path, credentials: Credentials) -> None:
    """As a database to copy tests' databases from."""
    with postgres.as_superuser(credentials, "postgres") as server:
        names = sql.Identifier(TEMPLATE), sql.Identifier(postgres.OWNER)
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
    _run("psql", credentials, TEMPLATE, "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={dump}")


def keep(dump: Path, credentials: Credentials, database: str) -> None:
    """Of a database in which no test has run yet; whole or not at all, whichever process comes first."""
    dump.parent.mkdir(parents=True, exist_ok=True)
    new = dump.with_suffix(f".{os.getpid()}")
    _run("pg_dump", credentials, database, f"--file={new}")
    new.replace(dump)


def _run(program: str, credentials: Credentials, database: str, *options: str) -> None:
    place = ("--host=127.0.0.1", f"--port={credentials.postgres_port}", f"--username={postgres.SUPERUSER}")
    subprocess.run(
        [postgres.binary(program), *place, f"--dbname={database}", *options], check=True, stdout=subprocess.DEVNULL,
        env={**os.environ, "PGPASSWORD": credentials.superuser_password},
    )  # fmt: skip
