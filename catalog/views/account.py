"""Choosing a merchant, accepting an invitation. Signing in is in `catalog.accounts.views`."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.errors import CatalogError
from catalog.forms import JoinForm
from catalog.models import Invitation, Membership, User
from catalog.selectors.members import invitation_by_secret, memberships_of
from catalog.services import members as services
from catalog.tenancy.middleware import SESSION_KEY


def name_tried(request: HttpRequest, credentials: dict[str, str] | None = None) -> str:
    """Whom somebody tries to sign in as, for the guard against guessing: the same person in any case of letters."""
    given = credentials or request.POST
    return str(given.get("username") or given.get("email") or "").strip().lower()[:254]


@require_POST
@login_required
def switch_merchant(request: HttpRequest) -> HttpResponse:
    slug = request.POST.get("merchant", "")
    membership = memberships_of(cast(User, request.user)).filter(merchant__slug=slug).first()
    if membership is None:
        raise Http404
    request.session[SESSION_KEY] = membership.merchant_id
    return redirect("catalog:products")


@require_http_methods(["GET", "POST"])
@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation: signed in, by signing in, or with a new account."""
    found = invitation_by_secret(secret)
    if found is None:
        return render(request, "catalog/invitation_gone.html", status=404)
    form = JoinForm(request.POST if request.method == "POST" and not request.user.is_authenticated else None)
    if request.method == "POST" and (request.user.is_authenticated or form.is_valid()):
        try:
            return _enter(request, _accept(request, found, form))
        except CatalogError as error:
            _explain(request, form, error)
    return render(request, "catalog/invitation.html", {"invitation": found, "form": form})


def _explain(request: HttpRequest, form: JoinForm, error: CatalogError) -> None:
    if not form.is_bound:
        messages.error(request, error.message)
    for name, notes in error.extra.items():
        form.add_error(name, notes)
    if form.is_bound and not error.extra:
        form.add_error(None, error.message)


def _accept(request: HttpRequest, found: Invitation, form: JoinForm) -> Membership:
    if request.user.is_authenticated:
        return services.invitation_accept(invitation=found, user=request.user)
    return services.invitation_register(invitation=found, **form.cleaned_data)


def _enter(request: HttpRequest, membership: Membership) -> HttpResponse:
    if not request.user.is_authenticated:
        login(request, membership.user, backend="django.contrib.auth.backends.ModelBackend")
    request.session[SESSION_KEY] = membership.merchant_id
    messages.success(request, f"Welcome to {membership.merchant.name}.")
    return redirect("catalog:products")
