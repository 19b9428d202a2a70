"""Signs of life: the log says once that the broker went, and once that it is back."""

import uuid

import pytest
from kombu.exceptions import OperationalError
from structlog.testing import capture_logs

from gpu_worker.contract.jobs import ProjectJob
from gpu_worker.tasks import lifeline


@pytest.fixture
def line() -> lifeline.Lifeline:
    job = ProjectJob.model_construct(job=uuid.uuid4(), token=1)
    return lifeline.Lifeline(job)


def test_a_broker_that_is_away_is_told_of_once_and_its_return_once(line: lifeline.Lifeline, monkeypatch):
    def away(_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(lifeline, "_send", away)
    with capture_logs() as logs:
        for _ in range(5):
            line._beat()
        monkeypatch.setattr(lifeline, "_send", lambda _: None)
        line._beat()
        line._beat()
    assert [entry["event"] for entry in logs] == ["broker_away_work_goes_on", "broker_back"]


def test_a_slow_object_store_delays_no_beat(line: lifeline.Lifeline, monkeypatch):
    import threading

    asked, let_go, beats = threading.Event(), threading.Event(), []

    def slow(_: str) -> bool:
        asked.set()
        return let_go.wait(20) and False

    monkeypatch.setattr(lifeline, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(lifeline.storage, "is_asked_to_stop", slow)
    monkeypatch.setattr(lifeline, "_send", beats.append)
    with line.kept():
        assert asked.wait(20)
        before, enough = len(beats), threading.Event()
        monkeypatch.setattr(
            lifeline, "_send", lambda beat: (beats.append(beat), len(beats) > before + 3 and enough.set())
        )
        assert enough.wait(20)  # while the store is still asked
        let_go.set()
