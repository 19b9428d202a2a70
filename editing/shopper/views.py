"""The shopper's side of what merchants decide about."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog import storage
from catalog.errors import CatalogError, InvalidInput, TooOften
from catalog.search.words import understand
from catalog.selectors.shopping import asked_product
from catalog.shoppers import shopper_of
from catalog.tenancy.access import ShopRequest
from editing.models import ColourPreview
from editing.shopper import previews
from editing.shopper.wishes import wish_add

STOP_POLLING = 286  # htmx stops asking on this answer


@require_POST
def wish(request: ShopRequest) -> HttpResponse:
    """Ask a merchant for a product in a colour."""
    product = asked_product(request.POST.get("product", ""))
    colour = understand(request.POST.get("words", ""), forgive_typos=True).colour
    if product is None or colour is None:
        raise Http404
    context = {"product": product, "colour": colour, "problem": "", "is_new": False}
    try:
        context["is_new"] = wish_add(product=product, colour=colour, shopper=shopper_of(request))
    except TooOften as error:
        context["problem"] = error.message
    part = "editing/shopper/_wished.html" if request.htmx else "editing/shopper/wished.html"
    return render(request, part, context, status=429 if context["problem"] else 200)


@require_POST
def preview_ask(request: ShopRequest) -> HttpResponse:
    """Have a picture of a product in a colour made, and count it as a wish."""
    product = asked_product(request.POST.get("product", ""))
    colour = understand(request.POST.get("words", ""), forgive_typos=True).colour
    if product is None or colour is None:
        raise Http404
    shopper = shopper_of(request)
    try:
        asked = previews.preview_ask(product=product, colour=colour, shopper=shopper)
        wish_add(product=product, colour=colour, shopper=shopper)
    except CatalogError as error:
        context = {"product": product, "colour_name": colour.name, "problem": error.message}
        return _preview(request, context, {TooOften: 429, InvalidInput: 422}.get(type(error), 503))
    return redirect("editing:colour-preview", asked.key)


@require_safe
@never_cache
def preview(request: ShopRequest, key: uuid.UUID) -> HttpResponse:
    """The picture, or how far it is; asks for itself again until there is an answer."""
    found = get_object_or_404(ColourPreview.objects.select_related("product__merchant"), pk=key)
    product = asked_product(found.product.slug)
    if product is None or not product.merchant.shows_previews:
        raise Http404
    picture = storage.private_url(found.object_key, expires_in=900) if found.object_key else ""
    problem = previews.too_late(found)
    context = {
        "product": product, "preview": found, "colour_name": found.words, "picture": picture, "problem": problem,
    }  # fmt: skip
    return _preview(request, context, 200 if not request.htmx or (found.is_open and not problem) else STOP_POLLING)


def _preview(request: ShopRequest, context: dict[str, object], status: int) -> HttpResponse:
    part = request.htmx and not request.htmx.history_restore_request
    template = "editing/shopper/_preview.html" if part else "editing/shopper/preview.html"
    return render(request, template, context, status=status)
