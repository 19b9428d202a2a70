"""Pages that answer shoppers: this in another colour, and find by photo."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog import storage
from catalog.colours import FAMILIES
from catalog.errors import CatalogError, ImageRefused, InvalidInput, TooOften
from catalog.models import PhotoSearch, ProductKind
from catalog.search.words import MAX_LENGTH
from catalog.selectors import shopping as selectors
from catalog.services import photo_search
from catalog.shoppers import shopper_of
from catalog.tenancy.access import ShopRequest, for_shoppers

_STATUS: dict[type[CatalogError], int] = {ImageRefused: 422, InvalidInput: 422, TooOften: 429, photo_search.Busy: 503}
_STORE_IS_AWAY = "Your photo could not be stored just now. Please try again in a minute."
_MOST_FAVOURITES = 60
STOP_POLLING = 286  # htmx stops asking on this answer


def colour_choices() -> list[tuple[str, str]]:
    """The families with a typical colour of each, for those who would rather choose than write."""
    return [(family, members[0]) for family, members in FAMILIES.items()]


@require_safe
@for_shoppers
def in_colour(request: ShopRequest) -> HttpResponse:
    """Show a product, or everything, in the colour that was put in words."""
    words = request.GET.get("words", "").replace("\x00", "").strip()[:MAX_LENGTH]
    slug = request.GET.get("product", "")
    product = selectors.asked_product(slug)
    if slug and product is None:
        raise Http404
    answer = selectors.product_in_colour(product, words) if product else selectors.anything_in_colour(words)
    context = {"answer": answer, "words": words, "product": product, "families": colour_choices()}
    part = request.htmx and not request.htmx.history_restore_request
    return render(request, "catalog/_colour_answer.html" if part else "catalog/in_colour.html", context)


@require_safe
@never_cache
@for_shoppers
def favourites(request: ShopRequest) -> HttpResponse:
    """The products that a browser remembers. It alone knows them: no cookie is set and nothing is stored here."""
    slugs = [slug for slug in request.GET.get("products", "").split(",") if slug][:_MOST_FAVOURITES]
    context = {"products": selectors.favourites(slugs), "asked": bool(slugs)}
    part = request.htmx and not request.htmx.history_restore_request
    return render(request, "catalog/_favourites.html" if part else "catalog/favourites.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def find_by_photo(request: ShopRequest) -> HttpResponse:
    """Take a shopper's photo, and lead to the page that waits for the answer."""
    if request.method != "POST":
        return _photo_form(request)
    file = request.FILES.get("photo")
    if file is None:
        return _photo_form(request, "Choose a photo first.", status=422)
    try:
        search = photo_search.start(
            kind=request.POST.get("kind", ""),
            name=file.name or "photo",
            stream=file,
            shopper=shopper_of(request),
        )
    except CatalogError as error:
        return _photo_form(request, error.message, status=_STATUS.get(type(error), 422))
    except storage.StorageError:
        return _photo_form(request, _STORE_IS_AWAY, status=503)
    return redirect("catalog:photo-search", search.key)


def _photo_form(request: ShopRequest, problem: str = "", *, status: int = 200) -> HttpResponse:
    context = {"problem": problem, "kinds": ProductKind.choices, "chosen": request.POST.get("kind", "")}
    return render(request, "catalog/find_by_photo.html", context, status=status)


@require_safe
@never_cache
@for_shoppers
def photo_search_page(request: ShopRequest, key: uuid.UUID) -> HttpResponse:
    """The state of a search, which asks for itself again until there is an answer."""
    search = get_object_or_404(PhotoSearch.objects.select_related("mirror"), pk=key)
    context: dict[str, Any] = {
        "search": search,
        "photo_url": storage.private_url(search.object_key, expires_in=900),
        "found": selectors.products_on_photo(search),
    }
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "catalog/photo_search.html", context)
    return render(request, "catalog/_photo_search.html", context, status=200 if search.is_open else STOP_POLLING)
