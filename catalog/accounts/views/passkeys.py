"""Passkeys: what the browser is asked, and what it answers. JSON, for `passkeys.js`."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_otp import login as mark_verified
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from webauthn.helpers.exceptions import WebAuthnException

from catalog.accounts import second_factor
from catalog.accounts.confirmation import confirmed, is_fresh
from catalog.accounts.second_factor import PasskeyHelper
from catalog.accounts.views.sign_in import SIGN_INS, finish, half_signed_in, tell
from catalog.errors import CatalogError, InvalidInput
from catalog.models import User
from catalog.services.rates import spend
from catalog.shoppers import client_address

_ASKED = "passkey_asked"
_LONGEST = 20_000
_MOST = 20
View = Callable[[HttpRequest], JsonResponse]


def _answers_in_json(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest) -> JsonResponse:
        try:
            return view(request)
        except CatalogError as error:
            return JsonResponse({"error": error.message}, status=422)
        except (OTPWebAuthnApiError, WebAuthnException, ValueError, KeyError):
            return JsonResponse({"error": "This passkey was not accepted. Try again, or another one."}, status=422)

    return guarded


def _sent(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":  # a form's body has been read by then
        raise InvalidInput("That is no passkey.")
    if len(request.body) > _LONGEST:
        raise InvalidInput("That is too long for a passkey.")
    data = json.loads(request.body)
    if not isinstance(data, dict):
        raise InvalidInput("That is no passkey.")
    return data


@require_safe
@never_cache
@login_required
@confirmed
def new(request: HttpRequest) -> HttpResponse:
    return render(request, "account/passkey.html")


@require_POST
@never_cache
@login_required
@_answers_in_json
def register_begin(request: HttpRequest) -> JsonResponse:
    user = _fresh_user(request)
    options, state = PasskeyHelper(request).register_begin(user=user)
    request.session[_ASKED] = state
    return JsonResponse(options)


@require_POST
@never_cache
@login_required
@_answers_in_json
@transaction.atomic
def register_complete(request: HttpRequest) -> JsonResponse:
    user, data = _fresh_user(request), _sent(request)
    device = PasskeyHelper(request).register_complete(user=user, state=request.session.pop(_ASKED), data=data)
    device.name = str(data.get("name") or "Passkey").replace("\0", "").strip()[:64]
    device.save(update_fields=["name"])
    codes = second_factor.added(user=user, what="passkey")
    mark_verified(request, device)
    tell(user, "A passkey was added to your account")
    request.session["codes"] = codes
    return JsonResponse({"next": reverse("passkey_added")})


def _fresh_user(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not is_fresh(request):
        raise InvalidInput("Confirm first that it is you: open this page again.")
    if len(second_factor.factors_of(user).passkeys) >= _MOST:
        raise InvalidInput(f"An account has at most {_MOST} passkeys.")
    return user


@require_safe
@never_cache
@login_required
def added(request: HttpRequest) -> HttpResponse:
    """The recovery codes of a first factor, once."""
    from catalog.accounts.views.factors import show_codes

    return show_codes(request, request.session.pop("codes", []), "The passkey is set up.")


@require_POST
@never_cache
@_answers_in_json
def use_begin(request: HttpRequest) -> JsonResponse:
    """For the second step of whoever gave a password, or instead of one; then the passkey must have asked for a PIN or a finger."""
    spend(SIGN_INS, client_address(request))
    user = half_signed_in(request)
    options, state = PasskeyHelper(request).authenticate_begin(user=user, require_user_verification=user is None)
    request.session[_ASKED] = state
    return JsonResponse(options)


@require_POST
@never_cache
@_answers_in_json
@transaction.atomic
def use_complete(request: HttpRequest) -> JsonResponse:
    spend(SIGN_INS, client_address(request))
    state = request.session.pop(_ASKED)
    device = PasskeyHelper(request).authenticate_complete(
        user=half_signed_in(request), state=state, data=_sent(request)
    )
    if not device.confirmed or not device.user.is_active:
        raise InvalidInput("This passkey no longer lets anybody in.")
    return JsonResponse({"next": finish(request, device.user, device)})
