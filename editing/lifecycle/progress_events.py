"""A request's progress as server-sent events; the same for the merchant's page and for programs."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import StreamingHttpResponse

from catalog.models import ApiToken, Membership
from catalog.tenancy.access import still_lets_in
from catalog.tenancy.wall import as_merchant
from editing.models import EditRequest
from editing.selectors import requests as selectors

LOOK_SECONDS = 1.0
SILENCE_SECONDS = 15.0  # then a comment, by which proxies and we notice a listener who left
LIFE_SECONDS = 900.0  # then the listener connects again, on its own


def event_stream(actor: Membership | ApiToken, request_id: int) -> StreamingHttpResponse:
    """For as long as the actor may listen, which is asked again at every look."""
    response = StreamingHttpResponse(_events(actor, request_id), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _events(actor: Membership | ApiToken, request_id: int) -> AsyncIterator[str]:
    """An event at once and after every change, until the request has ended."""
    last, said, end = "", time.monotonic(), time.monotonic() + LIFE_SECONDS
    yield "retry: 2000\n\n"
    while time.monotonic() < end:
        found = await sync_to_async(_look)(actor, request_id)
        if found is None:
            return
        if found.etag != last:
            last, said = found.etag, time.monotonic()
            yield f"event: progress\nid: {last[1:-1]}\ndata: {json.dumps(selectors.as_json(found))}\n\n"
        elif time.monotonic() - said > SILENCE_SECONDS:
            said = time.monotonic()
            yield ": still here\n\n"
        if found.is_over:
            return
        await asyncio.sleep(LOOK_SECONDS)


def _look(actor: Membership | ApiToken, request_id: int) -> selectors.Progress | None:
    """The connection goes back to the pool after every look: there are more listeners than connections."""
    try:
        if not still_lets_in(actor):
            return None
        with as_merchant(actor.merchant_id):
            row = EditRequest.objects.filter(pk=request_id).first()
            return selectors.progress(row) if row else None
    finally:
        connections.close_all()
