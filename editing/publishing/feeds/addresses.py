"""Addresses of feeds: whoever has one may read it, as shopping services cannot sign in. The secret is derived and kept nowhere."""

import base64
import hmac

from django.conf import settings
from django.db import transaction

from catalog.models import Merchant

FORMATS = ("google.xml", "shopify.csv")


def secret_of(merchant: Merchant) -> str:
    text = f"feed:{merchant.pk}:{merchant.feed_number}".encode()
    digest = hmac.digest(settings.WEBHOOKS_KEY.encode(), text, "sha256")
    return base64.urlsafe_b64encode(digest[:18]).decode()


def merchant_of(slug: str, secret: str) -> Merchant | None:
    merchant = Merchant.objects.filter(slug=slug, is_active=True).first()
    return merchant if merchant and hmac.compare_digest(secret_of(merchant).encode(), secret.encode()) else None


@transaction.atomic
def addresses_renew(*, merchant: Merchant) -> None:
    """New addresses; the old ones end at once."""
    locked = Merchant.objects.select_for_update().get(pk=merchant.pk)
    locked.feed_number += 1
    locked.save(update_fields=["feed_number"])
