"""The shopper's side of what merchants decide about."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from catalog.errors import TooOften
from catalog.search.words import understand
from catalog.selectors.shopping import asked_product
from catalog.shoppers import shopper_of
from catalog.tenancy.access import ShopRequest
from editing.shopper.wishes import wish_add


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
