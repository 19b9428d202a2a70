from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from catalog.models import Merchant, Photo, ProductKind


class OwnPartState(models.TextChoices):
    FINDING = "finding", "Finding: a worker looks for the units that agree with the strokes"
    READY = "ready", "Ready: it can be taken away"
    FAILED = "failed", "Failed: nothing agreed with the strokes"


class OwnPart(models.Model):
    """A part that a merchant named and painted on some photos: a group of units that finds it in others. For one manifold version."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="own_parts")
    kind = models.CharField(max_length=10, choices=ProductKind)
    name = models.CharField(max_length=60)
    manifold_version = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=OwnPartState, default=OwnPartState.FINDING)
    problem = models.CharField(max_length=300, blank=True, help_text="A sentence for the merchant.")
    agreement = models.FloatField(
        null=True, help_text="Intersection over union with strokes that it was not fitted on."
    )
    weights = models.BinaryField(default=b"", help_text="Little-endian float32, one of each unit.")
    places = models.BinaryField(default=b"", help_text="Little-endian float32, 32 x 32 over the frame.")
    best = models.JSONField(default=list, help_text="The single units that agree best: layer, unit, agreement.")
    strip_key = models.CharField(max_length=120, blank=True, help_text="Where it is on in the painted photos.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "part of their own"
        verbose_name_plural = "parts of their own"
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "kind", "manifold_version", "name"], name="own_part_name_once_per_version"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("editing:own-part", args=[self.pk])


class OwnPartPhoto(models.Model):
    """Where the part was painted on a photo."""

    tenant_path: ClassVar[str] = "part__merchant"

    part = models.ForeignKey(OwnPart, on_delete=models.CASCADE, related_name="photos")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    painted = models.CharField(max_length=1024, help_text="32 x 32 of 0 and 1 over the manifold's frame, row by row.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "photo"], name="own_part_photo_once")]

    def __str__(self) -> str:
        return f"{self.part} on {self.photo}"
