"""Webhooks of a merchant and the log of their deliveries; only owners see them."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.accounts.confirmation import confirmed
from catalog.errors import CatalogError
from catalog.models import Role
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, readable
from catalog.views.storefront import page_of
from editing.forms import WebhookForm
from editing.models import Webhook, WebhookDelivery
from editing.publishing.webhooks import deliveries, services
from editing.publishing.webhooks.selectors import deliveries_of, webhooks_of

PAGE_SIZE = 50


@require_safe
@member_required(Role.OWNER)
def index(request: MemberRequest) -> HttpResponse:
    return _list(request, WebhookForm())


def _list(request: MemberRequest, form: WebhookForm, status: int = 200) -> HttpResponse:
    context = {"webhooks": webhooks_of(request.membership), "form": form}
    return render(request, "editing/webhooks.html", context, status=status)


@require_POST
@never_cache
@member_required(Role.OWNER)
@confirmed
def create(request: MemberRequest) -> HttpResponse:
    form = WebhookForm(request.POST)
    if form.is_valid():
        try:
            webhook, secret = services.webhook_create(merchant=request.merchant, by=request.user, **form.cleaned_data)
        except CatalogError as error:
            form.add_error("url" if "url" in error.extra else None, error.message)
        else:
            return _log(request, webhook, WebhookForm.of(webhook), secret=secret)
    return _list(request, form, status=422)


@require_safe
@member_required(Role.OWNER)
def detail(request: MemberRequest, key: UUID) -> HttpResponse:
    webhook = get_to_read(request.membership, Webhook, key=key)
    return _log(request, webhook, WebhookForm.of(webhook))


def _log(
    request: MemberRequest, webhook: Webhook, form: WebhookForm, *, secret: str = "", status: int = 200
) -> HttpResponse:
    page = page_of(request, deliveries_of(webhook), PAGE_SIZE)
    context = {
        "webhook": webhook,
        "form": form,
        "secret": secret,
        "page": page,
        "max_attempts": deliveries.MAX_ATTEMPTS,
    }
    return render(request, "editing/webhook.html", context, status=status)


@require_POST
@member_required(Role.OWNER)
@confirmed
@transaction.atomic
def change(request: MemberRequest, key: UUID) -> HttpResponse:
    webhook = get_to_write(request.membership, Webhook, role=Role.OWNER, key=key)
    form = WebhookForm(request.POST)
    if form.is_valid():
        try:
            services.webhook_change(
                webhook=webhook, by=request.user, is_active="is_active" in request.POST, **form.cleaned_data
            )
        except CatalogError as error:
            form.add_error("url" if "url" in error.extra else None, error.message)
        else:
            messages.success(request, "Saved.")
            return redirect("editing:webhook", key)
    return _log(request, webhook, form, status=422)


@require_POST
@never_cache
@member_required(Role.OWNER)
@confirmed
@transaction.atomic
def renew_secret(request: MemberRequest, key: UUID) -> HttpResponse:
    webhook = get_to_write(request.membership, Webhook, role=Role.OWNER, key=key)
    secret = services.webhook_renew_secret(webhook=webhook, by=request.user)
    return _log(request, webhook, WebhookForm.of(webhook), secret=secret)


@require_POST
@member_required(Role.OWNER)
@confirmed
@transaction.atomic
def delete(request: MemberRequest, key: UUID) -> HttpResponse:
    webhook = get_to_write(request.membership, Webhook, role=Role.OWNER, key=key)
    services.webhook_delete(webhook=webhook, by=request.user)
    messages.success(request, "The webhook is gone, and its log with it.")
    return redirect("editing:webhooks")


@require_POST
@member_required(Role.OWNER)
@transaction.atomic
def ping(request: MemberRequest, key: UUID) -> HttpResponse:
    services.webhook_ping(webhook=get_to_write(request.membership, Webhook, role=Role.OWNER, key=key))
    messages.success(request, "A test event is on its way.")
    return redirect("editing:webhook", key)


@require_safe
@member_required(Role.OWNER)
def delivery(request: MemberRequest, key: UUID) -> HttpResponse:
    """One delivery with what was sent."""
    rows = readable(request.membership, WebhookDelivery).select_related("webhook")
    return render(
        request, "editing/webhook_delivery.html", {"delivery": get_to_read(request.membership, rows, key=key)}
    )


@require_POST
@member_required(Role.OWNER)
@transaction.atomic
def send_again(request: MemberRequest, key: UUID) -> HttpResponse:
    row = get_to_write(request.membership, WebhookDelivery, role=Role.OWNER, key=key)
    deliveries.send_again(delivery=row)
    messages.success(request, "On its way again.")
    return redirect("editing:webhook", row.webhook.key)
