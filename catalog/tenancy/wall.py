"""The second wall between tenants: inside `as_merchant` the database itself shows and takes one merchant's rows only.

Whoever forgets to ask `readable` meets PostgreSQL's row-level security. The transaction runs under the role
`colorway_merchant`, which owns no table and bypasses no policy, with the merchant and the person as settings of this
transaction alone, so that it works behind a pooler that hands connections on between transactions. Everything outside,
such as the shop, staff, sweeps and workers' answers before their job is known, runs under the application's own role.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

APPLICATION_ROLE, MERCHANT_ROLE = "colorway_app", "colorway_merchant"
_ENTER = (
    "SELECT set_config('colorway.merchant', %s, true), set_config('colorway.person', %s, true), "
    "set_config('role', %s, true)"
)
P = ParamSpec("P")
T = TypeVar("T")


class TwoMerchants(RuntimeError):
    """A defect of ours: one merchant's transaction would go on as another's."""


@contextmanager
def as_merchant(merchant_id: int, person_id: int | None = None) -> Iterator[None]:
    """A transaction for one merchant; inside another one of the same merchant, a part of that."""
    inside: int | None = getattr(connection, "walled_for", None)
    if inside is not None and inside != merchant_id:
        raise TwoMerchants(f"{inside} and {merchant_id}")
    if inside is not None:
        yield
        return
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        _set(merchant_id, person_id, MERCHANT_ROLE)
        connection.walled_for = merchant_id  # type: ignore[attr-defined]
        try:
            yield
        finally:
            connection.walled_for = None  # type: ignore[attr-defined]
        if not is_outermost and not connection.needs_rollback:  # the end of a transaction undoes it by itself
            _set(None, None, "none")


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
    inside: int | None = getattr(connection, "walled_for", None)
    if inside is None:
        yield
        return
    _take_role("none")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _take_role(MERCHANT_ROLE)


def _take_role(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [role])


def _set(merchant_id: int | None, person_id: int | None, role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [str(merchant_id or ""), str(person_id or ""), role])


def walled(merchant_id: int, person_id: int | None, call: Callable[P, T]) -> Callable[P, T]:
    """The call, within the merchant's transaction."""

    @wraps(call)
    def within(*args: P.args, **kwargs: P.kwargs) -> T:
        with as_merchant(merchant_id, person_id):
            return call(*args, **kwargs)

    return within
