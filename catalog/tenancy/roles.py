"""What the named roles may do: which tables, and of the shop's which rows.

A merchant's role has every table, and of each one merchant's rows (policies.py). A shopper's has the tables of the shop, to read, and what
visits leave behind, to write; a row policy keeps from it what is not for sale. What is searched has none, because PostgreSQL would
then use no index for words and vectors (decision 0071). Staff has every table but the keys of doors. The sweeper has what the
clock works on across merchants, and deletes only what is over (decision 0076).
"""

from dataclasses import dataclass, field

Privileges = tuple[str, ...]
READ: Privileges = ("SELECT",)
WRITE: Privileges = ("SELECT", "INSERT", "UPDATE", "DELETE")

# What opens an account, an interface or a store. No page of the shop and no review needs it.
KEYS = frozenset(
    {
        "catalog_apitoken",
        "catalog_idempotencyrecord",
        "catalog_invitation",
        "catalog_recoverycodes",
        "catalog_session",
        "django_session",
        "django_otp_webauthn_webauthnattestation",
        "django_otp_webauthn_webauthncredential",
        "django_otp_webauthn_webauthnuserhandle",
        "otp_totp_totpdevice",
        "editing_store",
    }
)
IDENTITIES = frozenset({"catalog_user", "catalog_user_groups", "catalog_user_user_permissions", "catalog_membership"})

SHOP_READS = frozenset(
    {
        "catalog_colourway",
        "catalog_membership",
        "catalog_merchant",
        "catalog_photo",
        "catalog_photosearch",
        "catalog_product",
        "catalog_publishedvariant",
        "catalog_searchentry",
    }
)
SHOP_WRITES = frozenset({"editing_colourpreview", "editing_colourwish"})

# What names objects in the store, what jobs are about, and who is due. To read; what a job's message says is read as its merchant.
SWEEP_READS = frozenset(
    {
        "catalog_merchant",
        "catalog_photo",
        "catalog_product",
        "catalog_productimport",
        "catalog_publishedvariant",
        "editing_attribute",
        "editing_ownmanifold",
        "editing_ownpart",
        "editing_photooutline",
        "editing_principaldirection",
        "editing_recipe",
        "editing_specification",
        "editing_studiosession",
        "editing_variant",
    }
)
SWEEP_WRITES: dict[str, Privileges] = {
    "catalog_auditentry": ("SELECT", "DELETE"),
    "catalog_photosearch": ("SELECT", "UPDATE", "DELETE"),
    "catalog_ratecount": ("SELECT", "DELETE"),
    "catalog_session": ("SELECT", "DELETE"),
    "editing_colourpreview": ("SELECT", "DELETE"),
    "editing_editjob": ("SELECT", "UPDATE"),
    "editing_editrequest": ("SELECT", "UPDATE"),
    "editing_event": ("SELECT", "INSERT"),
    "editing_notice": ("SELECT", "INSERT", "UPDATE"),
    "editing_sweepclock": ("SELECT", "INSERT", "UPDATE"),
}
# (command, rows). A session that lives is not even seen, since its key opens an account; a photo's mirror image is a moment
# older than the photo.
SWEEP_ROWS = {
    "catalog_auditentry": ("ALL", "at < now() - interval '400 days'"),
    "catalog_photosearch": ("DELETE", "created_at < now() - interval '59 minutes'"),
    "catalog_ratecount": ("ALL", "\"window\" < now() - interval '2 days'"),
    "catalog_session": ("ALL", "expire_date <= now() OR seen_at <= now() - idle"),
    "editing_colourpreview": ("DELETE", "created_at < now() - interval '7 days'"),
}

# `on_sale` is kept by triggers (migration 0017): what a row's product and merchant say, without asking them for each row.
SHOP_ROWS = {
    "catalog_merchant": "is_active",
    "catalog_membership": "user_id = {person}",
    "catalog_photo": "on_sale",
    "catalog_colourway": "on_sale",
    "catalog_publishedvariant": "withdrawn_at IS NULL AND on_sale",
}


@dataclass(frozen=True, kw_only=True)
class Rights:
    """A role's privileges by table; a table that is not named may not be touched."""

    role: str
    tables: dict[str, Privileges] = field(default_factory=dict)

    def statements(self) -> list[str]:
        """Exactly these, whatever there was before."""
        granted = [f'GRANT {", ".join(may)} ON "{table}" TO {self.role}' for table, may in sorted(self.tables.items())]
        return [
            f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {self.role}",
            *granted,
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {self.role}",
        ]


def of_shopper(role: str, tables: set[str]) -> Rights:
    return Rights(
        role=role, tables=dict.fromkeys(SHOP_READS & tables, READ) | dict.fromkeys(SHOP_WRITES & tables, WRITE)
    )


def of_staff(role: str, tables: set[str]) -> Rights:
    may = {table: READ if table in IDENTITIES else WRITE for table in tables if table not in KEYS}
    return Rights(role=role, tables=may)


def of_sweeper(role: str, tables: set[str]) -> Rights:
    may = dict.fromkeys(SWEEP_READS, READ) | SWEEP_WRITES
    return Rights(role=role, tables={table: rights for table, rights in may.items() if table in tables})
