"""The roles of shop and review desk: what they may not touch they cannot, whatever a page forgets to ask."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.utils import timezone

from catalog.accounts import audit, portability
from catalog.models import (
    Membership,
    Merchant,
    Photo,
    PhotoSearch,
    Product,
    ProductStatus,
    PublishedVariant,
    RateCount,
    Session,
    User,
)
from catalog.selectors import storefront
from catalog.services import photo_search, rates
from catalog.tenancy import policies, roles
from catalog.tenancy.wall import (
    NAMED_ROLES,
    SHOPPER_ROLE,
    STAFF_ROLE,
    SWEEPER_ROLE,
    as_merchant,
    as_shopper,
    as_staff,
    as_sweeper,
)
from deploy.local import postgres
from editing.lifecycle import dispatch
from editing.lifecycle.history import move
from editing.models import ColourPreview, EditJob, Variant
from editing.shopper import previews
from gpu_worker.contract.jobs import ProjectJob
from tests.catalog.factories import (
    MembershipFactory,
    MerchantFactory,
    PhotoFactory,
    ProductFactory,
    UserFactory,
    VariantFactory,
    active_product,
)

MODELS = apps.get_models(include_auto_created=True)
RIGHTS = {
    SHOPPER_ROLE: roles.of_shopper(SHOPPER_ROLE, {model._meta.db_table for model in MODELS}),
    STAFF_ROLE: roles.of_staff(STAFF_ROLE, {model._meta.db_table for model in MODELS}),
    SWEEPER_ROLE: roles.of_sweeper(SWEEPER_ROLE, {model._meta.db_table for model in MODELS}),
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


# ---- the sweeper -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", sorted(roles.KEYS - {"catalog_session"} | roles.IDENTITIES))
def test_the_sweeper_reads_no_key_and_no_person(table: str):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), as_sweeper():
        connection.cursor().execute(f'SELECT * FROM "{table}"')  # noqa: S608  names of ours


@pytest.fixture
def signed_in() -> Client:
    client = Client()
    client.force_login(UserFactory())
    return client


def test_the_sweeper_neither_sees_nor_ends_a_session_that_lives(signed_in: Client):
    """Its key opens an account."""
    with as_sweeper():
        assert list(Session.objects.all()) == [] and Session.objects.all()._raw_delete("default") == 0
    assert Session.objects.count() == 1
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    with as_sweeper():
        assert Session.objects.all()._raw_delete("default") == 1


def test_the_sweepers_conditions_stand_in_the_database():
    wanted = {policy.table: policy.digest for policy in policies.sweep_policies(list(roles.SWEEP_ROWS))}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, obj_description(p.oid, 'pg_policy') FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
            "WHERE p.polname = 'is_over' AND NOT p.polpermissive AND c.relrowsecurity AND c.relforcerowsecurity"
        )
        assert dict(cursor.fetchall()) == wanted
    assert len(wanted) == 5 and str(audit.KEPT_DAYS) in roles.SWEEP_ROWS["catalog_auditentry"][1]


@pytest.mark.parametrize("file", ["deploy/compose/postgres-init.sh", "docs/operations.md"])
def test_whoever_sets_a_database_up_is_told_of_every_role(file: str):
    text = (Path(__file__).parents[3] / file).read_text()
    assert set(postgres.NAMED_ROLES) == set(NAMED_ROLES)
    assert all(f"CREATE ROLE {role} NOLOGIN;" in text for role in NAMED_ROLES)
    assert f"GRANT {', '.join(NAMED_ROLES)} TO colorway_app WITH INHERIT FALSE, SET TRUE;" in text


def _aged(model: type[models.Model], field: str, age: timedelta) -> int:
    return model._base_manager.update(**{field: timezone.now() - age})


@pytest.mark.parametrize(
    ("model", "field", "kept"),
    [
        (PhotoSearch, "created_at", photo_search.KEPT),
        (ColourPreview, "created_at", previews.KEPT),
        (RateCount, "window", rates._KEPT),
    ],
)
def test_the_sweeper_deletes_what_is_over_and_no_more(model: type[models.Model], field: str, kept: timedelta):
    """A condition that the work forgets: the database has it too."""
    photo = active_product().photos.get()
    PhotoSearch.objects.create(kind="shoe", object_key="searches/abc")
    ColourPreview.objects.create(product=photo.product, photo=photo, words="red", hex="#aa0000")
    rates.take(rates.Rate(name="r", count=1, seconds=60), "somebody")
    _aged(model, field, kept - timedelta(minutes=2))
    with as_sweeper():
        assert model._base_manager.all()._raw_delete("default") == 0
    assert _aged(model, field, kept + timedelta(minutes=2)) == 1
    with as_sweeper():
        assert model._base_manager.all()._raw_delete("default") == 1


def test_the_sweeper_changes_no_product_and_makes_nobody_anything():
    product = active_product()
    changes = (
        lambda: Product.objects.update(title="x"),
        lambda: Product.objects.filter(pk=product.pk).delete(),
        lambda: Merchant.objects.update(is_active=True),
        lambda: Variant.objects.update(status="approved"),
        lambda: EditJob.objects.all()._raw_delete("default"),
    )
    for change in changes:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), as_sweeper():
            change()


def test_a_shop_that_is_due_goes_and_no_row_of_another_with_it(monkeypatch: pytest.MonkeyPatch):
    """With the condition on what is deleted taken away."""
    gone, stays = active_product().merchant, active_product().merchant
    job = EditJob.objects.create(merchant=gone, photo=gone.products.get().photos.get(), task="project")
    move(job, "sent")  # an event that no request asked for
    Merchant.objects.filter(pk=gone.pk).update(is_active=False, erase_at=timezone.now())
    Merchant.objects.filter(pk=stays.pk).update(is_active=False, erase_at=timezone.now() + timedelta(days=1))
    monkeypatch.setattr(portability.Merchant.objects, "filter", lambda **_: Merchant.objects.all())
    with as_merchant(gone.pk):
        assert portability.Merchant.objects.filter(pk=stays.pk).count() == 1  # itself
    portability._erase(gone.pk)
    assert [row.pk for row in Merchant.objects.all()] == [stays.pk]


def test_a_jobs_message_is_made_within_its_merchants_wall(monkeypatch: pytest.MonkeyPatch):
    """A selector that forgets whose photo it is finds nothing of another's."""
    theirs = active_product().photos.get()
    job = EditJob.objects.create(merchant=MerchantFactory(), photo=theirs, task="project", token=1, status="sent")
    seen: list[int] = []
    monkeypatch.setattr(dispatch.messages, "for_job", lambda job: seen.append(Photo.objects.count()) or _unreadable())
    assert dispatch._send(job)
    assert seen == [0]


def _unreadable() -> ProjectJob:
    return ProjectJob.model_validate({})
