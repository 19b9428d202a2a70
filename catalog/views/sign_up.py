"""The page for merchants, and a new shop. An operator may switch signing up off."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from catalog.errors import CatalogError
from catalog.forms import SignUpForm
from catalog.services import members, sign_up
from catalog.shoppers import shopper_of


@require_safe
def for_merchants(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/for_merchants.html", {"may_sign_up": settings.SIGN_UP})


@require_http_methods(["GET", "HEAD", "POST"])
def new_shop(request: HttpRequest) -> HttpResponse:
    """Whoever has an account already gets the same answer: an address is nobody else's business."""
    if not settings.SIGN_UP:
        raise Http404
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation, secret = sign_up.shop_ask(**form.cleaned_data, visitor=shopper_of(request))
        except CatalogError as error:
            form.add_error(None, error.message)
        else:
            url = request.build_absolute_uri(reverse("catalog:invitation", args=[secret]))
            members.invitation_send(invitation=invitation, url=url)
            return render(request, "catalog/sign_up_sent.html", {"email": invitation.email})
    return render(request, "catalog/sign_up.html", {"form": form}, status=422 if form.is_bound else 200)
