"""Photos of a merchant's product."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import storage
from catalog.errors import CatalogError
from catalog.forms import AltTextForm
from catalog.models import Photo, Product, Role, View
from catalog.services import photos as services
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, require_role


@require_http_methods(["GET", "POST"])
@member_required()
def upload(request: MemberRequest, product_id: int) -> HttpResponse:
    """GET: the product's photos, to refresh them in a page. POST: take in files, with one sentence for each."""
    product = get_to_read(request.membership, Product, pk=product_id)
    if request.method == "GET":
        return _photos_part(request, product)
    require_role(request.membership, Role.EDITOR)
    files = [(file.name or "photo", file) for file in request.FILES.getlist("photos")]
    uploads = services.photos_add(product=product, files=files, by=request.user)
    context = {"product": product, "uploads": uploads}
    if request.headers.get("X-Upload") == "one":  # the page's script sends file by file and shows each answer
        return render(request, "catalog/merchant/_uploads.html", context)
    return render(request, "catalog/merchant/uploads.html", context)


def _photos_part(request: MemberRequest, product: Product) -> HttpResponse:
    context = {"product": product, "photos": product.photos.all(), "views": View.choices}
    return render(request, "catalog/merchant/_photos.html", context)


@require_safe
@member_required()
def original(request: MemberRequest, photo_id: int) -> HttpResponse:
    """Originals are private: members get a short-lived address."""
    photo = get_to_read(request.membership, Photo, pk=photo_id)
    return redirect(storage.private_url(photo.object_key))


def _answer(request: MemberRequest, product: Product) -> HttpResponse:
    """The photos again for htmx; otherwise the page that holds them."""
    if request.htmx:
        return _photos_part(request, product)
    return redirect("catalog:product-edit", product.pk)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def make_primary(request: MemberRequest, photo_id: int) -> HttpResponse:
    photo = get_to_write(request.membership, Photo, pk=photo_id)
    services.photo_make_primary(photo=photo)
    return _answer(request, photo.product)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def shift(request: MemberRequest, photo_id: int) -> HttpResponse:
    photo = get_to_write(request.membership, Photo, pk=photo_id)
    services.photo_shift(photo=photo, steps=-1 if request.POST.get("to") == "front" else 1)
    return _answer(request, photo.product)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def describe(request: MemberRequest, photo_id: int) -> HttpResponse:
    photo = get_to_write(request.membership, Photo, pk=photo_id)
    form = AltTextForm(request.POST)
    if form.is_valid():
        services.photo_describe(photo=photo, alt_text=form.cleaned_data["alt_text"])
        if "view" in request.POST:
            services.photo_tell(photo=photo, view=View(form.cleaned_data["view"]))
    else:
        messages.error(request, "A description has at most 200 characters.")
    return _answer(request, photo.product)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def delete(request: MemberRequest, photo_id: int) -> HttpResponse:
    photo = get_to_write(request.membership, Photo, pk=photo_id)
    product = photo.product
    try:
        services.photo_delete(photo=photo)
    except CatalogError as error:
        messages.error(request, error.message)
    return _answer(request, product)
