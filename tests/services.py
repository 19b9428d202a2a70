"""A pytest plugin: PostgreSQL, Valkey and S3 of the suite's own, in a temporary folder, on free ports.

Loaded with `-p tests.services`, because pytest-django reads the settings, which come from the environment, before any
conftest.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from deploy.local.servers import Servers

_FOLDER = Path(tempfile.mkdtemp(prefix="colorway-tests-"))
_SERVERS = Servers.start(_FOLDER)
os.environ.update(_SERVERS.environment)


def pytest_unconfigure(config: pytest.Config) -> None:
    _SERVERS.stop()
    shutil.rmtree(_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def servers() -> Servers:
    """The running servers, for tests that stop and start them."""
    return _SERVERS
