"""What belongs to a person's account: sessions that end, recovery codes, and the log of what was done."""

import hashlib
import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django_otp.models import Device, ThrottlingMixin

from catalog.models.merchant import Merchant

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike
# From the most particular: Edge calls itself Chrome, too, and everybody calls themselves Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip
_CODE_LENGTH = 24  # 119 bits, so that a plain digest is enough


class Session(AbstractBaseSession):
    """A visitor's session; a person's ends when it is not used for `idle`, and at `expire_date` in any case."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle = models.DurationField(help_text="It ends when it was not used for so long.")
    address = models.GenericIPAddressField(null=True, help_text="Where it was started.")
    agent = models.CharField(max_length=200, blank=True, help_text="The browser that started it.")

    class Meta:
        ordering = ["-seen_at"]

    @property
    def browser(self) -> str:
        """ "Firefox on Linux", as far as the browser says."""
        browser = next((name for mark, name in _BROWSERS if mark in self.agent), "A browser")
        system = next((name for mark, name in _SYSTEMS if mark in self.agent), "")
        return f"{browser} on {system}" if system else browser

    @property
    def handle(self) -> str:
        """What pages call it by: the key itself would let its reader in."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:32]

    @classmethod
    def get_session_store_class(cls) -> Any:
        from catalog.accounts.sessions import SessionStore

        return SessionStore


class RecoveryCodes(ThrottlingMixin, Device):  # type: ignore[misc]
    """A person's way in when phone and passkey are lost. Each code works once; only digests are kept."""

    digests = ArrayField(models.CharField(max_length=64), default=list)

    def renew(self, count: int) -> list[str]:
        """New codes, the only time that they are known; the old ones end."""
        codes = ["".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)) for _ in range(count)]
        self.digests = [_digest(code) for code in codes]
        self.save()
        return ["-".join(code[start : start + 6] for start in range(0, _CODE_LENGTH, 6)) for code in codes]

    def verify_token(self, token: str) -> bool:
        """Use a code up. The caller holds the row's lock (django-otp takes it)."""
        if not self.verify_is_allowed()[0]:
            return False
        digest = _digest(token)
        if digest not in self.digests:
            self.throttle_increment()
            return False
        self.digests.remove(digest)
        self.throttle_reset(commit=False)
        self.save()
        return True

    def get_throttle_factor(self) -> float:
        return 1


def _digest(code: str) -> str:
    bare = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()


class AuditEntry(models.Model):
    """One line of the audit log. The database refuses to change a line, and to delete one younger than 400 days.

    Merchant and person are kept as values: the log outlives both.
    """

    tenant_path: ClassVar[str] = "merchant"

    at = models.DateTimeField(auto_now_add=True, help_text="Set by the database.")
    merchant = models.ForeignKey(
        Merchant, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="audit_entries"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=254, help_text="The person's e-mail address, or what acted by itself.")
    action = models.CharField(max_length=40)
    about = models.CharField(max_length=254, blank=True)
    details = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "audit entry"
        verbose_name_plural = "audit log"
        indexes = [
            models.Index(fields=["merchant", "-at"], name="audit_of_merchant"),
            models.Index(fields=["actor", "-at"], name="audit_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name}: {self.action}"

    @property
    def summary(self) -> str:
        """The details in a line."""
        values = {n: ", ".join(map(str, v)) if isinstance(v, list) else str(v) for n, v in self.details.items()}
        return " · ".join(f"{name}: {value}" for name, value in values.items())
