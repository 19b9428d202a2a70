"""Answers to what no view answers: a page for people, our one error shape for programs."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.views import defaults

from catalog import outages

_API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(_API):
        return _as_json(404, "not_found", "There is nothing here.")
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What cannot be read at all, before any view has looked at it."""
    if request.path.startswith(_API):
        return _as_json(400, "invalid", "The request holds text that cannot be read.")
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    outage = outages.current()
    if outage:
        return _away(request, outage)
    if request.path.startswith(_API):
        return _as_json(500, "server_error", "The fault is ours and was noted. Try again in a minute.")
    return defaults.server_error(request)


def _away(request: HttpRequest, outage: outages.Outage) -> HttpResponse:
    """The page asks for nothing that may be away: no session, no user, no query."""
    answer: HttpResponse
    if request.path.startswith(_API):
        answer = _as_json(503, "unavailable", outage.sentence)
    else:
        text = loader.render_to_string("503.html", {"outage": outage, "address": request.get_full_path()})
        answer = HttpResponse(text, status=503)
    answer["Retry-After"] = str(outage.retry_after)
    answer["Cache-Control"] = "no-store"
    return answer


def _as_json(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message, "fields": {}}}, status=status)
