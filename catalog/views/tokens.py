"""API tokens; only owners see them."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.accounts.confirmation import confirmed
from catalog.forms import TokenForm
from catalog.models import ApiToken, Role
from catalog.selectors.members import api_tokens
from catalog.services import tokens as services
from catalog.tenancy.access import MemberRequest, get_to_write, member_required


@require_safe
@member_required(Role.OWNER)
def index(request: MemberRequest) -> HttpResponse:
    return _page(request, TokenForm(initial={"scopes": ["catalog:read"], "days": 90}))


def _page(request: MemberRequest, form: TokenForm, secret: str = "", status: int = 200) -> HttpResponse:
    context = {"tokens": api_tokens(request.membership), "form": form, "secret": secret}
    return render(request, "catalog/merchant/tokens.html", context, status=status)


@require_POST
@never_cache
@member_required(Role.OWNER)
@confirmed
def create(request: MemberRequest) -> HttpResponse:
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    _, secret = services.token_create(merchant=request.merchant, by=request.user, **form.cleaned_data)
    return _page(request, TokenForm(), secret=secret)


@require_POST
@member_required(Role.OWNER)
@transaction.atomic
def revoke(request: MemberRequest, token_id: int) -> HttpResponse:
    token = get_to_write(request.membership, ApiToken, role=Role.OWNER, pk=token_id)
    services.token_revoke(token=token, by=request.user)
    messages.success(request, f"{token.name} no longer works.")
    return redirect("catalog:tokens")
