"""Members of the merchant and invitations. Everybody sees them, owners change them."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from catalog.accounts.confirmation import confirmed
from catalog.errors import CatalogError
from catalog.forms import InviteForm, RoleForm
from catalog.models import Invitation, Membership, Role
from catalog.selectors import members as selectors
from catalog.services import members as services
from catalog.tenancy.access import MemberRequest, get_to_write, member_required


@require_safe
@member_required()
def index(request: MemberRequest) -> HttpResponse:
    return _page(request, InviteForm())


def _page(request: MemberRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    context = {
        "members": selectors.members(request.membership),
        "invitations": selectors.open_invitations(request.membership),
        "form": form,
        "roles": list(Role),
    }
    return render(request, "catalog/merchant/members.html", context, status=status)


@require_POST
@member_required(Role.OWNER)
@confirmed
def invite(request: MemberRequest) -> HttpResponse:
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
    try:
        invitation, secret = services.member_invite(merchant=request.merchant, email=email, role=role, by=request.user)
    except CatalogError as error:
        form.add_error("email", error.message)
        return _page(request, form, status=422)
    url = request.build_absolute_uri(reverse("catalog:invitation", args=[secret]))
    services.invitation_send(invitation=invitation, url=url)
    messages.success(request, f"The invitation is on its way to {invitation.email}.")
    return redirect("catalog:members")


@require_POST
@member_required(Role.OWNER)
@confirmed
def change_role(request: MemberRequest, membership_id: int) -> HttpResponse:
    form = RoleForm(request.POST)
    with transaction.atomic():
        membership = get_to_write(request.membership, Membership, role=Role.OWNER, pk=membership_id)
        try:
            if not form.is_valid():
                raise CatalogError("There is no such role.")
            services.member_change_role(membership=membership, role=Role(form.cleaned_data["role"]), by=request.user)
        except CatalogError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"{membership.user} is {membership.role} now.")
    return redirect("catalog:members")


@require_POST
@member_required(Role.OWNER)
@confirmed
@transaction.atomic
def remove(request: MemberRequest, membership_id: int) -> HttpResponse:
    membership = get_to_write(request.membership, Membership, role=Role.OWNER, pk=membership_id)
    try:
        services.member_remove(membership=membership, by=request.user)
    except CatalogError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{membership.user} is no longer a member.")
    return redirect("catalog:members")


@require_POST
@member_required(Role.OWNER)
@transaction.atomic
def revoke_invitation(request: MemberRequest, invitation_id: int) -> HttpResponse:
    invitation = get_to_write(request.membership, Invitation, role=Role.OWNER, pk=invitation_id)
    services.invitation_withdraw(invitation=invitation, by=request.user)
    messages.success(request, f"The invitation of {invitation.email} is withdrawn.")
    return redirect("catalog:members")
