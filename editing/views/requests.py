"""The merchant's colourway form and the pages of their requests."""

from urllib.parse import urlencode
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.db import connections, transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.errors import CatalogError
from catalog.inputs import whole_number
from catalog.models import Membership, Photo, Role
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, readable
from catalog.tenancy.middleware import membership_of
from catalog.views.storefront import page_of
from editing.forms import ColourwayForm, asked_swatches, bad_lines, choosable_photos
from editing.lifecycle import requests as services
from editing.lifecycle.masks import MAX_BYTES, mask_store
from editing.lifecycle.progress_events import event_stream
from editing.lifecycle.states import RequestStatus
from editing.models import EditRequest, Palette, Source
from editing.palettes import PALETTES
from editing.selectors import requests as selectors
from editing.selectors.review import wishes
from editing.services.palettes import season_save
from gpu_worker.contract.marks import Enlarge

PAGE_SIZE, JOBS_PER_PAGE, PHOTOS_PER_PAGE = 25, 20, 48
STOP_POLLING = 286  # htmx's own


@require_safe
@member_required()
def index(request: MemberRequest) -> HttpResponse:
    status, words = request.GET.get("status", ""), request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = selectors.merchant_requests(request.membership)
    if status in RequestStatus.values:
        rows = rows.filter(status=status)
    if words:
        rows = rows.filter(selectors.about(words))
    context = {
        "page": page_of(request, rows, PAGE_SIZE),
        "wishes": wishes(request.membership),
        "status": status,
        "words": words,
        "statuses": [("", "All"), *((value, value.capitalize()) for value in RequestStatus.values)],
    }
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
    context = {
        "form": form,
        "own_palettes": readable(request.membership, Palette),
        "palettes": PALETTES,
        "chosen_swatches": _chosen_swatches(request),
        "own_swatches": [value.rpartition("|")[::2] for value in _own_chips(request)],
        "masks": [(name, key) for name, key in request.POST.items() if name.startswith("mask-")],
        "max_swatches": services.MAX_SWATCHES,
        **_picks(request),
    }
    return render(request, "editing/colourways.html", context, status=422 if form.is_bound else 200)


def _own_chips(request: MemberRequest) -> list[str]:
    """Chosen colours that are in no palette: picked by hand before the form came back."""
    rows = [*(swatch for palette in PALETTES for swatch in palette.as_json())]
    rows += [swatch for palette in readable(request.membership, Palette) for swatch in palette.swatches]
    known = {f"{row['name']}|{row['colour']}" for row in rows}
    return [value for value in _chosen_swatches(request) if value not in known]


def _chosen_swatches(request: MemberRequest) -> list[str]:
    """As they were sent, or as a link to the form names them."""
    sent = request.POST if request.method == "POST" else request.GET
    return sent.getlist("swatch")[: services.MAX_SWATCHES]


def _picks(request: MemberRequest) -> dict[str, object]:
    """The photos to choose from: those chosen already, then those that the words find."""
    sent = request.POST if request.method == "POST" else request.GET
    words = sent.get("q", "").strip()[:100]
    chosen = {pk for name in ("photos", "photo") for text in sent.getlist(name) if (pk := whole_number(text))}
    chosen = set(sorted(chosen)[: services.MAX_PHOTOS])
    found = choosable_photos(request.membership, words)
    page = page_of(request, found.exclude(pk__in=chosen), PHOTOS_PER_PAGE)
    more = [("q", words), ("page", str(page.number + 1)), *(("photo", str(pk)) for pk in sorted(chosen))]
    return {
        "words": words,
        "chosen_photos": choosable_photos(request.membership).filter(pk__in=chosen) if page.number == 1 else [],
        "photo_page": page,
        "products_found": found.filter(is_primary=True).count(),
        "is_everything": bool(sent.get("everything")),
        "more": urlencode(more),
    }


@require_safe
@member_required(Role.EDITOR)
def photo_picks(request: MemberRequest) -> HttpResponse:
    """For htmx: what a search finds, or the next page of it."""
    part = "_photo_items.html" if request.GET.get("page") else "_photo_picks.html"
    return render(request, f"editing/{part}", _picks(request))


