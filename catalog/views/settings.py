"""What a merchant decides about the shop as a whole."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from catalog.errors import CatalogError
from catalog.forms import ShopSettingsForm
from catalog.models import Role
from catalog.services import merchants
from catalog.tenancy.access import MemberRequest, member_required


@require_http_methods(["GET", "POST"])
@member_required(Role.OWNER)
def shop_settings(request: MemberRequest) -> HttpResponse:
    form = ShopSettingsForm(request.POST or None, instance=request.merchant)
    if request.method == "POST" and form.is_valid():
        try:
            merchants.merchant_update(merchant=request.merchant, **form.cleaned_data)
        except CatalogError as error:
            form.add_error("store_link", error.message)
        else:
            messages.success(request, "Saved.")
            return redirect("catalog:shop-settings")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "catalog/merchant/settings.html", {"form": form}, status=status)
