"""A pytest plugin: PostgreSQL, Valkey and S3 of the suite's own, in a temporary folder, on free ports.

Loaded with `-p tests.services`, because pytest-django reads the settings, which come from the environment, before any
conftest.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from deploy.local import ownership
from deploy.local.stack import Stack

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported: as many threads as processes, not more

_FOLDER = Path(tempfile.mkdtemp(prefix="colorway-tests-"))
_STACK = Stack(_FOLDER)
_STACK.start()
ownership.lend(_STACK.credentials)
atexit.register(_STACK.stop)  # also when pytest ends before its first test
os.environ.update(_STACK.environment)
os.environ.setdefault("ANONYMOUS_PER_MINUTE", "100000")
os.environ.setdefault("STAFF_SECOND_FACTOR", "0")  # the tests of second factors and of permissions ask for it


def pytest_unconfigure(config: pytest.Config) -> None:
    _STACK.stop()
    shutil.rmtree(_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def stack() -> Stack:
    """The running servers, for tests that kill, stop and start them."""
    return _STACK
