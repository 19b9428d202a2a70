from typing import ClassVar

from django.conf import settings
from django.db import models

from catalog.models import Merchant
from editing.models.request import EditRequest


class NoticeKind(models.TextChoices):
    """What a person is told about a request of theirs."""

    DONE = "done", "is ready"
    FAILED = "failed", "failed"
    REJECTED = "rejected", "was looked at: some colours were rejected"


class Notice(models.Model):
    """A line for the person who asked. One for each request and kind: later news of the kind make it new again."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    request = models.ForeignKey(EditRequest, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=NoticeKind)
    changed_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="Or when it was decided that no mail is wanted.")

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["request", "kind"], name="notice_once_per_request_and_kind")]
        indexes = [
            models.Index(fields=["user", "merchant", "-changed_at"], name="notice_of_user"),
            models.Index(fields=["changed_at"], condition=models.Q(mailed_at=None), name="notice_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.get_kind_display()}"


class NoticeChoice(models.Model):
    """Whether a person wants mail. Without a row they do."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choice")
    by_mail = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.user}: {'mail' if self.by_mail else 'no mail'}"
