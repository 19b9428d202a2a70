from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from catalog.models.merchant import Merchant, Role


class Scope(models.TextChoices):
    CATALOG_READ = "catalog:read", "Read products and photos"
    CATALOG_WRITE = "catalog:write", "Create, change and delete products and photos"
    EDITS_READ = "edits:read", "Read edit requests and variants"
    EDITS_WRITE = "edits:write", "Create and cancel edit requests"
    WEBHOOKS_READ = "webhooks:read", "Read webhooks and the log of their deliveries"
    WEBHOOKS_WRITE = "webhooks:write", "Add, change and delete webhooks"


class ApiToken(models.Model):
    """A program's key to one merchant's data. Only the digest is kept; the token itself is shown once."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, help_text="First characters of the token, to recognise it by.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token.")
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it works until it is revoked.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}...)"

    def may(self, needed: Role) -> bool:
        """A token never manages members or tokens; what else it may do is the business of its scopes."""
        return needed is not Role.OWNER

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def has_scope(self, scope: str) -> bool:
        return scope in self.scopes


class IdempotencyRecord(models.Model):
    """The answer to a write that carried an Idempotency-Key, given again when the write is repeated."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status_code = models.PositiveSmallIntegerField(null=True, help_text="Empty while the first request runs.")
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
