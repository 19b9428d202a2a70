"""A product's colourways as they are sold: names, order, SKUs, prices, descriptions."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.validators import MinValueValidator
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from catalog.errors import CatalogError
from catalog.models import Colourway, Merchant, Product, Role
from catalog.services import colourways as catalog_services
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, readable
from editing.publishing import selectors
from editing.publishing.colourways import colourways_change
from editing.recipes.services import views_complete
from editing.services import sets

SKU_EXAMPLES = 12


class SoldForm(forms.Form):
    """One row of the table."""

    name = forms.CharField(max_length=60)
    sku = forms.CharField(max_length=64, required=False)
    price = forms.DecimalField(max_digits=9, decimal_places=2, required=False, validators=[MinValueValidator(0)])
    stock = forms.IntegerField(min_value=0, max_value=2_000_000_000, required=False)
    order = forms.IntegerField(min_value=1, max_value=1000)


@require_http_methods(["GET", "POST"])
@member_required()
def index(request: MemberRequest, product_id: int) -> HttpResponse:
    """The product's colourways in one table, which is saved as a whole."""
    product = get_to_read(request.membership, Product, pk=product_id)
    if request.method == "GET":
        return _page(request, product, {})
    locked = _writable(request, product_id)
    forms_by_key = _forms(request.POST)
    if all(form.is_valid() for form in forms_by_key.values()):
        try:
            _save(locked, forms_by_key)
        except CatalogError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "Saved.")
            return redirect("editing:sold", product_id)
    return _page(request, product, forms_by_key)


def _writable(request: MemberRequest, product_id: int) -> Product:
    with transaction.atomic():
        return get_to_write(request.membership, Product, pk=product_id)


def _forms(sent: QueryDict) -> dict[UUID, SoldForm]:
    try:
        return {UUID(key): SoldForm(sent, prefix=key) for key in sent.getlist("colourway")}
    except ValueError:
        raise Http404 from None


def _save(product: Product, forms_by_key: Mapping[UUID, SoldForm]) -> None:
    ordered = sorted(forms_by_key.items(), key=lambda item: item[1].cleaned_data["order"])
    rows = {key: {name: form.cleaned_data[name] for name in catalog_services.EDITABLE} for key, form in ordered}
    colourways_change(product=product, rows=rows)


def _page(request: MemberRequest, product: Product, sent: Mapping[UUID, SoldForm]) -> HttpResponse:
    sold = selectors.sold_of(product)
    context: dict[str, Any] = {
        "product": product,
        "rows": [(item, sent.get(item.colourway.key) or _form_of(item.colourway, n)) for n, item in enumerate(sold, 1)],
        "pictures": selectors.live_pictures(product),
        "suggested_skus": catalog_services.skus_preview(
            request.merchant, request.merchant.sku_pattern, [item.colourway for item in sold if not item.colourway.sku]
        ),
    }
    return render(request, "editing/sold.html", context, status=422 if sent else 200)


def _form_of(colourway: Colourway, number: int) -> SoldForm:
    fields = {name: getattr(colourway, name) for name in catalog_services.EDITABLE}
    return SoldForm(initial={**fields, "order": number}, prefix=str(colourway.key))


@require_POST
@member_required(Role.EDITOR)
def describe(request: MemberRequest, product_id: int) -> HttpResponse:
    """Descriptions of all published pictures of a product at once."""
    product = get_to_read(request.membership, Product, pk=product_id)
    own = set(product.published_variants.values_list("pk", flat=True))
    texts = {pk: request.POST[f"alt-{pk}"] for pk in own if f"alt-{pk}" in request.POST}
    try:
        count = catalog_services.alt_texts_write(merchant=request.merchant, texts=texts)
    except CatalogError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{count} description{'' if count == 1 else 's'} changed.")
    return redirect("editing:sold", product_id)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def complete(request: MemberRequest, key: UUID) -> HttpResponse:
    """Ask for the views that a colourway has not yet."""
    colourway = get_to_write(request.membership, Colourway, key=key)
    try:
        made = views_complete(colourway=colourway, by=request.user)
    except CatalogError as error:
        messages.error(request, error.message)
        return redirect("editing:sold", colourway.product_id)
    messages.success(request, f"{made.variants_asked} views are asked for. They join {colourway.name}.")
    return redirect(made)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def withdraw(request: MemberRequest, key: UUID) -> HttpResponse:
    colourway = get_to_write(request.membership, Colourway, key=key)
    first = colourway.variants.order_by("pk").values_list("key", flat=True).first()
    try:
        if first is None:
            raise Http404
        sets.set_take_down(rows=sets.locked_set(first), by=request.user, why="withdrawn by the merchant")
    except CatalogError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{colourway.name} is off the shop, with all its views.")
    return redirect("editing:sold", colourway.product_id)


@require_http_methods(["GET", "POST"])
@member_required(Role.EDITOR)
def skus(request: MemberRequest) -> HttpResponse:
    """The pattern of SKUs, with what it makes of the shop's colourways."""
    pattern = (request.POST or request.GET).get("pattern", request.merchant.sku_pattern)[:80]
    rows = list(readable(request.membership, Colourway).select_related("product").order_by("-pk")[:SKU_EXAMPLES])
    problem, preview = "", {}
    try:
        preview = catalog_services.skus_preview(request.merchant, pattern, rows)
        if request.method == "POST":
            return _keep_pattern(request, pattern)
    except CatalogError as error:
        problem = error.message
    context = {"pattern": pattern, "rows": [(row, preview.get(row.pk, "")) for row in rows], "problem": problem}
    template = "editing/_skus.html" if request.htmx else "editing/skus.html"
    return render(request, template, context, status=422 if problem and request.method == "POST" else 200)


def _keep_pattern(request: MemberRequest, pattern: str) -> HttpResponse:
    merchant = Merchant.objects.get(pk=request.merchant.pk)
    count = catalog_services.sku_pattern_save(
        merchant=merchant, pattern=pattern, renumber="renumber" in request.POST
    )  # fmt: skip
    changed = f" {count} SKU{'' if count == 1 else 's'} changed." if count else ""
    messages.success(request, f"New colourways get their SKU by {pattern}.{changed}")
    return redirect("editing:skus")
