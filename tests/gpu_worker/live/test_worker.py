"""The preview worker's order of work, on the real Valkey; the sessions here only count what they are asked."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import valkey

from gpu_worker.contract.studio import (
    WAKE_LIST,
    PreviewNews,
    PreviewOrder,
    channel,
    news_key,
    order_key,
    owner_key,
    wake_list_of,
)
from gpu_worker.edits.errors import NothingAsked
from gpu_worker.fetching import ManifoldAway
from gpu_worker.live.worker import PreviewSettings, PreviewWorker


@dataclass
class CountingSession:
    """Settles after three units of work on an order; `beside` more follow for what is only beside the picture."""

    first: PreviewOrder
    revision: int = -1
    left: int = 0
    taken: list[int] = field(default_factory=list)
    fault: Exception | None = None
    beside: int = 0

    def continues(self, order: PreviewOrder) -> bool:
        return order.photo_key == self.first.photo_key

    def take(self, order: PreviewOrder) -> None:
        self.revision, self.left = order.revision, 3
        self.taken.append(order.revision)

    @property
    def has_work(self) -> bool:
        return self.left + self.beside > 0

    @property
    def is_awaited(self) -> bool:
        return self.left > 0

    def pause(self) -> None:
        self.left = self.beside = 0

    def advance(self) -> PreviewNews | None:
        if self.fault:
            raise self.fault
        if not self.left:
            self.beside -= 1
            return None
        self.left -= 1
        return PreviewNews(revision=self.revision, step=3 - self.left, settled=self.left == 0, image="data:,")


@pytest.fixture
def broker() -> Iterator[Any]:
    connection = valkey.Valkey.from_url(os.environ["BROKER_URL"])
    connection.delete(WAKE_LIST)
    yield connection
    connection.close()


class Workers:
    def __init__(self, broker: Any) -> None:
        self.broker, self.begun = broker, []

    def begin(self, order: PreviewOrder) -> CountingSession:
        self.begun.append(CountingSession(order))
        return self.begun[-1]

    def worker(self, warm: int = 8) -> PreviewWorker:
        return PreviewWorker(self.broker, self.begin, PreviewSettings(warm_sessions=warm, idle_wait=0.05))


@pytest.fixture
def workers(broker: Any) -> Workers:
    return Workers(broker)


def order(broker: Any, session: str, revision: int, photo: str = "photos/one") -> None:
    message = PreviewOrder(session=session, revision=revision, kind="shoe", manifold_version="v", photo_key=photo)
    broker.set(order_key(session), message.model_dump_json())
    owner = broker.get(owner_key(session))
    broker.rpush(wake_list_of(owner.decode()) if owner else WAKE_LIST, session)


def news(broker: Any, session: str) -> PreviewNews:
    return PreviewNews.model_validate_json(broker.get(news_key(session)))


def test_of_many_orders_only_the_newest_is_worked_on(broker: Any, workers: Workers):
    session, worker = str(uuid4()), workers.worker()
    for revision in range(1, 8):
        order(broker, session, revision)
    worker.turn()
    assert workers.begun[0].taken == [7]
    assert news(broker, session).revision == 7


def test_a_newer_order_comes_in_between_two_steps(broker: Any, workers: Workers):
    session, worker = str(uuid4()), workers.worker()
    order(broker, session, 1)
    worker.turn()
    order(broker, session, 2)
    worker.turn()
    assert (news(broker, session).revision, news(broker, session).step) == (2, 1)
    assert len(workers.begun) == 1, "the warm session goes on"


def test_a_picture_that_is_waited_for_comes_before_what_is_beside_another(broker: Any, workers: Workers):
    settled, drawn, worker = str(uuid4()), str(uuid4()), workers.worker()
    order(broker, settled, 1)
    for _ in range(3):
        worker.turn()
    workers.begun[0].beside = 10
    for revision in range(1, 4):  # somebody else draws on and on
        order(broker, drawn, revision)
        for _ in range(2):
            worker.turn()
    assert news(broker, drawn).revision == 3
    assert workers.begun[0].beside == 9, "one turn in eight"
    for _ in range(10):
        worker.turn()
    assert workers.begun[0].beside == 0, "all of them once nobody waits"


def test_every_step_is_published(broker: Any, workers: Workers):
    session, worker = str(uuid4()), workers.worker()
    listener = broker.pubsub()
    listener.subscribe(channel(session))
    listener.get_message(timeout=1)
    order(broker, session, 1)
    for _ in range(3):
        worker.turn()
    heard = [PreviewNews.model_validate_json(listener.get_message(timeout=1)["data"]) for _ in range(3)]
    assert [(n.step, n.settled) for n in heard] == [(1, False), (2, False), (3, True)]


def test_another_worker_takes_over_from_a_lost_one(broker: Any, workers: Workers):
    session, lost, other = str(uuid4()), workers.worker(), workers.worker()
    order(broker, session, 1)
    lost.turn()
    assert broker.get(owner_key(session)).decode() == lost.name
    broker.delete(owner_key(session))  # what the lease's end does
    order(broker, session, 2)
    other.turn()
    assert news(broker, session).revision == 2
    assert broker.get(owner_key(session)).decode() == other.name


def test_a_planned_stop_hands_unfinished_sessions_over(broker: Any, workers: Workers):
    session, worker = str(uuid4()), workers.worker()
    order(broker, session, 1)
    worker.turn()
    worker.stopping.set()
    worker.run()
    assert broker.get(owner_key(session)) is None
    assert broker.lrange(WAKE_LIST, 0, -1) == [session.encode()]


def test_what_is_wrong_with_one_session_stops_no_other(broker: Any, workers: Workers):
    good, bad, worker = str(uuid4()), str(uuid4()), workers.worker()
    order(broker, bad, 1)
    worker.turn()
    workers.begun[0].fault = RuntimeError("broken")
    order(broker, good, 1)
    worker.turn()
    assert news(broker, bad).problem.startswith("This preview failed")
    assert news(broker, good).step == 1


def test_an_edit_that_cannot_be_made_is_said_in_the_engines_words(broker: Any, workers: Workers):
    session, worker = str(uuid4()), workers.worker()
    order(broker, session, 1)
    worker.turn()
    workers.begun[0].fault = NothingAsked("Nothing is asked for.")
    worker.turn()
    assert (news(broker, session).problem, news(broker, session).revision) == ("Nothing is asked for.", 1)


def test_a_manifold_that_is_away_is_said_in_a_sentence(broker: Any, workers: Workers):
    session, worker = str(uuid4()), workers.worker()
    order(broker, session, 1)
    worker.turn()
    workers.begun[0].fault = ManifoldAway("shoe 0123 is in no release")
    worker.turn()
    assert "picture model that our workers do not have just now" in news(broker, session).problem


def test_another_photo_begins_anew(broker: Any, workers: Workers):
    session, worker = str(uuid4()), workers.worker()
    order(broker, session, 1)
    worker.turn()
    order(broker, session, 2, photo="photos/two")
    worker.turn()
    assert [s.taken for s in workers.begun] == [[1], [2]]


def test_the_longest_untouched_session_is_let_go(broker: Any, workers: Workers):
    worker = workers.worker(warm=2)
    sessions = [str(uuid4()) for _ in range(3)]
    for session in sessions:
        order(broker, session, 1)
        worker.turn()
    assert broker.get(owner_key(sessions[0])) is None
    assert broker.get(owner_key(sessions[2])) is not None


@pytest.mark.parametrize("raw", [b"{}", b"not json", b'{"session": 1}'])
def test_an_order_of_another_release_is_left_alone(raw: bytes, broker: Any, workers: Workers):
    session, worker = str(uuid4()), workers.worker()
    broker.set(order_key(session), raw)
    broker.rpush(WAKE_LIST, session)
    worker.turn()
    assert workers.begun == []
    assert broker.get(news_key(session)) is None
