"""A limit for visitors who are not signed in, so that one address cannot keep a web process to itself.

Counted in the process, as a query for every page would cost shoppers more than it spares us; so with four processes an
address may take up to four times as much. What is costly (signing in, finding by photo, wishes, mails, wrong tokens)
is counted in the database besides, see `catalog.services.rates`.
"""

import time
from collections import Counter
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from catalog.shoppers import client_address

WINDOW = 60  # seconds
_FREE = ("/static/", "/healthz", "/readyz")


class AnonymousLimit:
    """Middleware: after ANONYMOUS_PER_MINUTE requests of an address, 429 until the minute is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._window = 0
        self._counts: Counter[str] = Counter()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            return self.get_response(request)
        if request.path.startswith(_FREE) or self._count(client_address(request)) <= settings.ANONYMOUS_PER_MINUTE:
            return self.get_response(request)
        return _too_many(request)

    def _count(self, address: str) -> int:
        window = int(time.time()) // WINDOW
        if window != self._window:
            self._window, self._counts = window, Counter()
        self._counts[address] += 1
        return self._counts[address]


def _too_many(request: HttpRequest) -> HttpResponse:
    seconds = WINDOW - int(time.time()) % WINDOW
    message = f"That was often enough for now. Try again in {seconds} seconds."
    if request.path.startswith("/api/"):
        body = {"error": {"code": "throttled", "message": message, "fields": {}}}
        answer: HttpResponse = JsonResponse(body, status=429)
    else:
        answer = render(request, "429.html", {"message": message}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
