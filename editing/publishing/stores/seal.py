"""Access tokens of stores, encrypted, so that a copy of the database opens nobody's store."""

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from editing.publishing.stores.errors import StoreRefused


def seal(token: str) -> str:
    return _fernet().encrypt(token.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises StoreRefused where the service's key is another one than then."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise StoreRefused("The access token cannot be read any more. Connect the store again.") from error


def _fernet() -> Fernet:
    key = hmac.digest(settings.WEBHOOKS_KEY.encode(), b"access tokens of stores", "sha256")
    return Fernet(base64.urlsafe_b64encode(key))