@require_POST
@member_required(Role.EDITOR)
def mask(request: MemberRequest, photo_id: int) -> HttpResponse:
    """Keep the region that was painted on a photo; the form then sends its key."""
    photo = get_to_read(request.membership, readable(request.membership, Photo).select_related("product"), pk=photo_id)
    file = request.FILES.get("mask")
    if file is None:
        return JsonResponse({"message": "There is no picture of the region."}, status=422)
    try:
        key = mask_store(photo=photo, data=file.read(MAX_BYTES + 1))
    except CatalogError as error:
        return JsonResponse({"message": error.message}, status=422)
    return JsonResponse({"key": key}, status=201)


@require_safe
@member_required()
def estimate(request: MemberRequest) -> HttpResponse:
    """The price in time of what is chosen in the form."""
    sent = request.GET
    ids = {pk for text in sent.getlist("photos") if (pk := whole_number(text))}
    rows = readable(request.membership, Photo)
    if sent.get("everything"):
        found = choosable_photos(request.membership, sent.get("q", "").strip()[:100]).filter(is_primary=True)
        ids |= set(found.values_list("pk", flat=True)[: services.MAX_PHOTOS + 1])
    chosen = rows.filter(pk__in=ids)
    if sent.get("all_views"):
        chosen = rows.filter(product__in=chosen.order_by().values("product"))
    photos = list(chosen.values_list("pk", flat=True)[: services.MAX_PHOTOS + 1])
    colours, ways = len(asked_swatches(sent)), max(1, len(set(sent.getlist("regions")) & set(services.REGIONS)))
    each = colours * ways
    context = {
        "photos": len(photos),
        "colours": colours,
        "ways": ways,
        "variants": len(photos) * each,
        "max_photos": services.MAX_PHOTOS,
        "max_swatches": services.MAX_SWATCHES,
        "seconds": selectors.estimate(photos, each) if photos and each else None,
        "problem": bad_lines(sent.get("hex_list", "")),
    }
    return render(request, "editing/_estimate.html", context)


@require_safe
@member_required()
def detail(request: MemberRequest, key: UUID) -> HttpResponse:
    """A request; for htmx only its changing part, and nothing at all while nothing has changed."""
    row = get_to_read(request.membership, EditRequest, key=key)
    number = min(max(1, whole_number(request.GET.get("page")) or 1), 1 + services.MAX_PHOTOS * len(services.REGIONS))
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
def enlarge(request: MemberRequest, photo_id: int) -> HttpResponse:
    """Ask for a small photo twice as large; what a computer makes of it is looked at like everything it makes."""
    photo = get_to_write(request.membership, Photo, pk=photo_id)
    made = services.request_edit(
        merchant=request.merchant,
        by=request.user,
        photos=[photo],
        constraints=[Enlarge(factor=2)],
        title=f"{photo.product.title}: enlarged",
        source=Source.FORM,
    )
    return redirect(made)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def cancel(request: MemberRequest, key: UUID) -> HttpResponse:
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
def retry(request: MemberRequest, key: UUID) -> HttpResponse:
    row = get_to_write(request.membership, EditRequest, key=key)
    try:
        count = services.request_retry(request=row, by=request.user)
    except CatalogError:
        messages.info(request, "It cannot be tried again now.")
    else:
        again = f"{count} photo{'' if count == 1 else 's'} tried again."
        messages.success(request, again if count else "There is nothing to try again.")
    return redirect(row)


@require_safe
async def events(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The request's progress as server-sent events, until it ends."""
    membership, row = await sync_to_async(_listenable)(request, key)
    return event_stream(membership, row.pk)


def _listenable(request: HttpRequest, key: UUID) -> tuple[Membership, EditRequest]:
    """Who listens, and to which request of theirs; the connection goes back before the long stream begins."""
    try:
        membership = membership_of(request)
        if membership is None:
            raise Http404
        return membership, get_to_read(membership, EditRequest, key=key)
    finally:
        connections.close_all()
