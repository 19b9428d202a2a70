"""A merchant's own stores elsewhere; only owners see them."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog.accounts.confirmation import confirmed
from catalog.errors import CatalogError
from catalog.inputs import whole_number
from catalog.models import Product, Role
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, readable
from catalog.views.storefront import page_of
from editing.models import ItemStatus, Store, StoreKind
from editing.publishing.selection import Selection
from editing.publishing.stores import saleor, services

PAGE_SIZE = 50


class StoreForm(forms.Form):
    kind = forms.ChoiceField(choices=StoreKind.choices, label="Kind of store")
    address = forms.CharField(
        max_length=400, label="Address", widget=forms.TextInput(attrs={"placeholder": "my-shop.myshopify.com"}),
        help_text="Of Saleor the GraphQL endpoint, such as https://my-shop.saleor.cloud/graphql/.",
    )  # fmt: skip
    token = forms.CharField(
        max_length=400, label="Access token", widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="It may read and write products. It is kept encrypted and never shown.",
    )  # fmt: skip
    channel = forms.CharField(max_length=100, required=False, label="Saleor: channel id")
    product_type = forms.CharField(max_length=100, required=False, label="Saleor: product type id")
    category = forms.CharField(max_length=100, required=False, label="Saleor: category id")
    colour_attribute = forms.CharField(max_length=100, required=False, label="Saleor: colour attribute id")

    def options(self) -> dict[str, str]:
        named = {name: str(self.cleaned_data[name]).strip() for name in saleor.OPTIONS}
        return {name: value for name, value in named.items() if value}


@require_safe
@member_required(Role.OWNER)
def index(request: MemberRequest) -> HttpResponse:
    return _list(request, StoreForm())


def _list(request: MemberRequest, form: StoreForm, status: int = 200) -> HttpResponse:
    counted = readable(request.membership, Store).annotate(
        there=Count("items", filter=~Q(items__remote_id="")),
        waiting=Count("items", filter=Q(items__status=ItemStatus.WAITING)),
        failed=Count("items", filter=Q(items__status=ItemStatus.FAILED)),
    )
    return render(request, "editing/stores.html", {"stores": counted, "form": form}, status=status)


@require_POST
@member_required(Role.OWNER)
@confirmed
def connect(request: MemberRequest) -> HttpResponse:
    form = StoreForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            store = services.store_connect(
                merchant=request.merchant, kind=StoreKind(values["kind"]), address=values["address"],
                token=values["token"], options=form.options(), by=request.user,
            )  # fmt: skip
        except CatalogError as error:
            form.add_error("address" if "url" in error.extra else "token", error.message)
        else:
            messages.success(request, f"{store.name} is connected.")
            return redirect("editing:store", store.key)
    return _list(request, form, status=422)


@require_safe
@member_required(Role.OWNER)
def detail(request: MemberRequest, key: UUID) -> HttpResponse:
    store = get_to_read(request.membership, Store, key=key)
    items = store.items.select_related("product").order_by("-changed_at", "pk")
    context = {
        "store": store,
        "page": page_of(request, items, PAGE_SIZE),
        "waiting": store.items.filter(status=ItemStatus.WAITING).count(),
        "in_shop": Selection().of(request.membership).count(),
        "last": store.items.exclude(batch=None).filter(is_wanted=True).order_by("-changed_at").first(),
    }
    part = request.htmx and not request.htmx.history_restore_request
    return render(request, "editing/_store_items.html" if part else "editing/store.html", context)


@require_POST
@member_required(Role.OWNER)
def publish(request: MemberRequest, key: UUID) -> HttpResponse:
    """Everything that is in the shop, or the chosen products."""
    store = get_to_read(request.membership, Store, key=key)
    chosen = [pk for text in request.POST.getlist("product") if (pk := whole_number(text))]
    products = Selection(products=chosen).of(request.membership)
    _, count = services.store_publish(store=store, products=products)
    messages.success(request, f"{count} product{'' if count == 1 else 's'} on the way to {store.name}.")
    return redirect("editing:store", key)


@require_POST
@member_required(Role.OWNER)
def undo(request: MemberRequest, key: UUID) -> HttpResponse:
    """Take off what the named publication has brought, or one product."""
    store = get_to_read(request.membership, Store, key=key)
    try:
        if "product" in request.POST:
            products = readable(request.membership, Product).filter(pk=whole_number(request.POST["product"]) or 0)
            count = services.store_take_off(store=store, products=products)
        else:
            count = services.publication_undo(store=store, batch=UUID(request.POST.get("batch", "")))
    except ValueError:
        raise Http404 from None
    messages.success(request, f"{count} product{'' if count == 1 else 's'} will be taken off {store.name}.")
    return redirect("editing:store", key)


@require_POST
@member_required(Role.OWNER)
@confirmed
@transaction.atomic
def disconnect(request: MemberRequest, key: UUID) -> HttpResponse:
    store = get_to_write(request.membership, Store, role=Role.OWNER, key=key)
    services.store_disconnect(store=store)
    messages.success(request, f"{store.name} is forgotten here, with its token. What is in it stays there.")
    return redirect("editing:stores")
