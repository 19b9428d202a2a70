"""A merchant's own palettes: kept once, offered wherever colours are chosen."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from catalog.errors import CatalogError
from catalog.models import Role
from catalog.tenancy.access import MemberRequest, get_to_write, member_required, readable
from editing.forms import PaletteForm
from editing.models import Palette
from editing.services.palettes import palette_write


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(Role.EDITOR)
def index(request: MemberRequest) -> HttpResponse:
    """All palettes, and a form for one more."""
    form = PaletteForm(request.POST or None, request.FILES or None)
    if form.is_bound and _keep(request, form, None):
        return redirect("editing:palettes")
    context = {"palettes": readable(request.membership, Palette), "form": form}
    return render(request, "editing/palettes.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(Role.EDITOR)
@transaction.atomic
def change(request: MemberRequest, palette_id: int) -> HttpResponse:
    palette = get_to_write(request.membership, Palette, pk=palette_id)
    form = PaletteForm(request.POST, request.FILES) if request.method == "POST" else PaletteForm.of(palette)
    if form.is_bound and _keep(request, form, palette):
        return redirect("editing:palettes")
    return render(
        request, "editing/palette.html", {"palette": palette, "form": form}, status=422 if form.is_bound else 200
    )


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def delete(request: MemberRequest, palette_id: int) -> HttpResponse:
    palette = get_to_write(request.membership, Palette, pk=palette_id)
    palette.delete()
    messages.success(request, f"{palette.name} is gone. What was made with it stays.")
    return redirect("editing:palettes")


def _keep(request: MemberRequest, form: PaletteForm, palette: Palette | None) -> bool:
    """Whether it was kept; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        kept = palette_write(merchant=request.merchant, palette=palette, **form.values())
    except CatalogError as error:
        form.add_error("name" if "name" in error.extra else "colours", error.message)
        return False
    messages.success(request, f"{kept.name} is kept.")
    return True
