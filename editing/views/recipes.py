"""Recipes: what they are, and using them again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.errors import CatalogError
from catalog.inputs import whole_number
from catalog.models import Photo, Role
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, readable, require_role
from catalog.views.storefront import page_of
from editing.forms import choosable_photos
from editing.lifecycle.requests import MAX_PHOTOS
from editing.models import Recipe, Variant
from editing.recipes import services
from editing.recipes.document import REGION_WORDS

PAGE_SIZE, PHOTOS_SHOWN = 24, 120


@require_safe
@member_required()
def index(request: MemberRequest) -> HttpResponse:
    """Those with a name, and the newest ones without."""
    rows = readable(request.membership, Recipe).order_by("-is_kept", "-created_at", "-pk")
    page = page_of(request, rows, PAGE_SIZE)
    shown = [(row, services.document_in(row)) for row in page.object_list]
    return render(request, "editing/recipes.html", {"page": page, "rows": shown})


@require_http_methods(["GET", "POST"])
@member_required()
def detail(request: MemberRequest, key: UUID) -> HttpResponse:
    """A recipe, and the photos of its kind to use it on."""
    recipe = get_to_read(request.membership, Recipe, key=key)
    if request.method == "POST":
        return _apply(request, recipe)
    return _page(request, recipe)


def _apply(request: MemberRequest, recipe: Recipe) -> HttpResponse:
    require_role(request.membership, Role.EDITOR)
    try:
        made = services.recipe_apply(
            recipe=recipe, merchant=request.merchant, by=request.user, photos=_chosen(request)
        )  # fmt: skip
    except CatalogError as error:
        return _page(request, recipe, problem=error.message, status=422)
    messages.success(request, f"{made.variants_asked} variants are asked for. They appear here as they are made.")
    return redirect(made)


def _chosen(request: MemberRequest) -> list[Photo]:
    """The chosen photos; with all views, every photo of their products."""
    ids = {pk for text in request.POST.getlist("photos") if (pk := whole_number(text))}
    photos = choosable_photos(request.membership)
    chosen = photos.filter(pk__in=ids)
    if "all_views" in request.POST:
        chosen = photos.filter(product__in=chosen.order_by().values("product"))
    return list(chosen[: MAX_PHOTOS + 1])


def _page(request: MemberRequest, recipe: Recipe, *, problem: str = "", status: int = 200) -> HttpResponse:
    document = services.document_in(recipe)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    photos = choosable_photos(request.membership, words).filter(product__kind=document.kind, is_primary=True)
    made = Variant.objects.filter(recipe=recipe).defer("w_plus").select_related("photo__product")
    context: dict[str, Any] = {
        "recipe": recipe,
        "document": document,
        "region": REGION_WORDS[document.region] if document.is_colour else "",
        "photos": photos[:PHOTOS_SHOWN],
        "made": made.order_by("-pk")[:6],
        "words": words,
        "problem": problem,
    }
    return render(request, "editing/recipe.html", context, status=status)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def keep(request: MemberRequest, key: UUID) -> HttpResponse:
    """Give it a name, or take the name away."""
    recipe = get_to_write(request.membership, Recipe, key=key)
    services.recipe_keep(recipe=recipe, name=request.POST.get("name", ""))
    messages.success(request, f"Kept as {recipe.title}." if recipe.is_kept else "No longer among your named recipes.")
    return redirect("editing:recipe", key)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def render_again(request: MemberRequest, key: UUID) -> HttpResponse:
    """The same picture once more, lossless."""
    variant = get_to_write(request.membership, Variant, key=key)
    try:
        made = services.variant_render_again(variant=variant, by=request.user, format="webp-lossless")
    except CatalogError as error:
        messages.error(request, error.message)
        return redirect("editing:variant", key)
    messages.success(request, "It is made again without loss, from the same recipe.")
    return redirect(made)
