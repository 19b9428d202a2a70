"""What follows when somebody signs in, or does not; connected in `CatalogConfig.ready`."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from catalog.accounts import audit, confirmation, sessions
from catalog.models import User
from catalog.shoppers import client_address


@receiver(user_logged_in)
def note_start(sender: object, request: HttpRequest, user: User, **_: Any) -> None:
    address = audit.valid_address(client_address(request))
    sessions.note_start(request.session, user, address=address, agent=request.headers.get("User-Agent", ""))
    confirmation.note(request)
    audit.record_of_person("signed in", user=user)


@receiver(user_login_failed)
def note_failure(sender: object, credentials: dict[str, Any], **_: Any) -> None:
    name = str(credentials.get("username", ""))[:254].replace("\0", "")
    user = User.objects.filter(email__iexact=name).first()
    if user:
        audit.record_of_person("sign-in refused", user=user)
