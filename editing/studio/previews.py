"""The web side of live previews: the newest order goes into Valkey, news come out as server-sent events."""

import asyncio
import json
import logging
from base64 import b64encode
from collections.abc import AsyncIterator
from functools import cache
from typing import Any
from uuid import UUID

import valkey
from django.conf import settings
from valkey import asyncio as async_valkey

from catalog.tenancy.access import Actor
from editing.lifecycle.manifolds import name_at, named, newest_projection
from editing.lifecycle.messages import examples_of, outline_of
from editing.models import StudioSession
from editing.studio import documents
from editing.studio.selectors import current_version
from gpu_worker.contract.keys import keys_in
from gpu_worker.contract.manifolds import ManifoldName
from gpu_worker.contract.outline import Outline
from gpu_worker.contract.studio import (
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

log = logging.getLogger(__name__)

WATCH_SECONDS = 1.5  # how long an order may stay unanswered before another worker is woken
KEEP_ALIVE_SECONDS = 15  # proxies close streams that are silent for long
LONGEST_STREAM_SECONDS = 1800  # then the browser connects again, and is asked again who it is


class PreviewsAway(Exception):
    """Valkey cannot be reached; drawings are kept all the same."""


def _url() -> str:
    return str(settings.PREVIEW_URL)


@cache
def _connection(url: str) -> Any:
    return valkey.Valkey.from_url(url, socket_timeout=2, socket_connect_timeout=2)


def order_of(session: StudioSession, actor: Actor) -> PreviewOrder | None:
    """The session as a worker needs it; None while its photo has no projection. Raises InvalidInput."""
    projection = newest_projection(session.photo) if session.photo else None
    if session.photo and projection is None:
        return None
    version = projection.manifold_version if projection else ""
    document = documents.parse(session.document)
    if not version and any(mark.type in ("attribute", "morph") for mark in document.marks):
        version = current_version(actor, session.kind)
    constraints = documents.from_marks(document.marks, actor, version)
    return PreviewOrder(
        session=session.pk,
        revision=session.revision,
        kind=session.kind,  # type: ignore[arg-type]
        manifold_version=version,
        manifold=name_at(projection, session.photo) if projection and session.photo else _own_manifold(session),
        photo_key=session.photo.object_key if session.photo else None,
        outline=outline_of(session.photo) if session.photo else Outline(),
        w_plus=b64encode(bytes(projection.w_plus)) if projection else None,
        seed=session.seed,
        constraints=constraints,
        examples=examples_of(actor.merchant.pk, keys_in(constraints)),
        options=documents.solver_options(document),
        choice=document.choice,
    )


def _own_manifold(session: StudioSession) -> ManifoldName | None:
    """The merchant's own that an idea from scratch begins on."""
    return named(session.merchant_id, session.kind)


def publish(order: PreviewOrder) -> None:
    """Put the order where its worker finds it, and wake one. Raises PreviewsAway."""
    connection = _connection(_url())
    name = str(order.session)
    try:
        with connection.pipeline(transaction=False) as pipe:
            pipe.set(order_key(name), order.model_dump_json(), ex=ORDER_SECONDS)
            pipe.get(owner_key(name))
            _, owner = pipe.execute()
        connection.rpush(wake_list_of(owner.decode()) if owner else WAKE_LIST, name)
    except valkey.ValkeyError as error:
        raise PreviewsAway from error


def last_news(session: StudioSession) -> PreviewNews | None:
    """What the session's person sees, once it has settled. Raises PreviewsAway."""
    try:
        raw = _connection(_url()).get(news_key(session.pk))
    except valkey.ValkeyError as error:
        raise PreviewsAway from error
    news = PreviewNews.model_validate_json(raw) if raw else None
    is_current = news is not None and news.settled and news.revision == session.revision and not news.problem
    return news if is_current else None


async def events(session: UUID) -> AsyncIterator[str]:
    """The session's news as server-sent events, the last one first.

    An order that nobody answers is given to whoever wakes next: the worker that had it may be gone.
    """
    connection = async_valkey.Valkey.from_url(_url())
    news = connection.pubsub()
    try:
        await news.subscribe(channel(session))
        yield "retry: 1000\n\n"
        last = await connection.get(news_key(session))
        seen = _revision(last)
        if last:
            yield _event(last)
        async for message in _until_old(news, connection, session, seen):
            yield message
    except valkey.ValkeyError:
        log.warning("previews are away", extra={"session": str(session)})
        yield 'event: problem\ndata: {"message": "Live previews are away for the moment. Your strokes are kept."}\n\n'
    finally:
        await news.aclose()
        await connection.aclose()


async def _until_old(news: Any, connection: Any, session: UUID, seen: int) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop().time
    ends, silent_since = clock() + LONGEST_STREAM_SECONDS, clock()
    while clock() < ends:
        message = await news.get_message(ignore_subscribe_messages=True, timeout=WATCH_SECONDS)
        if message:
            seen, silent_since = _revision(message["data"]), clock()
            yield _event(message["data"])
            continue
        await _wake_if_unanswered(connection, session, seen)
        if clock() - silent_since > KEEP_ALIVE_SECONDS:
            silent_since = clock()
            yield ": still here\n\n"


async def _wake_if_unanswered(connection: Any, session: UUID, seen: int) -> None:
    order = await connection.get(order_key(session))
    owner = await connection.get(owner_key(session))
    if order and owner is None and _revision(order) > seen:
        await connection.rpush(WAKE_LIST, str(session))


def _revision(raw: bytes | None) -> int:
    return int(json.loads(raw)["revision"]) if raw else -1


def _event(raw: bytes) -> str:
    news = json.loads(raw)
    if news["problem"]:
        return f"event: problem\ndata: {json.dumps({'message': news['problem'], 'revision': news['revision']})}\n\n"
    del news["w_plus"], news["problem"]
    return f"event: preview\ndata: {json.dumps(news)}\n\n"
