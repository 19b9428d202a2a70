import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from catalog.models.merchant import Merchant
from catalog.models.product import ProductKind


class ImportStatus(models.TextChoices):
    """planned -> running -> done; planned or running -> dropped."""

    PLANNED = "planned", "Looked at; nothing is brought in yet"
    RUNNING = "running", "Being brought in"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class ProductImport(models.Model):
    """An archive of products on its way in. The archive is kept until all is brought in."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="imports")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=200)
    archive_key = models.CharField(max_length=120, blank=True, help_text="Empty once it is done.")
    kind = models.CharField(max_length=10, choices=ProductKind, help_text="Where nothing says.")
    activates = models.BooleanField(default=False, help_text="New products go into the shop at once.")
    status = models.CharField(max_length=10, choices=ImportStatus, default=ImportStatus.PLANNED)
    plan = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0, help_text="How many products of the plan are dealt with.")
    outcomes = models.JSONField(default=list, help_text='[{"sku", "where", "does": "new", "product": 7, "error": ""}]')
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(null=True, blank=True, help_text="When somebody last worked on it.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["merchant", "-created_at"], name="import_of_merchant"),
            models.Index(fields=["beat_at"], condition=models.Q(status="running"), name="import_running"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def total(self) -> int:
        return len(self.plan.get("products", []))
