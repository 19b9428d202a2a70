"""The owner's role, lent to the application of a local stack: for tests and measurements that change tables, never a service."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg import sql

from deploy.local import postgres
from deploy.local.credentials import Credentials


def lend(credentials: Credentials) -> None:
    """It is taken on purpose, by `as_owner`; everything else goes on without."""
    roles = sql.Identifier(postgres.OWNER), sql.Identifier(postgres.ROLE)
    with postgres.as_superuser(credentials, "postgres") as server:
        server.execute(sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(*roles))


def let_empty() -> None:
    """The application may empty the tables there are now, as tests do between each other. Called as the owner."""
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {postgres.ROLE}")


@contextmanager
def as_owner() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {postgres.OWNER}")
        yield
        cursor.execute("RESET ROLE")
