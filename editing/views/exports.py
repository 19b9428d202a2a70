"""Taking pictures out: files, lists, and the addresses of feeds."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Merchant, Product, ProductStatus, Role
from catalog.streams import streamed
from catalog.tenancy.access import MemberRequest, member_required, readable
from editing.publishing.exports.archive import archive, csv_lines
from editing.publishing.exports.pictures import (
    DEFAULT_NAME,
    Picture,
    file_extension,
    name_of,
    pictures,
    problems_of,
)
from editing.publishing.exports.presets import PRESETS
from editing.publishing.feeds import addresses, google, shopify_csv
from editing.publishing.feeds.rows import rows
from editing.publishing.forms import Chosen, ExportForm

EXAMPLES, CHECKED = 6, 2000  # names shown, and pictures that the check looks at


@require_safe
@member_required()
def index(request: MemberRequest) -> HttpResponse:
    form = ExportForm(request.GET or None)
    context: dict[str, Any] = {
        "form": form, "presets": PRESETS.values(), "default_name": DEFAULT_NAME, "query": request.GET.urlencode(),
        "feeds": _feeds(request), "products": request.GET.getlist("product"), "without_price": _without_price(request),
    }  # fmt: skip
    if not form.is_bound:
        form = context["form"] = ExportForm({})
    if form.is_valid():
        context |= _looked_at(request, form.chosen())
    template = "editing/_export_check.html" if request.htmx else "editing/exports.html"
    return render(request, template, context, status=200 if form.is_valid() or request.htmx else 422)


def _looked_at(request: MemberRequest, chosen: Chosen) -> dict[str, Any]:
    """How many pictures there are, what a few of them are called, and what the place would not take."""
    selected = chosen.selection.of(request.membership)
    found = list(islice(pictures(request.merchant.pk, selected, with_photos=chosen.with_photos), CHECKED + 1))
    notes = Counter(note for picture in found[:CHECKED] for note in problems_of(picture, chosen.preset))
    return {
        "chosen": chosen,
        "count": len(found),
        "is_more": len(found) > CHECKED,
        "examples": [_file(picture, chosen) for picture in found[:EXAMPLES]],
        "notes": notes.most_common(),
    }


def _file(picture: Picture, chosen: Chosen) -> str:
    return f"{name_of(picture, chosen.pattern, chosen.preset)}.{file_extension(picture, chosen.preset)}"


def _without_price(request: MemberRequest) -> int:
    """How many products of the shop the feed for Google leaves out, because it takes nothing without a price."""
    shown = readable(request.membership, Product).filter(status=ProductStatus.ACTIVE, price=None)
    return shown.exclude(colourways__price__isnull=False).count()


def _feeds(request: MemberRequest) -> list[tuple[str, str]]:
    secret, slug = addresses.secret_of(request.merchant), request.merchant.slug
    labels = {"google.xml": "Google Merchant Center", "shopify.csv": "Shopify import"}
    return [
        (label, request.build_absolute_uri(reverse("editing:feed", args=[slug, secret, name])))
        for name, label in labels.items()
    ]


@require_safe
@member_required()
def pictures_zip(request: MemberRequest) -> HttpResponseBase:
    form = ExportForm(request.GET)
    if not form.is_valid():
        messages.error(request, " ".join(str(note) for notes in form.errors.values() for note in notes))
        return redirect("editing:exports")
    return zip_response(request.merchant, form.chosen().selection.of(request.membership), form.chosen())


def zip_response(merchant: Merchant, products: QuerySet[Product], chosen: Chosen) -> StreamingHttpResponse:
    pieces = archive(merchant.pk, products, chosen.preset, chosen.pattern, with_photos=chosen.with_photos)
    return _download(pieces, "application/zip", f"{_stem(merchant, products)}-{chosen.preset.key}.zip")


@require_safe
@member_required()
def pictures_csv(request: MemberRequest) -> HttpResponseBase:
    form = ExportForm(request.GET)
    if not form.is_valid():
        return redirect("editing:exports")
    return csv_response(request.merchant, form.chosen().selection.of(request.membership), form.chosen())


def csv_response(merchant: Merchant, products: QuerySet[Product], chosen: Chosen) -> StreamingHttpResponse:
    listed = csv_lines(merchant.pk, products, with_photos=chosen.with_photos)
    return _download(listed, "text/csv; charset=utf-8", f"{_stem(merchant, products)}.csv")


def _stem(merchant: Merchant, products: QuerySet[Product]) -> str:
    """After the one product that leaves, else after the shop, and after the day."""
    slugs = list(products.order_by("pk").values_list("slug", flat=True)[:2])
    name = slugs[0].rpartition("-")[0] or slugs[0] if len(slugs) == 1 else merchant.slug
    return f"{name}-{timezone.now().date()}"


def _download(pieces: Iterator[bytes], content_type: str, name: str) -> StreamingHttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store",
        "X-Accel-Buffering": "no",
    }  # fmt: skip
    return StreamingHttpResponse(streamed(pieces), content_type=content_type, headers=headers)


@require_safe
def feed(request: HttpRequest, slug: str, secret: str, name: str) -> HttpResponseBase:
    """A feed, for whoever knows its address."""
    merchant = addresses.merchant_of(slug, secret)
    if merchant is None or name not in addresses.FORMATS:
        raise Http404
    return feed_response(request, merchant, name)


def feed_response(request: HttpRequest, merchant: Merchant, name: str) -> StreamingHttpResponse:
    sold = rows(merchant.pk, merchant.products.filter(status=ProductStatus.ACTIVE), request.build_absolute_uri)
    if name == "google.xml":
        home = request.build_absolute_uri(merchant.get_absolute_url())
        pieces, content_type = google.feed(merchant, home, sold), google.CONTENT_TYPE
    else:
        pieces, content_type = shopify_csv.lines(sold), shopify_csv.CONTENT_TYPE
    return StreamingHttpResponse(
        streamed(pieces), content_type=content_type, headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    )


@require_POST
@member_required(Role.OWNER)
def renew_feeds(request: MemberRequest) -> HttpResponse:
    addresses.addresses_renew(merchant=request.merchant)
    messages.success(request, "The feeds have new addresses. Give them to the services that read them.")
    return redirect("editing:exports")
