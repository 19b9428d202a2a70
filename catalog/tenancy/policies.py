"""The policies of the second wall, and the rights of its roles, brought up to date after migrations.

One policy for each table whose model has a `tenant_path`.
It follows the model's path to its merchant one step at a time: a table with a merchant of its own compares it, any other
asks whether its parent's row may be seen. It restricts `colorway_merchant` alone; the permissive policy beside it costs
other roles nothing, because a condition that is always true is planned away. What shoppers see of a table is a second one, and
what the sweeper may delete a third.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import connection, models

from catalog.tenancy import roles
from catalog.tenancy.wall import (
    APPLICATION_ROLE,
    MERCHANT_ROLE,
    NAMED_ROLES,
    SHOPPER_ROLE,
    STAFF_ROLE,
    SWEEPER_ROLE,
)

_SETTING = "(SELECT nullif(current_setting('colorway.{name}', true), '')::bigint)"
MERCHANT, PERSON = _SETTING.format(name="merchant"), _SETTING.format(name="person")
# People see in which shops they may work; attributes that came with a manifold belong to all.
_ALSO_READ = {
    "catalog_membership": f"user_id = {PERSON}",
    "catalog_merchant": f"EXISTS (SELECT 1 FROM catalog_membership m WHERE m.merchant_id = catalog_merchant.id AND m.user_id = {PERSON})",
    "editing_attribute": "merchant_id IS NULL",
    "editing_principaldirection": "merchant_id IS NULL",
}
_KNOWN = """
    SELECT c.relname, obj_description(p.oid, 'pg_policy') FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE p.polname = %s AND c.relnamespace = 'public'::regnamespace
"""
_LACKING = """
    SELECT r.rolname FROM pg_roles r WHERE r.rolname = ANY(%s) AND EXISTS (
        SELECT 1 FROM pg_class c WHERE c.relname = ANY(%s) AND NOT has_table_privilege(r.oid, c.oid, 'INSERT'))
"""
# Read where everybody may read: `information_schema` shows grants to those alone who gave or have them.
_RIGHTS = """
    SELECT c.relname, a.privilege_type FROM pg_class c CROSS JOIN aclexplode(c.relacl) a
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND a.grantee = %s::regrole
"""
_NEEDS_ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS;
        EXECUTE format('GRANT {role} TO %I WITH INHERIT FALSE, SET TRUE', current_user);
    END IF;
    IF pg_has_role('{role}', 'USAGE') AND NOT current_setting('is_superuser')::bool THEN
        RAISE EXCEPTION 'Grant {role} to % WITH INHERIT FALSE: its policies would hold for everything.', current_user;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The role {role} is missing: an administrator of the database creates it and grants it to %, '
        'see docs/operations.md.', current_user;
END $$
"""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What one table shows (`using`) and takes (`check`) within transactions of a role."""

    table: str
    using: str
    check: str
    name: str = "one_merchant"
    role: str = MERCHANT_ROLE
    command: str = "ALL"

    @property
    def digest(self) -> str:
        said = f"{self.using} {self.check}" if self.command == "ALL" else f"{self.command} {self.using}"
        return hashlib.sha256(said.encode()).hexdigest()

    def statements(self) -> list[str]:
        table = f'"{self.table}"'
        return [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS application ON {table}",
            f"DROP POLICY IF EXISTS {self.name} ON {table}",
            f"CREATE POLICY application ON {table} USING (true) WITH CHECK (true)",
            f"CREATE POLICY {self.name} ON {table} AS RESTRICTIVE FOR {self.command} TO {self.role} USING ({self.using})"
            + ("" if self.command == "DELETE" else f" WITH CHECK ({self.check})"),
            f"COMMENT ON POLICY {self.name} ON {table} IS '{self.digest}'",
        ]


def policies(app: AppConfig) -> list[Policy]:
    """Those of an app's tables, among them the tables between two models with a merchant."""
    found = [_of_model(model) for model in app.get_models() if hasattr(model, "tenant_path")]
    between = [model for model in app.get_models(include_auto_created=True) if model._meta.auto_created]
    return found + [_of_parent(model, field) for model in between if (field := _tenanted_parent(model))]


