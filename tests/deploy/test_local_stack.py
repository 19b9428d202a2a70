import json
import signal
import socket
import stat
from pathlib import Path

import psutil
import pytest

from deploy.local import postgres
from deploy.local.credentials import Credentials
from deploy.local.stack import PortInUse, Stack, require_free


def _left(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("COLORWAY_STACK") == str(folder.resolve()):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def own_stack(tmp_path: Path):
    made = Stack(tmp_path / "stack")
    yield made
    made.stop()


def test_a_half_made_folder_heals_and_stopping_leaves_no_process(own_stack: Stack):
    half_made = own_stack.folder / "postgres"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18")
    own_stack.start()
    assert postgres.answers(own_stack.credentials)
    own_stack.stop()
    assert _left(own_stack.folder) == []


def test_what_a_killed_supervisor_left_is_ended_at_the_next_start(own_stack: Stack):
    own_stack.start()
    abandoned = {own_stack.supervisor.pid(name) for name in ("postgres", "valkey", "s3")}
    assert own_stack.supervisor._process is not None
    own_stack.supervisor._process.send_signal(signal.SIGKILL)
    own_stack.supervisor._process.wait()
    second = Stack(own_stack.folder)
    second.start()
    try:
        assert not abandoned & {p.pid for p in _left(own_stack.folder)}
        assert postgres.answers(second.credentials)
    finally:
        second.stop()


def test_a_killed_server_comes_back(stack: Stack):
    before = stack.supervisor.pid("s3")
    stack.supervisor.kill("s3")
    stack.wait_for("s3", lambda: stack.supervisor.states()["s3"] == "RUNNING" and stack.supervisor.pid("s3") != before)
    stack.wait_for("s3", stack._s3_answers)


def test_a_taken_port_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortInUse, match=r"port \d+ \(for web\) is in use"):
            require_free(taken.getsockname()[1], "web")


def test_credentials_are_private_and_stay_the_same(tmp_path: Path):
    made = Credentials.kept_in(tmp_path)
    assert stat.S_IMODE((tmp_path / "credentials.json").stat().st_mode) == 0o600
    assert Credentials.kept_in(tmp_path) == made


def test_damaged_credentials_say_what_to_do(tmp_path: Path):
    (tmp_path / "credentials.json").write_text(json.dumps({"unknown": 1}))
    with pytest.raises(ValueError, match=r"is damaged .* remove"):
        Credentials.kept_in(tmp_path)
