"""Live previews: `python -m gpu_worker.live`. Keeps studio sessions warm, steps them in turn, publishes pictures.

One process serves many sessions: between two steps it looks for newer orders, and the newest of a session wins. A picture that
somebody waits for comes before thumbnails of those who have theirs.
All that is needed to go on lies in the order, so a session whose worker died is begun again by the next one that is woken.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
import valkey
from pydantic import ValidationError

from gpu_worker.contract.studio import (
    LEASE_MILLISECONDS,
    ORDER_SECONDS,
    WAKE_LIST,
    PreviewNews,
    PreviewOrder,
    channel,
    news_key,
    order_key,
    owner_key,
    wake_list_of,
)
from gpu_worker.edits.errors import EditError
from gpu_worker.fetching import ManifoldAway
from gpu_worker.live.candidates import LiveSession
from gpu_worker.photos.errors import PhotoError

log = structlog.get_logger(__name__)

BESIDE_EVERY = 8  # turns; thumbnails and frames get slower while others draw, and never stop

Begin = Callable[[PreviewOrder], LiveSession]


@dataclass(frozen=True, kw_only=True)
class PreviewSettings:
    warm_sessions: int = 8  # kept in memory; the longest untouched is let go first
    idle_wait: float = 1.0  # seconds to wait for an order when all is settled


class PreviewWorker:
    """Orders in, news out. `begin` makes a live session from an order; it knows photos and engines, this does not."""

    def __init__(self, connection: Any, begin: Begin, settings: PreviewSettings | None = None) -> None:
        self.connection, self.begin = connection, begin
        self.settings = settings or PreviewSettings()
        self.name = secrets.token_hex(6)
        self.stopping = threading.Event()
        self._sessions: OrderedDict[str, LiveSession] = OrderedDict()
        self._turns = 0

    def run(self) -> None:
        """Until `stopping` is set. A broker that is away is waited for."""
        while not self.stopping.is_set():
            try:
                self.turn()
            except (valkey.ConnectionError, valkey.TimeoutError):
                log.warning("preview_broker_away")
                self.stopping.wait(1)
        self._hand_over()

    def turn(self) -> None:
        """Take orders, then one unit of work for each session whose turn it is."""
        self._take_orders()
        self._renew_leases()
        self._turns += 1
        for name, session in self._whose_turn():
            self._work(name, session)

    def _whose_turn(self) -> list[tuple[str, LiveSession]]:
        """Those whose picture somebody waits for; what is only beside a picture goes on in every eighth turn, or when nobody waits."""
        at_work = [(name, session) for name, session in self._sessions.items() if session.has_work]
        awaited = [(name, session) for name, session in at_work if session.is_awaited]
        return awaited if awaited and self._turns % BESIDE_EVERY else at_work

    # ---- orders ------------------------------------------------------------------------------------------------------

    def _take_orders(self) -> None:
        busy = any(session.has_work for session in self._sessions.values())
        lists = [wake_list_of(self.name), WAKE_LIST]
        woken = set()
        if not busy and (first := self.connection.blpop(lists, timeout=self.settings.idle_wait)):
            woken.add(first[1].decode())
        for name in lists:
            woken |= {item.decode() for item in self.connection.lpop(name, 64) or []}
        for name in woken:
            self._take(name)

    def _take(self, name: str) -> None:
        raw = self.connection.get(order_key(name))
        if raw is None:
            return
        try:
            order = PreviewOrder.model_validate_json(raw)
        except ValidationError:
            log.warning("preview_order_not_understood", session=name)
            return
        self._guarded(name, order.revision, lambda: self._give(name, order))

    def _give(self, name: str, order: PreviewOrder) -> None:
        session = self._sessions.get(name)
        if session is None or not session.continues(order):
            session = self.begin(order)
        self._sessions[name] = session
        self._sessions.move_to_end(name)
        while len(self._sessions) > self.settings.warm_sessions:
            gone, _ = self._sessions.popitem(last=False)
            self.connection.delete(owner_key(gone))
        session.take(order)

    # ---- news --------------------------------------------------------------------------------------------------------

    def _work(self, name: str, session: LiveSession) -> None:
        def publish() -> None:
            if news := session.advance():
                self._publish(name, news)

        self._guarded(name, session.revision, publish)

    def _guarded(self, name: str, revision: int, action: Callable[[], None]) -> None:
        """What is wrong with one session is said there, and stops no other."""
        try:
            action()
        except (EditError, PhotoError, ManifoldAway) as error:
            self._refuse(name, revision, error.message)
        except valkey.ValkeyError:
            raise
        except Exception:  # a defect in one session's data must not take the others' worker away
            log.exception("preview_failed", session=name)
            self._refuse(
                name, revision, "This preview failed. Your strokes are safe; go on drawing or undo the last one."
            )

    def _refuse(self, name: str, revision: int, sentence: str) -> None:
        if session := self._sessions.get(name):
            session.pause()
        self._publish(name, PreviewNews(revision=revision, settled=True, problem=sentence))

    def _publish(self, name: str, news: PreviewNews) -> None:
        text = news.model_dump_json()
        with self.connection.pipeline(transaction=False) as pipe:
            pipe.set(news_key(name), text, ex=ORDER_SECONDS)
            pipe.publish(channel(name), text)
            pipe.execute()

    # ---- leases ------------------------------------------------------------------------------------------------------

    def _renew_leases(self) -> None:
        """Tell the web side whom to wake for these sessions."""
        if not self._sessions:
            return
        with self.connection.pipeline(transaction=False) as pipe:
            for name in self._sessions:
                pipe.set(owner_key(name), self.name, px=LEASE_MILLISECONDS)
            pipe.execute()

    def _hand_over(self) -> None:
        """On a planned stop: let go of the leases, and pass unfinished sessions on."""
        try:
            with self.connection.pipeline(transaction=False) as pipe:
                for name, session in self._sessions.items():
                    pipe.delete(owner_key(name))
                    if session.has_work:
                        pipe.rpush(WAKE_LIST, name)
                for name in self.connection.lpop(wake_list_of(self.name), 64) or []:
                    pipe.rpush(WAKE_LIST, name)
                pipe.execute()
        except valkey.ValkeyError:
            log.warning("preview_leases_left_to_expire")
