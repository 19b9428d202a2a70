"""The page of notices."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog.tenancy.access import MemberRequest, member_required
from catalog.views.storefront import page_of
from editing.notices import services

PAGE_SIZE = 30


@require_safe
@member_required()
def index(request: MemberRequest) -> HttpResponse:
    """One's own notices; to see them is to have read them."""
    rows = services.notices_of(request.user, request.merchant)
    page = page_of(request, rows, PAGE_SIZE)
    context = {"page": page, "notices": list(page.object_list), "by_mail": services.wants_mail(request.user)}
    services.notices_read(user=request.user, merchant=request.merchant)
    return render(request, "editing/notices/index.html", context)


@require_POST
@member_required()
def choose(request: MemberRequest) -> HttpResponse:
    by_mail = "by_mail" in request.POST
    services.mail_choose(user=request.user, by_mail=by_mail)
    messages.success(
        request, "You get mail when your work is done." if by_mail else "You get no more mail about your work."
    )
    return redirect("editing:notices")
