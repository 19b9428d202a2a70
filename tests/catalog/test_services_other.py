"""Variants, search entries, members, invitations and tokens."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from catalog.colours import lab_from_hex
from catalog.errors import CatalogError, Conflict, InvalidInput
from catalog.models import SHAPE_DIMENSIONS, ApiToken, Invitation, Membership, Product, Role, SearchEntry, User
from catalog.selectors.members import invitation_by_secret
from catalog.services import members, search_index, tokens, variants
from tests.catalog.factories import ColourwayFactory, MembershipFactory, MerchantFactory, UserFactory, active_product

pytestmark = pytest.mark.django_db


def _publish(product: Product, name: str = "Deep Navy", key: str = "variants/1"):
    image = variants.VariantImage(object_key=key, width=900, height=900, thumbnails={"320": "thumbs/1"})
    return variants.variant_publish(
        photo=product.photos.get(is_primary=True),
        colourway=ColourwayFactory(product=product, name=name),
        swatch_hex="#1d3557",
        measured=lab_from_hex("#1d3557"),
        image=image,
    )


def test_a_published_variant_has_an_address_and_is_found():
    product = active_product()
    variant = _publish(product)
    assert variant.get_absolute_url() == f"/products/{product.slug}/deep-navy/"
    entry = SearchEntry.objects.get(variant=variant)
    assert (entry.colour_family, entry.is_public, entry.merchant) == ("blue", True, product.merchant)


def test_publishing_the_same_image_again_changes_nothing():
    product = active_product()
    assert _publish(product) == _publish(product)
    assert product.published_variants.count() == 1


def test_two_variants_of_one_colour_get_two_addresses():
    product = active_product()
    slugs = [_publish(product, key=f"variants/{number}").slug for number in range(3)]
    assert slugs == ["deep-navy", "deep-navy-2", "deep-navy-3"]


def test_withdrawing_takes_a_variant_out_of_search_and_keeps_its_row():
    product = active_product()
    variant = _publish(product)
    variants.variant_withdraw(variant=variant)
    variants.variant_withdraw(variant=variant)
    assert not SearchEntry.objects.filter(variant=variant).exists()
    assert product.published_variants.get().withdrawn_at is not None
    assert _publish(product) != variant  # the same image may be published anew


def test_a_shape_is_written_to_all_entries_of_its_photo_and_survives_reindexing():
    product = active_product()
    _publish(product)
    photo = product.photos.get()
    written = search_index.shape_record(photo=photo, vector=[0.5] * SHAPE_DIMENSIONS, version="v1")
    assert written == 2
    search_index.product_reindex(product)
    assert set(SearchEntry.objects.values_list("shape_version", flat=True)) == {"v1"}
    with pytest.raises(InvalidInput, match="128"):
        search_index.shape_record(photo=photo, vector=[0.5], version="v1")


def test_an_inactive_merchant_is_found_no_more():
    product = active_product()
    product.merchant.is_active = False
    product.merchant.save()
    search_index.merchant_reindex(product.merchant_id)
    assert not SearchEntry.objects.filter(is_public=True).exists()


def _invite(owner: Membership, email: str = "New@Example.com ", role: Role = Role.EDITOR) -> tuple[Invitation, str]:
    return members.member_invite(merchant=owner.merchant, email=email, role=role, by=owner.user)


def test_an_invitation_keeps_only_the_digest_of_its_secret(owner: Membership):
    invitation, secret = _invite(owner)
    assert secret not in {str(value) for value in vars(invitation).values()}
    assert invitation.email == "new@example.com"
    assert invitation_by_secret(secret) == invitation
    assert invitation_by_secret(secret + "x") is None


def test_an_invitation_is_sent_with_its_link(owner: Membership):
    invitation, secret = _invite(owner)
    members.invitation_send(invitation=invitation, url=f"https://shop.example.com/invitations/{secret}/")
    (message,) = mail.outbox
    assert message.to == ["new@example.com"]
    assert secret in message.body


def test_inviting_again_replaces_the_older_invitation(owner: Membership):
    _, first = _invite(owner)
    _, second = _invite(owner, role=Role.VIEWER)
    assert invitation_by_secret(first) is None
    assert invitation_by_secret(second).role == Role.VIEWER


def test_a_member_is_not_invited_again(owner: Membership):
    with pytest.raises(Conflict, match="member already"):
        _invite(owner, email=owner.user.email.upper())
    with pytest.raises(InvalidInput):
        _invite(owner, email="nobody")


def test_an_invited_person_makes_an_account_and_joins(owner: Membership):
    invitation, secret = _invite(owner)
    membership = members.invitation_register(invitation=invitation, name="Noor", password="quite a long password")
    assert (membership.user.email, membership.role, membership.merchant) == (
        "new@example.com",
        "editor",
        owner.merchant,
    )
    assert membership.user.check_password("quite a long password")
    assert invitation_by_secret(secret) is None
    with pytest.raises(Conflict):
        members.invitation_accept(invitation=invitation, user=membership.user)


def test_a_weak_password_makes_no_account(owner: Membership):
    invitation, _ = _invite(owner)
    with pytest.raises(InvalidInput) as refused:
        members.invitation_register(invitation=invitation, name="Noor", password="12345")
    assert refused.value.extra["password"]
    assert not User.objects.filter(email="new@example.com").exists()


def test_an_invitation_is_for_its_address_only(owner: Membership):
    invitation, _ = _invite(owner)
    with pytest.raises(Conflict, match="is for new@example"):
        members.invitation_accept(invitation=invitation, user=UserFactory())
    assert owner.merchant.memberships.count() == 1


def test_an_account_is_not_taken_over_by_an_invitation(owner: Membership):
    existing = UserFactory(email="new@example.com")
    invitation, _ = _invite(owner)
    with pytest.raises(Conflict, match="Sign in"):
        members.invitation_register(invitation=invitation, name="x", password="quite a long password")
    existing.refresh_from_db()
    assert not existing.check_password("quite a long password")


def test_an_old_invitation_is_no_longer_valid(owner: Membership):
    invitation, secret = _invite(owner)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert invitation_by_secret(secret) is None
    with pytest.raises(Conflict):
        members.invitation_accept(invitation=invitation, user=UserFactory(email="new@example.com"))


def test_the_last_owner_stays(owner: Membership):
    with pytest.raises(Conflict, match="needs an owner"):
        members.member_remove(membership=owner)
    with pytest.raises(Conflict, match="needs an owner"):
        members.member_change_role(membership=owner, role=Role.EDITOR)
    second = MembershipFactory(merchant=owner.merchant, role=Role.OWNER)
    members.member_remove(membership=owner)
    assert list(second.merchant.memberships.all()) == [second]


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_remove_each_other_at_the_same_moment():
    merchant = MerchantFactory()
    pair = [MembershipFactory(merchant=merchant, role=Role.OWNER) for _ in range(2)]
    barrier, refused = threading.Barrier(2), []

    def remove(membership: Membership) -> None:
        barrier.wait()
        try:
            members.member_remove(membership=membership)
        except CatalogError as error:
            refused.append(error)
        connection.close()

    threads = [threading.Thread(target=remove, args=[membership]) for membership in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert merchant.memberships.filter(role=Role.OWNER).count() == 1
    assert len(refused) == 1


def test_a_token_is_kept_as_a_digest_and_can_be_revoked(owner: Membership):
    token, secret = tokens.token_create(
        merchant=owner.merchant, name="Sync", scopes=["catalog:write", "catalog:read"], by=owner.user
    )
    assert secret.startswith("cw_")
    assert not ApiToken.objects.filter(digest__contains=secret).exists()
    assert tokens.token_find(secret) == token
    assert tokens.token_find(secret[:-1]) is None
    tokens.token_revoke(token=token)
    assert tokens.token_find(secret) is None


def test_the_token_of_an_inactive_merchant_does_not_work(owner: Membership):
    _, secret = tokens.token_create(merchant=owner.merchant, name="Sync", scopes=["catalog:read"], by=None)
    owner.merchant.is_active = False
    owner.merchant.save()
    assert tokens.token_find(secret) is None


def test_the_use_of_a_token_is_noted_without_a_write_each_time(owner: Membership, django_assert_num_queries):
    _, secret = tokens.token_create(merchant=owner.merchant, name="Sync", scopes=["catalog:read"], by=None)
    tokens.token_find(secret)
    with django_assert_num_queries(1):
        tokens.token_find(secret)
    assert ApiToken.objects.get().last_used_at is not None


@pytest.mark.parametrize(("name", "scopes"), [("Sync", []), ("", ["catalog:read"]), ("Sync", ["everything"])])
def test_a_token_needs_a_name_and_known_scopes(owner: Membership, name: str, scopes: list[str]):
    with pytest.raises(InvalidInput):
        tokens.token_create(merchant=owner.merchant, name=name, scopes=scopes, by=None)
