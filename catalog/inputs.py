"""The one place that judges raw text, numbers and JSON before anything else looks at them.

PostgreSQL keeps no NUL, UTF-8 no lone surrogate; numbers must fit a bigint or a float; JSON must be finite and shallow. What is
not so is nobody's honest mistake, so it is refused as a whole, with its field, and never repaired.
"""

import json
import math
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError

from catalog.errors import InvalidInput

MAX_INTEGER = 2**63 - 1
MAX_DEPTH = 32
LONGEST_NAME = 200  # of a field that is quoted back
_API = "/api/"


def is_readable(text: str) -> bool:
    """Whether the text can be stored and sent: neither NUL nor half a character in it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def whole_number(text: str | None) -> int | None:
    """The number of a row or a page; None for whatever is none, such as ², five thousand digits, or one beyond a bigint."""
    if not text or len(text) > 19 or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= MAX_INTEGER else None


def read_json(data: bytes) -> Any:
    """JSON that is readable, finite and shallow. Raises InvalidInput, with the field where it is one."""
    try:
        value = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("This is no JSON that we read.") from error
    _judge(value, "", 0)
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _judge(value: Any, path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _wrong(path, f"At most {MAX_DEPTH} levels of lists and objects.")
    if isinstance(value, str):
        _judge_text(value, path)
    elif isinstance(value, int | float):
        _judge_number(value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _judge(item, f"{path}.{index}" if depth < 3 else path, depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            _judge_text(name, path)
            _judge(item, f"{path}.{name}" if path else name, depth + 1)


def _judge_text(text: str, path: str) -> None:
    if not is_readable(text):
        raise _wrong(path, "This text has characters that cannot be kept.")


def _judge_number(number: float, path: str) -> None:
    if not (math.isfinite(number) if isinstance(number, float) else -MAX_INTEGER <= number <= MAX_INTEGER):
        raise _wrong(path, "This number is too large.")


def _wrong(path: str, note: str) -> InvalidInput:
    return InvalidInput(note, extra={path[:LONGEST_NAME].lstrip(".") or "non_field_errors": [note]})


class ReadableInput:
    """Middleware: 400 for an address, a query or a form with text that cannot be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        require_readable(request.path_info, "address")
        for name, values in request.GET.lists():
            require_readable("".join([name, *values]), name)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Forms of pages; what programs send is judged by the parsers of the API."""
        if request.method != "POST" or request.path.startswith(_API):
            return
        try:
            fields, files = request.POST, request.FILES
        except MultiPartParserError as error:
            raise BadRequest(str(error)) from error
        for name, values in fields.lists():
            require_readable("".join([name, *map(str, values)]), name)
        for name, file in files.items():
            require_readable(f"{name}{getattr(file, 'name', '')}", name)


def require_readable(text: str, name: str) -> None:
    if not is_readable(text):
        raise BadRequest(f"{name[:LONGEST_NAME]!a} has characters that cannot be kept")
