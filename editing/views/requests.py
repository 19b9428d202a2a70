"""The merchant's colourway form and the pages of their requests."""

import asyncio
import json
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.access import MemberRequest, get_to_read, get_to_write, member_required, readable
from catalog.errors import CatalogError
from catalog.middleware import membership_of
from catalog.models import Photo, ProductStatus, Role
from catalog.views.storefront import page_of
from editing.forms import ColourwayForm
from editing.models import EditRequest, Palette
from editing.palettes import PALETTES
from editing.selectors import requests as selectors
from editing.selectors.review import wishes
from editing.services import requests as services
from editing.services.palettes import season_save

PAGE_SIZE, JOBS_PER_PAGE = 25, 20
STOP_POLLING = 286  # htmx's own
EVENT_SECONDS = 1.0


@require_safe
@member_required()
def index(request: MemberRequest) -> HttpResponse:
    rows = selectors.merchant_requests(request.membership)
    context = {"page": page_of(request, rows, PAGE_SIZE), "wishes": wishes(request.membership)}
    return render(request, "editing/requests.html", context)


@require_http_methods(["GET", "POST"])
@member_required(Role.EDITOR)
def create(request: MemberRequest) -> HttpResponse:
    form = ColourwayForm(request.POST if request.method == "POST" else None, actor=request.membership)
    if request.method == "POST" and form.is_valid():
        try:
            return _send(request, form)
        except CatalogError as error:
            form.add_error(None, error.message)
    return _form_page(request, form)


def _send(request: MemberRequest, form: ColourwayForm) -> HttpResponse:
    asked = form.colourways()
    made = services.request_colourways(
        merchant=request.merchant,
        by=request.user,
        photos=form.cleaned_data["photos"],
        asked=asked,
        title=form.cleaned_data["title"],
    )
    if "save_season" in request.POST:
        season_save(merchant=request.merchant, swatches=asked.swatches)
    messages.success(request, f"{made.variants_asked} variants are asked for. They appear here as they are made.")
    return redirect(made)


def _form_page(request: MemberRequest, form: ColourwayForm) -> HttpResponse:
    photos = (
        readable(request.membership, Photo).select_related("product").exclude(product__status=ProductStatus.ARCHIVED)
    )
    words = request.GET.get("q", "").strip()[:100]
    if words:
        photos = photos.filter(product__title__icontains=words)
    context = {
        "form": form,
        "page": page_of(request, photos.order_by("-product__created_at", "product", "position"), 48),
        "words": words,
        "own_palettes": readable(request.membership, Palette),
        "palettes": PALETTES,
        "chosen": {int(pk) for pk in request.POST.getlist("photos") or request.GET.getlist("photo") if pk.isdigit()},
        "chosen_swatches": request.POST.getlist("swatch"),
    }
    return render(request, "editing/colourways.html", context, status=422 if form.is_bound else 200)


@require_safe
@member_required()
def estimate(request: MemberRequest) -> HttpResponse:
    """The price in time of what is chosen in the form."""
    ids = [int(pk) for pk in request.GET.getlist("photos") if pk.isdigit()][: services.MAX_PHOTOS]
    photos = list(readable(request.membership, Photo).filter(pk__in=ids).values_list("pk", flat=True))
    colours = len(request.GET.getlist("swatch")) + len(request.GET.get("hex_list", "").split("#")) - 1
    context = {
        "photos": len(photos),
        "colours": colours,
        "variants": len(photos) * colours,
        "seconds": selectors.estimate(photos, colours) if photos and colours else None,
    }
    return render(request, "editing/_estimate.html", context)


@require_safe
@member_required()
def detail(request: MemberRequest, key: str) -> HttpResponse:
    """A request; for htmx only its changing part, and nothing at all while nothing has changed."""
    row = get_to_read(request.membership, EditRequest, key=key)
    number = max(1, int(request.GET["page"])) if request.GET.get("page", "").isdigit() else 1
    found = selectors.progress(row, start=(number - 1) * JOBS_PER_PAGE, rows=JOBS_PER_PAGE)
    jobs = row.jobs.count()
    context = {
        "progress": found,
        "edit_request": row,
        "number": number,
        "pages": range(1, -(-jobs // JOBS_PER_PAGE) + 1),
    }
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "editing/request.html", context)
    if request.headers.get("If-None-Match") == found.etag:
        return HttpResponse(status=304)
    response = render(request, "editing/_progress.html", context, status=STOP_POLLING if found.is_over else 200)
    response["ETag"] = found.etag
    return response


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def cancel(request: MemberRequest, key: str) -> HttpResponse:
    row = get_to_write(request.membership, EditRequest, key=key)
    try:
        services.request_cancel(request=row, by=request.user)
    except CatalogError:
        messages.info(request, "The request has ended already.")
    else:
        messages.success(request, "Cancelled. What was finished stays.")
    return redirect(row)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def retry(request: MemberRequest, key: str) -> HttpResponse:
    row = get_to_write(request.membership, EditRequest, key=key)
    count = services.request_retry(request=row, by=request.user)
    messages.success(request, f"{count} photos are tried again." if count else "Nothing has failed.")
    return redirect(row)


@require_safe
async def events(request: HttpRequest, key: str) -> HttpResponseBase:
    """The request's progress as server-sent events, until it ends."""
    row = await sync_to_async(_readable_request)(request, key)
    response = StreamingHttpResponse(_stream(row), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _readable_request(request: HttpRequest, key: str) -> EditRequest:
    membership = membership_of(request)
    if membership is None:
        raise Http404
    return get_to_read(membership, EditRequest, key=key)


async def _stream(row: EditRequest) -> AsyncIterator[str]:
    last = ""
    while True:
        found = await sync_to_async(_state)(row.pk)
        if found.etag != last:
            last = found.etag
            yield f"event: progress\ndata: {json.dumps(selectors.as_json(found))}\n\n"
        if found.is_over:
            return
        await asyncio.sleep(EVENT_SECONDS)


def _state(pk: int) -> selectors.Progress:
    return selectors.progress(EditRequest.objects.get(pk=pk))
