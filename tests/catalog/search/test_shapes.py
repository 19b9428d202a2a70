"""How shapes are stored: in half precision, and where the indexes serve them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from catalog.models import SearchEntry
from catalog.search import queries
from deploy.local import ownership
from tests.catalog.search.test_shopping import shaped

FULL = ("catalog", "0003_search_by_family")


Explained = Callable[..., AbstractContextManager[list[str]]]


def migrate(*targets: tuple[str, str]) -> None:
    """To these migrations, or to the newest of every app, with the policies of their tables."""
    with ownership.as_owner():
        if targets:
            MigrationExecutor(connection).migrate(list(targets))
        else:
            call_command("migrate", verbosity=0)
            ownership.let_empty()


@contextmanager
def in_full_precision() -> Iterator[None]:
    migrate(FULL)
    try:
        yield
    finally:
        migrate()


def stored(entry: SearchEntry) -> list[float]:
    entry.refresh_from_db(fields=["shape_vector"])  # an older table has not every column
    return list(entry.shape_vector)


@pytest.mark.long  # through most migrations and back
@pytest.mark.django_db(transaction=True)
def test_stored_shapes_are_rounded_to_half_precision_and_can_go_back():
    entry = shaped(45).search_entries.get()
    halved = stored(entry)
    assert halved[:3] == [0.70703125, 0.70703125, 0.0]
    with in_full_precision(), connection.cursor() as cursor:
        assert stored(entry) == halved
        cursor.execute(
            "UPDATE catalog_searchentry SET shape_vector = %s WHERE id = %s", [str([0.1, 1e-3, *[0.0] * 126]), entry.pk]
        )
    assert stored(entry)[:3] == [0.099975586, 0.0010004044, 0.0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("of_shop", "plan"),
    [(True, "Index Only Scan using search_shapes_of_merchant"), (False, "Index Scan using search_shape_shoe")],
)
def test_shapes_are_compared_through_their_indexes(of_shop: bool, plan: str, explained: Explained):
    product = shaped(0)
    shape = queries.shape_of(product.search_entries.get())
    with explained(sorts=of_shop) as plans:
        queries.similar(shape, limit=10, merchant=product.merchant if of_shop else None)
    assert plan in plans[0]


@pytest.fixture
def explained() -> Explained:
    """Collects the plans of queries for a table too large to be read as a whole, and, without `sorts`, to be sorted."""

    @contextmanager
    def collecting(*, sorts: bool) -> Iterator[list[str]]:
        plans: list[str] = []

        def explain(execute, sql, params, many, context):
            if sql.startswith("SELECT"):
                with connection.cursor() as cursor:
                    cursor.cursor.execute(f"EXPLAIN {sql}", params)
                    plans.append("\n".join(line for (line,) in cursor.fetchall()))
            return execute(sql, params, many, context)

        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute("SELECT set_config('enable_sort', %s, true)", ["on" if sorts else "off"])
        with connection.execute_wrapper(explain):
            yield plans

    return collecting
