"""The second wall between tenants: the database itself shows and takes only what a transaction is for.

Whoever forgets to ask `readable` meets PostgreSQL. `as_merchant` is a transaction under the role `colorway_merchant`, for which
row-level security shows one merchant's rows; shoppers' pages run as `colorway_shopper`, the review desk as `colorway_staff`,
which have no rights on what those never need (catalog/tenancy/roles.py). The roles own no table and bypass no policy. All of it
is set for this transaction alone, so that it works behind a pooler that hands connections on between transactions. What the clock
does across merchants runs as `colorway_sweeper`; workers' answers before their job is known under the application's own role.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

APPLICATION_ROLE = "colorway_app"
MERCHANT_ROLE, SHOPPER_ROLE, STAFF_ROLE = "colorway_merchant", "colorway_shopper", "colorway_staff"
SWEEPER_ROLE = "colorway_sweeper"
NAMED_ROLES = (MERCHANT_ROLE, SHOPPER_ROLE, STAFF_ROLE, SWEEPER_ROLE)  # taken on purpose, and never inherited
_ENTER = (
    "SELECT set_config('colorway.merchant', %s, true), set_config('colorway.person', %s, true), "
    "set_config('role', %s, true)"
)
P = ParamSpec("P")
T = TypeVar("T")


class TwoMerchants(RuntimeError):
    """A defect of ours: one merchant's transaction would go on as another's."""


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """For whom a connection's transaction is."""

    role: str = "none"  # PostgreSQL's word for the role that signed in
    merchant: int | None = None
    person: int | None = None


@contextmanager
def as_merchant(merchant_id: int, person_id: int | None = None) -> Iterator[None]:
    """A transaction for one merchant; inside another one of the same merchant, a part of that."""
    inside = _standing().merchant
    if inside is not None and inside != merchant_id:
        raise TwoMerchants(f"{inside} and {merchant_id}")
    if inside is not None:
        yield
        return
    with _standing_as(_Standing(role=MERCHANT_ROLE, merchant=merchant_id, person=person_id)):
        yield


@contextmanager
def as_shopper(person_id: int | None = None) -> Iterator[None]:
    """A transaction for a page of the shop; `person_id` is who is signed in, whose own shops the page names."""
    with _standing_as(_Standing(role=SHOPPER_ROLE, person=person_id)):
        yield


@contextmanager
def as_staff() -> Iterator[None]:
    """A transaction for a page of the review desk."""
    with _standing_as(_Standing(role=STAFF_ROLE)):
        yield


@contextmanager
def as_sweeper() -> Iterator[None]:
    """A transaction for what the clock does across merchants: jobs given out, what is over deleted, objects looked for."""
    with _standing_as(_Standing(role=SWEEPER_ROLE)):
        yield


@contextmanager
def _standing_as(standing: _Standing) -> Iterator[None]:
    before, is_outermost = _standing(), not connection.in_atomic_block
    with transaction.atomic():
        _take(standing)
        connection.standing = standing  # type: ignore[attr-defined]
        try:
            yield
        finally:
            connection.standing = before  # type: ignore[attr-defined]
        if not is_outermost and not connection.needs_rollback:  # the end of a transaction undoes it by itself
            _take(before)


def merchant_inside() -> int | None:
    """Whose transaction this is; None outside of all."""
    return _standing().merchant


def _standing() -> _Standing:
    return getattr(connection, "standing", _Standing())


def _take(standing: _Standing) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [str(standing.merchant or ""), str(standing.person or ""), standing.role])


@contextmanager
def briefly_as(merchant_id: int) -> Iterator[None]:
    """`as_merchant` for one look of what goes on long, such as a download: the connection goes back afterwards."""
    with as_merchant(merchant_id):
        yield
    if not connection.in_atomic_block:
        connection.close()


@contextmanager
def outside_the_wall() -> Iterator[None]:
    """For what is nobody's alone, such as how fast the workers are. Nothing of what is read here may name a merchant."""
    inside = _standing()
    if inside.merchant is None:
        yield
        return
    _take_role("none")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _take_role(inside.role)


def _take_role(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [role])


def walled(merchant_id: int, person_id: int | None, call: Callable[P, T]) -> Callable[P, T]:
    """The call, within the merchant's transaction."""

    @wraps(call)
    def within(*args: P.args, **kwargs: P.kwargs) -> T:
        with as_merchant(merchant_id, person_id):
            return call(*args, **kwargs)

    return within
