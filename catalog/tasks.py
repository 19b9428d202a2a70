"""What the shop does by the clock, on the Django side's Celery workers."""

from typing import Any

from celery import Celery, current_app, shared_task

from catalog.accounts import audit, portability, sessions
from catalog.importing import services as import_services
from catalog.services import photo_search, rates

SOON_SECONDS = 10.0
TIDY_SECONDS = 60.0


@shared_task(name="catalog.photo_searches_ask_again", expires=SOON_SECONDS)
def photo_searches_ask_again() -> int:
    return photo_search.ask_again()


@shared_task(name="catalog.tidy", expires=TIDY_SECONDS)
def tidy() -> dict[str, int]:
    return {
        "photo searches": photo_search.delete_old(),
        "rates": rates.forget_old(),
        "imports": import_services.imports_forget(),
        "sessions": sessions.forget_ended(),
        "audit entries": audit.forget_old(),
        "closed shops": portability.merchants_erase_due(),
    }


@shared_task(name=import_services.RUN_TASK)
def import_go_on(pk: int) -> bool:
    if more := import_services.import_go_on(pk):
        import_go_on.apply_async(args=(pk,), queue="results")
    return more


@shared_task(name="catalog.imports_go_on", expires=SOON_SECONDS)
def imports_go_on() -> int:
    return import_services.imports_go_on()


@current_app.on_after_finalize.connect
def schedule(sender: Celery, **_: Any) -> None:
    tasks = ((SOON_SECONDS, photo_searches_ask_again), (SOON_SECONDS, imports_go_on), (TIDY_SECONDS, tidy))
    for seconds, task in tasks:
        sender.add_periodic_task(seconds, task.s(), name=task.name, queue="results", expires=seconds)
