"""HMAC-SHA256 over time and body, so that a receiver knows who sent it, that it is whole, and that it is new.

Colorway-Signature: t=1767225600,v1=5257a869e7...
v1 = HMAC-SHA256(secret, "1767225600." + body) in hex
"""

import base64
import hashlib
import hmac

from django.conf import settings

from editing.models import Webhook

HEADER = "Colorway-Signature"
PREFIX = "whsec_"


def secret_of(webhook: Webhook) -> str:
    """Derived from the service's key, so that a copy of the database gives away no merchant's secret."""
    text = f"webhook:{webhook.key}:{webhook.secret_number}".encode()
    digest = hmac.digest(settings.WEBHOOKS_KEY.encode(), text, "sha256")
    return PREFIX + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def sign(secret: str, body: bytes, *, at: int) -> str:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
