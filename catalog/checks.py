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


@register()
def check_public_delivery(**kwargs: Any) -> list[CheckMessage]:
    delivery = settings.S3_PUBLIC_DELIVERY
    if delivery not in {"presigned", "public"}:
        return [Error(f'S3_PUBLIC_DELIVERY is "{delivery}"; it must be "presigned" or "public".', id="catalog.E003")]
    if delivery == "public" and not settings.S3_PUBLIC_URL:
        return [Error("S3_PUBLIC_DELIVERY is public, but S3_PUBLIC_URL does not say where.", id="catalog.E004")]
    return []
