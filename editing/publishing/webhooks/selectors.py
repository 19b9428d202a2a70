"""Webhooks and the log of their deliveries."""

from django.db.models import Count, Q, QuerySet

from catalog.tenancy.access import Actor, readable
from editing.models import DeliveryStatus, Webhook, WebhookDelivery


def webhooks_of(actor: Actor) -> QuerySet[Webhook]:
    """With how many deliveries wait and how many were given up."""
    waiting = Count("deliveries", filter=Q(deliveries__status=DeliveryStatus.WAITING))
    failed = Count("deliveries", filter=Q(deliveries__status=DeliveryStatus.FAILED))
    return readable(actor, Webhook).annotate(waiting=waiting, failed=failed).order_by("-created_at", "-pk")


def deliveries_of(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    return webhook.deliveries.defer("payload").order_by("-created_at", "-pk")
