from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import ApiToken, Invitation, Membership, User
from catalog.services.members import digest_of
from catalog.tenancy.access import Actor, readable


def members(actor: Actor) -> QuerySet[Membership]:
    return readable(actor, Membership).select_related("user")


def open_invitations(actor: Actor) -> QuerySet[Invitation]:
    return readable(actor, Invitation).filter(accepted_at=None).select_related("invited_by")


def api_tokens(actor: Actor) -> QuerySet[ApiToken]:
    return readable(actor, ApiToken).filter(revoked_at=None).select_related("created_by")


def memberships_of(user: User) -> QuerySet[Membership]:
    return user.memberships.filter(merchant__is_active=True).select_related("merchant").order_by("merchant__name")


def invitation_by_secret(secret: str) -> Invitation | None:
    invitations = Invitation.objects.select_related("merchant", "invited_by").filter(accepted_at=None)
    return invitations.filter(digest=digest_of(secret), expires_at__gt=timezone.now()).first()
