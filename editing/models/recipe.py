import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from catalog.models import Merchant


class Recipe(models.Model):
    """How a picture was made, to be used again. Never changed; the document is `editing.recipes.document`."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="recipes")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=120)
    document = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the document; the same recipe is kept once.")
    is_kept = models.BooleanField(default=False, help_text="A member gave it a name, to find it again.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["merchant", "digest"], name="recipe_once_per_merchant")]

    def __str__(self) -> str:
        return self.title
