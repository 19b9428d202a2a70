"""API tokens: shown once, kept as a digest."""

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from catalog.errors import InvalidInput
from catalog.models import ApiToken, Merchant, Scope, User

PREFIX = "cw_"  # lets scanners for leaked secrets recognise ours
_USED_STEP = timedelta(minutes=5)  # how exactly the last use is known; spares a write on every request


def token_create(*, merchant: Merchant, name: str, scopes: list[str], by: User | None) -> tuple[ApiToken, str]:
    """The token's row and the token itself, which is nowhere kept."""
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
    )
    return token, secret


def token_find(secret: str) -> ApiToken | None:
    """The live token with this secret, its merchant with it; notes its use."""
    tokens = ApiToken.objects.select_related("merchant").filter(revoked_at=None, merchant__is_active=True)
    token = tokens.filter(digest=_digest(secret)).first()
    now = timezone.now()
    if token and (token.last_used_at is None or now - token.last_used_at > _USED_STEP):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def token_revoke(*, token: ApiToken) -> None:
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
