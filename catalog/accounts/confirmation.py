"""Is it still the person who signed in? Asked again before tokens, members, webhooks and accounts are changed.

What was sent is kept: the page that asks carries it along and sends it again together with the password.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from catalog.accounts import second_factor
from catalog.errors import CatalogError
from catalog.models import User
from catalog.services.rates import Rate, spend

KEY = "confirmed_at"
VALID_SECONDS = 900
FIELD = "confirm_password"
GUESSES = Rate(name="confirm", count=10, seconds=900)
_CARRIED = 100  # fields; the forms behind the question have a handful

R = TypeVar("R", bound=HttpRequest)
P = ParamSpec("P")
View = Callable[Concatenate[R, P], HttpResponseBase]


def note(request: HttpRequest) -> None:
    request.session[KEY] = int(time.time())


def is_fresh(request: HttpRequest) -> bool:
    return bool(time.time() - request.session.get(KEY, 0) < VALID_SECONDS)


def confirmed(view: View[R, P]) -> View[R, P]:
    """Show the page that asks, unless the person signed in or confirmed within the last quarter of an hour."""

    @wraps(view)
    def guarded(request: R, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        error = ""
        if FIELD in request.POST:
            error = _try(request)
            if not error and request.POST.get("confirm_method") == "GET":
                request.method = "GET"
            if not error:
                return view(request, *args, **kwargs)
        return _ask(request, error)

    return cast(View[R, P], guarded)


def _try(request: HttpRequest) -> str:
    """Why it is not confirmed; empty where it is."""
    user, given = cast(User, request.user), request.POST[FIELD][:4096]
    try:
        spend(GUESSES, str(user.pk))
        right = user.check_password(given) or second_factor.verify(user=user, code=given) is not None
    except CatalogError as error:
        return error.message
    if not right:
        return "This is neither your password nor a code of yours."
    request.session.cycle_key()
    note(request)
    return ""


def _ask(request: HttpRequest, error: str) -> HttpResponseBase:
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    carried = [item for item in sent[:_CARRIED] if item[0] not in {"csrfmiddlewaretoken", FIELD}]
    if request.method == "GET":
        carried = [("confirm_method", "GET")]
    context = {"carried": carried, "error": error, "field": FIELD}
    response = render(request, "account/confirm.html", context, status=403)
    add_never_cache_headers(response)
    return response
