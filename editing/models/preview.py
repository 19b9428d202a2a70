import uuid
from typing import ClassVar

from django.db import models

from catalog.models import Photo, Product


class PreviewStatus(models.TextChoices):
    WAITING = "waiting", "Waiting for a worker"
    MAKING = "making", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Cannot be made"


class ColourPreview(models.Model):
    """What a product would look like in a colour that it does not have: made for a shopper, small, never published."""

    tenant_path: ClassVar[str] = "product__merchant"

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="colour_previews")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=60, help_text="As the colour is called.")
    hex = models.CharField(max_length=7)
    status = models.CharField(max_length=10, choices=PreviewStatus, default=PreviewStatus.WAITING)
    object_key = models.CharField(max_length=200, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField(auto_now_add=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["photo", "hex"], name="preview_once_per_colour")]

    def __str__(self) -> str:
        return f"{self.product} in {self.words}"

    @property
    def is_open(self) -> bool:
        return self.status in (PreviewStatus.WAITING, PreviewStatus.MAKING)
