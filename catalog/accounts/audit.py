"""The audit log: who did what to accounts, access and data. Written in the transaction of the deed."""

import csv
import ipaddress
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any, Literal, get_args

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import ApiToken, AuditEntry, Merchant, User
from catalog.tenancy.wall import briefly_as, outside_the_wall

KEPT_DAYS = 400  # the database's trigger knows the same number
Action = Literal[
    "signed in",
    "sign-in refused",
    "password changed",
    "second factor added",
    "second factor removed",
    "recovery codes renewed",
    "sessions ended",
    "member invited",
    "invitation withdrawn",
    "member joined",
    "role changed",
    "member removed",
    "token created",
    "token revoked",
    "webhook added",
    "webhook changed",
    "webhook secret renewed",
    "webhook deleted",
    "data exported",
    "shop closed",
    "account deleted",
]
ACTIONS: tuple[str, ...] = get_args(Action)
log = structlog.get_logger()


def record(
    action: Action,
    *,
    by: User | ApiToken | None,
    merchant: Merchant | None = None,
    about: object = "",
    **details: Any,
) -> AuditEntry:
    """Add a line. `about` is what the deed was done to."""
    context = structlog.contextvars.get_contextvars()
    with nullcontext() if merchant else outside_the_wall():  # a line about no shop is no shop's to see
        entry = _added(context, merchant, by, action, about, details)
    log.info("audit", action=action, actor=entry.actor_id, merchant=entry.merchant_id)
    return entry


def _added(
    context: dict[str, Any], merchant: Merchant | None, by: Any, action: str, about: object, details: dict[str, Any]
) -> AuditEntry:
    return AuditEntry.objects.create(
        merchant=merchant,
        actor=by if isinstance(by, User) else None,
        actor_name=_name(by),
        action=action,
        about=str(about)[:254],
        details=details,
        address=valid_address(context.get("address")),
        request_id=context.get("request_id", ""),
    )


def record_of_person(action: Action, *, user: User, **details: Any) -> None:
    """What a person did to their own account, for every shop whose member they are; for operators where there is none."""
    merchants: list[Merchant | None] = [*Merchant.objects.filter(memberships__user=user)]
    for merchant in merchants or [None]:
        record(action, by=user, merchant=merchant, **details)


def valid_address(text: str | None) -> str | None:
    """The address, where it is one: a proxy's header may hold anything."""
    try:
        return str(ipaddress.ip_address(text or ""))
    except ValueError:
        return None


def _name(by: User | ApiToken | None) -> str:
    if by is None:
        return "Colorway"
    return by.email if isinstance(by, User) else f"API token {by}"


def search(entries: QuerySet[AuditEntry], *, action: str = "", words: str = "") -> QuerySet[AuditEntry]:
    if action in ACTIONS:
        entries = entries.filter(action=action)
    if words:
        entries = entries.filter(actor_name__icontains=words) | entries.filter(about__icontains=words)
    return entries


def of_merchant(merchant_id: int, *, most: int) -> Iterator[AuditEntry]:
    """A shop's lines, the newest first, read a page at a time within its wall: the body outlives the view."""
    before: dict[str, int] = {}
    for start in range(0, most, _AT_ONCE):
        with briefly_as(merchant_id):
            rows = AuditEntry.objects.filter(merchant=merchant_id, **before).order_by("-pk")
            page = list(rows[: min(_AT_ONCE, most - start)])
        yield from page
        if len(page) < _AT_ONCE:
            return
        before = {"pk__lt": page[-1].pk}


class _Echo:
    """csv.writer writes to it and gets back what it wrote."""

    def write(self, text: str) -> str:
        return text


_AT_ONCE = 1000  # lines
COLUMNS = ("at", "shop", "who", "what", "about", "details", "address", "request")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Line by line. A text that a spreadsheet would run gets a quote before it."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for entry in entries:
        yield writer.writerow([_harmless(value) for value in _row(entry)])


def _row(entry: AuditEntry) -> tuple[object, ...]:
    shop = entry.merchant_id or ""
    at = entry.at.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
    return at, shop, entry.actor_name, entry.action, entry.about, entry.summary, entry.address or "", entry.request_id


def _harmless(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def forget_old() -> int:
    """Delete what is older than the log is kept; the database lets nothing younger go."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    return AuditEntry.objects.filter(at__lt=before)._raw_delete("default")
