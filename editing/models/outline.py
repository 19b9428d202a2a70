from typing import ClassVar

from django.conf import settings
from django.db import models

from catalog.models import Photo
from editing.measures import MEASURES


class PhotoOutline(models.Model):
    """Where the product is in a photo: what was found, and what a member marked for it to be found by."""

    tenant_path: ClassVar[str] = "photo__product__merchant"

    photo = models.OneToOneField(Photo, on_delete=models.CASCADE, related_name="outline")
    marks = models.JSONField(default=dict, help_text="Box and marks of a gpu_worker.contract.outline.Outline.")
    revision = models.PositiveIntegerField(default=0, help_text="Grows with every change of the marks.")
    is_confirmed = models.BooleanField(default=False, help_text="A member has looked at it and says that it is right.")
    object_key = models.CharField(max_length=120, blank=True, help_text="The grey picture of what was found.")
    confidence = models.FloatField(null=True, help_text="0 to 1; none while nothing was found by the newest marks.")
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "outline"

    def __str__(self) -> str:
        return f"Outline of {self.photo}"

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at it before anything is made of the photo."""
        is_unsure = self.confidence is not None and self.confidence < MEASURES["mask_confidence"].limit
        return is_unsure and not self.is_confirmed
