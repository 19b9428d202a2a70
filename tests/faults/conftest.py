from collections.abc import Iterator

import pytest

from deploy.local.stack import Stack
from editing.lifecycle.guards import Guards, guards
from editing.models import EditRequest
from tests.editing.lifecycle.conftest import ask, listening, merchant
from tests.faults import pace
from tests.faults.rig import Rig

WORKERS = ("one", "two")


@pytest.fixture(scope="package")
def _processes(stack: Stack, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Rig]:
    restore = pace.quicken()
    rig = Rig(stack, tmp_path_factory.mktemp("faults"))
    try:
        rig.broker.flushall()
        rig.start_recorder()
        for name in WORKERS:
            rig.start_worker(name)
        rig.ready("recorder", *WORKERS)
        yield rig
    finally:
        rig.stop()
        restore()


@pytest.fixture
def rig(_processes: Rig, transactional_db: None) -> Iterator[Rig]:
    """Two workers and a recorder, at rest."""
    listening()
    yield _processes
    guards.__dict__.update(Guards().__dict__)
    _processes.calm()
    _processes.let_transactions_end()


@pytest.fixture
def request_of_two(rig: Rig) -> EditRequest:
    return ask(merchant())
