import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from catalog.models import Merchant


class WebhookEvent(models.TextChoices):
    RENDERED = "variant.rendered", "A variant was made and waits for a decision"
    APPROVED = "variant.approved", "A variant was approved and is in the shop"
    REJECTED = "variant.rejected", "A variant was rejected, with the reason"
    WITHDRAWN = "variant.withdrawn", "A variant was taken off the shop"
    SET_APPROVED = "colourway.approved", "A colourway was approved, with all its views"
    SET_REJECTED = "colourway.rejected", "A colourway was rejected, with the reason"
    SET_WITHDRAWN = "colourway.withdrawn", "A colourway was taken off the shop"
    SET_CHANGED = "colourway.changed", "Name, SKU, price, stock or order of a colourway changed"


class DeliveryStatus(models.TextChoices):
    WAITING = "waiting", "Waiting for its next try"
    DELIVERED = "delivered", "The receiver answered with 2xx"
    FAILED = "failed", "Tried as often as is sensible"


class Webhook(models.Model):
    """An address of a merchant's that is told of events. Its secret is derived and nowhere kept."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="webhooks")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    url = models.CharField("address", max_length=500)
    events = ArrayField(models.CharField(max_length=20, choices=WebhookEvent))
    is_active = models.BooleanField(default=True)
    secret_number = models.PositiveIntegerField(default=1, help_text="Grows when the secret is renewed.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event for one webhook; the table is the outbox, so that a lost message loses nothing."""

    tenant_path: ClassVar[str] = "webhook__merchant"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="The same in every try.")
    event = models.CharField(max_length=20)
    payload = models.JSONField()
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="When it is due; while it is under way, when to give it up.")
    status_code = models.PositiveSmallIntegerField(null=True, help_text="Of the last answer.")
    problem = models.CharField(max_length=200, blank=True, help_text="Why the last try did not work.")
    milliseconds = models.PositiveIntegerField(null=True, help_text="That the last try took.")
    created_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(status="waiting"), name="delivery_due"),
            models.Index(fields=["webhook", "-created_at", "-id"], name="delivery_of_webhook"),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook}"
