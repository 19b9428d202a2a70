import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from catalog.models import Alteration, Colourway, Photo, PublishedVariant
from editing.lifecycle.states import VariantStatus
from editing.models.job import EditJob
from editing.models.recipe import Recipe
from editing.models.request import EditRequest


class Variant(models.Model):
    """A finished image that waits for a decision, or has had one. Its objects are stored before the row exists."""

    tenant_path: ClassVar[str] = "request__merchant"

    request = models.ForeignKey(EditRequest, on_delete=models.CASCADE, related_name="variants")
    job = models.ForeignKey(EditJob, on_delete=models.CASCADE, related_name="variants")
    candidate = models.PositiveSmallIntegerField(help_text="Which of the job's results; with the job, its identity.")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="variants")
    colourway = models.ForeignKey(
        Colourway, on_delete=models.CASCADE, related_name="variants", help_text="The set of views that it belongs to."
    )
    recipe = models.ForeignKey(
        Recipe, on_delete=models.RESTRICT, null=True, related_name="variants", help_text="Empty: made before recipes."
    )
    colour_name = models.CharField(max_length=60)
    swatch_hex = models.CharField(max_length=7, blank=True, help_text="What was asked for; empty without a swatch.")
    measured_hex = models.CharField(max_length=7)
    measured_l = models.FloatField(help_text="CIELAB (D65), measured on the image.")
    measured_a = models.FloatField()
    measured_b = models.FloatField()

    object_key = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    thumbnails = models.JSONField(default=dict, help_text='Object keys by width in pixels: {"320": "thumbs/..."}.')
    sequence_key = models.CharField(max_length=120, blank=True)
    alpha_key = models.CharField(
        max_length=120, blank=True, help_text="The product's opacity, as large as the picture."
    )
    w_plus = models.BinaryField(default=b"", help_text="The solution's latent.")
    manifold_version = models.CharField(max_length=64)
    measures = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    suspicion = models.FloatField(
        default=0, help_text="How far the worst measure lies beyond its limit; 0 = none does."
    )

    status = models.CharField(max_length=10, choices=VariantStatus, default=VariantStatus.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="Until then no other reviewer is handed it.")
    published = models.OneToOneField(
        PublishedVariant, on_delete=models.SET_NULL, null=True, blank=True, related_name="edit_variant"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["job", "candidate"]
        constraints = [models.UniqueConstraint(fields=["job", "candidate"], name="variant_once_per_candidate")]
        indexes = [
            models.Index(
                fields=["-suspicion", "id"], condition=models.Q(status="pending"), name="variant_review_queue"
            ),
            models.Index(fields=["request", "status"], name="variant_of_request"),
            models.Index(fields=["object_key"], name="edit_variant_object_key"),
            models.Index(fields=["-decided_at"], name="variant_decided"),
            models.Index(fields=["colourway", "status"], name="variant_of_colourway"),
        ]

    def __str__(self) -> str:
        return f"{self.photo} in {self.colour_name}"

    @property
    def alteration(self) -> Alteration:
        return Alteration.GENERATED if self.photo.alteration == Alteration.GENERATED else Alteration.MODIFIED
