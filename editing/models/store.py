import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from catalog.models import Merchant, Product


class StoreKind(models.TextChoices):
    SHOPIFY = "shopify", "Shopify"
    SALEOR = "saleor", "Saleor"


class Store(models.Model):
    """A merchant's own store elsewhere, which products are published to. Its key is kept encrypted."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="stores")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=StoreKind)
    name = models.CharField(max_length=80)
    url = models.CharField("address", max_length=500, help_text="Of its GraphQL endpoint.")
    sealed_token = models.TextField(help_text="Its access token, encrypted with the service's key.")
    options = models.JSONField(default=dict, help_text="What this kind of store needs, such as Saleor's channel.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class ItemStatus(models.TextChoices):
    WAITING = "waiting", "Waiting to be sent"
    DONE = "done", "As it should be"
    FAILED = "failed", "Tried as often as is sensible"


class StoreItem(models.Model):
    """One product in one store: whether it should be there, and what was sent. The table is the outbox."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="store_items")
    is_wanted = models.BooleanField(default=True, help_text="False: it is to be taken off the store.")
    status = models.CharField(max_length=10, choices=ItemStatus, default=ItemStatus.WAITING)
    remote_id = models.CharField(max_length=200, blank=True, help_text="The store's own name of it; empty: not there.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was sent last.")
    batch = models.UUIDField(null=True, help_text="The publication that it was last part of.")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="When it is due; while it is under way, when to give it up.")
    problem = models.CharField(max_length=300, blank=True, help_text="Why the last try did not work.")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["product", "pk"]
        constraints = [models.UniqueConstraint(fields=["store", "product"], name="store_item_once")]
        indexes = [models.Index(fields=["next_at"], condition=models.Q(status="waiting"), name="store_item_due")]

    def __str__(self) -> str:
        return f"{self.product} in {self.store}"
