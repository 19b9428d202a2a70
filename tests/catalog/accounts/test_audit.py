"""The audit log: written with the deed, read by owners, changed by nobody."""

import csv
import io

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from catalog.accounts import audit
from catalog.models import AuditEntry, Membership
from deploy.local.ownership import as_owner
from tests.catalog.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(owner: Membership) -> AuditEntry:
    return audit.record("member invited", by=owner.user, merchant=owner.merchant, about="=cmd()", role="viewer")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE catalog_auditentry SET about = 'nothing'", "DELETE FROM catalog_auditentry"],
)
def test_the_database_refuses_to_change_a_line(entry: AuditEntry, statement: str):
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.filter(pk=entry.pk, about="=cmd()").exists()


def test_nobody_dates_a_line(entry: AuditEntry):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO catalog_auditentry (at, actor_name, action, about, details, request_id)"
                       " VALUES ('2001-01-01', 'x', 'signed in', '', '{}', '') RETURNING at > now() - interval '1 minute'")  # fmt: skip
        assert cursor.fetchone() == (True,)


def test_lines_older_than_400_days_are_forgotten(entry: AuditEntry):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_auditentry DISABLE TRIGGER audit_stamp")
        cursor.execute("INSERT INTO catalog_auditentry (at, actor_name, action, about, details, request_id)"
                       " VALUES (now() - interval '401 days', 'x', 'signed in', '', '{}', '')")  # fmt: skip
        cursor.execute("ALTER TABLE catalog_auditentry ENABLE TRIGGER audit_stamp")
    assert audit.forget_old() == 1
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_an_owner_reads_the_own_log_only(as_owner: Client, as_stranger: Client, as_viewer: Client, entry: AuditEntry):
    assert entry.about in as_owner.get("/merchant/log/").content.decode()
    assert entry.about not in as_stranger.get("/merchant/log/").content.decode()
    assert as_viewer.get("/merchant/log/").status_code == 404


def test_the_log_is_searched(as_owner: Client, entry: AuditEntry):
    assert "=cmd()" in as_owner.get("/merchant/log/?action=member+invited&q=cmd").content.decode()
    assert "=cmd()" not in as_owner.get("/merchant/log/?q=nobody").content.decode()
    assert as_owner.get("/merchant/log/?q=%00").status_code == 400


def test_the_download_is_a_table_that_no_spreadsheet_runs(as_owner: Client, entry: AuditEntry):
    answer = as_owner.get("/merchant/log/export/")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode())))
    found = next(row for row in rows if row["what"] == "member invited")
    assert found["about"] == "'=cmd()"
    assert found["details"] == "role: viewer"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_deed_that_fails_leaves_no_line(as_owner: Client, owner: Membership):
    as_owner.post(f"/merchant/members/{owner.pk}/remove/")  # the last owner
    assert not AuditEntry.objects.filter(action="member removed").exists()


def test_members_tokens_and_sign_ins_are_in_it(as_owner: Client, owner: Membership):
    as_owner.post("/merchant/members/invite/", {"email": "new@example.org", "role": "viewer"})
    as_owner.post(
        "/merchant/tokens/new/", {"name": "Sync", "scopes": ["catalog:read"]}, headers={"X-Request-ID": "a-request-id"}
    )
    Client().post("/account/login/", {"username": owner.user.email, "password": "wrong"})
    actions = list(AuditEntry.objects.filter(merchant=owner.merchant).values_list("action", flat=True))
    assert actions == ["sign-in refused", "token created", "member invited", "signed in"]
    token = AuditEntry.objects.get(action="token created")
    assert (token.actor, token.request_id, token.address) == (owner.user, "a-request-id", "127.0.0.1")


def test_operators_read_it_and_change_nothing(entry: AuditEntry):
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get("/admin/catalog/auditentry/").status_code == 200
    assert client.post(f"/admin/catalog/auditentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/catalog/auditentry/add/").status_code == 403
    form = {"action": "as_csv", "_selected_action": [entry.pk]}
    answer = client.post("/admin/catalog/auditentry/", form)
    assert b"member invited" in b"".join(answer.streaming_content)
