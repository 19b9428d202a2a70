"""A part of a product taken away, or made more or less of: its form."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from catalog.errors import CatalogError
from catalog.models import Photo, Role
from catalog.tenancy.access import MemberRequest, get_to_read, member_required, readable
from editing.lifecycle.requests import request_edit
from editing.models import EditRequest, Source
from editing.own_parts.services import group_of, usable_parts
from editing.studio.selectors import current_version
from gpu_worker.contract.marks import OwnPart, UnitGroup, Units
from gpu_worker.contract.units import PAINTABLE, painting_in_words

STRENGTHS = {"1": "As usual", "0.5": "Half as much", "1.5": "Half as much again", "2": "Twice as much"}


@require_http_methods(["GET", "POST"])
@member_required(Role.EDITOR)
def change_part(request: MemberRequest, photo_id: int) -> HttpResponse:
    """Choose what becomes of which part; all of it is meant."""
    photo = get_to_read(request.membership, readable(request.membership, Photo).select_related("product"), pk=photo_id)
    changes = {
        f"{part}-{action}": Units(part=part, action=action) for part, action in PAINTABLE.get(photo.product.kind, ())
    }
    words = {value: _words(mark) for value, mark in changes.items()}
    version = current_version(request.membership, photo.product.kind)
    own = usable_parts(request.membership, photo.product.kind, version)
    words |= {f"own-{part.pk}": f"Take “{part.name}” away" for part in own}
    problem = ""
    if request.method == "POST":
        change, strength = request.POST.get("change", ""), request.POST.get("strength", "1")
        if change not in words or strength not in STRENGTHS:
            problem = "Choose what should become of the part."
        else:
            try:
                mark = changes.get(change) or OwnPart(group=_group(request, change))
                mark = mark.model_copy(update={"strength": float(strength)})
                return redirect(_asked(request, photo, mark, words[change]))
            except CatalogError as error:
                problem = error.message
    context = {"photo": photo, "changes": words, "strengths": STRENGTHS, "problem": problem}
    return render(request, "editing/change_part.html", context, status=422 if problem else 200)


def _words(mark: Units) -> str:
    words = painting_in_words(mark.part, mark.action)
    return words[0].upper() + words[1:]


def _group(request: MemberRequest, change: str) -> UnitGroup:
    return group_of(request.membership, int(change.removeprefix("own-")))


def _asked(request: MemberRequest, photo: Photo, mark: Units | OwnPart, words: str) -> EditRequest:
    return request_edit(
        merchant=request.merchant,
        by=request.user,
        photos=[photo],
        constraints=[mark],
        title=f"{words}: {photo.product.title}"[:160],
        source=Source.FORM,
    )
