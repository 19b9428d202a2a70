"""API tokens: shown once, kept as a digest."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog.accounts import audit
from catalog.errors import InvalidInput
from catalog.models import ApiToken, Merchant, Scope, User

PREFIX = "cw_"  # lets scanners for leaked secrets recognise ours
_USED_STEP = timedelta(minutes=5)  # how exactly the last use is known; spares a write on every request


@transaction.atomic
def token_create(
    *, merchant: Merchant, name: str, scopes: list[str], by: User | None, days: int | None = None
) -> tuple[ApiToken, str]:
    """The token's row and the token itself, which is nowhere kept. It ends after `days`; without, when it is revoked."""
    unknown = set(scopes) - set(Scope.values)
    if unknown or not scopes or not name.strip():
        raise InvalidInput("A token needs a name and at least one scope.", extra={"scopes": sorted(unknown)})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        merchant=merchant,
        name=name.strip()[:80],
        prefix=secret[:10],
        digest=_digest(secret),
        scopes=sorted(scopes),
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    audit.record("token created", by=by, merchant=merchant, about=token, scopes=sorted(scopes), days=days or "no end")
    return token, secret


def token_find(secret: str) -> ApiToken | None:
    """The live token with this secret, its merchant with it; notes its use."""
    now = timezone.now()
    tokens = ApiToken.objects.select_related("merchant").filter(alive(now), merchant__is_active=True)
    token = tokens.filter(digest=_digest(secret)).first()
    if token and (token.last_used_at is None or now - token.last_used_at > _USED_STEP):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def alive(now: datetime) -> Q:
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))


@transaction.atomic
def token_revoke(*, token: ApiToken, by: User | None = None) -> None:
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record("token revoked", by=by, merchant=token.merchant, about=token)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
