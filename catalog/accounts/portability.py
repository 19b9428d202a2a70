"""Taking data along, and leaving: export and deletion of an account and of a whole shop."""

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.fields.json import JSONField
from django.utils import timezone

from catalog import storage
from catalog.accounts import audit
from catalog.errors import Conflict
from catalog.models import AuditEntry, Membership, Merchant, Role, User
from catalog.signals import merchant_erasing
from catalog.tenancy.wall import as_merchant, as_sweeper

GRACE = timedelta(days=14)  # between closing a shop and deleting what was its
_LINKS_LIVE = timedelta(days=7)
_HIDDEN = {
    "sealed_token",
    "digest",
    "digests",
    "secret_number",
    "source_sha256",
    "key_digest",
    "fingerprint",
    "token",
    "body",
}
_UNREADABLE = (models.BinaryField,)


def tenant_models() -> list[type[models.Model]]:
    """Every model whose rows lead to a merchant, so that nothing is forgotten when one is added."""
    return [model for model in apps.get_models() if hasattr(model, "tenant_path")]


def merchant_export(*, merchant: Merchant, by: User, file: IO[bytes]) -> None:
    """A ZIP with a file of JSON lines for each kind of row, and links to the pictures that work for a week."""
    audit.record("data exported", by=by, merchant=merchant, about=merchant)
    links: list[str] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for model in tenant_models():
            with archive.open(f"{model._meta.app_label}/{model._meta.model_name}.jsonl", "w") as lines:
                for row in _rows(model, merchant):
                    lines.write(json.dumps(row, cls=DjangoJSONEncoder).encode() + b"\n")
                    links += _links(row)
        archive.writestr("pictures.txt", "\n".join(dict.fromkeys(links)))
        archive.writestr("README.txt", _README.format(merchant=merchant, day=timezone.now().date()))


def _rows(model: type[models.Model], merchant: Merchant) -> Iterator[dict[str, Any]]:
    path: str = model.tenant_path  # type: ignore[attr-defined]
    names = [field.attname for field in model._meta.concrete_fields if _is_shown(field)]
    rows = model._default_manager.filter(**{path: merchant.pk}).order_by("pk")
    return rows.values(*names).iterator(chunk_size=500)


def _is_shown(field: Any) -> bool:
    is_plain = isinstance(field, JSONField) or field.get_internal_type() != "VectorField"
    return (
        field.name not in _HIDDEN
        and not isinstance(field, _UNREADABLE)
        and is_plain
        and "Vector" not in type(field).__name__
    )


def _links(row: dict[str, Any]) -> list[str]:
    key = row.get("object_key")
    return [storage.private_url(key, expires_in=int(_LINKS_LIVE.total_seconds()))] if key else []


_README = """Everything that Colorway keeps of {merchant}, as of {day}.

One file for each kind of row, one JSON object a line. pictures.txt has a link to every original and every variant; the
links work for seven days. Digests of secrets and what is only computed (search vectors) are left out.
"""


def account_export(*, user: User) -> dict[str, Any]:
    """What is kept of a person."""
    return {
        "account": _values(User.objects.filter(pk=user.pk), "email first_name last_name date_joined last_login")[0],
        "memberships": _values(user.memberships.all(), "merchant__name role created_at"),
        "sessions": _values(user.sessions.all(), "started_at seen_at address agent"),
        "log": _values(AuditEntry.objects.filter(actor=user), "at action about details address"),
    }


def _values(rows: models.QuerySet[Any], names: str) -> list[dict[str, Any]]:
    return list(rows.values(*names.split()))


@transaction.atomic
def account_delete(*, user: User) -> None:
    """The person's row and all that hangs on it. Raises Conflict where a shop would be left without an owner."""
    for membership in user.memberships.select_related("merchant").filter(role=Role.OWNER):
        Merchant.objects.select_for_update().get(pk=membership.merchant_id)
        others = Membership.objects.filter(merchant=membership.merchant_id, role=Role.OWNER).exclude(user=user)
        if not others.exists():
            raise Conflict(
                f"{membership.merchant} needs an owner. Make somebody else an owner, or close the shop first."
            )
    audit.record_of_person("account deleted", user=user)
    user.delete()


@transaction.atomic
def merchant_close(*, merchant: Merchant, by: User) -> Merchant:
    """Off the shop and out of reach at once; deleted after two weeks, until when operators can open it again."""
    locked = Merchant.objects.select_for_update().get(pk=merchant.pk)
    if locked.erase_at is None:
        locked.is_active, locked.erase_at = False, timezone.now() + GRACE
        locked.save(update_fields=["is_active", "erase_at"])
        audit.record("shop closed", by=by, merchant=locked, about=locked)
    return locked


def merchants_erase_due() -> int:
    """Delete closed shops whose two weeks are over. Their objects are collected as garbage then."""
    due = Merchant.objects.filter(is_active=False, erase_at__lte=timezone.now())
    with as_sweeper():
        ids = list(due.values_list("pk", flat=True))
    for merchant_id in ids:
        _erase(merchant_id)
    return len(ids)


@transaction.atomic
def _erase(merchant_id: int) -> None:
    """Within the merchant's wall, so that no slip can delete a row of another's."""
    merchant_erasing.send(sender=Merchant, merchant_id=merchant_id)
    with as_merchant(merchant_id):
        Merchant.objects.filter(pk=merchant_id, is_active=False).delete()
