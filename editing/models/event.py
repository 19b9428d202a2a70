from typing import ClassVar

from django.conf import settings
from django.db import models

from editing.models.job import EditJob
from editing.models.request import EditRequest
from editing.models.variant import Variant


class Event(models.Model):
    """One move of a request, a job or a variant: who, when, from, to, why. Never changed."""

    tenant_path: ClassVar[str] = "request__merchant"

    request = models.ForeignKey(EditRequest, on_delete=models.CASCADE, null=True, related_name="events")
    job = models.ForeignKey(EditJob, on_delete=models.CASCADE, null=True, related_name="events")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, null=True, related_name="events")
    moved_from = models.CharField(max_length=10, blank=True)
    moved_to = models.CharField(max_length=10)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", help_text="Empty: the system."
    )
    why = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["variant", "id"], name="event_of_variant")]

    def __str__(self) -> str:
        return f"{self.moved_from} -> {self.moved_to}"
