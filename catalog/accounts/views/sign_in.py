"""Signing in: password, then the second factor where the person has one."""

import time
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_otp.models import Device

from catalog.accounts import audit, second_factor, sessions
from catalog.accounts.forms import CodeForm, SignInForm
from catalog.errors import CatalogError
from catalog.models import RecoveryCodes, User
from catalog.selectors.members import memberships_of
from catalog.services.rates import Rate, spend
from catalog.shoppers import client_address

HALF = "half_signed_in"  # the password was right, the second factor is still to come
HALF_SECONDS = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"
SIGN_INS = Rate(name="sign in", count=60, seconds=600)
RESETS_FROM = Rate(name="password reset from", count=10, seconds=3600)
RESETS_OF = Rate(name="password reset of", count=3, seconds=3600)


def home_of(user: User) -> str:
    """Members go to their products, staff to the review desk, others to the shop."""
    if memberships_of(user).exists():
        return reverse("catalog:products")
    return reverse("editing:review") if user.is_staff else reverse("catalog:home")


class SignIn(auth.LoginView):
    redirect_authenticated_user = True
    form_class = SignInForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            spend(SIGN_INS, client_address(request))
        except CatalogError as error:
            return render(request, "registration/locked_out.html", {"sentence": error.message}, status=429)
        return super().post(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        return home_of(cast(User, self.request.user))

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if not second_factor.factors_of(user):
            return super().form_valid(form)
        half = {"user": user.pk, "at": int(time.time()), "next": self.get_redirect_url()}
        self.request.session.cycle_key()
        self.request.session[HALF] = half
        return redirect("login_second")


def half_signed_in(request: HttpRequest) -> User | None:
    """Who has given the right password within the last minutes and owes the second factor."""
    half = request.session.get(HALF)
    if half is None or time.time() - half["at"] > HALF_SECONDS:
        return None
    return User.objects.filter(pk=half["user"], is_active=True).first()


@require_http_methods(["GET", "POST"])
@never_cache
def second(request: HttpRequest) -> HttpResponse:
    user = half_signed_in(request)
    if user is None:
        return redirect("login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device = second_factor.verify(user=user, code=form.cleaned_data["code"])
        except CatalogError as error:
            return render(request, "registration/locked_out.html", {"sentence": error.message}, status=429)
        if device:
            return redirect(finish(request, user, device))
        form.add_error("code", "This code is not right, was used already, or is too old.")
    context = {"form": form, "factors": second_factor.factors_of(user)}
    return render(request, "account/second_factor.html", context, status=422 if form.errors else 200)


def finish(request: HttpRequest, user: User, device: Device) -> str:
    """Sign in with a factor that was shown; the address to go to."""
    wanted = request.session.pop(HALF, {}).get("next") or ""
    user.otp_device = device  # type: ignore[attr-defined]  # django-otp notes it in the session
    login(request, user, backend=BACKEND)
    if isinstance(device, RecoveryCodes):
        left = len(device.digests)
        messages.warning(request, f"That recovery code is used up; {left} are left. Make new ones before they end.")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else home_of(user)


class SignOut(auth.LogoutView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().post(request, *args, **kwargs)
        answer["Clear-Site-Data"] = '"cache"'  # not the storage: favourites and the choice of light stay
        return answer


class ChangePassword(auth.PasswordChangeView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        _changed(form.user, but=self.request.session.session_key)
        return answer


class ForgotPassword(auth.PasswordResetView):
    """Answers alike whether the address is known or was asked about too often, so that nobody learns who has an account."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            spend(RESETS_FROM, client_address(self.request))
            spend(RESETS_OF, form.cleaned_data["email"].lower())
        except CatalogError:
            return redirect(self.get_success_url())
        return super().form_valid(form)


class NewPassword(auth.PasswordResetConfirmView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        _changed(form.user)
        return answer


def _changed(user: User, but: str | None = None) -> None:
    """A new password ends every other session, and the person hears of it."""
    sessions.sessions_end(user=user, but=but)
    audit.record_of_person("password changed", user=user)
    tell(user, "Your password was changed")


def tell(user: User, what: str) -> None:
    """Mail about a change of the account, after it is committed; whoever did not make it must hear of it."""
    text = f"Hello,\n\n{what[0].lower()}{what[1:]}.\n\nIf it was not you, choose a new password now: use “Forgot your password?”.\n"
    transaction.on_commit(lambda: send_mail(what, text, None, [user.email], fail_silently=True))
