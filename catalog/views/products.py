"""The merchant's products."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.errors import CatalogError
from catalog.forms import AltTextForm, BulkForm, ProductForm
from catalog.models import Product, ProductKind, ProductStatus, Role, View
from catalog.selectors.products import merchant_products, status_counts, title_disagreement
from catalog.services import products as services
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, readable
from catalog.views.storefront import page_of

PAGE_SIZE = 30
_MOST_PROBLEMS = 10


@require_safe
@member_required()
def index(request: MemberRequest) -> HttpResponse:
    status, words = request.GET.get("status", ""), request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = merchant_products(request.membership)
    if status in ProductStatus.values:
        rows = rows.filter(status=status)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(sku__icontains=words) | Q(tags__contains=[words.lower()]))
    counts = status_counts(request.membership)
    context = {
        "page": page_of(request, rows, PAGE_SIZE),
        "status": status,
        "words": words,
        "tabs": [("", "All", sum(counts.values())), *((s, s.label, counts.get(s, 0)) for s in ProductStatus)],
        "address": request.path,
    }
    part = request.htmx and not request.htmx.history_restore_request
    return render(request, "catalog/merchant/_products.html" if part else "catalog/merchant/products.html", context)


@require_http_methods(["GET", "POST"])
@member_required(Role.EDITOR)
def create(request: MemberRequest) -> HttpResponse:
    form = ProductForm(request.POST or None, initial={"kind": ProductKind.SHOE})
    if request.method == "POST" and form.is_valid():
        try:
            product = services.product_create(merchant=request.merchant, fields=form.cleaned_data)
        except CatalogError as error:
            _add_errors(form, error)
        else:
            messages.success(request, f"{product.title} is a draft now. Add its photos.")
            return redirect("catalog:product-edit", product.pk)
    return render(request, "catalog/merchant/product_new.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
@member_required()
def edit(request: MemberRequest, product_id: int) -> HttpResponse:
    if request.method == "POST":
        return _save(request, product_id)
    product = get_to_read(request.membership, _with_photos(request), pk=product_id)
    return _page(request, product, ProductForm(instance=product))


@transaction.atomic
def _save(request: MemberRequest, product_id: int) -> HttpResponse:
    product = get_to_write(request.membership, Product, pk=product_id)
    form = ProductForm(request.POST)
    if form.is_valid():
        try:
            services.product_update(product=product, fields=form.cleaned_data)
        except CatalogError as error:
            _add_errors(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("catalog:product-edit", product_id)
    return _page(request, get_to_read(request.membership, Product, pk=product_id), form)


def _page(request: MemberRequest, product: Product, form: ProductForm) -> HttpResponse:
    context = {
        "product": product,
        "form": form,
        "photos": product.photos.all(),
        "variants": product.published_variants.filter(withdrawn_at=None, is_lead=True),
        "moves": [status for status in ProductStatus if status in services.MOVES[ProductStatus(product.status)]],
        "alt_form": AltTextForm(),
        "disagreement": title_disagreement(product),
        "views": View.choices,
    }
    return render(request, "catalog/merchant/product.html", context, status=_status(form))


def _with_photos(request: MemberRequest) -> Any:
    return readable(request.membership, Product).prefetch_related("photos")


def _status(form: ProductForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _add_errors(form: ProductForm, error: CatalogError) -> None:
    at_fields = {name: notes for name, notes in error.extra.items() if name in form.fields}
    for name, notes in at_fields.items():
        form.add_error(name, notes)
    if not at_fields:
        form.add_error(None, error.message)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def bulk(request: MemberRequest) -> HttpResponse:
    """Change several products alike."""
    wanted = [int(pk) for pk in request.POST.getlist("products") if pk.isdecimal() and len(pk) < 19]
    rows = readable(request.membership, Product).select_for_update().filter(pk__in=wanted).order_by("pk")
    products = list(rows.select_related("merchant"))
    form = BulkForm(request.POST, ids=[product.pk for product in products])
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("catalog:products")
    values = form.cleaned_data
    status = ProductStatus(values["status"]) if values["status"] else None
    problems = services.products_change(products=products, status=status, tag=values["tag"], price=values["price"])
    changed = len(products) - len(problems)
    if changed:
        messages.success(request, f"{changed} product{'' if changed == 1 else 's'} changed.")
    for problem in problems[:_MOST_PROBLEMS]:
        messages.error(request, problem)
    return redirect("catalog:products")


@require_POST
@member_required(Role.EDITOR)
def move(request: MemberRequest, product_id: int) -> HttpResponse:
    with transaction.atomic():
        product = get_to_write(request.membership, Product, pk=product_id)
        wanted = request.POST.get("status", "")
        try:
            services.product_move(product=product, status=_known_status(wanted))
        except CatalogError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"{product.title} is {product.status} now.")
    return redirect("catalog:product-edit", product_id)


def _known_status(wanted: str) -> ProductStatus:
    if wanted not in ProductStatus.values:
        raise CatalogError("There is no such status.")
    return ProductStatus(wanted)


@require_http_methods(["GET", "POST"])
@member_required(Role.EDITOR)
def delete(request: MemberRequest, product_id: int) -> HttpResponse:
    if request.method == "GET":
        product = get_to_read(request.membership, merchant_products(request.membership), pk=product_id)
        return render(request, "catalog/merchant/product_delete.html", {"product": product})
    with transaction.atomic():
        product = get_to_write(request.membership, Product, pk=product_id)
        services.product_delete(product=product)
    messages.success(request, f"{product.title} was deleted.")
    return redirect("catalog:products")
