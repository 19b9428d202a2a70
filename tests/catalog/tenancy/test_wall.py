"""The second wall alone: raw queries, as if every `readable` had been forgotten. Generated for every model with a merchant."""

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from catalog.models import Membership, Merchant, Product
from catalog.tenancy import policies
from catalog.tenancy.wall import MERCHANT_ROLE, TwoMerchants, as_merchant, outside_the_wall
from editing.models import Attribute
from tests.catalog.factories import MembershipFactory, MerchantFactory, ProductFactory
from tests.permissions import world as two_merchants

TENANTED = [model for model in apps.get_models() if hasattr(model, "tenant_path")]
pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[int, int]:
    """A, who has one of everything, and B, who has nothing but its shop."""
    two_merchants.build()
    owner = Merchant.objects.filter(products__isnull=False).earliest("pk")
    return owner.pk, MerchantFactory().pk


def _rows_of(model: type[models.Model], merchant: int) -> set[Any]:
    rows = model._base_manager.filter(**{model.tenant_path: merchant})  # type: ignore[attr-defined]
    return set(rows.values_list("pk", flat=True))


def _a_field(model: type[models.Model]) -> str:
    return next(field.attname for field in model._meta.concrete_fields if not field.primary_key)


@pytest.mark.parametrize("model", TENANTED, ids=lambda model: model.__name__)
def test_a_raw_query_shows_and_changes_nothing_of_another_merchant(model: type[models.Model], pair: tuple[int, int]):
    """With the first wall off, for every model that leads to a merchant."""
    own, other = pair
    theirs = _rows_of(model, own)
    with as_merchant(other):
        seen = set(model._base_manager.values_list("pk", flat=True))
        assert not seen & theirs
        assert model._base_manager.filter(pk__in=theirs).update(**{_a_field(model): models.F(_a_field(model))}) == 0
        assert not model._base_manager.filter(pk__in=theirs)._raw_delete(using="default")
    with as_merchant(own):
        assert theirs <= set(model._base_manager.values_list("pk", flat=True))
    assert _rows_of(model, own) == theirs


def test_the_world_has_rows_of_most_models_so_that_this_says_something(pair: tuple[int, int]):
    empty = [model.__name__ for model in TENANTED if not _rows_of(model, pair[0])]
    assert len(TENANTED) - len(empty) >= 16, empty


def test_every_table_that_leads_to_a_merchant_has_its_policy_and_force():
    wanted = {policy.table: policy.digest for app in apps.get_app_configs() for policy in policies.policies(app)}
    assert {model._meta.db_table for model in TENANTED} <= set(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, obj_description(p.oid, 'pg_policy') FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
            "WHERE p.polname = 'one_merchant' AND NOT p.polpermissive AND c.relrowsecurity AND c.relforcerowsecurity"
        )
        assert dict(cursor.fetchall()) == wanted


def test_a_row_of_another_merchant_cannot_be_made_or_given_away(pair: tuple[int, int]):
    own, other = pair
    mine = ProductFactory(merchant_id=other)
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic(), as_merchant(other):
        ProductFactory(merchant_id=own)
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic(), as_merchant(other):
        Product.objects.filter(pk=mine.pk).update(merchant_id=own)
    assert Product.objects.get(pk=mine.pk).merchant_id == other


def test_raw_sql_and_joins_meet_the_wall_too(pair: tuple[int, int]):
    with as_merchant(pair[1]), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalog_photo p JOIN catalog_product q ON q.id = p.product_id")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT current_user::text, row_security_active('catalog_photo')")
        assert cursor.fetchone() == (MERCHANT_ROLE, True)


def test_without_a_merchant_the_role_sees_nothing_at_all(pair: tuple[int, int]):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [MERCHANT_ROLE])
        cursor.execute("SELECT count(*) FROM catalog_product")
        assert cursor.fetchone() == (0,)
        transaction.set_rollback(True)


def test_the_role_owns_nothing_and_cannot_bypass_or_sign_in():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles WHERE rolname = %s",
            [MERCHANT_ROLE],
        )
        assert cursor.fetchone() == (False, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = %s", [MERCHANT_ROLE])
        assert cursor.fetchone() == (0,)


def test_the_application_owns_nothing_and_can_take_no_policy_away():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = session_user"
        )
        assert cursor.fetchone() == ("colorway_app", False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_has_role(session_user, relowner, 'USAGE')")
        assert cursor.fetchone() == (0,)
    for statement in _TAKES_AWAY:
        with pytest.raises(DatabaseError, match=r"must be owner|permission denied"), transaction.atomic():
            connection.cursor().execute(statement)


_TAKES_AWAY = (
    "ALTER TABLE catalog_product DISABLE ROW LEVEL SECURITY",
    "DROP POLICY one_merchant ON catalog_product",
    "ALTER TABLE catalog_auditentry DISABLE TRIGGER ALL",
    "CREATE TABLE more (id int)",
    "DELETE FROM django_migrations",
)


def test_a_person_sees_where_else_they_may_work_and_nobody_else_does():
    membership = MembershipFactory()
    elsewhere = MembershipFactory(user=membership.user)
    colleague = MembershipFactory(merchant=membership.merchant)
    with as_merchant(membership.merchant_id, membership.user_id):
        assert {row.merchant_id for row in membership.user.memberships.all()} == {
            membership.merchant_id,
            elsewhere.merchant_id,
        }
        assert Merchant.objects.count() == 2
    with as_merchant(membership.merchant_id, colleague.user_id):
        assert not Membership.objects.filter(pk=elsewhere.pk).exists() and Merchant.objects.count() == 1


def test_what_came_with_a_manifold_is_read_by_all_and_changed_by_none(pair: tuple[int, int]):
    shared = Attribute.objects.create(merchant=None, kind="shoe", name="sporty", manifold_version="v9")
    with as_merchant(pair[1]):
        assert Attribute.objects.filter(pk=shared.pk).exists()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Attribute.objects.filter(pk=shared.pk).update(name="mine")


def test_one_merchants_transaction_never_goes_on_as_anothers(pair: tuple[int, int]):
    own, other = pair
    with as_merchant(own):
        with as_merchant(own):
            assert Product.objects.exists()
        with pytest.raises(TwoMerchants), as_merchant(other):
            pass
        assert Product.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user")
        assert cursor.fetchone() == (True,)


def test_what_is_nobodys_alone_is_read_outside_and_the_wall_stands_again(pair: tuple[int, int]):
    with as_merchant(pair[1]):
        with outside_the_wall():
            assert Product.objects.exists()
        assert not Product.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_stays_on_the_connection():
    """As a pooler hands it on: to whoever comes next."""
    mine, other = ProductFactory(), ProductFactory()
    with as_merchant(mine.merchant_id):
        assert set(Product.objects.all()) == {mine}
    with pytest.raises(ValueError, match="in between"), as_merchant(mine.merchant_id):
        raise ValueError("in between")
    assert set(Product.objects.all()) == {mine, other}
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('colorway.merchant', true), current_user = session_user")
        assert cursor.fetchone() in {("", True), (None, True)}
