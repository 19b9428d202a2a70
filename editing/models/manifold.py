from typing import ClassVar

from django.db import models

from catalog.models import Merchant, ProductKind
from editing.models.job import EditJob


class OwnManifold(models.Model):
    """A manifold that was fitted to a merchant's own photos. It serves that merchant alone."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=ProductKind)
    version = models.CharField(max_length=64)
    file_keys = models.JSONField(help_text="Object keys by file name.")
    job = models.ForeignKey(
        EditJob, on_delete=models.SET_NULL, null=True, related_name="+", help_text="That trained it."
    )
    is_in_use = models.BooleanField(default=False, help_text="For all new work on the merchant's photos of the kind.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "kind", "version"], name="own_manifold_once"),
            models.UniqueConstraint(
                fields=["merchant", "kind"], condition=models.Q(is_in_use=True), name="own_manifold_one_in_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant}: {self.kind} {self.version}"
