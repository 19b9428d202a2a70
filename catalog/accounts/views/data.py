"""Taking data along and leaving: a person's account, and an owner's whole shop."""

import tempfile
from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.accounts import portability
from catalog.accounts.confirmation import confirmed
from catalog.accounts.forms import TypedForm
from catalog.errors import CatalogError
from catalog.models import Role, User
from catalog.services import search_index
from catalog.tenancy.access import MemberRequest, member_required

_IN_MEMORY = 5_000_000  # bytes of an archive; beyond, a temporary file


@require_POST
@never_cache
@login_required
@confirmed
def export_own(request: HttpRequest) -> HttpResponse:
    answer = JsonResponse(portability.account_export(user=cast(User, request.user)), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="colorway-account.json"'
    return answer


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@confirmed
def delete_own(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = TypedForm(request.POST if "typed" in request.POST else None, wanted=user.email)
    if form.is_bound and form.is_valid():
        try:
            portability.account_delete(user=User.objects.get(pk=user.pk))
        except CatalogError as error:
            form.add_error(None, error.message)
        else:
            logout(request)
            messages.success(request, "Your account is deleted.")
            return redirect("catalog:home")
    return render(request, "account/delete.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@never_cache
@member_required(Role.OWNER)
@confirmed
def export_shop(request: MemberRequest) -> HttpResponseBase:
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  FileResponse closes it
    portability.merchant_export(merchant=request.merchant, by=request.user, file=file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{request.merchant.slug}.zip")


@require_http_methods(["GET", "POST"])
@never_cache
@member_required(Role.OWNER)
@confirmed
def close_shop(request: MemberRequest) -> HttpResponse:
    form = TypedForm(request.POST if "typed" in request.POST else None, wanted=request.merchant.slug)
    if form.is_bound and form.is_valid():
        merchant = portability.merchant_close(merchant=request.merchant, by=request.user)
        search_index.merchant_reindex(merchant.pk)
        messages.success(request, f"{merchant.name} is closed. Its data is deleted on {merchant.erase_at:%d %B %Y}.")
        return redirect("catalog:home")
    context = {"form": form, "days": portability.GRACE.days}
    return render(request, "account/close_shop.html", context, status=422 if form.errors else 200)
