"""Request counts and times for Prometheus, served on a port of their own that no visitor reaches."""

import time
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from prometheus_client import Histogram, start_http_server

SECONDS = Histogram(
    "colorway_request_seconds",
    "Time to answer a request",
    ["view", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


def serve() -> None:
    """Start the metrics endpoint once per process, where METRICS_PORT asks for it."""
    if settings.METRICS_PORT:
        start_http_server(settings.METRICS_PORT, addr=settings.METRICS_ADDRESS)


@sync_and_async_middleware
def metrics_middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def handle_async(request: HttpRequest) -> HttpResponseBase:
            started = time.perf_counter()
            return _observed(request, await get_response(request), started)

        return handle_async

    def handle(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        return _observed(request, get_response(request), started)

    return handle


def _observed(request: HttpRequest, response: HttpResponseBase, started: float) -> HttpResponseBase:
    match = request.resolver_match
    view = match.view_name if match else "unknown"
    method = request.method if request.method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} else "other"
    SECONDS.labels(view, method, response.status_code).observe(time.perf_counter() - started)
    return response
