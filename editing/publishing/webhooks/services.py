"""Merchants' webhooks, and what they are told."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from catalog.accounts import audit
from catalog.errors import InvalidInput
from catalog.models import ApiToken, Colourway, Merchant, User
from editing.models import Variant, Webhook, WebhookDelivery, WebhookEvent
from editing.publishing.outbound.guard import checked_url
from editing.publishing.outbound.signature import secret_of
from editing.publishing.webhooks.deliveries import wake

MAX_WEBHOOKS = 10
PING = "ping"


def announce(variant: Variant, event: str) -> None:
    """Queue one delivery per webhook of the merchant, in the caller's transaction."""
    merchant = variant.request.merchant_id
    for webhook in Webhook.objects.filter(merchant=merchant, is_active=True, events__contains=[event]):
        _queue(webhook, event, _about(variant))


def announce_set(colourway: Colourway, event: str, *, reason: str = "") -> None:
    """The same for a colourway as a whole."""
    for webhook in Webhook.objects.filter(merchant=colourway.merchant_id, is_active=True, events__contains=[event]):
        _queue(webhook, event, {**_about_set(colourway), "reason": reason})


def _queue(webhook: Webhook, event: str, about: dict[str, Any]) -> None:
    delivery = WebhookDelivery(webhook=webhook, event=event)
    delivery.payload = {
        "id": str(delivery.key),
        "event": event,
        "created_at": timezone.now().isoformat(),
        "data": about,
    }
    delivery.save()
    WebhookDelivery.objects.filter(pk=delivery.pk).update(next_at=Now())
    transaction.on_commit(wake)


def _about_set(colourway: Colourway) -> dict[str, Any]:
    pictures = colourway.pictures.filter(withdrawn_at=None).select_related("product", "photo")
    lead = next((picture for picture in pictures if picture.is_lead), None)
    return {
        "colourway": str(colourway.key),
        "kind": colourway.kind,
        "name": colourway.name,
        "product": colourway.product_id,
        "product_sku": colourway.product.sku,
        "sku": colourway.sku,
        "swatch": colourway.swatch_hex,
        "views": [picture.photo.view for picture in pictures],
        "page": lead.get_absolute_url() if lead else None,
    }


def _about(variant: Variant) -> dict[str, Any]:
    product = variant.photo.product
    is_live = variant.status == "approved" and variant.published is not None
    return {
        "variant": str(variant.key),
        "request": str(variant.request.key),
        "photo": variant.photo_id,
        "view": variant.photo.view,
        "colourway": str(variant.colourway.key),
        "alteration": variant.alteration,
        "product": product.pk,
        "sku": product.sku,
        "status": variant.status,
        "reason": variant.reason,
        "colour_name": variant.colour_name,
        "swatch": variant.swatch_hex,
        "measured": variant.measured_hex,
        "page": variant.published.get_absolute_url() if is_live and variant.published else None,
    }


@transaction.atomic
def webhook_create(
    *, merchant: Merchant, url: str, events: Sequence[str], by: User | ApiToken | None
) -> tuple[Webhook, str]:
    """The webhook and its secret, which is shown this once. Raises InvalidInput."""
    Merchant.objects.select_for_update().get(pk=merchant.pk)
    if merchant.webhooks.count() >= MAX_WEBHOOKS:
        raise InvalidInput(f"A shop has at most {MAX_WEBHOOKS} webhooks.")
    fields = {"url": checked_url(url), "events": _checked_events(events)}
    maker = by if isinstance(by, User) else None
    webhook = Webhook.objects.create(merchant=merchant, created_by=maker, **fields)
    audit.record("webhook added", by=by, merchant=merchant, about=webhook.url, events=webhook.events)
    return webhook, secret_of(webhook)


@transaction.atomic
def webhook_change(
    *,
    webhook: Webhook,
    by: User | ApiToken | None = None,
    url: str | None = None,
    events: Sequence[str] | None = None,
    is_active: bool | None = None,
) -> Webhook:
    """Change a locked webhook. What waits for a webhook that is switched on again is sent then. Raises InvalidInput."""
    if url is not None and url != webhook.url:
        webhook.url = checked_url(url)
    if events is not None:
        webhook.events = _checked_events(events)
    if is_active is not None:
        webhook.is_active = is_active
    webhook.save()
    audit.record(
        "webhook changed",
        by=by,
        merchant=webhook.merchant,
        about=webhook.url,
        events=webhook.events,
        on=webhook.is_active,
    )
    transaction.on_commit(wake)
    return webhook


def webhook_delete(*, webhook: Webhook, by: User | ApiToken | None) -> None:
    """Delete a locked webhook and its log."""
    audit.record("webhook deleted", by=by, merchant=webhook.merchant, about=webhook.url)
    webhook.delete()


def webhook_renew_secret(*, webhook: Webhook, by: User | None = None) -> str:
    """A new secret for a locked webhook; the old one ends at once."""
    webhook.secret_number += 1
    webhook.save(update_fields=["secret_number"])
    audit.record("webhook secret renewed", by=by, merchant=webhook.merchant, about=webhook.url)
    return secret_of(webhook)


@transaction.atomic
def webhook_ping(*, webhook: Webhook) -> None:
    """Something to see whether the receiver works."""
    _queue(webhook, PING, {"message": "This webhook works."})


def _checked_events(events: Sequence[str]) -> list[str]:
    if not events or set(events) - set(WebhookEvent.values):
        raise InvalidInput("Choose at least one event.", extra={"events": ["Choose at least one event."]})
    return [event for event in WebhookEvent.values if event in events]
