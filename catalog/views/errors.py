"""Answers to what no view answers: a page for people, our one error shape for programs."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

_API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(_API):
        return _as_json(404, "not_found", "There is nothing here.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(_API):
        return _as_json(500, "server_error", "The fault is ours and was noted. Try again in a minute.")
    return defaults.server_error(request)


def _as_json(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message, "fields": {}}}, status=status)
