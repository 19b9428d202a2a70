"""One shape for every error: {"error": {"code", "message", "fields"}}."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from catalog.api.parsers import BodyTooLarge
from catalog.errors import CatalogError, Conflict, ImageRefused, TooOften, TransitionRefused
from catalog.storage import StorageError

_STATUS: dict[type[CatalogError], int] = {
    Conflict: status.HTTP_409_CONFLICT,
    TransitionRefused: status.HTTP_409_CONFLICT,
    ImageRefused: status.HTTP_422_UNPROCESSABLE_ENTITY,
    BodyTooLarge: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    TooOften: status.HTTP_429_TOO_MANY_REQUESTS,
}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, CatalogError):
        return _answer(_STATUS.get(type(error), 400), error.code, error.message, error.extra)
    if isinstance(error, RequestDataTooBig):
        return _answer(413, "too_large", "This is more than one request may hold.", {})
    if isinstance(error, StorageError):
        return _answer(503, "storage_unavailable", "Photos cannot be stored just now. Try again in a minute.", {})
    if isinstance(error, Http404):
        return _answer(404, "not_found", "There is nothing here.", {})
    if isinstance(error, PermissionDenied):
        return _answer(403, "permission_denied", "This token may not do that.", {})
    response = drf_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    response.data = _shape(error)
    return response


def _shape(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return _body("invalid", "The request is not complete or not valid.", _flatten(error.detail))
    codes = error.get_codes()
    return _body(codes if isinstance(codes, str) else error.default_code, str(error.detail), {})


def _flatten(detail: Any, path: str = "") -> dict[str, list[str]]:
    """{"photos.0.alt_text": [...]} for nested details."""
    if isinstance(detail, dict):
        parts = [_flatten(value, f"{path}.{key}" if path else str(key)) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        parts = [_flatten(value, f"{path}.{index}" if path else str(index)) for index, value in enumerate(detail)]
    else:
        notes = detail if isinstance(detail, list) else [detail]
        return {path or "non_field_errors": [str(note) for note in notes]}
    return {key: notes for part in parts for key, notes in part.items()}


def _answer(status_code: int, code: str, message: str, extra: dict[str, Any]) -> Response:
    return Response(_body(code, message, _flatten(extra) if extra else {}), status=status_code)


def _body(code: str, message: str, fields: dict[str, list[str]]) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "fields": fields}}