def _of_model(model: type[models.Model]) -> Policy:
    path: str = model.tenant_path  # type: ignore[attr-defined]
    if path in {"merchant", "pk"}:
        return _policy(model, f"{'id' if path == 'pk' else 'merchant_id'} = {MERCHANT}")
    return _of_parent(model, model._meta.get_field(path.partition("__")[0]))


def _tenanted_parent(model: type[models.Model]) -> Any:
    parents = [field for field in model._meta.fields if hasattr(field.related_model, "tenant_path")]
    return parents[0] if parents else None


def _of_parent(model: type[models.Model], field: Any) -> Policy:
    parent, table = field.related_model._meta, model._meta.db_table
    column = f"{table}.{field.column}"
    return _policy(model, f"EXISTS (SELECT 1 FROM {parent.db_table} parent WHERE parent.{parent.pk.column} = {column})")


def _policy(model: type[models.Model], own: str) -> Policy:
    table = model._meta.db_table
    using = f"{own} OR {_ALSO_READ[table]}" if table in _ALSO_READ else own
    return Policy(table=table, using=using, check=own)


def shop_policies(tables: list[str]) -> list[Policy]:
    """What shoppers see of those tables of which they do not see everything."""
    return [
        Policy(table=table, using=(rows := roles.SHOP_ROWS[table].format(person=PERSON)), check=rows,
               name="for_sale", role=SHOPPER_ROLE)
        for table in tables if table in roles.SHOP_ROWS
    ]  # fmt: skip


def sweep_policies(tables: list[str]) -> list[Policy]:
    """What the sweeper may delete, and of sessions and the like see."""
    return [
        Policy(table=table, using=rows, check=rows, name="is_over", role=SWEEPER_ROLE, command=command)
        for table, (command, rows) in roles.SWEEP_ROWS.items() if table in tables
    ]  # fmt: skip


def apply(sender: AppConfig, **_: object) -> None:
    """After migrations: give every new or changed table its policies, and the roles their tables."""
    tables = [model._meta.db_table for model in sender.get_models(include_auto_created=True)]
    if connection.vendor != "postgresql" or not tables:
        return
    with connection.cursor() as cursor:
        for role in NAMED_ROLES:
            cursor.execute(_NEEDS_ROLE.format(role=role))
        _bring_up_to_date(cursor, policies(sender))
        _bring_up_to_date(cursor, shop_policies(tables))
        _bring_up_to_date(cursor, sweep_policies(tables))
        cursor.execute(_LACKING, [[MERCHANT_ROLE, APPLICATION_ROLE], tables])
        for (role,) in cursor.fetchall():
            for statement in _grants(role):
                cursor.execute(statement)
        there = set(connection.introspection.table_names(cursor)) - {"django_migrations"}
        for rights in (
            roles.of_shopper(SHOPPER_ROLE, there),
            roles.of_staff(STAFF_ROLE, there),
            roles.of_sweeper(SWEEPER_ROLE, there),
        ):
            _grant(cursor, rights)


def _bring_up_to_date(cursor: Any, wanted: list[Policy]) -> None:
    for name in {policy.name for policy in wanted}:
        cursor.execute(_KNOWN, [name])
        known = dict(cursor.fetchall())
        for policy in wanted:
            if policy.name == name and known.get(policy.table) != policy.digest:
                for statement in policy.statements():
                    cursor.execute(statement)


def _grant(cursor: Any, rights: roles.Rights) -> None:
    cursor.execute(_RIGHTS, [rights.role])
    if set(cursor.fetchall()) != {(table, right) for table, may in rights.tables.items() for right in may}:
        for statement in rights.statements():
            cursor.execute(statement)


def _grants(role: str) -> list[str]:
    """Rows, and nothing of the tables themselves; which migrations ran is written by those alone."""
    return [
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    ]
