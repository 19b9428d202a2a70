"""The way from one product to another: its form."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from catalog.errors import CatalogError
from catalog.inputs import whole_number
from catalog.models import Photo, Role
from catalog.tenancy.access import MemberRequest, get_to_read, member_required, readable
from editing.lifecycle.requests import request_edit
from editing.models import EditRequest, Source
from editing.studio.selectors import other_photos
from gpu_worker.contract.marks import Walk

STILLS = (1, 3, 5, 8)


@require_http_methods(["GET", "POST"])
@member_required(Role.EDITOR)
def walk(request: MemberRequest, photo_id: int) -> HttpResponse:
    """Choose where the way leads and how many stills are made on it."""
    photo = get_to_read(request.membership, readable(request.membership, Photo).select_related("product"), pk=photo_id)
    others, problem = other_photos(request.membership, photo), ""
    if request.method == "POST":
        end = next((other for other in others if str(other.pk) == request.POST.get("end")), None)
        if end is None:
            problem = "Choose the product where the way ends."
        else:
            try:
                return redirect(_asked(request, photo, end))
            except CatalogError as error:
                problem = error.message
    context = {"photo": photo, "others": others, "stills": STILLS, "problem": problem}
    return render(request, "editing/walk.html", context, status=422 if problem else 200)


def _asked(request: MemberRequest, photo: Photo, end: Photo) -> EditRequest:
    stills = whole_number(request.POST.get("stills"))
    mark = Walk(example_key=end.object_key, stills=stills if stills in STILLS else 3)
    return request_edit(
        merchant=request.merchant,
        by=request.user,
        photos=[photo],
        constraints=[mark],
        title=f"{photo.product.title} to {end.product.title}"[:160],
        source=Source.FORM,
    )
