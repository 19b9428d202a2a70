"""Pages for shoppers."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from catalog import storage
from catalog.forms import StorefrontForm
from catalog.models import Merchant, Product
from catalog.selectors import storefront as selectors
from catalog.selectors.shopping import similar_items, variant_in_colour
from catalog.structured_data import product_json_ld
from catalog.tenancy.access import ShopRequest, for_shoppers
from catalog.views.shopping import colour_choices

PAGE_SIZE = 24


@require_safe
@for_shoppers
def home(request: ShopRequest) -> HttpResponse:
    return _grid(request, "catalog/home.html", None)


@require_safe
@for_shoppers
def merchant(request: ShopRequest, slug: str) -> HttpResponse:
    return _grid(request, "catalog/merchant.html", get_object_or_404(selectors.public_merchants(), slug=slug))


def _grid(request: ShopRequest, template: str, shop: Merchant | None) -> HttpResponse:
    form = StorefrontForm(request.GET)
    chosen = form.chosen(merchant=shop)
    page = page_of(request, selectors.with_card(selectors.storefront_products(chosen)), PAGE_SIZE)
    context = {"form": form, "chosen": chosen, "page": page, "shop": shop, "address": request.path}
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "catalog/_results.html", context)
    context |= {"families": colour_choices(), "offered": selectors.families_to_choose(chosen)}
    return render(request, template, context)


def page_of(request: HttpRequest, rows: Any, size: int) -> Page[Any]:
    """The page that the address asks for; the nearest one where there is no such page."""
    page = Paginator(rows, size).get_page(request.GET.get("page"))
    page.elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)  # type: ignore[attr-defined]
    return page


@require_safe
@for_shoppers
def product(request: ShopRequest, slug: str, variant_slug: str = "") -> HttpResponse:
    """A product, or the same product in one of its published colours."""
    item = selectors.public_product(slug).first()
    if item is None:
        raise Http404
    variant = _variant(item, variant_slug) or variant_in_colour(item, request.GET.get("colour", ""))
    context = {"product": item, "variant": variant, "views": selectors.other_views(variant) if variant else []}
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "catalog/_stage.html", context)
    similar = similar_items(item)
    context["similar"] = similar
    context["more"] = selectors.more_of_merchant(item, but=[found.product.pk for found in similar])
    context["families"] = colour_choices()
    context["json_ld"] = product_json_ld(item, request.build_absolute_uri)
    return render(request, "catalog/product.html", context)


@require_safe
@for_shoppers
def picture(request: ShopRequest, picture_id: int) -> HttpResponse:
    """The lasting address of a published picture, for feeds; it ends when the picture is withdrawn."""
    row = get_object_or_404(selectors.public_pictures(), pk=picture_id)
    return _to_object(row.object_key)


@require_safe
@for_shoppers
def photo_picture(request: ShopRequest, photo_id: int) -> HttpResponse:
    """The lasting address of a photo as shoppers see it; originals are private."""
    row = get_object_or_404(selectors.public_photos(), pk=photo_id)
    return _to_object(str(row.thumbnails[max(row.thumbnails, key=int)]))


def _to_object(key: str) -> HttpResponse:
    response = redirect(storage.delivery_url(key))
    response["Cache-Control"] = storage.REVOCABLE
    return response


def _variant(item: Product, variant_slug: str) -> Any:
    if not variant_slug:
        return None
    found = [variant for variant in item.live_variants if variant.slug == variant_slug]  # type: ignore[attr-defined]
    if not found:
        raise Http404
    return found[0]
