from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.errors import InvalidInput, TooOften
from catalog.shoppers import shopper_of
from catalog.tenancy.access import ShopRequest
from editing.origin.services import origin_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def made_here(request: ShopRequest) -> HttpResponse:
    """Take a picture, and say what its three layers tell. Nothing is kept."""
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        try:
            file = request.FILES.get("picture")
            context["found"] = origin_of(file, who=shopper_of(request))
            context["name"] = str(getattr(file, "name", ""))[:120]
        except (InvalidInput, TooOften) as error:
            context["problem"], status = error.message, 429 if isinstance(error, TooOften) else 422
    return render(request, "editing/made_here.html", context, status=status)
