"""What the shop does by the clock, on the Django side's Celery workers."""

from collections.abc import Callable

from celery import shared_task

from catalog.accounts import audit, portability, sessions
from catalog.clock import every
from catalog.importing import services as import_services
from catalog.services import photo_search, rates
from catalog.tenancy.wall import as_sweeper

SOON_SECONDS = 10.0
TIDY_SECONDS = 60.0


@shared_task(name="catalog.photo_searches_ask_again", expires=SOON_SECONDS)
def photo_searches_ask_again() -> int:
    return photo_search.ask_again()


@shared_task(name="catalog.tidy", expires=TIDY_SECONDS)
def tidy() -> dict[str, int]:
    return {
        "photo searches": _swept(photo_search.delete_old),
        "rates": _swept(rates.forget_old),
        "imports": import_services.imports_forget(),  # the last of each within the wall of its merchant
        "sessions": _swept(sessions.forget_ended),
        "audit entries": _swept(audit.forget_old),
        "closed shops": portability.merchants_erase_due(),
    }


def _swept(work: Callable[[], int]) -> int:
    """A transaction each, so that one that fails undoes no other."""
    with as_sweeper():
        return work()


@shared_task(name=import_services.RUN_TASK)
def import_go_on(pk: int) -> bool:
    if more := import_services.import_go_on(pk):
        import_go_on.apply_async(args=(pk,), queue="results")
    return more


@shared_task(name="catalog.imports_go_on", expires=SOON_SECONDS)
def imports_go_on() -> int:
    return import_services.imports_go_on()


every(SOON_SECONDS, "catalog.photo_searches_ask_again", queue="results", expires=SOON_SECONDS)
every(SOON_SECONDS, "catalog.imports_go_on", queue="results", expires=SOON_SECONDS)
every(TIDY_SECONDS, "catalog.tidy", queue="results", expires=TIDY_SECONDS)
