"""Start-up checks: a wrong setting stops the process with a sentence that says what to change."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from gpu_worker.origin.credentials import CredentialsError, check
from gpu_worker.origin.manifest import installation

_SHORTEST_KEY = 40


@register(Tags.security)
def check_secret_key(**_: Any) -> list[CheckMessage]:
    if len(settings.SECRET_KEY) >= _SHORTEST_KEY or not settings.PRODUCTION:
        return []
    hint = "python -c 'import secrets; print(secrets.token_urlsafe(50))' makes one."
    return [Error(f"SECRET_KEY must have at least {_SHORTEST_KEY} characters.", hint=hint, id="deploy.E001")]


@register(Tags.security)
def check_production(**_: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG and PRODUCTION are both set.", hint="Unset DEBUG.", id="deploy.E002"))
    if not settings.ALLOWED_HOSTS or set(settings.ALLOWED_HOSTS) <= _LOOPBACK or "*" in settings.ALLOWED_HOSTS:
        hint = "Set ALLOWED_HOSTS to the names under which visitors reach the site, separated by commas."
        found.append(Error("ALLOWED_HOSTS does not name the site's hosts.", hint=hint, id="deploy.E003"))
    if settings.WEBHOOKS_ALLOW_PRIVATE:
        hint = "Unset it: anybody who may add a webhook could otherwise reach your inner network through the service."
        found.append(Error("WEBHOOKS_ALLOW_PRIVATE is for tests and demos.", hint=hint, id="deploy.E007"))
    if not settings.STAFF_SECOND_FACTOR:
        hint = "Unset it: whoever guesses a reviewer's password would see every shop."
        found.append(Error("STAFF_SECOND_FACTOR is off; that is for demos.", hint=hint, id="deploy.E008"))
    if not settings.TRUSTED_PROXIES:
        hint = "Set TRUSTED_PROXIES to the networks of the proxies in front, else all visitors share one address in the sign-in guard."
        found.append(Warning("TRUSTED_PROXIES is empty in production.", hint=hint, id="deploy.W001"))
    return found


@register()
def check_delivery(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.S3_PUBLIC_DELIVERY not in {"presigned", "public"}:
        found.append(Error('S3_PUBLIC_DELIVERY must be "presigned" or "public".', id="deploy.E004"))
    elif settings.S3_PUBLIC_DELIVERY == "public" and not settings.S3_PUBLIC_URL:
        hint = "Set S3_PUBLIC_URL to the address of the public bucket or the CDN in front of it."
        found.append(Error("Public delivery needs an address.", hint=hint, id="deploy.E005"))
    return found


@register()
def check_broker(**_: Any) -> list[CheckMessage]:
    scheme = settings.BROKER_URL.partition("://")[0]
    if scheme in {"redis", "rediss", "amqp", "amqps", "sqs"}:
        return []
    return [
        Error(f"BROKER_URL has the scheme {scheme!r}.", hint="redis, rediss, amqp, amqps or sqs.", id="deploy.E006")
    ]


@register(Tags.security)
def check_signing_key(**_: Any) -> list[CheckMessage]:
    try:
        credentials = installation()
        if credentials is not None:
            check(credentials)
    except CredentialsError as error:
        hint = "Set ORIGIN_FOLDER, or ORIGIN_KEY and ORIGIN_CHAIN, to what `manage.py create_signing_key` made."
        return [Error(str(error), hint=hint, id="deploy.E009")]
    if credentials is not None or not settings.PRODUCTION:
        return []
    hint = "`manage.py create_signing_key FOLDER` makes one; ORIGIN_FOLDER names it, or ORIGIN_KEY and ORIGIN_CHAIN hold it."
    return [
        Warning("This process has no signing key: pictures that it makes are not signed.", hint=hint, id="deploy.W002")
    ]


_LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}
