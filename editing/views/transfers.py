"""A part of one product on another: its form."""

from typing import Literal

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from catalog.errors import CatalogError
from catalog.models import Photo, Role
from catalog.tenancy.access import MemberRequest, get_to_read, member_required, readable
from editing.lifecycle.requests import request_edit
from editing.models import EditRequest, Source
from editing.studio.selectors import other_photos
from gpu_worker.contract.marks import Part
from gpu_worker.contract.parts import LABELS, TRANSFERRED, PartName

COLOURS = {"theirs": "Those of the other product", "own": "Those that this product's part has now"}


@require_http_methods(["GET", "POST"])
@member_required(Role.EDITOR)
def take_part(request: MemberRequest, photo_id: int) -> HttpResponse:
    """Choose a part and the product that it comes from."""
    photo = get_to_read(request.membership, readable(request.membership, Photo).select_related("product"), pk=photo_id)
    others, problem = other_photos(request.membership, photo), ""
    parts = TRANSFERRED.get(photo.product.kind, ())
    if request.method == "POST":
        example = next((other for other in others if str(other.pk) == request.POST.get("example")), None)
        part = next((name for name in parts if name == request.POST.get("part")), None)
        if example is None or part is None:
            problem = "Choose a part and the product that it comes from."
        else:
            try:
                return redirect(_asked(request, photo, example, part))
            except CatalogError as error:
                problem = error.message
    context = {
        "photo": photo,
        "others": others,
        "parts": [(name, LABELS[name].capitalize()) for name in parts],
        "colours": COLOURS,
        "problem": problem,
    }
    return render(request, "editing/part.html", context, status=422 if problem else 200)


def _asked(request: MemberRequest, photo: Photo, example: Photo, part: PartName) -> EditRequest:
    colours: Literal["theirs", "own"] = "own" if request.POST.get("colours") == "own" else "theirs"
    return request_edit(
        merchant=request.merchant,
        by=request.user,
        photos=[photo],
        constraints=[Part(example_key=example.object_key, part=part, colours=colours)],
        title=f"{LABELS[part].capitalize()} of {example.product.title} on {photo.product.title}"[:160],
        source=Source.FORM,
    )
