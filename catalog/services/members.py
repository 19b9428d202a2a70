"""Members of a merchant and the invitations that bring them in."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from catalog.accounts import audit
from catalog.errors import Conflict, InvalidInput
from catalog.models import Invitation, Membership, Merchant, Role, User
from catalog.services.rates import Rate, spend

INVITATION_LIFE = timedelta(days=7)
INVITATIONS = Rate(name="invitations of a shop", count=50, seconds=86_400)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def member_invite(*, merchant: Merchant, email: str, role: Role, by: User | None) -> tuple[Invitation, str]:
    """An invitation and its secret, which is nowhere kept. Inviting an address again replaces the older invitation."""
    email = _clean_email(email)
    spend(INVITATIONS, str(merchant.pk))
    if merchant.memberships.filter(user__email__iexact=email).exists():
        raise Conflict(f"{email} is a member already.")
    merchant.invitations.filter(email__iexact=email, accepted_at=None).delete()
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        merchant=merchant,
        email=email,
        role=role,
        digest=digest_of(secret),
        invited_by=by,
        expires_at=timezone.now() + INVITATION_LIFE,
    )
    audit.record("member invited", by=by, merchant=merchant, about=email, role=role)
    return invitation, secret


@transaction.atomic
def invitation_withdraw(*, invitation: Invitation, by: User | None) -> None:
    invitation.delete()
    audit.record("invitation withdrawn", by=by, merchant=invitation.merchant, about=invitation.email)


def _clean_email(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput(f"{email} is not an e-mail address.", extra={"email": error.messages}) from error
    return email


def invitation_send(*, invitation: Invitation, url: str) -> None:
    context = {"invitation": invitation, "url": url, "days": INVITATION_LIFE.days}
    send_mail(
        subject=f"{invitation.merchant.name} invites you to Colorway",
        message=render_to_string("catalog/email/invitation.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        recipient_list=[invitation.email],
    )


@transaction.atomic
def invitation_accept(*, invitation: Invitation, user: User) -> Membership:
    """Make the invited person a member. Only who owns the invited address may take it."""
    locked = Invitation.objects.select_for_update().select_related("merchant").get(pk=invitation.pk)
    if locked.accepted_at is not None or locked.expires_at <= timezone.now():
        raise Conflict("This invitation is no longer valid. Ask for a new one.")
    if user.email.lower() != locked.email.lower():
        raise Conflict(f"This invitation is for {locked.email}. Sign in with that address.")
    from catalog.services.sign_up import shop_open  # which invites by this module

    shop_open(locked)
    membership, _ = Membership.objects.get_or_create(
        merchant=locked.merchant, user=user, defaults={"role": locked.role}
    )
    locked.accepted_at = timezone.now()
    locked.save(update_fields=["accepted_at"])
    audit.record("member joined", by=user, merchant=locked.merchant, about=user, role=membership.role)
    return membership


@transaction.atomic
def invitation_register(*, invitation: Invitation, name: str, password: str) -> Membership:
    """Make an account for an invited person who has none, and the membership with it."""
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise Conflict(f"{invitation.email} has an account. Sign in to accept the invitation.")
    user = User(email=invitation.email, first_name=name.strip()[:150])
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput("This password is too weak.", extra={"password": error.messages}) from error
    user.set_password(password)
    user.save()
    return invitation_accept(invitation=invitation, user=user)


@transaction.atomic
def member_change_role(*, membership: Membership, role: Role, by: User | None = None) -> Membership:
    _keep_an_owner(membership, leaving=role != Role.OWNER)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    audit.record("role changed", by=by, merchant=membership.merchant, about=membership.user, before=before, now=role)
    return membership


@transaction.atomic
def member_remove(*, membership: Membership, by: User | None = None) -> None:
    _keep_an_owner(membership, leaving=True)
    membership.delete()
    audit.record("member removed", by=by, merchant=membership.merchant, about=membership.user, role=membership.role)


def _keep_an_owner(membership: Membership, *, leaving: bool) -> None:
    # The merchant's row is locked, so that two owners cannot remove each other at the same moment.
    Merchant.objects.select_for_update().get(pk=membership.merchant_id)
    owners = Membership.objects.filter(merchant=membership.merchant_id, role=Role.OWNER)
    if leaving and not owners.exclude(pk=membership.pk).exists():
        raise Conflict("A merchant needs an owner. Make somebody else an owner first.")
