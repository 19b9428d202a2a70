"""One id per request, in its log lines, in its answer (X-Request-ID) and in the jobs that it sends."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from asgiref.sync import iscoroutinefunction
from celery.signals import before_task_publish, task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

from catalog.shoppers import client_address

HEADER = "X-Request-ID"
_SAFE = re.compile(r"[A-Za-z0-9._-]{8,64}")


def _chosen(request: HttpRequest) -> str:
    """The caller's id when it is harmless, else a new one."""
    given = request.headers.get(HEADER, "")
    return given if _SAFE.fullmatch(given) else uuid.uuid4().hex


def _known(request: HttpRequest) -> dict[str, str | None]:
    return {"request_id": _chosen(request), "address": client_address(request) or None}


@sync_and_async_middleware
def request_id_middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def handle_async(request: HttpRequest) -> HttpResponse:
            with structlog.contextvars.bound_contextvars(**_known(request)):
                return _marked(await get_response(request))

        return handle_async

    def handle(request: HttpRequest) -> HttpResponse:
        with structlog.contextvars.bound_contextvars(**_known(request)):
            return _marked(get_response(request))

    return handle


def _marked(response: HttpResponse) -> HttpResponse:
    response[HEADER] = structlog.contextvars.get_contextvars()["request_id"]
    return response


@before_task_publish.connect
def _send_along(headers: dict[str, Any], **_: object) -> None:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        headers["request_id"] = request_id


@task_prerun.connect
def _take_over(task: Any, task_id: str, **_: object) -> None:
    structlog.contextvars.bind_contextvars(request_id=getattr(task.request, "request_id", None), task_id=task_id)


@task_postrun.connect
def _drop(**_: object) -> None:
    structlog.contextvars.clear_contextvars()
