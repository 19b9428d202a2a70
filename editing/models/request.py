import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from catalog.models import Merchant
from editing.lifecycle.states import RequestStatus


class Source(models.TextChoices):
    FORM = "form", "Colourway form"
    STUDIO = "studio", "Studio"
    API = "api", "API"
    DEMO = "demo", "Demo"


class EditRequest(models.Model):
    """What a merchant asked for: some photos, and what to make of each."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="edit_requests")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=160)
    source = models.CharField(max_length=10, choices=Source, default=Source.FORM)
    status = models.CharField(max_length=10, choices=RequestStatus, default=RequestStatus.REQUESTED)
    options = models.JSONField(default=dict, help_text="Swatches, region and candidates, or constraints, as asked.")
    variants_asked = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True, help_text="Of anything that its page shows.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["merchant", "-created_at", "-id"], name="request_of_merchant")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("editing:request", args=[self.key])


class Specification(models.Model):
    """What a request asks of every one of its photos, kept once: drawings may be megabytes, and lists need none of it."""

    tenant_path: ClassVar[str] = "request__merchant"

    request = models.OneToOneField(
        EditRequest, on_delete=models.CASCADE, primary_key=True, related_name="specification"
    )
    document = models.JSONField(help_text="Constraints and options of a render job.")

    def __str__(self) -> str:
        return f"{self.request_id}"
