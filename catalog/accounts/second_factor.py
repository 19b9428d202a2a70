"""Second factors: an authenticator app (TOTP), passkeys (WebAuthn), and recovery codes for the day both are lost."""

from base64 import b32encode
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential

from catalog.accounts import audit, sessions
from catalog.errors import Conflict, InvalidInput
from catalog.models import RecoveryCodes, User
from catalog.services.rates import Rate, spend

CODES = 10
GUESSES = Rate(name="second factor", count=10, seconds=900)


@dataclass(frozen=True, kw_only=True)
class Factors:
    """What a person has set up."""

    authenticator: TOTPDevice | None
    passkeys: list[WebAuthnCredential]
    codes_left: int

    def __bool__(self) -> bool:
        return bool(self.authenticator or self.passkeys)

    @property
    def count(self) -> int:
        return len(self.passkeys) + (self.authenticator is not None)


def factors_of(user: User) -> Factors:
    codes = RecoveryCodes.objects.filter(user=user, confirmed=True).first()
    return Factors(
        authenticator=TOTPDevice.objects.filter(user=user, confirmed=True).first(),
        passkeys=list(WebAuthnCredential.objects.filter(user=user, confirmed=True).order_by("pk")),
        codes_left=len(codes.digests) if codes else 0,
    )


def is_required(user: User) -> bool:
    return bool(user.is_staff and settings.STAFF_SECOND_FACTOR)


@transaction.atomic
def authenticator_begin(*, user: User) -> TOTPDevice:
    """The device that waits for its first code; the same one until it is confirmed, so that reloading is harmless."""
    waiting = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    return waiting or TOTPDevice.objects.create(user=user, name="Authenticator app", confirmed=False)


@transaction.atomic
def authenticator_confirm(*, user: User, code: str) -> tuple[TOTPDevice, list[str]]:
    """Take the app into use with its first code. Gives recovery codes with a first factor. Raises InvalidInput."""
    spend(GUESSES, str(user.pk))
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(_digits(code)):
        raise InvalidInput("This code is not right. Wait for the next one and check the phone's clock.")
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save()
    return device, added(user=user, what="authenticator app")


def added(*, user: User, what: str) -> list[str]:
    """Note a new factor; the codes, where it is the first."""
    audit.record_of_person("second factor added", user=user, about=what)
    return [] if factors_of(user).codes_left else recovery_codes_renew(user=user)


@transaction.atomic
def recovery_codes_renew(*, user: User) -> list[str]:
    row, _ = RecoveryCodes.objects.select_for_update().get_or_create(user=user, defaults={"name": "Recovery codes"})
    audit.record_of_person("recovery codes renewed", user=user)
    codes: list[str] = row.renew(CODES)
    return codes


@transaction.atomic
def factor_remove(*, user: User, device: Device) -> None:
    """Raises Conflict where the person must keep one."""
    User.objects.select_for_update().get(pk=user.pk)
    if is_required(user) and factors_of(user).count <= 1:
        raise Conflict("Staff need a second factor. Add another one first.")
    audit.record_of_person("second factor removed", user=user, about=device.name or "passkey")
    device.delete()
    if not factors_of(user):
        RecoveryCodes.objects.filter(user=user).delete()


@transaction.atomic
def factors_forget(*, user: User, by: User) -> None:
    """By an operator, for somebody who lost them all and has shown who they are. Ends every session."""
    for model in (TOTPDevice, WebAuthnCredential, RecoveryCodes):
        model.objects.filter(user=user).delete()
    sessions.sessions_end(user=user)
    audit.record("second factor removed", by=by, about=user, merchant=None)


def verify(*, user: User, code: str) -> Device | None:
    """The factor that the code comes from: the app, or a recovery code, which is used up."""
    spend(GUESSES, str(user.pk))
    bare = _digits(code)
    model = TOTPDevice if bare.isascii() and bare.isdigit() and len(bare) == 6 else RecoveryCodes
    device = model.objects.filter(user=user, confirmed=True).first()
    return verify_token(user, device.persistent_id, bare) if device else None


def _digits(code: str) -> str:
    return code.replace(" ", "").strip()[:64]


def secret_of(device: TOTPDevice) -> str:
    """The secret for typing, in groups of four letters."""
    letters = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def relying_party(request: HttpRequest) -> str:
    """Passkeys are bound to the site's name; ALLOWED_HOSTS has judged it."""
    return request.get_host().partition(":")[0]


class PasskeyHelper(WebAuthnHelper):  # type: ignore[misc]
    def get_allowed_origins(self) -> list[str]:
        return [f"{self.request.scheme}://{self.request.get_host()}"]
