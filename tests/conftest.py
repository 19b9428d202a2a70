"""What every part of the suite shares: the fast lane, who runs beside whom, and hashes that cost little.

`make test FAST=1` leaves out what is marked long. With two processes (`-n 2`) each has servers of its own and
a file stays in one of them; whatever starts processes of its own or drives a browser runs one after the other.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection, transaction
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from deploy.local import ownership, postgres
from deploy.local.stack import Stack
from tests import migrated
from tests.permissions.world import World, build

# Whole folders and files that start processes or other shops' servers, drive a browser, try every route, make and mark pictures, load torch
# or schemas: minutes together.
LONG = (
    "catalog/hostile",
    "catalog/test_api_schema.py",
    "deploy/test_compose.py",
    "deploy/test_kubernetes.py",
    "deploy/test_local_stack.py",
    "editing/publishing/test_exports.py",
    "editing/publishing/test_stores.py",
    "editing/test_origin.py",
    "end_to_end",
    "faults",
    "gpu_worker",
    "origin",
    "test_hostile_requests.py",
    "test_permission_matrix.py",
)
ALONE = ("end_to_end", "faults", "deploy/test_local_stack.py")
_HERE = Path(__file__).parent

PBKDF2PasswordHasher.iterations = 1_000  # a good hash is slow; the tests' passwords are no secrets


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(_HERE).as_posix().startswith(LONG):
            item.add_marker(pytest.mark.long)


def is_fast(config: pytest.Config) -> bool:
    """The fast lane: `make test FAST=1`."""
    return "not long" in (config.option.markexpr or "")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """In the fast lane what is long is not even imported: torch, browsers and schemas take their time."""
    place = collection_path.relative_to(_HERE).as_posix() if collection_path.is_relative_to(_HERE) else ""
    return True if is_fast(config) and place.startswith(LONG) else None


class _ByFile(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0].removeprefix("tests/")
        return "alone" if path.startswith(ALONE) else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    return _ByFile(config, log)


@pytest.fixture(scope="session")
def dump(pytestconfig: pytest.Config) -> Path | None:
    """Where the fast lane keeps the migrated database; the whole suite makes its own."""
    return migrated.dump_in(Path(pytestconfig.cache.mkdir("migrated"))) if is_fast(pytestconfig) else None  # type: ignore[union-attr]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, stack: Stack, dump: Path | None
) -> None:
    """Tables are made by the role that owns them, as in a release."""
    _connect_as(postgres.OWNER, stack.credentials.owner_password)
    if dump is not None and dump.exists():
        migrated.restore(dump, stack.credentials)
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated.TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    stack: Stack,
    dump: Path | None,
) -> Iterator[None]:
    """Tests run as the application, which owns nothing; that it may empty tables between them is for tests alone.

    pytest-django's own makes a database only where a test that was selected bears its mark, and those of a browser do not.
    """
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
        if dump is not None and not dump.exists():
            migrated.keep(dump, stack.credentials, str(connection.settings_dict["NAME"]))
        ownership.let_empty()
        _connect_as(postgres.ROLE, stack.credentials.database_password)
    yield
    with django_db_blocker.unblock():
        _connect_as(postgres.OWNER, stack.credentials.owner_password)
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Two merchants and everybody, built once for all tests of a file: it takes longer than most of them do."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(built_world: World) -> Iterator[World]:
    """As it was built, whatever the test before did. Not beside `db`, which closes the connection under it."""
    with built_world.as_built():
        yield built_world


def _connect_as(role: str, password: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict.update(USER=role, PASSWORD=password)
