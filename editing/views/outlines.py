"""Where the product is in a photo: the page on which a member looks at it, marks it and confirms it."""

import io

from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from PIL import Image

from catalog import storage
from catalog.errors import CatalogError, Conflict, InvalidInput
from catalog.inputs import read_json, whole_number
from catalog.models import Photo, Product, Role
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, readable
from editing.lifecycle import outlines as services
from editing.lifecycle.projections import projection_ask
from editing.models import PhotoOutline, Priority
from editing.selectors import outlines as selectors

LARGEST_MARKS = 2_000_000  # bytes of JSON
_CACHED = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}


def _photo(request: MemberRequest, photo_id: int) -> Photo:
    rows = readable(request.membership, Photo).select_related("product")
    return get_to_read(request.membership, rows, pk=photo_id)


@require_http_methods(["GET", "PUT"])
@member_required(Role.EDITOR)
def outline(request: MemberRequest, photo_id: int) -> HttpResponse:
    """GET: the page. PUT: have the product found by new marks, and answer their revision."""
    photo = _photo(request, photo_id)
    if request.method == "PUT":
        return _mark(request, photo)
    found = selectors.outline_state(photo)
    if found.state == "finding":
        with transaction.atomic():
            projection_ask(photo=photo, priority=Priority.SINGLE)  # somebody sits and waits
    row = PhotoOutline.objects.filter(photo=photo).first()
    config = {
        "photo": {
            "url": reverse("editing:studio-photo", args=[photo.pk]),
            "width": photo.width,
            "height": photo.height,
        },
        "marks": (row.marks if row else None) or {"box": None, "marks": []},
        "urls": {name: reverse(f"editing:{name}", args=[photo.pk]) for name in ("outline", "outline-state")},
    }
    context = {"photo": photo, "found": found, "config": config}
    return render(request, "editing/outline.html", context)


def _mark(request: MemberRequest, photo: Photo) -> HttpResponse:
    try:
        if len(request.body) > LARGEST_MARKS:
            raise InvalidInput("These marks are too large.")
        asked = services.outline_parse(read_json(request.body))
        row = services.outline_mark(photo=photo, asked=asked, by=request.user)
    except ValueError:
        return JsonResponse({"message": "These are no marks."}, status=400)
    except CatalogError as error:
        return JsonResponse({"message": error.message}, status=409 if isinstance(error, Conflict) else 400)
    return JsonResponse({"revision": row.revision})


@require_safe
@member_required(Role.EDITOR)
def state(request: MemberRequest, photo_id: int) -> HttpResponse:
    """What was found by now."""
    photo = _photo(request, photo_id)
    found = selectors.outline_state(photo)
    picture = f"{reverse('editing:outline-picture', args=[photo.pk])}?{found.picture[-12:]}" if found.picture else ""
    said = {"state": found.state, "revision": found.revision, "problem": found.problem, "picture": picture}
    return JsonResponse(said, headers={"Cache-Control": "no-store"})


@require_safe
@member_required(Role.EDITOR)
def picture(request: MemberRequest, photo_id: int) -> HttpResponse:
    """What was found as a picture that is opaque where the product is."""
    row = get_to_read(request.membership, PhotoOutline, photo=photo_id)
    stored = storage.get(row.object_key) if row.object_key else None
    if stored is None:
        raise Http404
    out = io.BytesIO()
    with Image.open(io.BytesIO(stored.data), formats=["PNG"]) as grey:
        Image.merge("LA", (Image.new("L", grey.size), grey.convert("L"))).save(out, "PNG")
    return HttpResponse(out.getvalue(), content_type="image/png", headers=_CACHED)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def confirm(request: MemberRequest, photo_id: int) -> HttpResponse:
    """It is right as it is."""
    photo = get_to_write(request.membership, Photo, pk=photo_id)
    revision = whole_number(request.POST.get("revision"))
    try:
        services.outline_confirm(photo=photo, revision=-1 if revision is None else revision, by=request.user)
    except CatalogError as error:
        return JsonResponse({"message": error.message}, status=409)
    return (
        JsonResponse({"state": "confirmed"}) if "X-Page" in request.headers else redirect("editing:outline", photo_id)
    )


@require_safe
@member_required()
def of_product(request: MemberRequest, product_id: int) -> HttpResponse:
    """For htmx: a line for each photo of a product whose outline somebody should look at; asks again while one is sought."""
    product = get_to_read(request.membership, Product, pk=product_id)
    return render(request, "editing/_outlines.html", {"product": product, **selectors.outlines_of(product)})
