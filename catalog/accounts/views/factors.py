"""The page of a person's own account, and setting up second factors."""

from typing import cast

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import login as mark_verified
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from catalog.accounts import second_factor, sessions
from catalog.accounts.confirmation import confirmed
from catalog.accounts.forms import CodeForm, NameForm
from catalog.accounts.views.sign_in import tell
from catalog.errors import CatalogError
from catalog.models import Session, User
from catalog.selectors.members import memberships_of


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = NameForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("account")
    context = {
        "form": form,
        "factors": second_factor.factors_of(user),
        "required": second_factor.is_required(user),
        "verified": user.is_verified(),  # type: ignore[attr-defined]
        "sessions": sessions.sessions_of(user),
        "current": Session(session_key=request.session.session_key or "").handle,
        "memberships": memberships_of(user),
    }
    return render(request, "account/account.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@confirmed
def authenticator(request: HttpRequest) -> HttpResponse:
    """Scan the code, type the first six digits."""
    user = cast(User, request.user)
    form = CodeForm(request.POST if "code" in request.POST else None)
    if form.is_bound and form.is_valid():
        try:
            device, codes = second_factor.authenticator_confirm(user=user, code=form.cleaned_data["code"])
        except CatalogError as error:
            form.add_error("code", error.message)
        else:
            mark_verified(request, device)
            tell(user, "An authenticator app was added to your account")
            return show_codes(request, codes, "The authenticator app is set up.")
    device = second_factor.authenticator_begin(user=user)
    image = segno.make(device.config_url, error="m").svg_inline(scale=5, border=2, dark="#1a1916", light="#ffffff")
    context = {"form": form, "image": mark_safe(image), "secret": second_factor.secret_of(device)}  # noqa: S308  segno's own
    return render(request, "account/authenticator.html", context, status=422 if form.errors else 200)


def show_codes(request: HttpRequest, codes: list[str], sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    if not codes:
        return redirect("account")
    return render(request, "account/recovery_codes.html", {"codes": codes})


@require_POST
@never_cache
@login_required
@confirmed
def recovery_codes(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if not second_factor.factors_of(user):
        raise Http404
    codes = second_factor.recovery_codes_renew(user=user)
    tell(user, "New recovery codes were made for your account")
    return show_codes(request, codes, "The old codes no longer work.")


@require_POST
@login_required
@confirmed
def remove_authenticator(request: HttpRequest) -> HttpResponse:
    return _remove(request, TOTPDevice.objects.filter(user=request.user, confirmed=True).first())


@require_POST
@login_required
@confirmed
def remove_passkey(request: HttpRequest, passkey_id: int) -> HttpResponse:
    return _remove(request, WebAuthnCredential.objects.filter(user=request.user, pk=passkey_id).first())


def _remove(request: HttpRequest, device: TOTPDevice | WebAuthnCredential | None) -> HttpResponse:
    if device is None:
        raise Http404
    user = cast(User, request.user)
    try:
        second_factor.factor_remove(user=user, device=device)
    except CatalogError as error:
        messages.error(request, error.message)
    else:
        tell(user, "A second factor was removed from your account")
        messages.success(request, "It is removed and no longer lets anybody in.")
    return redirect("account")


@require_POST
@login_required
@confirmed
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    if not sessions.session_end(user=cast(User, request.user), handle=handle):
        raise Http404
    messages.success(request, "That session is ended.")
    return redirect("account")


@require_POST
@login_required
@confirmed
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    ended = sessions.sessions_end(user=user, but=request.session.session_key)
    messages.success(request, f"{ended} other session{'' if ended == 1 else 's'} ended.")
    return redirect("account")


@require_safe
@never_cache
@login_required
def required(request: HttpRequest) -> HttpResponse:
    """Where staff are sent who have not shown a second factor."""
    user = cast(User, request.user)
    return render(request, "account/required.html", {"factors": second_factor.factors_of(user)}, status=403)
