"""Start-up checks of the settings that the catalogue reads."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

_STORAGE_SETTINGS = ("S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY")


@register()
def check_object_store(**kwargs: Any) -> list[CheckMessage]:
    missing = [name for name in _STORAGE_SETTINGS if not getattr(settings, name, "")]
    if not missing:
        return []
    return [
        Error(
            f"The object store is not configured: {', '.join(missing)} not set.",
            hint="Set the variables of the same names in the environment; `make demo` makes them by itself.",
            id="catalog.E001",
        )
    ]


@register()
def check_user_model(**kwargs: Any) -> list[CheckMessage]:
    if settings.AUTH_USER_MODEL == "catalog.User":
        return []
    return [Error('AUTH_USER_MODEL must be "catalog.User": people sign in by e-mail.', id="catalog.E002")]
