"""The roles of shop and review desk: what they may not touch they cannot, whatever a page forgets to ask."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.test import Client

from catalog.models import Membership, Merchant, Photo, ProductStatus, PublishedVariant, User
from catalog.selectors import storefront
from catalog.tenancy import roles
from catalog.tenancy.wall import NAMED_ROLES, SHOPPER_ROLE, STAFF_ROLE, as_shopper, as_staff
from tests.catalog.factories import (
    MembershipFactory,
    MerchantFactory,
    PhotoFactory,
    ProductFactory,
    VariantFactory,
    active_product,
)

MODELS = apps.get_models(include_auto_created=True)
RIGHTS = {
    SHOPPER_ROLE: roles.of_shopper(SHOPPER_ROLE, {model._meta.db_table for model in MODELS}),
    STAFF_ROLE: roles.of_staff(STAFF_ROLE, {model._meta.db_table for model in MODELS}),
}
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("role", RIGHTS)
def test_a_role_has_exactly_its_rights(role: str, model: type[models.Model]):
    table, may = model._meta.db_table, set(RIGHTS[role].tables.get(model._meta.db_table, ()))
    with connection.cursor() as cursor:
        for right in roles.WRITE:
            cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [role, table, right])
            assert cursor.fetchone() == (right in may,), right


@pytest.mark.parametrize("table", sorted(roles.KEYS))
@pytest.mark.parametrize("standing", [as_shopper, as_staff])
def test_what_opens_doors_is_read_by_no_page(standing, table: str):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), standing():
        connection.cursor().execute(f'SELECT * FROM "{table}"')  # noqa: S608  names of ours


def test_a_shoppers_raw_query_shows_what_is_for_sale_and_nothing_else():
    sold = active_product()
    shown = VariantFactory(photo=sold.photos.get(), product=sold)
    VariantFactory(photo=sold.photos.get(), product=sold, withdrawn_at="2026-01-01T00:00Z")
    PhotoFactory(product=ProductFactory(status=ProductStatus.DRAFT))
    closed = MerchantFactory(is_active=False)
    PhotoFactory(product=ProductFactory(status=ProductStatus.ACTIVE, merchant=closed))
    with as_shopper():
        assert set(Photo.objects.values_list("product", flat=True)) == {sold.pk}
        assert set(PublishedVariant.objects.values_list("pk", flat=True)) == {shown.pk}
        assert closed.pk not in Merchant.objects.values_list("pk", flat=True)
        assert not Membership.objects.exists()


def test_a_signed_in_shopper_sees_their_own_memberships_alone():
    mine, _ = MembershipFactory(), MembershipFactory()
    with as_shopper(mine.user_id):
        assert set(Membership.objects.all()) == {mine}


def test_a_page_that_forgets_what_is_public_still_leads_to_nothing(client: Client, monkeypatch: pytest.MonkeyPatch):
    """The first wall switched off."""
    hidden = PhotoFactory(product=ProductFactory(status=ProductStatus.DRAFT), thumbnails={"160": "thumbs/x"})
    monkeypatch.setattr(storefront, "public_photos", Photo.objects.all)
    assert client.get(f"/pictures/photos/{hidden.pk}/").status_code == 404
    hidden.product.status = ProductStatus.ACTIVE
    hidden.product.save()
    assert client.get(f"/pictures/photos/{hidden.pk}/").status_code == 302


def test_the_desk_reads_people_and_changes_none():
    member = MembershipFactory()
    with as_staff():
        assert User.objects.filter(pk=member.user_id).exists()
    for change in (lambda: User.objects.update(is_staff=True), lambda: Membership.objects.update(role="owner")):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), as_staff():
            change()


def test_the_roles_own_nothing_cannot_bypass_and_are_inherited_by_nobody():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole, pg_has_role(session_user, oid, 'USAGE'), "
            "EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid) FROM pg_roles r WHERE rolname = ANY(%s)",
            [list(NAMED_ROLES)],
        )
        assert set(cursor.fetchall()) == {(role, False, False, False) for role in NAMED_ROLES}


def test_a_page_within_a_transaction_gives_the_role_back():
    with as_staff():
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user")
        assert cursor.fetchone() == (True,)
