from typing import ClassVar

from django.db import models
from pgvector.django import VectorField

from catalog.models import SHAPE_DIMENSIONS, Photo


class Projection(models.Model):
    """A photo's latent, valid for one manifold version; made once and used by every later request."""

    tenant_path: ClassVar[str] = "photo__product__merchant"

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="projections")
    manifold_version = models.CharField(max_length=64)
    w_plus = models.BinaryField(help_text="Little-endian float32, (layers, dimensions).")
    shape = VectorField(dimensions=SHAPE_DIMENSIONS, help_text="Mean of w+ over the layers.")
    frame_scale = models.FloatField(help_text="Side of the manifold's frame in photo pixels.")
    frame_left = models.FloatField()
    frame_top = models.FloatField()
    lpips = models.FloatField(help_text="Reconstruction error in the frame.")
    mask_confidence = models.FloatField(default=1, help_text="How well the product's outline was found, 0 to 1.")
    seconds = models.FloatField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["photo", "manifold_version"], name="projection_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.photo} at {self.manifold_version}"
