"""A new shop by its own owner. The shop opens when the invitation that was mailed is accepted, so that the address is theirs."""

import secrets

from django.db import transaction
from django.utils.text import slugify

from catalog.errors import InvalidInput
from catalog.models import Invitation, Merchant, Role
from catalog.services.members import member_invite
from catalog.services.rates import Rate, spend

PER_VISITOR = Rate(name="sign-ups", count=5, seconds=86_400)


@transaction.atomic
def shop_ask(*, name: str, email: str, visitor: str) -> tuple[Invitation, str]:
    """A closed shop and its owner's invitation, with the invitation's secret. Raises InvalidInput or TooOften."""
    spend(PER_VISITOR, visitor)
    name = " ".join(name.split())
    if len(name) < 2:
        raise InvalidInput("Give your shop a name.", extra={"name": ["Give your shop a name."]})
    slug = f"{slugify(name)[:60] or 'shop'}-{secrets.token_hex(3)}"
    merchant = Merchant.objects.create(name=name[:120], slug=slug, is_active=False)
    return member_invite(merchant=merchant, email=email, role=Role.OWNER, by=None)


def shop_open(invitation: Invitation) -> None:
    """Of a shop that waited for its first owner."""
    merchant = invitation.merchant
    if invitation.invited_by_id is None and not merchant.memberships.exists():
        Merchant.objects.filter(pk=merchant.pk, is_active=False).update(is_active=True)
        merchant.is_active = True
